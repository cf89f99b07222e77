/**
 * swanctl.conf of strongSwan for the gateway at the other end. Man page: swanctl.conf(5).
 * Every algorithm, both versions of IKE and all types of identity were negotiated between this and what Neutron's strongSwan driver writes.
 */

import { shown } from '../spec/show.ts';
import { type Identity, Inexpressible, type Peer, type PeerField } from './peer.ts';
import { type Negotiation, type Tokens, tokensOf } from './proposals.ts';
import { safeName } from './safe-name.ts';
import { writtenBy } from './written-by.ts';

const device = 'strongswan';

/** A value in quotes, where only these two characters mean anything else than themselves. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const idPrefixes = { fqdn: 'fqdn', email: 'rfc822' } as const;

/**
 * An identity of exactly this type and text. The prefix keeps strongSwan from guessing (a text with `=` would be a
 * distinguished name, one that begins with `@#` a key id). It takes printable ASCII only; anything else is written as
 * hexadecimal digits.
 */
function identity({ type, text }: Identity, field: PeerField): string {
  if (type === 'address') {
    return text;
  }
  if (text.startsWith('*')) {
    throw new Inexpressible(field, 'begins with *, which strongSwan takes for any name');
  }
  const prefix = idPrefixes[type];
  const isPlain = /^[\x20-\x7e]+$/.test(text) && !text.startsWith('#');
  return quoted(`${prefix}:${isPlain ? text : `#${Buffer.from(text, 'utf8').toString('hex')}`}`);
}

/** One proposal and nothing beside it: no alternative can be negotiated. */
function ikeProposal({ encryption, integrity, group, isCombined }: Tokens): string {
  const hash = isCombined ? `prf${integrity}` : integrity;
  return [encryption, hash, group].filter((token) => token !== undefined).join('-');
}

function espProposal({ encryption, integrity, group, isCombined }: Tokens): string {
  return [encryption, isCombined ? undefined : integrity, group].filter((token) => token !== undefined).join('-');
}

function phase2Proposal({ ike, ipsec }: Peer): string {
  const negotiation: Negotiation = { device, ikeVersion: ike.version, phase: 2 };
  const { protocol, proposal } = ipsec;
  if (protocol === 'ah-esp') {
    throw new Inexpressible('ipsec.protocol', 'is unknown to strongSwan, which protects a packet with ESP or AH');
  }
  if (protocol === 'esp') {
    return `esp_proposals = ${espProposal(tokensOf(proposal, negotiation))}`;
  }
  const { integrity, group } = tokensOf({ ...proposal, encryption: 'aes-256' }, negotiation);
  return `ah_proposals = ${[integrity, group].filter((token) => token !== undefined).join('-')}`;
}

/** A tenth before the end, so that the keys are renewed before the cloud drops them. */
function renewal(lifetime: number): { readonly soft: number; readonly rest: number } {
  const rest = Math.max(1, Math.floor(lifetime / 10));
  return { soft: lifetime - rest, rest };
}

interface Selectors {
  readonly own: readonly string[];
  readonly cloud: readonly string[];
}

function sameVersion(a: string, b: string): boolean {
  return a.includes(':') === b.includes(':');
}

/** A Quick Mode of IKEv1 has room for one pair of networks; IKEv2 takes them all at once. */
function selectorsOf({ ike, own, cloud }: Peer): readonly Selectors[] {
  if (ike.version === 2) {
    return [{ own: own.networks, cloud: cloud.networks }];
  }
  return own.networks.flatMap((ours) =>
    cloud.networks.filter((theirs) => sameVersion(ours, theirs)).map((theirs) => ({ own: [ours], cloud: [theirs] })),
  );
}

const dpdActions = { hold: 'trap', clear: 'clear', restart: 'restart' } as const;

/**
 * `start` dials at once, so that the tunnel does not wait for traffic, and all pairs of IKEv1 come up although the cloud
 * only dials its first. `trap` brings back a tunnel that fell, which strongSwan does reliably by no other means, and keeps
 * packets for the cloud from leaving in clear while there is none. Two sides that dial at once are no harm: Neutron's driver
 * keeps one IKE SA a peer. A `close_action` would dial against that.
 */
function childLines(peer: Peer): readonly string[] {
  const { ipsec, dpd } = peer;
  const { soft } = renewal(ipsec.lifetime);
  return [
    `mode = ${ipsec.mode}`,
    phase2Proposal(peer),
    `rekey_time = ${soft}s`,
    `life_time = ${ipsec.lifetime}s`,
    ...(dpd.action === 'disabled' ? [] : [`dpd_action = ${dpdActions[dpd.action]}`]),
    'start_action = trap|start',
  ];
}

function children(peer: Peer, name: string): readonly string[] {
  const all = selectorsOf(peer);
  if (all.length === 0) {
    throw new Inexpressible('cloud.networks', 'has no network of the IP version of those at the other end');
  }
  return all.flatMap(({ own, cloud }, index) => [
    `${all.length === 1 ? name : `${name}-${index + 1}`} {`,
    ...indented([`local_ts = ${own.join(', ')}`, `remote_ts = ${cloud.join(', ')}`, ...childLines(peer)]),
    '}',
  ]);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function section(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...indented(lines), '}'];
}

function connection(peer: Peer, name: string): readonly string[] {
  const { ike, own, cloud, dpd, starts } = peer;
  const { soft, rest } = renewal(ike.lifetime);
  const tokens = tokensOf(ike.proposal, { device, ikeVersion: ike.version, phase: 1 });
  return [
    `version = ${ike.version}`,
    ...(ike.isAggressive ? ['aggressive = yes'] : []),
    // A gateway behind NAT does not have its public address: it sends from the one that its routes choose.
    `# local_addrs = ${own.address}`,
    `remote_addrs = ${cloud.address}`,
    `proposals = ${ikeProposal(tokens)}`,
    `rekey_time = ${soft}s`,
    `over_time = ${rest}s`,
    'mobike = no',
    // The cloud does not dial, so this side does not give up.
    ...(starts === 'own' ? ['keyingtries = 0'] : []),
    ...(dpd.action === 'disabled' ? [] : [`dpd_delay = ${dpd.interval}s`]),
    ...(dpd.action === 'disabled' || ike.version === 2 ? [] : [`dpd_timeout = ${dpd.timeout}s`]),
    ...section('local', ['auth = psk', `id = ${identity(own.identity, 'own.identity')}`]),
    ...section('remote', ['auth = psk', `id = ${identity(cloud.identity, 'cloud.identity')}`]),
    ...section('children', children(peer, name)),
  ];
}

function header({ name, ike }: Peer, safe: string): readonly string[] {
  const aggressive = [
    'In aggressive mode strongSwan answers only with this in strongswan.conf:',
    '  charon.i_dont_care_about_security_and_use_aggressive_mode_psk = yes',
    '',
  ];
  const text = [
    writtenBy,
    `swanctl.conf of strongSwan (5.9.6 or newer) for the gateway at the other end of the connection ${shown(name)}.`,
    '',
    `The pre-shared key is not in here. It belongs into the file ${safe}.psk beside this one, readable for root alone:`,
    '  secret = "the pre-shared key"',
    'with a \\ before each " and \\ in the key. One that begins with 0x or 0s is written as secret = "0s<its Base64>".',
    'Without that file swanctl says "missing secret", and no tunnel comes up. Never put it into a repository.',
    '',
    'To load it: put both files into /etc/swanctl/conf.d and run swanctl --load-all',
    'If the gateway has several addresses, remove the # before local_addrs.',
    '',
    ...(ike.isAggressive ? aggressive : []),
  ];
  return text.map((line) => `# ${line}`.trimEnd()).slice(0, -1);
}

/**
 * The whole file; the same peer gives the same bytes.
 * @throws Inexpressible for what strongSwan cannot do, or would do differently
 */
export function strongswanConfig(peer: Peer): string {
  const name = safeName(peer.name);
  const secrets = [
    `id-own = ${identity(peer.own.identity, 'own.identity')}`,
    `id-cloud = ${identity(peer.cloud.identity, 'cloud.identity')}`,
    `include ${name}.psk`,
  ];
  return `${[
    ...header(peer, name),
    '',
    ...section('connections', section(name, connection(peer, name))),
    '',
    ...section('secrets', section(`ike-${name}`, secrets)),
  ].join('\n')}\n`;
}
