/** What the cases of a test file work with: its cloud, requests to both services, and the parts of a connection. */
import { afterAll, beforeAll } from 'vitest';
import { at } from '../json.ts';
import { type Json, logIn } from '../openstack/rest.ts';
import { type ContractCloud, type Login, openCloud } from './cloud.ts';
import { facts, type Kind } from './kinds.ts';
import { type Answer, send } from './raw.ts';

/** Whose token a request carries: a user's, any text, or none (null). Default: the project's member. */
export type As = Login | string | null;

/** Ids of what a connection refers to. */
export interface Parts {
  readonly vpnservice_id: string;
  readonly ikepolicy_id: string;
  readonly ipsecpolicy_id: string;
  readonly local_ep_group_id: string;
  readonly peer_ep_group_id: string;
}

export class Bench {
  #cloud: ContractCloud | undefined;
  readonly #tokens = new Map<string, Promise<string>>();
  #parts: Promise<Parts> | undefined;
  #serial = 0;

  async open(): Promise<void> {
    this.#cloud = await openCloud();
  }

  async close(): Promise<void> {
    await this.#cloud?.close();
  }

  get cloud(): ContractCloud {
    if (this.#cloud === undefined) throw new Error('the cloud is there once tests run');
    return this.#cloud;
  }

  /** The user's token, obtained once. */
  async tokenOf(login: Login): Promise<string> {
    const key = `${login.username} ${login.project}`;
    const token = this.#tokens.get(key) ?? logIn(login);
    this.#tokens.set(key, token);
    return await token;
  }

  /** A request to the network service. */
  async network(method: string, path: string, body?: unknown, as: As = this.cloud.member): Promise<Answer> {
    const token = typeof as === 'object' && as !== null ? await this.tokenOf(as) : as;
    const headers: Record<string, string> = token === null ? {} : { 'x-auth-token': token };
    return await send(method, `${this.cloud.networkUrl}${path}`, headers, body);
  }

  /** A request for VPN objects; the path is below `/v2.0/vpn`. */
  async vpn(method: string, path: string, body?: unknown, as?: As): Promise<Answer> {
    return await this.network(method, `/v2.0/vpn${path}`, body, as);
  }

  /** A request to the identity service; the path is below `/v3`. */
  async identity(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<Answer> {
    return await send(method, `${this.cloud.authUrl}${path}`, headers, body);
  }

  post(kind: Kind, fields: unknown, as?: As): Promise<Answer> {
    return this.vpn('POST', facts[kind].path, { [kind]: fields }, as);
  }

  put(kind: Kind, id: string, fields: unknown, as?: As): Promise<Answer> {
    return this.vpn('PUT', `${facts[kind].path}/${id}`, { [kind]: fields }, as);
  }

  get(kind: Kind, id: string, as?: As): Promise<Answer> {
    return this.vpn('GET', `${facts[kind].path}/${id}`, undefined, as);
  }

  delete(kind: Kind, id: string, as?: As): Promise<Answer> {
    return this.vpn('DELETE', `${facts[kind].path}/${id}`, undefined, as);
  }

  /** Creates an object and gives what the answer shows of it. @throws Error if that is refused */
  async create(kind: Kind, fields: object, as?: As): Promise<Json & { readonly id: string }> {
    const answer = await this.post(kind, fields, as);
    const object = at(answer.body, kind);
    const id = at(object, 'id');
    if (answer.status !== 201 || typeof id !== 'string') {
      throw new Error(`POST ${kind}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return { ...Object(object), id };
  }

  /** The parts that this file's connections share: a service without a subnet, two groups of IPv4, default policies. */
  parts(): Promise<Parts> {
    this.#parts ??= this.#newParts();
    return this.#parts;
  }

  async #newParts(): Promise<Parts> {
    const { router, subnets } = this.cloud;
    const [service, ike, ipsec, local, peer] = await Promise.all([
      this.create('vpnservice', { name: 'gw', router_id: router.id }),
      this.create('ikepolicy', { name: 'ike' }),
      this.create('ipsecpolicy', { name: 'ipsec' }),
      this.create('endpoint_group', { name: 'local', type: 'subnet', endpoints: [subnets[0].id] }),
      this.create('endpoint_group', { name: 'peer', type: 'cidr', endpoints: ['10.20.0.0/24'] }),
    ]);
    return {
      ...{ vpnservice_id: service.id, ikepolicy_id: ike.id, ipsecpolicy_id: ipsec.id },
      ...{ local_ep_group_id: local.id, peer_ep_group_id: peer.id },
    };
  }

  /** The least that a connection with groups needs. */
  async connectionFields(): Promise<Record<string, unknown>> {
    return { ...(await this.parts()), peer_address: '198.51.100.7', peer_id: '198.51.100.7', psk: 'Some-Secret_1' };
  }

  /** A connection that is settled, so that it can be updated. */
  async connection(changes: object = {}): Promise<Json & { readonly id: string }> {
    const connection = await this.create('ipsec_site_connection', { ...(await this.connectionFields()), ...changes });
    await this.cloud.drive(connection.id, 'DOWN');
    return connection;
  }

  /** A name that no other object of this file has. */
  name(): string {
    this.#serial += 1;
    return `object-${this.#serial}`;
  }
}

let shared: Bench | undefined;

/** The one of this test file. The first call opens its cloud for the tests of the file, or of the suite it is in. */
export function useBench(): Bench {
  if (shared !== undefined) return shared;
  const bench = new Bench();
  beforeAll(() => bench.open());
  afterAll(() => bench.close());
  shared = bench;
  return bench;
}
