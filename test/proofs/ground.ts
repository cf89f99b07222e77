/** A cloud in which other people have objects too, and what can be said of it after runs of the action. */
import { type Cloud, type CloudOptions, type StoredObject, startCloud, type VpnKind } from '../cloud/index.ts';
import type { Dialect, Situation } from './situations.ts';

const kinds = ['ipsec_site_connection', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'vpnservice'] as const;
const everything = [...kinds, 'router', 'subnet'] as const;

/** The mark of another repository, years old. */
const foreignMark = '[ipsec-connection-action 0123456789ab 2020-01-01T00:00:00Z]';

export interface Ground {
  readonly cloud: Cloud;
  /** Inputs that a run against this cloud needs besides those of its step. */
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * What the action manages, as text that is equal for equal worlds: references are written out, ids and the times in
   * marks are left out. Objects that nothing refers to stand by themselves.
   */
  world(): string;
  /** Ids of the connections that the action manages, by name. */
  connectionIds(): Readonly<Record<string, string>>;
  /** What is wrong, whatever a run was to do: changed or missing objects of others, references to nothing. */
  damage(): readonly string[];
  /** Breaches of what the situation must end in, beside `world()`: wrong numbers of objects. */
  miscounted(situation: Situation): readonly string[];
  /** Forgets the requests and puts all objects back as they were at this call. */
  save(): () => void;
}

/** Objects in the same project that no file describes: by hand, without a mark, and by another repository. */
function seedNeighbours({ store }: Cloud): void {
  const router = store.all('router').find(({ name }) => name === 'vpc-dev');
  const subnet = store.all('subnet').find(({ name }) => name === 'subnet-dev');
  if (router === undefined || subnet === undefined) throw new Error('the cloud has another network');
  const service = store.seed('vpnservice', { name: 'dev-gw', router_id: router.id });
  store.seed('ipsec_site_connection', {
    ...{ name: 'office-kiel', peer_address: '198.51.100.77', peer_id: '198.51.100.77', psk: 'Neighbours-Only_Key.1' },
    vpnservice_id: service.id,
    ikepolicy_id: store.seed('ikepolicy', { name: 'kiel-ike' }).id,
    ipsecpolicy_id: store.seed('ipsecpolicy', { name: 'kiel-ipsec' }).id,
    local_ep_group_id: store.seed('endpoint_group', { name: 'kiel-local', type: 'subnet', endpoints: [subnet.id] }).id,
    peer_ep_group_id: store.seed('endpoint_group', { name: 'kiel-peer', type: 'cidr', endpoints: ['10.77.0.0/24'] }).id,
  });
  store.seed('ikepolicy', { name: 'nobodys-ike' });
  store.seed('endpoint_group', { name: 'theirs', type: 'cidr', endpoints: ['10.66.0.0/24'], description: foreignMark });
}

function all({ store }: Cloud): readonly (readonly [(typeof everything)[number], StoredObject])[] {
  return everything.flatMap((kind) => store.all(kind).map((object) => [kind, object] as const));
}

const timeless = (text: string): string =>
  text.replaceAll(/(\[ipsec-connection-action [0-9a-f]{12} )[^\]]+\]/g, '$1…]').replaceAll(/\d{8}T\d{6}Z/g, '…');

/** JSON with the keys in their order: which of them a request named first means nothing. */
function canonical(object: object): string {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(object, sorted, 1);
}

class Describer {
  readonly #cloud: Cloud;
  readonly #own: (id: string) => boolean;
  readonly #referred = new Set<string>();

  constructor(cloud: Cloud, own: (id: string) => boolean) {
    this.#cloud = cloud;
    this.#own = own;
  }

