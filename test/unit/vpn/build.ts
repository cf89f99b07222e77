/** Short ways to say what a file describes; each value gets a line of its own. */
import type { Place } from '../../../src/errors.ts';
import { Secret } from '../../../src/secret.ts';
import type {
  ConnectionSpec,
  DescribedPart,
  Endpoint,
  FieldValue,
  PartSpec,
  Reference,
  Stated,
  StatedFields,
} from '../../../src/vpn/desired.ts';
import { type DialectName, dialects } from '../../../src/vpn/dialects.ts';
import type { PlanOptions } from '../../../src/vpn/plan/plan.ts';

export const projectId = '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e';
export const repository = 'acme/network';
export const now = Date.UTC(2026, 10, 22, 20, 0, 0);
export const psk = 'Ex4mple-Only_Key';

let line = 0;

export function place(): Place {
  line += 1;
  return { file: 'office.yml', line, column: 3 };
}

export function stated<T>(value: T): Stated<T> {
  return { value, at: place() };
}

/** `7` → a UUID that sorts by number. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

type Fields = Readonly<Record<string, FieldValue>>;

function fieldsOf(fields: Fields): StatedFields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, stated(value)]));
}

export function reference(text: string): Reference {
  return isUuid(text) ? { by: 'id', id: text, at: place() } : { by: 'name', name: text, at: place() };
}

export interface PartOptions {
  readonly id?: string;
  readonly name?: string;
  readonly tenant?: string;
  readonly router?: string;
  readonly subnet?: string;
}

/** A mapping in the file. */
export function described(fields: Fields = {}, options: PartOptions = {}): DescribedPart {
  const { id, name, tenant, router, subnet } = options;
  return {
    by: 'description',
    at: place(),
    ...(id === undefined ? {} : { id: stated(id) }),
    ...(name === undefined ? {} : { name: stated(name) }),
    ...(tenant === undefined ? {} : { tenantId: stated(tenant) }),
    ...(router === undefined ? {} : { router: reference(router) }),
    ...(subnet === undefined ? {} : { subnet: reference(subnet) }),
    fields: fieldsOf(fields),
  };
}

function endpoint(text: string): Endpoint {
  return { is: isUuid(text) ? 'id' : text.includes('/') ? 'cidr' : 'name', text, at: place() };
}

/** The subnets of the cloud's side: ids, names or CIDRs. */
export function local(members: readonly string[], options: PartOptions = {}, fields: Fields = {}): DescribedPart {
  return { ...described(fields, options), endpointType: 'subnet', endpoints: members.map(endpoint) };
}

/** The networks of the peer's side. */
export function peer(members: readonly string[], options: PartOptions = {}, fields: Fields = {}): DescribedPart {
  return { ...described(fields, options), endpointType: 'cidr', endpoints: members.map(endpoint) };
}

export interface SpecOptions {
  readonly id?: string;
  readonly tenant?: string;
  readonly fields?: Fields;
  /** null: none is given. */
  readonly psk?: string | null;
  readonly pskVersion?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
  /** null: the file does not have the part. */
  readonly service?: PartSpec | string | null;
  readonly ike?: PartSpec | string;
  readonly ipsec?: PartSpec | string;
  readonly local?: PartSpec | string | null;
  readonly peer?: PartSpec | string | null;
}

function part(given: PartSpec | string | undefined, otherwise: PartSpec | string): PartSpec {
  const chosen = given ?? otherwise;
  return typeof chosen === 'string' ? reference(chosen) : chosen;
}

/** A connection of the file; what is not said refers to the objects of `standardCloud`. */
export function spec(name: string, options: SpecOptions = {}): ConnectionSpec {
  const { id, tenant, fields = {}, psk: key = psk, pskVersion, tags } = options;
  const peerAddress = { peer_address: '198.51.100.20', ...fields };
  const tagList = Object.entries(tags ?? {}).map(([tag, value]) => [tag, stated(value)]);
  return {
    at: place(),
    name: stated(name),
    ...(id === undefined ? {} : { id: stated(id) }),
    ...(tenant === undefined ? {} : { tenantId: stated(tenant) }),
    fields: fieldsOf(peerAddress),
    ...(key === null ? {} : { psk: stated(new Secret(key)) }),
    ...(pskVersion === undefined ? {} : { pskVersion: stated(pskVersion) }),
    ...(tags === undefined ? {} : { tags: Object.fromEntries(tagList) }),
    parts: {
      ...(options.service === null ? {} : { vpnservice: part(options.service, 'gw') }),
      ikepolicy: part(options.ike, 'ike'),
      ipsecpolicy: part(options.ipsec, 'ipsec'),
      ...(options.local === null ? {} : { local_ep_group: part(options.local, 'local') }),
      ...(options.peer === null ? {} : { peer_ep_group: part(options.peer, 'peer') }),
    },
  };
}

export function options(dialect: DialectName, others: Partial<PlanOptions> = {}): PlanOptions {
  return {
    dialect: dialects[dialect],
    repository,
    project: { id: projectId },
    now,
    updatePsk: 'auto',
    allowShared: false,
    prune: false,
    elsewhere: { connections: [], unclear: [] },
    confirmDestroy: [],
    destroyVpnservice: false,
    isWhole: true,
    leftOut: [],
    maxImpact: 'interruption',
    ...others,
  };
}
