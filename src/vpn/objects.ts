/** What the service answered, decoded: foreign JSON becomes typed objects here or nowhere. */

import { ActionError } from '../errors.ts';
import { canonicalAddress, parseCidr } from '../net/cidr.ts';
import { Secret } from '../secret.ts';
import type { FieldValue, Settings } from './desired.ts';
import { type Dialect, spelled } from './dialects.ts';
import { type Field, fields } from './fields.ts';
import { type Kind, kindNames, type Part, parts } from './kinds.ts';

interface Base {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Undefined where the answer does not say. */
  readonly projectId: string | undefined;
  /** Values of the field table (without name and description) in canonical form. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

export interface VpnService extends Base {
  readonly kind: 'vpnservice';
  readonly status: string;
  readonly routerId: string;
  readonly subnetId: string | undefined;
  readonly addressV4: string | undefined;
  readonly addressV6: string | undefined;
}

export interface Policy extends Base {
  readonly kind: 'ikepolicy' | 'ipsecpolicy';
}

export interface EndpointGroup extends Base {
  readonly kind: 'endpoint_group';
  readonly type: string;
  /** CIDRs are canonical; the order means nothing. */
  readonly endpoints: readonly string[];
}

export interface Connection extends Base {
  readonly kind: 'ipsec_site_connection';
  readonly status: string;
  readonly refs: Readonly<Partial<Record<Part, string>>>;
  /** Some clouds answer stars, or leave the key out. */
  readonly psk: Secret | 'hidden';
  /** OTC only; undefined where lists do not carry them. */
  readonly tags: ReadonlyMap<string, string> | undefined;
}

export type VpnObject = VpnService | Policy | EndpointGroup | Connection;

export interface ObjectOf {
  vpnservice: VpnService;
  ikepolicy: Policy;
  ipsecpolicy: Policy;
  endpoint_group: EndpointGroup;
  ipsec_site_connection: Connection;
}

export type Json = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The project that an object belongs to, where the answer says it. */
export function projectOf(object: Json): string | undefined {
  return text(object.tenant_id) ?? text(object.project_id);
}

/** UUIDs with dashes; OTC also uses 32 hex digits for projects. */
const idForm = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

export function isId(text: unknown): text is string {
  return typeof text === 'string' && idForm.test(text);
}

/**
 * `PENDING CREATE` and `pending_create` have been seen for `PENDING_CREATE`. What is no word is `UNKNOWN`: the status becomes
 * an output, which workflows put into scripts.
 */
function normalStatus(value: unknown): string {
  const status = typeof value === 'string' ? value.trim().toUpperCase().replaceAll(' ', '_') : '';
  return /^[A-Z][A-Z_]{0,39}$/.test(status) ? status : 'UNKNOWN';
}

/** The cloud is at work on it, and refuses updates meanwhile. */
export function isPending(status: string): boolean {
  return status.startsWith('PENDING_') || status === 'BUILD';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Undefined also for what is no address: it becomes an output, which workflows put into scripts. */
function address(value: unknown): string | undefined {
  return canonicalAddress(text(value) ?? '');
}

/** Sorted: the order means nothing, databases give any, and a plan that shows it has one digest. */
function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string').sort() : [];
}

function number(value: unknown): number | undefined {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined;
}

/** Settings with numbers as numbers: servers echo `"3600"` where it was sent so. In one order: a plan has one digest. */
function settings(value: unknown): Settings | undefined {
  if (!isJsonObject(value)) {
    return undefined;
  }
  const entries = Object.entries(value).flatMap(([key, entry]): [string, string | number][] => {
    const known = number(entry) ?? text(entry);
    return known === undefined ? [] : [[key, known]];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function canonicalCidr(cidr: string): string {
  return parseCidr(cidr)?.canonical ?? cidr;
}

function fieldValue(field: Field, value: unknown, dialect: Dialect): FieldValue | undefined {
  if (typeof field.shape === 'object') {
    const known = text(value);
    return known === undefined ? undefined : spelled(dialect, field.shape.choice, known);
  }
  switch (field.shape) {
    case 'mtu':
      return number(value);
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'lifetime':
    case 'dpd':
      return settings(value);
    case 'cidrs':
      return texts(value).map(canonicalCidr);
    case 'address':
    case 'peer identity': {
      const known = text(value);
      return known === undefined ? undefined : (canonicalAddress(known) ?? known);
    }
    default:
      return text(value);
  }
}

function values(kind: Kind, json: Json, dialect: Dialect): Record<string, FieldValue> {
  const known: Record<string, FieldValue> = {};
  for (const [key, field] of Object.entries(fields[kind])) {
    const other = key === 'name' || key === 'description' || (field.only ?? dialect.name) !== dialect.name;
    const value = other ? undefined : fieldValue(field, json[key], dialect);
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      known[key] = value;
    }
  }
  return known;
}

/** A psk of stars only, or none, says nothing about the real one. */
function pskOf(value: unknown, dialect: Dialect): Secret | 'hidden' {
  return typeof value === 'string' && !dialect.psk.hidden.test(value) ? new Secret(value) : 'hidden';
}

/** Tags come as `[{key, value}]`; the same form is used by the tag API. */
export function decodeTags(value: unknown): ReadonlyMap<string, string> | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const pairs = value.flatMap((entry): [string, string][] =>
    isJsonObject(entry) && typeof entry.key === 'string' ? [[entry.key, String(entry.value ?? '')]] : [],
  );
  return new Map(pairs);
}

function refsOf(json: Json): Partial<Record<Part, string>> {
  const refs: Partial<Record<Part, string>> = {};
  for (const part of parts) {
    const id = json[`${part}_id`];
    if (isId(id)) {
      refs[part] = id;
    }
  }
  return refs;
}

/**
 * One object of an answer.
 * @throws ActionError API_UNAVAILABLE if it has no usable id: nothing can then be trusted in the answer.
 */
export function decodeObject<K extends Kind>(kind: K, value: unknown, dialect: Dialect): ObjectOf[K];
export function decodeObject(kind: Kind, value: unknown, dialect: Dialect): VpnObject {
  if (!isJsonObject(value) || !isId(value.id)) {
    throw new ActionError('API_UNAVAILABLE', `The service answered an ${kindNames[kind].words} without a valid id.`, {
      hint: 'Check that auth-url and network-endpoint belong to an OpenStack cloud with VPNaaS, or to OTC.',
    });
  }
  const base: Base = {
    id: value.id,
    name: text(value.name) ?? '',
    description: text(value.description) ?? '',
    projectId: projectOf(value),
    values: values(kind, value, dialect),
  };
  switch (kind) {
    case 'vpnservice':
      return {
        ...base,
        kind,
        status: normalStatus(value.status),
        routerId: text(value.router_id) ?? '',
        subnetId: text(value.subnet_id),
        addressV4: address(value.external_v4_ip),
        addressV6: address(value.external_v6_ip),
      };
    case 'endpoint_group': {
      const type = text(value.type) ?? '';
      const endpoints = texts(value.endpoints);
      return { ...base, kind, type, endpoints: type === 'cidr' ? endpoints.map(canonicalCidr) : endpoints };
    }
    case 'ipsec_site_connection':
      return {
        ...base,
        kind,
        status: normalStatus(value.status),
        refs: refsOf(value),
        psk: pskOf(value.psk, dialect),
        tags: dialect.tags ? decodeTags(value.tags) : undefined,
      };
    default:
      return { ...base, kind };
  }
}
