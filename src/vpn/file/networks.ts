/** Checks across the networks of connections: IP versions, limits, overlaps, peers used twice. */
import { type AddressRange, type IpVersion, parseCidr, rangeOf } from '../../net/cidr.ts';
import { shown } from '../../spec/show.ts';
import type { DescribedPart, Endpoint, PartSpec } from '../desired.ts';
import type { Draft } from './connection.ts';
import type { FileContext } from './context.ts';

/** RFC 8200: every link of IPv6 carries that much. */
const ipv6Mtu = 1280;

function endpointsOf(part: PartSpec | undefined): readonly Endpoint[] {
  return part?.by === 'description' ? (part.endpoints ?? []) : [];
}

/** Networks behind the peer, as far as the file says them. */
function remotesOf({ spec, peerCidrs }: Draft): readonly Endpoint[] {
  return [...endpointsOf(spec.parts.peer_ep_group), ...peerCidrs];
}

/** Networks of the cloud that the file gives as CIDRs. */
function localsOf({ spec }: Draft): readonly Endpoint[] {
  return endpointsOf(spec.parts.local_ep_group).filter(({ is }) => is === 'cidr');
}

function versionOf(endpoint: Endpoint): IpVersion | undefined {
  return parseCidr(endpoint.text)?.version;
}

/** All networks of a connection have one IP version: the servers refuse a mixture, and IPv6 a small MTU. */
function checkVersions({ problems }: FileContext, draft: Draft): void {
  const networks = [...localsOf(draft), ...remotesOf(draft)];
  const [first] = networks;
  const version = first === undefined ? undefined : versionOf(first);
  const other = networks.find((endpoint) => versionOf(endpoint) !== version);
  if (first !== undefined && other !== undefined) {
    const words = `${other.text} and ${first.text} (line ${first.at.line}) are IPv4 and IPv6`;
    const fix = 'All networks of one connection have one IP version: make a second connection for the other one.';
    problems.error(other.at, 'IP versions', `${words}. ${fix}`);
  }
  const { mtu } = draft.spec.fields;
  if (mtu !== undefined && version === 6 && Number(mtu.value) < ipv6Mtu) {
    problems.error(mtu.at, 'mtu', `${String(mtu.value)} is too small: IPv6 networks need at least ${ipv6Mtu} bytes.`);
  }
}

function checkCounts({ problems, dialect }: FileContext, draft: Draft): void {
  const locals = endpointsOf(draft.spec.parts.local_ep_group);
  const remotes = remotesOf(draft);
  const surplus = locals[dialect.localSubnets];
  if (surplus !== undefined) {
    const words = `${locals.length} local subnets; ${dialect.words} takes at most ${dialect.localSubnets} for a connection.`;
    problems.error(surplus.at, 'local_ep_group', words);
  }
  const last = remotes.at(-1);
  if (last !== undefined && locals.length * remotes.length > dialect.networkPairs) {
    const words = `${locals.length} local times ${remotes.length} remote networks`;
    problems.error(last.at, 'peer_ep_group', `${words}; ${dialect.words} takes at most ${dialect.networkPairs} pairs.`);
  }
}

/** Numbers the descriptions, which are one object each after they were unified. */
class Identities {
  readonly #numbers = new Map<DescribedPart, number>();

  /** Equal for parts that are certainly the same object. */
  of(part: PartSpec | undefined): string | undefined {
    if (part === undefined || part.by !== 'description') {
      return part && `${part.by} ${part.by === 'id' ? part.id : part.name}`;
    }
    const number = this.#numbers.get(part) ?? this.#numbers.size;
    this.#numbers.set(part, number);
    return `description ${number}`;
  }
}

interface Network {
  readonly side: 'local' | 'remote';
  readonly endpoint: Endpoint;
  readonly range: AddressRange;
  readonly draft: Draft;
  /** Position in the files. */
  readonly order: number;
  /** Connections with equal groups on both sides are a legal pair: one stands by for the other. */
  readonly groups: string;
}

