/**
 * A cloud in memory that carries out a plan step by step. It keeps objects as the JSON that a server would answer, and
 * refuses what a server would refuse, so that a plan that gets through it is one that works.
 */
import { Secret } from '../../../src/secret.ts';
import type { Body } from '../../../src/vpn/api.ts';
import { type DialectName, dialects } from '../../../src/vpn/dialects.ts';
import { fields } from '../../../src/vpn/fields.ts';
import { type Kind, kinds, type Part, partKind, parts } from '../../../src/vpn/kinds.ts';
import { decodeObject, type ObjectOf } from '../../../src/vpn/objects.ts';
import type { Observed } from '../../../src/vpn/observe.ts';
import type { Plan, References, Step, TagStep, Target } from '../../../src/vpn/plan/steps.ts';
import { pskTagValue, tagKeys } from '../../../src/vpn/tags.ts';
import { projectId, uuid } from './build.ts';

export type Json = Record<string, unknown>;

export interface CloudOptions {
  /** How a psk is answered. */
  readonly psk?: 'clear' | 'stars' | 'garbage';
  /** Of the first object made. */
  readonly firstId?: number;
}

const references = parts.map((part) => `${part}_id`);
const immutable = ['vpnservice_id', 'ikepolicy_id', 'ipsecpolicy_id', 'router_id', 'subnet_id', 'type', 'endpoints'];
const extra: Readonly<Record<Kind, readonly string[]>> = {
  vpnservice: ['router_id', 'subnet_id'],
  ikepolicy: [],
  ipsecpolicy: [],
  endpoint_group: ['type', 'endpoints'],
  ipsec_site_connection: ['psk', ...references],
};

function refuse(words: string): never {
  throw new Error(`The cloud refuses: ${words}`);
}

export class ModelCloud {
  readonly dialect;
  readonly #objects = new Map<Kind, Map<string, Json>>(kinds.map((kind) => [kind, new Map()]));
  readonly #tags = new Map<string, Map<string, string>>();
  /** OTC: the policies that each connection runs with, as they were when it was last written. */
  readonly #running = new Map<string, string>();
  readonly #psk: 'clear' | 'stars' | 'garbage';
  #next: number;
  routers: Observed['routers'] = [];
  subnets: Observed['subnets'] = [];

  constructor(dialect: DialectName, { psk: shown = 'clear', firstId = 1 }: CloudOptions = {}) {
    this.dialect = dialects[dialect];
    this.#psk = shown;
    this.#next = firstId;
  }

