import { type Cloud, type CloudOptions, startCloud } from '../../cloud/index.ts';
import { at } from '../../json.ts';

/** What came back. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The decoded body; undefined if it isn't JSON. */
  json: unknown;
}

/** A cloud with a client that has a token of its account. */
export interface Session {
  cloud: Cloud;
  token: string;
  /** A request to the network service. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<Reply>;
  /** A request for VPN objects; the path starts after /v2.0/vpn. */
  vpn(method: string, path: string, body?: unknown, token?: string): Promise<Reply>;
  /** A request to the identity service; the path starts after /v3. */
  identity(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

const running: Cloud[] = [];

/** Starts a cloud that `endAll` closes. */
export async function begin(options: CloudOptions): Promise<Session> {
  const cloud = await startCloud(options);
  running.push(cloud);
  const token = cloud.issueToken();
  const call: Session['call'] = (method, path, body, used = token) =>
    send(`${cloud.networkUrl}${path}`, method, body, { 'x-auth-token': used });
  return {
    cloud,
    token,
    call,
    vpn: (method, path, body, used) => call(method, `/v2.0/vpn${path}`, body, used),
    identity: (method, path, body, headers = {}) => send(`${cloud.authUrl}${path}`, method, body, headers),
  };
}

/** Closes every cloud that `begin` started. */
export async function endAll(): Promise<void> {
  await Promise.all(running.splice(0).map((cloud) => cloud.close()));
}

/** One request with fetch; a string body is sent as it is. */
export async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Reply> {
  const payload = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(url, { method, headers, redirect: 'manual', ...payload });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** The ids (or another attribute) of a list answer. */
export function column(reply: Reply, plural: string, attribute = 'id'): unknown[] {
  const rows = at(reply.json, plural);
  return Array.isArray(rows) ? rows.map((row) => at(row, attribute)) : [];
}

/** The error's type, code or message: whatever the envelope has. */
export function problem(reply: Reply): string {
  const { json } = reply;
  const candidates = [
    at(json, 'NeutronError', 'type'),
    at(json, 'error_code'),
    at(json, 'code'),
    at(json, 'error', 'title'),
  ];
  return `${reply.status} ${candidates.find((one) => one !== undefined) ?? ''}`.trim();
}

/** Id of a seeded object of the account's project. */
export function idOf({ cloud }: Session, kind: 'router' | 'subnet', name: string): string {
  const found = cloud.store.all(kind).find((one) => one['name'] === name && one.project_id === cloud.account.projectId);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found.id;
}

/** Ids of everything one connection needs. */
export interface Built {
  vpnservice: string;
  ikepolicy: string;
  ipsecpolicy: string;
  local: string;
  peer: string;
  connection: string;
}

let serial = 0;

/** Creates an object and returns its id; throws if that's refused. */
export async function create(session: Session, kind: string, segment: string, fields: object): Promise<string> {
  const reply = await session.vpn('POST', `/${segment}`, { [kind]: fields });
  const id = at(reply.json, kind, 'id');
  if (reply.status !== 201 || typeof id !== 'string') throw new Error(`${reply.status} ${reply.text}`);
  return id;
}

/** Creates a connection with all its parts, by the API, with names and networks of its own. */
export async function build(session: Session, changes: object = {}, router = 'vpc-prod'): Promise<Built> {
  serial += 1;
  const subnet = idOf(session, 'subnet', router === 'vpc-prod' ? 'subnet-app' : 'subnet-dev');
  const parts = {
    vpnservice: await create(session, 'vpnservice', 'vpnservices', {
      name: `gw-${serial}`,
      router_id: idOf(session, 'router', router),
      admin_state_up: true,
    }),
    ikepolicy: await create(session, 'ikepolicy', 'ikepolicies', { name: `ike-${serial}` }),
    ipsecpolicy: await create(session, 'ipsecpolicy', 'ipsecpolicies', { name: `ipsec-${serial}` }),
    local: await create(session, 'endpoint_group', 'endpoint-groups', { type: 'subnet', endpoints: [subnet] }),
    peer: await create(session, 'endpoint_group', 'endpoint-groups', {
      type: 'cidr',
      endpoints: [`10.${100 + serial}.0.0/24`],
    }),
  };
  const connection = await create(session, 'ipsec_site_connection', 'ipsec-site-connections', {
    ...connectionFields(parts),
    ...changes,
  });
  return { ...parts, connection };
}

/** A connection's fields, made of these parts. */
export function connectionFields(parts: Omit<Built, 'connection'>): Record<string, unknown> {
  return {
    name: `connection-${serial}`,
    vpnservice_id: parts.vpnservice,
    ikepolicy_id: parts.ikepolicy,
    ipsecpolicy_id: parts.ipsecpolicy,
    local_ep_group_id: parts.local,
    peer_ep_group_id: parts.peer,
    peer_address: `198.51.100.${serial}`,
    peer_id: `198.51.100.${serial}`,
    psk: 'Some-Secret_1',
  };
}
