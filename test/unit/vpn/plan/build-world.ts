/** Makes a random world: the cloud, and what the files describe. */
import type { ConnectionSpec, PartSpec } from '../../../../src/vpn/desired.ts';
import { type Part, partKind } from '../../../../src/vpn/kinds.ts';
import { markDescription, markTag, ownerOf } from '../../../../src/vpn/mark.ts';
import { policiesDigest, tagKeys } from '../../../../src/vpn/tags.ts';
import { described, local, now, peer, reference, repository, spec, uuid } from '../build.ts';
import { ModelCloud } from '../model-cloud.ts';
import { policyValues } from '../standard-cloud.ts';

import type { ConnectionPlan, ObjectPlan, PartPlan, SpecPlan, World } from './worlds.ts';

const connectionNames = ['a', 'b', 'c'] as const;
const remotes = ['10.80.0.0/24', '10.81.0.0/16', '10.82.0.0/16'];
const subnets = [uuid(11), uuid(12)];
const routers = [uuid(1), uuid(2)];

function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) {
    throw new Error('an empty list');
  }
  return found;
}

function keyText(number: number): string {
  return `pre-shared-${number}`;
}

/** Stated fields of a policy; 0 states nothing. */
function policyFields(content: number): Record<string, string | { units?: string; value: number }> {
  return at(
    [
      {},
      { encryption_algorithm: 'aes-128' },
      { lifetime: { value: 7200 } },
      { pfs: 'group19', lifetime: { units: 'seconds', value: 7200 } },
    ] as const,
    content,
  );
}

const tidyNames = ['corp', 'lab', 'new', 'old'];
const policyNames = ['corp', 'corp', 'lab', 'old', 'a-ike', 'a-ipsec', 'b-ike'];
const groupNames = ['shared', 'shared', 'lab', 'old', 'a-local', 'a-peer', 'b-peer'];
/** None that a description without a name could come to bear: the files' reader refuses those. */
const statedNames = ['corp', 'shared', 'lab', 'new'];

function descriptionOf({ mark: { owner, isOld } }: ObjectPlan): string {
  if (owner === 'none') {
    return 'made by hand';
  }
  const [repo, name] = owner === 'other repository' ? ['acme/other', 'a'] : [repository, owner];
  return markDescription('', { owner: ownerOf(repo, name), time: now - (isOld ? 7_200_000 : 60_000) }, 255);
}

interface Made {
  readonly cloud: ModelCloud;
  readonly service: readonly string[];
  readonly ids: Readonly<Record<Part, readonly string[]>>;
}

function buildCloud(world: World): Made {
  const { dialect, shown, legacy, policies, groups, connections, tidy } = world;
  const cloud = new ModelCloud(dialect, { psk: shown, firstId: 101 });
  cloud.routers = routers.map((id, index) => ({ id, name: `vpc-${index}`, cidr: undefined }));
  cloud.subnets = subnets.map((id, index) => ({ id, name: `net-${index}`, cidr: `10.10.${index}.0/24` }));
  const service = [
    cloud.add('vpnservice', {
      name: 'gw',
      router_id: at(routers, 0),
      subnet_id: legacy ? at(subnets, 0) : null,
      admin_state_up: true,
    }),
  ];
  const values = policyValues(dialect);
  const add = (kind: 'ikepolicy' | 'ipsecpolicy') =>
    policies.map((object) => {
      const { lifetime, ...rest } = policyFields(object.content);
      const base = kind === 'ikepolicy' ? values.ike : values.ipsec;
      const whole = lifetime === undefined ? {} : { lifetime: { units: 'seconds', value: 7200 } };
      const name = at(tidy ? tidyNames : policyNames, object.name);
      return cloud.add(kind, { ...base, ...rest, ...whole, name, description: descriptionOf(object) });
    });
  const ike = add('ikepolicy');
  const ipsec = add('ipsecpolicy');
  const group = (type: 'subnet' | 'cidr') =>
    groups.map((object) =>
      cloud.add('endpoint_group', {
        type,
        name: at(tidy ? tidyNames : groupNames, object.name),
        description: descriptionOf(object),
        endpoints: type === 'subnet' ? localMembers(object.content) : peerMembers(object.content),
      }),
    );
  const ids = {
    vpnservice: service,
    ikepolicy: ike,
    ipsecpolicy: ipsec,
    local_ep_group: group('subnet'),
    peer_ep_group: group('cidr'),
  };
  for (const one of connections) {
    addConnection(cloud, world, ids, one);
  }
  return { cloud, service, ids };
}

