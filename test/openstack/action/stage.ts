/** What a file of tests of the action on real servers works with: a tenant of its own, its own clients, and runs that are listened to. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { RecordedRequest } from '../../cloud/index.ts';
import type { Credentials } from '../../scenarios/harness/certificates.ts';
import { type Stage as CommonStage, stageAt } from '../../scenarios/harness/stage.ts';
import type { Target } from '../../scenarios/harness/target.ts';
import { openstack, script } from '../cli.ts';
import { type StatusDriver, statusDriver } from '../control.ts';
import { Api, ask, type Json, type Login, logIn, text } from '../rest.ts';
import { administrator } from '../server/seed.ts';
import { readStack, type Stack } from '../stack.ts';
import { makeTenant, type Tenant } from '../tenant.ts';
import { type Disturbance, orderly, type Record, type Recorder, startRecorder } from './recorder.ts';

/** Path of each kind of object, in the order in which they can be deleted. */
export const kinds = [
  'ipsec-site-connections',
  'vpnservices',
  'ikepolicies',
  'ipsecpolicies',
  'endpoint-groups',
] as const;

export type Kind = (typeof kinds)[number];

interface Parts {
  readonly stack: Stack;
  readonly tenant: Tenant;
  readonly api: Api;
  readonly identity: Recorder;
  readonly shortLived: Recorder;
  readonly network: Recorder;
}

/** Filled in before the first test. Its functions may be taken out of it. */
export class Stage implements CommonStage {
  #parts: Parts | undefined;
  readonly #record: Record = { requests: [], secrets: new Set(), ...orderly };
  readonly #common = stageAt(() => ({ target: targetOf(this.#known, this.#record) }));
  readonly run = this.#common.run;
  readonly apply = this.#common.apply;
  readonly refused = this.#common.refused;
  readonly requests: readonly RecordedRequest[] = this.#record.requests;

  get #known(): Parts {
    if (this.#parts === undefined) throw new Error('the stage is not up yet');
    return this.#parts;
  }

  get stack(): Stack {
    return this.#known.stack;
  }

  get tenant(): Tenant {
    return this.#known.tenant;
  }

  /** As the tenant's member, straight at Neutron. */
  get api(): Api {
    return this.#known.api;
  }

  /** The `with:` of a run that is not listened to: as a user has it, with the address of the catalogue. */
  get plainInputs(): { [name: string]: string | undefined } {
    return { ...loginInputs(this.tenant.member), 'network-endpoint': undefined };
  }

  /** Where the network service is listened to. */
  get networkUrl(): string {
    return this.#known.network.url;
  }

  /** Where the Keystone is listened to whose tokens live for three seconds. */
  get shortLivedUrl(): string {
    return this.#known.shortLived.url;
  }

  get status(): StatusDriver {
    return statusDriver(this.stack);
  }

  /** All objects of a kind in the tenant's project. */
  readonly all = (kind: Kind): Promise<Json[]> => this.api.list(`/vpn/${kind}`);

