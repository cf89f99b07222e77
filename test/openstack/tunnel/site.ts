/** The two ends of one connection: a project in the cloud, and the gateway at the other end. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type ActionRun, runAction } from '../../scenarios/harness/run.ts';
import { Api, logIn, text } from '../rest.ts';
import { type DataPlane, type Host, readStack } from '../stack.ts';
import { makeTenant, type Tenant } from '../tenant.ts';
import { inNamespace, must } from './command.ts';
import { detectEsp, type EspBy } from './esp.ts';
import { eventually } from './eventually.ts';
import { FarSide } from './far-side.ts';
import { connectionName, type Office, officeFile } from './office.ts';
import { pingUntilAnswered, type Source } from './ping.ts';
import { interfaceOf } from './wire.ts';

export interface ApplyOptions {
  readonly psk: string;
  /** Inputs besides those that every run gets. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Gets the far side's configuration as soon as the action has written it, while the action goes on. */
  readonly onPeerConfig?: (config: string) => Promise<void>;
}

export interface Applied extends ActionRun {
  /** What the action wrote for the far side. */
  readonly peerConfig: string;
}

const connectionPath = '/vpn/ipsec-site-connections';
const peerConfigFile = 'far-side/swanctl.conf';
const limitMs = 120_000;

interface SecondHost {
  readonly source: Source;
  remove(): Promise<string>;
}

interface Parts {
  readonly plane: DataPlane;
  readonly tenant: Tenant;
  readonly api: Api;
  readonly esp: EspBy;
  readonly far: FarSide;
  readonly secondHost: Source;
}

export class Site {
  readonly plane: DataPlane;
  readonly tenant: Tenant;
  readonly esp: EspBy;
  readonly far: FarSide;
  /** A host in each of the cloud's two subnets. */
  readonly cloudHosts: readonly [Source, Source];
  /** A host in each of the far side's two networks. */
  readonly peerHosts: readonly [Host, Host];
  readonly #api: Api;
  readonly #closers: readonly (() => Promise<unknown>)[];

  private constructor(parts: Parts, closers: readonly (() => Promise<unknown>)[]) {
    const [first, second] = parts.plane.peerHosts;
    if (first === undefined || second === undefined)
      throw new Error('the stack has fewer than two hosts behind the peer');
    this.plane = parts.plane;
    this.tenant = parts.tenant;
    this.esp = parts.esp;
    this.far = parts.far;
    this.cloudHosts = [parts.plane.cloudHost, parts.secondHost];
    this.peerHosts = [first, second];
    this.#api = parts.api;
    this.#closers = closers;
  }