function addConnection(cloud: ModelCloud, { dialect, legacy }: World, ids: Made['ids'], one: ConnectionPlan): void {
  const [ikePick = 0, ipsecPick = 0, localPick = 0, peerPick = 0] = one.picks;
  const address = addressOf(one.name, one.address);
  const model = legacy
    ? { peer_cidrs: remotes }
    : { local_ep_group_id: at(ids.local_ep_group, localPick), peer_ep_group_id: at(ids.peer_ep_group, peerPick) };
  const id = cloud.add('ipsec_site_connection', {
    name: one.name,
    vpnservice_id: at(ids.vpnservice, 0),
    ikepolicy_id: at(ids.ikepolicy, ikePick),
    ipsecpolicy_id: at(ids.ipsecpolicy, ipsecPick),
    ...model,
    peer_address: address,
    peer_id: one.ownIdentity ? 'peer.example.org' : address,
    psk: keyText(one.key),
    mtu: 1500,
    initiator: 'bi-directional',
    dpd: { action: 'hold', interval: 30, timeout: 120 },
    admin_state_up: true,
  });
  if (dialect === 'otc') {
    const owner = ownerOf(repository, one.name);
    const { ikepolicies, ipsecpolicies } = cloud.observed();
    const ike = ikepolicies.find((policy) => policy.id === at(ids.ikepolicy, ikePick));
    const ipsec = ipsecpolicies.find((policy) => policy.id === at(ids.ipsecpolicy, ipsecPick));
    const digest = one.tags === 1 ? policiesDigest(ike?.values, ipsec?.values) : 'an-older-one';
    cloud.setTags(id, {
      ...(one.tags % 2 === 0 ? { env: 'test', owner: 'net' } : { [tagKeys.mark]: markTag({ owner, time: now }) }),
      ...(one.tags > 0 ? { [tagKeys.policies]: digest } : {}),
      ...(one.tags > 1 ? { [tagKeys.psk]: one.tags === 2 ? 'clear-1' : 'hidden-2' } : {}),
    });
  }
}

function addressOf(name: string, variant: number): string {
  return `198.51.100.${2 * name.charCodeAt(0) - 100 + variant}`;
}

function localMembers(content: number): string[] {
  return at([[at(subnets, 0)], [at(subnets, 1)], subnets], content).slice();
}

function peerMembers(content: number): string[] {
  return at([remotes.slice(0, 1), remotes.slice(0, 2), remotes], content);
}

/** One description for each name or id of the run, as the files' reader guarantees. */
class Descriptions {
  readonly #known = new Map<string, PartSpec>();
  readonly #world: World;
  readonly #made: Made;

  constructor(world: World, made: Made) {
    this.#world = world;
    this.#made = made;
  }

  part(part: Part, given: PartPlan): PartSpec {
    const existing = at(this.#made.ids[part], given.pick);
    const { name: existingName } = this.#made.cloud.json(partKind[part], existing);
    const names = part === 'vpnservice' ? ['gw', 'gw-2'] : statedNames;
    const name = at(names, given.pick);
    switch (given.how) {
      case 'reference':
        // The reader turns a reference to what the run describes into that description.
        return statedNames.includes(String(existingName)) ? this.#describe(part, given, {}) : reference(existing);
      case 'nameless':
        return this.#describe(part, given, {});
      case 'named':
        return this.#once(`${part} name ${name}`, () => this.#describe(part, given, { name }));
      case 'id':
        return this.#once(`${part} id ${existing}`, () => this.#describe(part, given, { id: existing }));
    }
  }

  #once(key: string, make: () => PartSpec): PartSpec {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }

  #describe(part: Part, { content, described: hasText }: PartPlan, naming: { id?: string; name?: string }): PartSpec {
    const text = hasText ? { description: 'from the file' } : {};
    switch (part) {
      case 'vpnservice': {
        const isSecond = naming.name === 'gw-2';
        const subnet = this.#world.legacy ? { subnet: at(subnets, 0) } : {};
        return described(text, { ...naming, router: isSecond ? 'vpc-1' : 'vpc-0', ...subnet });
      }
      case 'local_ep_group':
        return local(content % 2 === 0 ? localMembers(content) : ['net-0', '10.10.1.0/24'], naming, text);
      case 'peer_ep_group':
        return peer([...peerMembers(content), ...peerMembers(content)], naming, text);
      default:
        return described({ ...policyFields(content), ...text }, naming);
    }
  }
}

function specOf(world: World, made: Made, descriptions: Descriptions, given: SpecPlan, name: string): ConnectionSpec {
  const { cloud } = made;
  const existing = cloud.named('ipsec_site_connection', name)[0];
  const isOtc = world.dialect === 'otc';
  const { vpnservice, ikepolicy, ipsecpolicy, local_ep_group, peer_ep_group } = given.parts;
  return spec(name, {
    ...(given.byId && given.tags === 0 && existing !== undefined ? { id: String(existing.id) } : {}),
    fields: {
      peer_address: addressOf(name, given.address),
      ...(given.dpd ? { dpd: { interval: 10 }, mtu: 1500 } : {}),
      ...(world.legacy ? { peer_cidrs: remotes.slice(0, 2) } : {}),
      ...(given.dpd && !isOtc ? { description: 'Bonn ', local_id: '' } : {}),
    },
    psk: keyText(given.key),
    ...(given.version > 0 ? { pskVersion: String(given.version) } : {}),
    ...(isOtc && given.tags > 0 ? { tags: { env: given.tags === 1 ? 'prod' : null, team: 'net' } } : {}),
    service: descriptions.part('vpnservice', vpnservice),
    ike: descriptions.part('ikepolicy', ikepolicy),
    ipsec: descriptions.part('ipsecpolicy', ipsecpolicy),
    local: world.legacy ? null : descriptions.part('local_ep_group', local_ep_group),
    peer: world.legacy ? null : descriptions.part('peer_ep_group', peer_ep_group),
  });
}

export function buildWorld(world: World): { readonly cloud: ModelCloud; readonly specs: readonly ConnectionSpec[] } {
  const made = buildCloud(world);
  const descriptions = new Descriptions(world, made);
  const specs = world.specs.map((given, index) => specOf(world, made, descriptions, given, at(connectionNames, index)));
  return { cloud: made.cloud, specs };
}
