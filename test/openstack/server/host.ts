/** Whether the stack can run on this machine. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import type { Stack } from '../stack.ts';

/** The machine is not fit for it, which is no failure of the stack; the message is one sentence. */
export class UnfitHost extends Error {
  override readonly name = 'UnfitHost';
}

const purposes = {
  api: 'Keystone and Neutron on loopback need Debian 12 and root',
  dataplane: 'The data plane needs Debian 12, root, network namespaces with veth and bridges, and /dev/net/tun',
};

/** What a machine says of itself. */
export interface Host {
  /** Its `/etc/os-release`; see os-release(5). `undefined` where there is none. */
  readonly release: string | undefined;
  readonly platform: string;
  readonly isRoot: boolean;
}

/** @throws UnfitHost */
export function checkHost(mode: Stack['mode'], host: Host = thisHost()): void {
  const lacks = lackOfHost(host) ?? (mode === 'dataplane' ? lackOfNetworking() : undefined);
  if (lacks) throw unfit(mode, lacks);
}

/** Once the programs are installed: what only trying shows. @throws UnfitHost */
export function checkLinks(): void {
  const probe = [
    'ip link add probe0 type veth peer name probe1',
    'ip link add probe2 type bridge',
    'ip link set probe0 master probe2',
    'ip tuntap add probe3 mode tun',
  ].join(' && ');
  const lacks = tryInNamespace(probe, 'links');
  if (lacks) throw unfit('dataplane', lacks);
}

const unfit = (mode: Stack['mode'], lacks: string) => new UnfitHost(`${purposes[mode]}; ${lacks}.`);

function thisHost(): Host {
  const file = '/etc/os-release';
  const release = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return { release, platform: process.platform, isRoot: process.getuid?.() === 0 };
}

function lackOfHost({ release, platform, isRoot }: Host): string | undefined {
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release ?? '')?.[1];
  if (value('ID') !== 'debian' || value('VERSION_ID') !== '12') return `this is ${value('PRETTY_NAME') ?? platform}`;
  return isRoot ? undefined : 'this user is not root';
}

function lackOfNetworking(): string | undefined {
  try {
    closeSync(openSync('/dev/net/tun', 'r+'));
  } catch (error) {
    return `/dev/net/tun cannot be opened (${error instanceof Error ? error.message : error})`;
  }
  return tryInNamespace('true', 'network namespaces');
}

function tryInNamespace(script: string, what: string): string | undefined {
  const { status, stderr, error } = spawnSync('unshare', ['--net', '--mount', 'sh', '-ec', script], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  });
  if (status === 0) return undefined;
  const reason = error?.message ?? (stderr.trim().split('\n')[0] || `exit code ${status}`);
  return `${what} cannot be made here (${reason})`;
}