  #of(kind: Kind): Map<string, Json> {
    return this.#objects.get(kind) ?? refuse('no such kind');
  }

  #get(kind: Kind, id: string): Json {
    return this.#of(kind).get(id) ?? refuse(`no ${kind} ${id}`);
  }

  /** Puts an object there that somebody else made. */
  add(kind: Kind, json: Json, id = uuid(this.#next++)): string {
    const status = kind === 'vpnservice' || kind === 'ipsec_site_connection' ? { status: 'ACTIVE' } : {};
    this.#of(kind).set(id, { id, tenant_id: projectId, name: '', description: '', ...status, ...json });
    if (kind === 'ipsec_site_connection') {
      this.#tags.set(id, new Map());
      this.#run(id);
    }
    return id;
  }

  /** Changes an object as somebody else would, in the console. */
  edit(kind: Kind, id: string, json: Json): void {
    Object.assign(this.#get(kind, id), json);
  }

  setTags(id: string, tags: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(tags)) {
      this.tagsOf(id).set(key, value);
    }
  }

  tagsOf(id: string): Map<string, string> {
    return this.#tags.get(id) ?? refuse(`no connection ${id}`);
  }

  json(kind: Kind, id: string): Readonly<Json> {
    return this.#get(kind, id);
  }

  ids(kind: Kind): string[] {
    return [...this.#of(kind).keys()];
  }

  named(kind: Kind, name: string): Readonly<Json>[] {
    return [...this.#of(kind).values()].filter((json) => json.name === name);
  }

  #list<K extends Kind>(kind: K): ObjectOf[K][] {
    return [...this.#of(kind).values()].map((json) => decodeObject(kind, this.#shown(kind, json), this.dialect));
  }

  #shown(kind: Kind, json: Json): Json {
    if (kind !== 'ipsec_site_connection') {
      return json;
    }
    const shown = { clear: json.psk, stars: '******', garbage: `x${String(json.psk).length}y` }[this.#psk];
    const tags = [...this.tagsOf(String(json.id))].map(([key, value]) => ({ key, value }));
    return { ...json, psk: shown, tags };
  }

  observed(): Observed {
    return {
      vpnservices: this.#list('vpnservice'),
      ikepolicies: this.#list('ikepolicy'),
      ipsecpolicies: this.#list('ipsecpolicy'),
      endpointGroups: this.#list('endpoint_group'),
      connections: this.#list('ipsec_site_connection'),
      routers: this.routers,
      subnets: this.subnets,
    };
  }

  /** OTC: connections whose policies were changed after they were last written. */
  outdated(): string[] {
    return this.ids('ipsec_site_connection').filter((id) => this.#running.get(id) !== this.#policies(id));
  }

  #policies(id: string): string {
    const { ikepolicy_id: ike, ipsecpolicy_id: ipsec } = this.#get('ipsec_site_connection', id);
    const content = ([kind, policy]: readonly [Kind, unknown]): Json => {
      const { name: _name, description: _description, ...rest } = this.#of(kind).get(String(policy)) ?? {};
      return rest;
    };
    return JSON.stringify([content(['ikepolicy', ike]), content(['ipsecpolicy', ipsec])]);
  }

  #run(id: string): void {
    this.#running.set(id, this.#policies(id));
  }

  /**
   * Carries out a plan, or its first steps; `half`: and the DELETE of a replacement that comes next.
   * @throws where a server would refuse, or a step comes before what it needs
   */
  apply({ steps }: Pick<Plan, 'steps'>, { count = steps.length, half = false } = {}): void {
    const made = new Map<string, string>();
    const done = new Set<string>();
    const notEchoed = new Set<string>();
    for (const [index, step] of steps.entries()) {
      const missing = step.after.find((key) => !done.has(key));
      if (missing !== undefined) {
        refuse(`"${step.key}" comes before "${missing}"`);
      }
      if (index >= count) {
        if (half && step.do === 'replace') {
          this.#remove('ipsec_site_connection', step.old.id);
        }
        return;
      }
      this.#carryOut(step, made, notEchoed);
      done.add(step.key);
    }
  }

  #carryOut(step: Step, made: Map<string, string>, notEchoed: Set<string>): void {
    const idOf = (target: Target): string =>
      'id' in target ? target.id : (made.get(target.made) ?? refuse(`"${step.key}" needs what "${target.made}" makes`));
    const refsOf = (refs: References): Json =>
      Object.fromEntries(Object.entries(refs).map(([part, target]) => [`${part}_id`, idOf(target)]));
    const noteEcho = (id: string, body: Body): void => {
      if (body.psk !== undefined && this.#psk !== 'clear') {
        notEchoed.add(id);
      }
    };
    switch (step.do) {
      case 'create':
      case 'replace': {
        if (step.do === 'replace') {
          this.#remove('ipsec_site_connection', step.old.id);
        }
        const kind = step.do === 'create' ? step.kind : 'ipsec_site_connection';
        const id = this.#create(kind, { ...step.body, ...refsOf(step.refs) });
        made.set(step.key, id);
        noteEcho(id, step.body);
        break;
      }
      case 'update':
        this.#update(step.kind, step.id, { ...step.body, ...refsOf(step.refs) });
        noteEcho(step.id, step.body);
        break;
      case 'delete':
        this.#remove(step.kind, step.id);
        break;
      case 'tag':
        this.#tag(step, idOf(step.connection), notEchoed);
        break;
    }
  }

  #check(kind: Kind, body: Body): Json {
    const known = [...Object.keys(fields[kind]), ...extra[kind]];
    const stranger = Object.keys(body).find(
      (key) => !known.includes(key) || (fields[kind][key]?.only ?? this.dialect.name) !== this.dialect.name,
    );
    if (stranger !== undefined) {
      refuse(`unrecognized attribute ${stranger} of ${kind}`);
    }
    if (String(body.name ?? 'x').length > this.dialect.nameLength || String(body.description ?? '').length > 255) {
      refuse('a text is too long');
    }
    return Object.fromEntries(
      Object.entries(body).map(([key, value]) => [key, value instanceof Secret ? value.reveal() : value]),
    );
  }

  #create(kind: Kind, body: Body): string {
    const json = this.#check(kind, body);
    if (kind === 'endpoint_group') {
      const members = Array.isArray(json.endpoints) ? json.endpoints : [];
      if (members.length === 0 || new Set(members).size < members.length) {
        refuse('no endpoints, or one twice');
      }
    }
    if (kind === 'vpnservice') {
      const { router_id: router } = json;
      if (typeof router !== 'string') {
        refuse('no router');
      }
      const taken = [...this.#of(kind).values()].some((service) => service.router_id === router);
      if (taken && this.dialect.name === 'otc') {
        refuse('VPC.1026');
      }
    }
    if (kind === 'ipsec_site_connection') {
      this.#checkConnection(json);
    }
    return this.add(kind, json);
  }

  #checkConnection(json: Json): void {
    if (typeof json.psk !== 'string' || typeof json.peer_address !== 'string' || typeof json.peer_id !== 'string') {
      refuse('psk, peer_address or peer_id is missing');
    }
    for (const part of ['vpnservice', 'ikepolicy', 'ipsecpolicy'] as const) {
      this.#get(partKind[part], String(json[`${part}_id`]));
    }
    const isLegacy = typeof this.#get('vpnservice', String(json.vpnservice_id)).subnet_id === 'string';
    const groups = [json.local_ep_group_id, json.peer_ep_group_id].filter((id) => id !== undefined);
    const cidrs = json.peer_cidrs !== undefined;
    if (isLegacy ? groups.length > 0 || !cidrs : groups.length !== 2 || cidrs) {
      refuse('the two models are mixed');
    }
    const [local, remote] = groups.map((id) => this.#get('endpoint_group', String(id)));
    if ((local?.type ?? 'subnet') !== 'subnet' || (remote?.type ?? 'cidr') !== 'cidr') {
      refuse('wrong type of group');
    }
  }

  #users(kind: Kind, id: string): Json[] {
    const keys = (Object.keys(partKind) as Part[])
      .filter((part) => partKind[part] === kind)
      .map((part) => `${part}_id`);
    return [...this.#of('ipsec_site_connection').values()].filter((json) => keys.some((key) => json[key] === id));
  }

  #update(kind: Kind, id: string, body: Body): void {
    const json = this.#get(kind, id);
    const change = this.#check(kind, body);
    const fixed = Object.keys(change).find((key) => immutable.includes(key));
    if (fixed !== undefined || Object.keys(change).length === 0) {
      refuse(`PUT of ${fixed ?? 'nothing'}`);
    }
    const isPolicy = kind === 'ikepolicy' || kind === 'ipsecpolicy';
    if (isPolicy && this.dialect.name === 'openstack' && this.#users(kind, id).length > 0) {
      refuse('the policy is in use');
    }
    Object.assign(json, change);
    if (kind === 'ipsec_site_connection') {
      this.#checkConnection(json);
      this.#run(id);
    }
  }

  #remove(kind: Kind, id: string): void {
    this.#get(kind, id);
    if (this.#users(kind, id).length > 0) {
      refuse(`${kind} ${id} is in use`);
    }
    this.#of(kind).delete(id);
    this.#tags.delete(id);
  }

  #tag({ set, remove, psk: sent }: TagStep, id: string, notEchoed: ReadonlySet<string>): void {
    if (this.dialect.name !== 'otc') {
      refuse('there are no tags');
    }
    const value = sent === undefined ? undefined : pskTagValue({ hidden: notEchoed.has(id), version: sent.version });
    const all = value === undefined ? set : { ...set, [tagKeys.psk]: value };
    const tags = this.tagsOf(id);
    for (const [key, text] of Object.entries(all)) {
      if (!/^[\w-]{1,36}$/.test(key) || !/^[\w-]{0,43}$/.test(text)) {
        refuse(`tag ${key}=${text}`);
      }
      tags.set(key, text);
    }
    for (const key of remove) {
      tags.delete(key);
    }
    if (tags.size > 10) {
      refuse('more than ten tags');
    }
  }
}