  /** A project with a router on the wires of the stack's data plane, and a far side without configuration. */
  static async open(): Promise<Site> {
    const stack = readStack();
    const plane = stack.dataPlane;
    if (plane === undefined) throw new Error('This stack has no data plane: start one with `openstack:up dataplane`.');
    const { physicalNetwork, cloudHost } = plane;
    const closers: (() => Promise<unknown>)[] = [];
    try {
      const wire = { physicalNetwork, cidr: cloudHost.cidr, gateway: cloudHost.gateway };
      const tenant = await makeTenant(stack, { name: 'tunnel', wire });
      closers.unshift(() => tenant.remove());
      const second = await addAddress(cloudHost, tenant.subnets[1].cidr);
      closers.unshift(() => second.remove());
      const esp = await detectEsp(plane.peer.namespace);
      const far = await FarSide.start(plane.peer.namespace, esp, stack.directory);
      closers.unshift(async () => {
        await far.remove();
        await writeFile(join(stack.directory, 'far-side.log'), far.log);
      });
      const api = new Api(`${stack.networkUrl}/v2.0`, await logIn(tenant.member));
      // The agent makes the router's namespace when it gets to it.
      await pingUntilAnswered(cloudHost, cloudHost.gateway, 60_000);
      await pingUntilAnswered(plane.peer, tenant.router.gatewayV4, 60_000);
      return new Site({ plane, tenant, api, esp, far, secondHost: second.source }, closers);
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  async close(): Promise<void> {
    await closeAll(this.#closers);
  }

  /** The cloud's gateway: address, and the namespace that the agent made for the router. */
  get gateway(): Source {
    return { namespace: `qrouter-${this.tenant.router.id}`, address: this.tenant.router.gatewayV4 };
  }

  /** One run of the action on the office's file, as the runner does it. */
  async apply(office: Office, options: ApplyOptions): Promise<Applied> {
    const { member } = this.tenant;
    let workspace = '';
    const watch = new PeerConfigWatch(() => join(workspace, peerConfigFile), options.onPeerConfig);
    const [result] = await Promise.all([
      runAction({
        files: { 'vpn.yml': officeFile(office, this.plane, this.tenant) },
        writes: [peerConfigFile],
        prepare: async (path) => {
          workspace = path;
        },
        inspect: () => watch.stop(),
        inputs: {
          'connection-file': 'vpn.yml',
          'auth-url': member.authUrl,
          username: member.username,
          password: member.password,
          'user-domain-name': member.domain,
          'project-name': member.project,
          psk: options.psk,
          'peer-config': 'strongswan',
          'peer-config-file': peerConfigFile,
          ...options.inputs,
        },
        limitMs,
      }),
      watch.done,
    ]);
    expect(result.faults, result.log).toEqual([]);
    return { ...result, peerConfig: result.written[peerConfigFile] ?? '' };
  }

  /** Puts the action's file and the key where the far side's administrator would, and loads it. */
  async configureFar(peerConfig: string, psk: string): Promise<void> {
    const [, place] = /^\s*include (\S+)$/m.exec(peerConfig) ?? [];
    if (place === undefined) throw new Error(`the configuration names no place for the key:\n${peerConfig}`);
    await this.far.load({ swanctl: peerConfig, files: { [place]: `secret = "${psk}"\n` } });
  }

  /**
   * Makes cloud and far side as described, and expects that the tunnel is up in the end: by the action, by Neutron's
   * API, and by pings. From whatever state.
   */
  async up(office: Office, psk: string, inputs: ApplyOptions['inputs'] = {}): Promise<Applied> {
    const applied = await this.apply(office, {
      psk,
      inputs: { 'wait-for': 'active', 'status-interval': '5s', timeout: '1m', 'max-impact': 'replacement', ...inputs },
      onPeerConfig: (config) => this.configureFar(config, psk),
    });
    expect(applied.exitCode, `${applied.log}\n--- far side\n${this.far.log.slice(-4000)}`).toBe(0);
    expect(applied.outputs).toMatchObject({ status: 'ACTIVE', up: 'true', 'status-stale': 'false' });
    await this.untilStatus('ACTIVE');
    await pingUntilAnswered(this.cloudHosts[0], this.peerHosts[0].address);
    return applied;
  }

  /** The connection's status, read from Neutron without the action. */
  async status(): Promise<string> {
    const [connection, ...others] = await this.#api.list(connectionPath);
    if (connection === undefined || others.length > 0) throw new Error(`${others.length} connections beside the first`);
    expect(text(connection, 'name')).toBe(connectionName);
    return text(connection, 'status');
  }

  /** @returns seconds until Neutron showed it */
  async untilStatus(status: string, withinMs = 60_000): Promise<number> {
    const started = performance.now();
    await eventually(
      `${status} from Neutron`,
      async () => ((await this.status()) === status ? true : undefined),
      withinMs,
      async () => `it is ${await this.status()}; the far side's log ends:\n${this.far.log.slice(-4000)}`,
    );
    return (performance.now() - started) / 1000;
  }

  /**
   * Until one IKE SA is left, and has been the only one for three seconds: both ends dial, and a second one that takes the
   * place of the first may cost a ping.
   */
  async untilSteady(): Promise<void> {
    let only: string | undefined;
    let since = 0;
    const check = async (): Promise<true | undefined> => {
      const sas = await this.far.ikeSas();
      const [sa] = sas.length === 1 ? sas : [];
      if (sa === undefined || sa !== only) since = performance.now();
      only = sa;
      return sa !== undefined && performance.now() - since >= 3000 ? true : undefined;
    };
    await eventually('one IKE SA alone', check, 30_000, async () => (await this.far.swanctl('--list-sas')).stdout);
  }

  /** Another connection on the office's service and policies, past the action. @returns the service's id */
  async addConnection(name: string, peer: string, network: string): Promise<string> {
    const [office] = await this.#api.list(connectionPath);
    if (office === undefined) throw new Error('there is no connection to copy');
    const { vpnservice_id, ikepolicy_id, ipsecpolicy_id, local_ep_group_id } = office;
    const group = await this.#api.create('/vpn/endpoint-groups', 'endpoint_group', {
      ...{ name, type: 'cidr', endpoints: [network] },
    });
    await this.#api.create(connectionPath, 'ipsec_site_connection', {
      ...{ name, vpnservice_id, ikepolicy_id, ipsecpolicy_id, local_ep_group_id, peer_ep_group_id: text(group, 'id') },
      ...{ peer_address: peer, peer_id: peer, psk: 'Ex4mple-Only_Other.9' },
    });
    return text(office, 'vpnservice_id');
  }

  /** Switches a VPN service off or on, past the action. */
  async switchService(id: string, isUp: boolean): Promise<void> {
    await this.#api.put(`/vpn/vpnservices/${id}`, { vpnservice: { admin_state_up: isUp } });
  }

  /** Deletes everything of the VPN in the project, past the action, and lets the far side forget what it knew. */
  async clear(): Promise<void> {
    const kinds = ['ipsec-site-connections', 'vpnservices', 'ikepolicies', 'ipsecpolicies', 'endpoint-groups'];
    for (const kind of kinds) {
      const objects = await this.#api.list(`/vpn/${kind}`);
      await Promise.all(objects.map((object) => this.#api.delete(`/vpn/${kind}/${text(object, 'id')}`)));
    }
    await this.far.reset();
  }
}

/** Hands over each new version of the file that the action writes, while it runs and once more at its end. */
class PeerConfigWatch {
  readonly done: Promise<void>;
  #isOver = false;

  constructor(path: () => string, onText: ApplyOptions['onPeerConfig']) {
    this.done = onText === undefined ? Promise.resolve() : this.#watch(path, onText);
  }

  /** Resolves when the last version was handed over. */
  stop(): Promise<void> {
    this.#isOver = true;
    return this.done;
  }

  async #watch(path: () => string, onText: (config: string) => Promise<void>): Promise<void> {
    let before = '';
    for (;;) {
      const isLast = this.#isOver;
      const now = await readFile(path(), 'utf8').catch(() => '');
      if (now !== before) await onText(now);
      before = now;
      if (isLast) return;
      await sleep(50);
    }
  }
}

/** Gives a host an address in a further network on its wire. */
async function addAddress({ namespace, address }: Host, cidr: string): Promise<SecondHost> {
  const source = { namespace, address: cidr.replace(/\d+\/24$/, '50') };
  const device = await interfaceOf(namespace, address);
  const change = (what: 'replace' | 'delete'): Promise<string> =>
    must(inNamespace(namespace, ['ip', 'address', what, `${source.address}/24`, 'dev', device]));
  // A run that was killed left it there.
  await change('replace');
  return { source, remove: () => change('delete') };
}

/** The first failure of closing is thrown, after everything else was closed. */
async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