  /** An object with what it refers to in its place. */
  #written(object: StoredObject): object {
    const { id: _id, project_id: _project, ...attributes } = object;
    return Object.fromEntries(
      Object.entries(attributes)
        .filter(([key]) => !['created_at', 'updated_at', 'revision_number'].includes(key))
        .map(([key, value]) => [key, this.#value(key, value)]),
    );
  }

  #value(key: string, value: unknown): unknown {
    if (key === 'endpoints' && Array.isArray(value)) {
      return value.map((member) => this.#nameOf('subnet', member) ?? member).sort();
    }
    if (key === 'router_id') return this.#nameOf('router', value) ?? value;
    const kind = key.replace(/^(local|peer)_ep_group_id$/, 'endpoint_group').replace(/_id$/, '');
    const vpnKind = kinds.find((one) => one === kind);
    if (vpnKind === undefined || typeof value !== 'string') return value;
    this.#referred.add(value);
    const referred = this.#cloud.store.get(vpnKind, value);
    return referred === undefined ? 'REFERS TO NOTHING' : this.#written(referred);
  }

  #nameOf(kind: 'router' | 'subnet', id: unknown): unknown {
    return typeof id === 'string' ? this.#cloud.store.get(kind, id)?.['name'] : undefined;
  }

  text(): string {
    const { store } = this.#cloud;
    const of = (kind: VpnKind): StoredObject[] => store.all(kind).filter(({ id }) => this.#own(id));
    const connections = of('ipsec_site_connection').map((object) => ({
      ...this.#written(object),
      tags: store.tags(object.id),
    }));
    const alone = kinds.slice(1).flatMap((kind) =>
      of(kind)
        .filter(({ id }) => !this.#referred.has(id))
        .map((object) => ({ 'refers nothing to it': kind, ...this.#written(object) })),
    );
    const lines = [...connections, ...alone].map((object) => timeless(canonical(object)));
    return lines.sort().join('\n');
  }
}

/** How a world differs from the expected one: lines that are missing (`-`) and lines too many (`+`). */
export function differences(expected: string, world: string): string {
  const [wanted, found] = [expected.split('\n'), world.split('\n')];
  const missing = wanted.filter((line) => !found.includes(line)).map((line) => `- ${line}`);
  const extra = found.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`);
  const lines = [...missing, ...extra];
  return lines.length > 0 || world === expected
    ? lines.join('\n')
    : `the same lines, not as often, or elsewhere:\n${world}`;
}

/** @param options how the cloud behaves; by default it configures a new connection at once */
export async function startGround(dialect: Dialect, options: Partial<CloudOptions> = {}): Promise<Ground> {
  const cloud = await startCloud({ dialect, downAfterMs: 0, ...options });
  seedNeighbours(cloud);
  const strangers = new Map(all(cloud).map(([kind, object]) => [object.id, [kind, JSON.stringify(object)] as const]));
  const isOwn = (id: string): boolean => !strangers.has(id);
  const counts = (kind: VpnKind): number => cloud.store.all(kind).filter(({ id }) => isOwn(id)).length;
  return {
    cloud,
    inputs: dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': cloud.networkUrl } : {},
    world: () => new Describer(cloud, isOwn).text(),
    connectionIds: () =>
      Object.fromEntries(
        cloud.store
          .all('ipsec_site_connection')
          .filter(({ id }) => isOwn(id))
          .map(({ id, name }) => [String(name), id]),
      ),
    damage() {
      const changed = [...strangers].filter(([id, [kind, text]]) => JSON.stringify(cloud.store.get(kind, id)) !== text);
      const world = new Describer(cloud, isOwn).text();
      return [
        ...changed.map(([id, [kind]]) => `the ${kind} ${id} of somebody else was changed or removed`),
        ...(world.includes('REFERS TO NOTHING') ? [`a reference to nothing: ${world}`] : []),
      ];
    },
    miscounted: ({ leaves }) =>
      kinds
        .filter((kind) => counts(kind) !== leaves[kind])
        .map((kind) => `${counts(kind)} of kind ${kind}, not ${leaves[kind]}`),
    save() {
      const restore = cloud.store.save();
      return () => {
        cloud.clearFaults();
        cloud.clearRequests();
        restore();
      };
    },
  };
}
