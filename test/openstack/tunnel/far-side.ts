/** The gateway at the other end: a strongSwan of its own, configured by the file that the action wrote and nothing else. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finished, inNamespace, Running, run } from './command.ts';
import type { EspBy } from './esp.ts';
import { eventually } from './eventually.ts';

/** What the gateway's administrator has: the action's file, and the key in the place that the file names. */
export interface FarConfiguration {
  /** Text of the `swanctl.conf`. */
  readonly swanctl: string;
  /** Further files by their path below `/etc/swanctl`. */
  readonly files: Readonly<Record<string, string>>;
}

const charon = '/usr/lib/ipsec/charon';
/** Replaces, for this process alone, what the machine has there; `$0` is the gateway's folder. */
const mounts = ['swanctl /etc/swanctl', 'run /run', 'strongswan.conf /etc/strongswan.conf']
  .map((mount) => `mount --bind "$0"/${mount}`)
  .join(' && ');

function strongswanConf(esp: EspBy): string {
  return `charon {
  load_modular = yes
  plugins {
    include /etc/strongswan.d/charon/*.conf
    kernel-libipsec {
      load = ${esp === 'userspace' ? 'yes' : 'no'}
    }
    stroke {
      load = no
    }
  }
  filelog {
    stderr {
      default = 1
      time_format = %T
    }
  }
}
`;
}

export class FarSide {
  readonly #namespace: string;
  readonly #esp: EspBy;
  readonly #directory: string;
  #charon: Running | undefined;
  /** Of the daemons that ran before. */
  #earlier = '';

  private constructor(namespace: string, esp: EspBy, directory: string) {
    this.#namespace = namespace;
    this.#esp = esp;
    this.#directory = directory;
  }

  /**
   * Starts the daemon with an empty configuration. Whoever starts it calls `remove`.
   * @param directory its folder is made in here
   */
  static async start(namespace: string, esp: EspBy, directory: string): Promise<FarSide> {
    const far = new FarSide(namespace, esp, await mkdtemp(join(directory, 'far-side-')));
    try {
      await far.boot();
    } catch (error) {
      await far.remove();
      throw error;
    }
    return far;
  }

  /** What the daemon logged, by stderr: what it writes to stdout comes late. */
  get log(): string {
    return this.#earlier + (this.#charon?.output ?? '');
  }

  /** Starts anew and knows nothing. */
  async reset(): Promise<void> {
    await this.stop();
    await rm(join(this.#directory, 'swanctl'), { recursive: true, force: true });
    await this.boot();
  }

  /** Starts the daemon, as after a power failure: what the kernel had of it is gone. */
  async boot(): Promise<void> {
    const runDirectory = join(this.#directory, 'run');
    await rm(runDirectory, { recursive: true, force: true });
    await mkdir(runDirectory, { recursive: true });
    await mkdir(join(this.#directory, 'swanctl'), { recursive: true });
    await writeFile(join(this.#directory, 'strongswan.conf'), strongswanConf(this.#esp));
    for (const what of ['state', 'policy']) await run(inNamespace(this.#namespace, ['ip', 'xfrm', what, 'flush']));
    const script = `${mounts} && exec setpriv --pdeathsig KILL ${charon}`;
    const process = new Running(
      inNamespace(this.#namespace, ['unshare', '--mount', 'sh', '-c', script, this.#directory]),
    );
    this.#charon = process;
    const isReady = async (): Promise<true | undefined> => {
      if (!process.isRunning) throw new Error(`the far side's charon ended:\n${process.output}`);
      return (await stat(join(runDirectory, 'charon.vici')).catch(() => undefined)) === undefined ? undefined : true;
    };
    await eventually("the far side's charon to listen", isReady, 20_000, () => process.output);
  }

  /**
   * Puts the files in place and loads them with `swanctl --load-all`.
   * @throws Error if swanctl refuses any of it
   */
  async load({ swanctl, files }: FarConfiguration): Promise<void> {
    const all = { ...files, 'swanctl.conf': swanctl };
    for (const [name, text] of Object.entries(all)) {
      const path = join(this.#directory, 'swanctl', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { mode: 0o600 });
    }
    const { code, stdout, stderr } = await this.swanctl('--load-all');
    if (code !== 0 || !stdout.includes('successfully loaded')) {
      throw new Error(`swanctl --load-all: exit code ${code}\n${stdout}${stderr}`);
    }
  }

  /** Runs `swanctl` where the daemon lives. */
  swanctl(...options: readonly string[]): Promise<Finished> {
    const { pid } = this.#daemon();
    return run(['nsenter', '--target', String(pid), '--mount', '--net', 'swanctl', ...options]);
  }

  /**
   * Ends the tunnel and dials anew, as an administrator does who wants a new key or network to count at once.
   * @returns what swanctl said; whether the tunnel is up is for others to find out
   */
  async redial(): Promise<string> {
    const { connections, children } = await this.#names();
    const said: string[] = [];
    for (const name of connections) said.push((await this.swanctl('--terminate', '--ike', name)).stdout);
    for (const name of children)
      said.push((await this.swanctl('--initiate', '--child', name, '--timeout', '5')).stdout);
    return said.join('');
  }

  /** Negotiates the keys of phase 2 anew, which in IKEv2 is the first time that its Diffie-Hellman group is used. */
  async rekey(): Promise<void> {
    for (const name of (await this.#names()).children) await this.swanctl('--rekey', '--child', name);
  }

  /** The IKE SAs, also those that are still or no longer in use: `#3, CONNECTING`. */
  async ikeSas(): Promise<readonly string[]> {
    const { stdout } = await this.swanctl('--list-sas');
    return [...stdout.matchAll(/^\S+: (#\d+, \w+)/gm)].map(([, sa = '']) => sa);
  }

  /** Dies without a word to the peer. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Says goodbye to the peer and ends. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Leaves nothing behind, in whatever state it is. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Of the loaded configuration, as `swanctl --list-conns` has them. */
  async #names(): Promise<{ readonly connections: readonly string[]; readonly children: readonly string[] }> {
    const { stdout } = await this.swanctl('--list-conns');
    const all = (pattern: RegExp): string[] => [...stdout.matchAll(pattern)].map(([, name = '']) => name);
    return { connections: all(/^(\S+): IKEv/gm), children: all(/^ {2}(\S+): (?:TUNNEL|TRANSPORT)/gm) };
  }

  #daemon(): Running {
    if (this.#charon === undefined) throw new Error('the far side does not run');
    return this.#charon;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    await this.#charon?.stop(signal);
    this.#earlier = this.log;
    this.#charon = undefined;
  }
}