function networksOf(identities: Identities, drafts: readonly Draft[]): Network[] {
  const networks = drafts.flatMap((draft) => {
    const { local_ep_group: local, peer_ep_group: peer } = draft.spec.parts;
    const groups = JSON.stringify([identities.of(local), identities.of(peer)]);
    return [
      ...localsOf(draft).map((endpoint) => ({ side: 'local' as const, endpoint, draft, groups })),
      ...remotesOf(draft).map((endpoint) => ({ side: 'remote' as const, endpoint, draft, groups })),
    ];
  });
  return networks.flatMap((network, order): Network[] => {
    const range = rangeOf(network.endpoint.text);
    return range === undefined ? [] : [{ ...network, range, order }];
  });
}

function byRange(a: Network, b: Network): number {
  const [x, y] = [a.range, b.range];
  const size = (left: bigint, right: bigint): number => Number(left > right) - Number(left < right);
  return x.version - y.version || size(x.first, y.first) || size(y.last, x.last) || a.order - b.order;
}

function collide(a: Network, b: Network): boolean {
  const isStandby = a.draft !== b.draft && a.groups === b.groups;
  return !(a.side === 'local' && b.side === 'local') && !isStandby;
}

function reportOverlap({ problems, dialect }: FileContext, a: Network, b: Network): void {
  const [earlier, later] = a.order < b.order ? [a, b] : [b, a];
  const { endpoint, draft, side } = earlier;
  const whose = draft === later.draft ? '' : ` of the connection ${shown(draft.spec.name.value)}`;
  const where = `${endpoint.at.file}:${endpoint.at.line}`;
  const words = `${later.endpoint.text} overlaps ${endpoint.text}, a ${side} network${whose} (${where}).`;
  if (dialect.overlap === 'error') {
    const bodies = [earlier.draft.body, later.draft.body];
    problems.about(bodies, () =>
      problems.error(later.endpoint.at, 'overlapping networks', `${words} ${dialect.words} refuses this.`),
    );
  } else {
    const effect = 'Traffic to the addresses in both goes only one way.';
    problems.warning(later.endpoint.at, 'overlapping networks', `${words} ${effect}`);
  }
}

/** Networks of connections of one VPN service. Of two networks in CIDR notation, one contains the other or they are apart. */
function checkOverlaps(context: FileContext, networks: readonly Network[]): void {
  const enclosing: Network[] = [];
  for (const network of [...networks].sort(byRange)) {
    for (let top = enclosing.at(-1); top !== undefined && isApart(top, network); top = enclosing.at(-1)) {
      enclosing.pop();
    }
    const other = enclosing.findLast((candidate) => collide(candidate, network));
    if (other !== undefined) {
      reportOverlap(context, other, network);
    }
    enclosing.push(network);
  }
}

function isApart(a: Network, b: Network): boolean {
  return a.range.version !== b.range.version || a.range.last < b.range.first;
}

/** OTC refuses a second connection of a service to the same peer. */
function checkPeers({ problems, dialect }: FileContext, drafts: readonly Draft[]): void {
  const known = new Map<unknown, Draft>();
  for (const draft of dialect.peerOnce ? drafts : []) {
    const { peer_address: peer } = draft.spec.fields;
    const first = known.get(peer?.value);
    if (peer === undefined || first === undefined) {
      known.set(peer?.value, draft);
      continue;
    }
    const { name } = first.spec;
    const words = `The connection ${shown(name.value)} (${name.at.file}:${name.at.line}) has the same VPN service and peer.`;
    problems.warning(peer.at, 'peer_address', `${words} ${dialect.words} takes a peer only once for a VPN service.`);
  }
}

export function checkNetworks(context: FileContext, drafts: readonly Draft[]): void {
  const identities = new Identities();
  for (const draft of drafts) {
    context.problems.about([draft.body], () => {
      checkVersions(context, draft);
      checkCounts(context, draft);
    });
  }
  const services = Map.groupBy(drafts, ({ spec }) => identities.of(spec.parts.vpnservice) ?? spec);
  for (const sharing of services.values()) {
    checkOverlaps(context, networksOf(identities, sharing));
    checkPeers(context, sharing);
  }
}
