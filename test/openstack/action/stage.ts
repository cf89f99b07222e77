/** What a file of tests of the action on real servers works with: a tenant of its own, its own clients, and runs that are listened to. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { RecordedRequest } from '../../cloud/index.ts';
import { type Stage as CommonStage, stageAt } from '../../scenarios/harness/stage.ts';
import type { Target } from '../../scenarios/harness/target.ts';
import { openstack, script } from '../cli.ts';
import { type StatusDriver, statusDriver } from '../control.ts';
import { Api, type Json, type Login, logIn, text } from '../rest.ts';
import { readStack, type Stack } from '../stack.ts';
import { makeTenant, type Tenant } from '../tenant.ts';
import { type Record, type Recorder, startRecorder } from './recorder.ts';

/** Path of each kind of object, in the order in which they can be deleted. */
export const kinds = [
  'ipsec-site-connections',
  'vpnservices',
  'ikepolicies',
  'ipsecpolicies',
  'endpoint-groups',
] as const;

export type Kind = (typeof kinds)[number];

/** Filled in before the first test. */
export interface Stage extends CommonStage {
  readonly stack: Stack;
  readonly tenant: Tenant;
  /** The `with:` of a run that is not listened to: as a user has it, with the address of the catalogue. */
  readonly plainInputs: Readonly<{ [name: string]: string | undefined }>;
  /** Where the network service is listened to. */
  readonly networkUrl: string;
  /** Where the Keystone is listened to whose tokens live for three seconds. */
  readonly shortLivedUrl: string;
  readonly requests: readonly RecordedRequest[];
  readonly status: StatusDriver;
  /** Straight at Neutron, as the stack's administrator. */
  administrator(): Promise<Api>;
  /** Straight at Neutron, with another token. */
  apiOf(token: string): Api;
  /** As the tenant's member, straight at Neutron. */
  readonly api: Api;
  /** All objects of a kind in the tenant's project. */
  all(kind: Kind): Promise<Json[]>;
  /** The only object of a kind. */
  only(kind: Kind): Promise<Json>;
  /** Every VPN object of the project with every field but the status, which moves on by itself. */
  everything(): Promise<{ readonly [kind: string]: readonly Json[] }>;
  /** One command of the `openstack` CLI, as the tenant's member. */
  cli(...command: readonly string[]): Promise<Json>;
  /** Several commands in one process, words without blanks. */
  script(commands: readonly string[]): Promise<Json[]>;
  /** The answers to such requests are lost from now on, until the test ends. */
  lose(loses: Record['loses']): void;
  /** Lists come in pages of so many from now on, until the test ends. */
  paginate(size: number): void;
  /** Such requests are held up from now on, until the test ends. */
  hold(holds: Record['holds']): void;
}

interface Parts {
  readonly stack: Stack;
  readonly tenant: Tenant;
  readonly api: Api;
  readonly identity: Recorder;
  readonly shortLived: Recorder;
  readonly network: Recorder;
}

/**
 * Makes a tenant before the file's tests and removes it after the last.
 * @param options `keep`: the tests build upon each other; else each leaves nothing to the next
 */
export function useStage(name: string, { keep = false } = {}): Stage {
  let parts: Parts | undefined;
  const record: Record = {
    requests: [],
    secrets: new Set(),
    loses: () => false,
    pageSize: undefined,
    holds: () => undefined,
  };
  const known = (): Parts => {
    if (parts === undefined) throw new Error('the stage is not up yet');
    return parts;
  };
  beforeAll(async () => {
    parts = await setUp(name, record);
  });
  afterEach(async () => {
    record.loses = () => false;
    record.holds = () => undefined;
    record.pageSize = undefined;
    if (!keep) await wipe(known().api);
  });
  afterAll(async () => {
    const recorders = [parts?.identity, parts?.shortLived, parts?.network];
    await Promise.all([...recorders.map((recorder) => recorder?.close()), parts?.tenant.remove()]);
  });
  const all = (kind: Kind): Promise<Json[]> => known().api.list(`/vpn/${kind}`);
  return {
    ...stageAt(() => ({ target: targetOf(known(), record) })),
    get stack() {
      return known().stack;
    },
    get tenant() {
      return known().tenant;
    },
    get plainInputs() {
      return { ...loginInputs(known().tenant.member), 'network-endpoint': undefined };
    },
    get networkUrl() {
      return known().network.url;
    },
    get shortLivedUrl() {
      return known().shortLived.url;
    },
    get status() {
      return statusDriver(known().stack);
    },
    administrator: async () => {
      const { stack } = known();
      const { username, password, projectName: project } = stack.admin;
      const login = { authUrl: stack.authUrl, username, password, domain: 'Default', project };
      return apiOf(stack, await logIn(login));
    },
    apiOf: (token) => apiOf(known().stack, token),
    get api() {
      return known().api;
    },
    requests: record.requests,
    all,
    only: async (kind) => {
      const [first, ...others] = await all(kind);
      if (first === undefined || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} ${kind}`);
      return first;
    },
    everything: async () => {
      const lists = kinds.map(async (kind) => [kind, (await all(kind)).map(({ status: _, ...rest }) => rest)] as const);
      return Object.fromEntries(await Promise.all(lists));
    },
    cli: (...command) => openstack(known().tenant.member, known().stack.region, ...command),
    script: (commands) => script(known().tenant.member, known().stack.region, commands),
    lose: (loses) => {
      record.loses = loses;
    },
    paginate: (size) => {
      record.pageSize = size;
    },
    hold: (holds) => {
      record.holds = holds;
    },
  };
}

async function setUp(name: string, record: Record): Promise<Parts> {
  const stack = readStack();
  const tenant = await makeTenant(stack, { name, closedRouter: true });
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