  /** The only object of a kind. */
  readonly sole = async (kind: Kind): Promise<Json> => {
    const [first, ...others] = await this.all(kind);
    if (first === undefined || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} ${kind}`);
    return first;
  };

  /** Every VPN object of the project with every field but the status, which moves on by itself. */
  readonly everything = async (): Promise<{ readonly [kind: string]: readonly Json[] }> => {
    const lists = kinds.map(async (kind) => {
      const objects = await this.all(kind);
      return [kind, objects.map(({ status: _, ...rest }) => rest)] as const;
    });
    return Object.fromEntries(await Promise.all(lists));
  };

  /** One command of the `openstack` CLI, as the tenant's member. */
  readonly cli = (...command: readonly string[]): Promise<Json> =>
    openstack(this.tenant.member, this.stack.region, ...command);

  /** Several commands in one process, words without blanks. */
  readonly script = (commands: readonly string[]): Promise<Json[]> =>
    script(this.tenant.member, this.stack.region, commands);

  /** Straight at Neutron, with another token. */
  readonly apiOf = (token: string): Api => apiOf(this.stack, token);

  /** Straight at Neutron, as the stack's administrator. */
  readonly administrator = async (): Promise<Api> => this.apiOf(await administrator(this.stack));

  /** Both services once more, by https. */
  readonly secured = async (tls: Credentials) => {
    const { authUrl, networkUrl } = this.stack;
    const identity = await startRecorder('identity', authUrl, this.#record, tls);
    const network = await startRecorder('network', networkUrl, this.#record, tls);
    const close = () => Promise.all([identity.close(), network.close()]);
    return { identityUrl: identity.url, networkUrl: network.url, close };
  };

  /** An address of the identity service that is listened to as well. */
  readonly listenTo = (upstream: string): Promise<Recorder> => startRecorder('identity', upstream, this.#record);

  /** For a run beside another one: what it sends is recorded apart, since each run has to mask its own tokens alone. */
  readonly beside = async (): Promise<CommonStage & { close(): Promise<unknown> }> => {
    const record: Record = {
      ...{ requests: [], secrets: new Set(), pageSize: undefined },
      loses: (request) => this.#record.loses(request),
      holds: (request) => this.#record.holds(request),
    };
    const { authUrl, networkUrl } = this.stack;
    const identity = await startRecorder('identity', authUrl, record);
    const network = await startRecorder('network', networkUrl, record);
    const target = targetOf({ ...this.#known, identity, network }, record);
    return { ...stageAt(() => ({ target })), close: () => Promise.all([identity.close(), network.close()]) };
  };

  /** Whether Keystone still takes this token: asked by its administrator, since a token says nothing of its own end. */
  readonly lives = async (token: string): Promise<boolean> => {
    const own = await administrator(this.stack);
    const { authUrl } = this.stack;
    const subject = {
      'x-subject-token': token,
      // Else a token with access rules is not found.
      'openstack-identity-access-rules': '1.0',
    };
    const answer = await ask(`${authUrl}/auth/tokens`, 'GET', own, undefined, subject);
    if (answer.status !== 200 && answer.status !== 404) throw new Error(`GET /auth/tokens: ${answer.status}`);
    return answer.status === 200;
  };

  /** From now on, until the test ends, something is odd on the way to the servers. */
  readonly disturb = (disturbance: Partial<Disturbance>): void => {
    Object.assign(this.#record, disturbance);
  };

  async open(name: string): Promise<void> {
    this.#parts = await setUp(name, this.#record);
  }

  async tidy(keep: boolean): Promise<void> {
    this.disturb(orderly);
    if (!keep) await wipe(this.api);
  }

  async close(): Promise<void> {
    const { identity, shortLived, network, tenant } = this.#known;
    await Promise.all([identity.close(), shortLived.close(), network.close(), tenant.remove()]);
  }
}

/**
 * Makes a tenant before the file's tests and removes it after the last.
 * @param options `keep`: the tests build upon each other; else each leaves nothing to the next
 */
export function useStage(name: string, { keep = false } = {}): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open(name));
  afterEach(() => stage.tidy(keep));
  afterAll(() => stage.close());
  return stage;
}

async function setUp(name: string, record: Record): Promise<Parts> {
  const stack = readStack();
  const tenant = await makeTenant(stack, { name, closedRouter: true });
  return connect(stack, tenant, record).catch(async (error: unknown) => {
    await tenant.remove();
    throw error;
  });
}

async function connect(stack: Stack, tenant: Tenant, record: Record): Promise<Parts> {
  const [identity, shortLived, network, token] = await Promise.all([
    startRecorder('identity', stack.authUrl, record),
    startRecorder('identity', stack.shortLivedAuthUrl, record),
    startRecorder('network', stack.networkUrl, record),
    logIn(tenant.member),
  ]);
  return { stack, tenant, identity, shortLived, network, api: apiOf(stack, token) };
}

function apiOf({ networkUrl }: Stack, token: string): Api {
  return new Api(`${networkUrl}/v2.0`, token);
}

function targetOf({ tenant, identity, network }: Parts, { requests, secrets }: Record): Target {
  const { member, reader, administrator, other } = tenant;
  const passwords = [member, reader, administrator, other].map(({ password }) => password);
  return {
    inputs: { ...loginInputs({ ...member, authUrl: identity.url }), 'network-endpoint': network.url },
    requests,
    secrets: () => [...passwords, ...secrets],
  };
}

/** Leaves out the stage's own login. */
export const nobody = {
  username: undefined,
  password: undefined,
  'user-domain-name': undefined,
  'project-name': undefined,
};

/** The `with:` of a login. */
export function loginInputs({ authUrl, username, password, domain, project }: Login): { [name: string]: string } {
  return { 'auth-url': authUrl, username, password, 'user-domain-name': domain, 'project-name': project };
}

async function wipe(api: Api): Promise<void> {
  for (const kind of kinds) {
    const objects = await api.list(`/vpn/${kind}`);
    await Promise.all(objects.map((object) => api.delete(`/vpn/${kind}/${text(object, 'id')}`)));
  }
}
