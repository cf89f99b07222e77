import { describe, expect, test } from 'vitest';
import { Inexpressible, type Peer } from '../../../src/peer/peer.ts';
import type { FieldValue } from '../../../src/vpn/desired.ts';
import type { DialectName } from '../../../src/vpn/dialects.ts';
import { dialects } from '../../../src/vpn/dialects.ts';
import { peerRefusal } from '../../../src/vpn/peer-refusal.ts';
import { peerView } from '../../../src/vpn/peer-view.ts';
import type { Outcome } from '../../../src/vpn/plan/outcome.ts';
import { described, spec, uuid } from './build.ts';
import { policyValues, standardCloud } from './standard-cloud.ts';

const gateway = '203.0.113.17';

interface Changes {
  readonly connection?: Readonly<Record<string, FieldValue>>;
  readonly ikepolicy?: Readonly<Record<string, FieldValue>>;
  readonly ipsecpolicy?: Readonly<Record<string, FieldValue>>;
  readonly localSubnets?: readonly string[];
  readonly peerCidrs?: readonly string[];
}

function outcomeOf(dialect: DialectName, { connection, ikepolicy, ipsecpolicy, ...others }: Changes): Outcome {
  const { ike, ipsec } = policyValues(dialect) as Record<'ike' | 'ipsec', Record<string, FieldValue>>;
  return {
    connection: {
      peer_address: '198.51.100.20',
      peer_id: '198.51.100.20',
      initiator: 'bi-directional',
      dpd: { action: 'hold', interval: 30, timeout: 120 },
      ...connection,
    },
    ikepolicy: { ...ike, ...ikepolicy },
    ipsecpolicy: { ...ipsec, ...ipsecpolicy },
    localSubnets: [uuid(11)],
    peerCidrs: ['10.80.0.0/24'],
    ...others,
  };
}

function viewOf(changes: Changes = {}, dialect: DialectName = 'openstack'): Peer {
  const { cloud } = standardCloud(dialect);
  return peerView('office', outcomeOf(dialect, changes), cloud.observed(), dialect)(gateway);
}

function refused(changes: Changes, dialect: DialectName = 'openstack'): Inexpressible {
  try {
    viewOf(changes, dialect);
  } catch (error) {
    if (error instanceof Inexpressible) return error;
  }
  return expect.unreachable();
}

describe('the other end’s view', () => {
  test.each(['openstack', 'otc'] as const)('%s: everything mirrored, in terms of no cloud', (dialect) => {
    const proposal = { encryption: 'aes-256', integrity: 'sha256', group: 'group14' };
    expect(viewOf({}, dialect)).toEqual({
      name: 'office',
      own: {
        address: '198.51.100.20',
        identity: { type: 'address', text: '198.51.100.20' },
        networks: ['10.80.0.0/24'],
      },
      cloud: { address: gateway, identity: { type: 'address', text: gateway }, networks: ['10.10.1.0/24'] },
      ike: { version: 2, isAggressive: false, proposal, lifetime: 86_400 },
      ipsec: { protocol: 'esp', mode: 'tunnel', proposal, lifetime: 3600 },
      dpd: { action: 'hold', interval: 30, timeout: 120 },
      starts: 'either',
    });
  });

  test('what a cloud does not tell is what a new connection is sent with', () => {
    const { cloud } = standardCloud('otc');
    const outcome: Outcome = {
      connection: { peer_address: '198.51.100.20' },
      ikepolicy: {},
      ipsecpolicy: {},
      localSubnets: [uuid(11)],
      peerCidrs: ['10.80.0.0/24'],
    };
    expect(peerView('office', outcome, cloud.observed(), 'otc')(gateway)).toEqual(viewOf({}, 'otc'));
  });

  test('of an OTC policy without perfect forward secrecy', () => {
    expect(viewOf({ ipsecpolicy: { pfs: 'disable' } }, 'otc').ipsec.proposal.group).toBeUndefined();
    expect(viewOf({ ikepolicy: { pfs: 'disable' } }, 'otc').ike.proposal.group).toBe('disable');
  });

  test.each([
    ['v1', 'main', { version: 1, isAggressive: false }],
    ['v1', 'aggressive', { version: 1, isAggressive: true }],
    ['v2', 'aggressive', { version: 2, isAggressive: false }],
  ])('of IKE %s in %s mode', (version, mode, ike) => {
    expect(viewOf({ ikepolicy: { ike_version: version, phase1_negotiation_mode: mode } }).ike).toMatchObject(ike);
  });

  test.each(dialects.openstack.choices.dpd_action)('of dpd %s', (action) => {
    const { dpd } = viewOf({ connection: { dpd: { action, interval: 5, timeout: 20 } } });
    expect(dpd).toEqual({ action: action === 'restart-by-peer' ? 'restart' : action, interval: 5, timeout: 20 });
  });

  test('of a cloud that only answers: this end dials', () => {
    expect(viewOf({ connection: { initiator: 'response-only' } }).starts).toBe('own');
  });

  test('networks are canonical and each there once', () => {
    const view = viewOf({ localSubnets: [uuid(12), uuid(11), uuid(12)], peerCidrs: ['10.80.0.0/24', '2001:DB8::/32'] });
    expect(view.cloud.networks).toEqual(['10.10.2.0/24', '10.10.1.0/24']);
    expect(view.own.networks).toEqual(['10.80.0.0/24', '2001:db8::/32']);
  });
});

describe('identities, as Neutron’s agent sends them', () => {
  const address = (text: string) => ({ type: 'address', text });
  const fqdn = (text: string) => ({ type: 'fqdn', text });
  test.each([
    ['198.51.100.20', '', address('198.51.100.20'), address(gateway)],
    ['2001:db8::20', '', address('2001:db8::20'), address(gateway)],
    ['198.51.100.20', '10.0.0.1', address('198.51.100.20'), address('10.0.0.1')],
    ['office.example.org', '', fqdn('office.example.org'), address(gateway)],
    ['office', 'cloud', fqdn('office'), fqdn('cloud')],
    ['office', '10.0.0.1', fqdn('office'), fqdn('10.0.0.1')],
    ['198.51.100.20', 'cloud', fqdn('198.51.100.20'), fqdn('cloud')],
    ['vpn@example.org', '', fqdn('vpn@example.org'), address(gateway)],
    ['@vpn@example.org', '', { type: 'email', text: 'vpn@example.org' }, address(gateway)],
  ])('peer_id %s, local_id %s', (peerId, localId, own, cloud) => {
    const view = viewOf({ connection: { peer_id: peerId, local_id: localId } });
    expect(view.own.identity).toEqual(own);
    expect(view.cloud.identity).toEqual(cloud);
  });

  test('one that begins with # is refused', () => {
    expect(refused({ connection: { peer_id: '#0a0b' } })).toMatchObject({ field: 'own.identity' });
    expect(refused({ connection: { local_id: '#0a0b' } })).toMatchObject({ field: 'cloud.identity' });
  });

  test('on OTC a name of one side says nothing of the other', () => {
    expect(viewOf({ connection: { peer_id: 'office' } }, 'otc').cloud.identity).toEqual(address(gateway));
  });
});

describe('what is not known is refused, never guessed', () => {
  test.each<[Changes, string]>([
    [{ ikepolicy: { ike_version: 'v3' } }, 'ike.version'],
    [{ ikepolicy: { ike_version: 'toString' } }, 'ike.version'],
    [{ ikepolicy: { phase1_negotiation_mode: 'base' } }, 'ike.mode'],
    [{ ipsecpolicy: { transform_protocol: 'wireguard' } }, 'ipsec.protocol'],
    [{ ipsecpolicy: { encapsulation_mode: 'beet' } }, 'ipsec.mode'],
    [{ ikepolicy: { lifetime: { units: 'kilobytes', value: 3600 } } }, 'ike.lifetime'],
    [{ ipsecpolicy: { lifetime: { units: 'seconds', value: 'long' } } }, 'ipsec.lifetime'],
    [{ ipsecpolicy: { lifetime: { units: 'seconds', value: 1 } } }, 'ipsec.lifetime'],
    [{ connection: { dpd: { action: 'panic' } } }, 'dpd'],
    [{ connection: { dpd: { interval: 0 } } }, 'dpd'],
    [{ connection: { dpd: { timeout: 'x' } } }, 'dpd'],
    [{ connection: { initiator: 'nobody' } }, 'starts'],
    [{ peerCidrs: [] }, 'own.networks'],
    [{ peerCidrs: ['10.80.0.0/24', 'everything'] }, 'own.networks'],
    [{ localSubnets: [] }, 'cloud.networks'],
    [{ localSubnets: [uuid(99)] }, 'cloud.networks'],
  ])('%o', (changes, field) => {
    expect(refused(changes).field).toBe(field);
  });
});

describe('a refusal', () => {
  const office = spec('office', {
    ike: described({ encryption_algorithm: 'aes-256-gcm-16' }),
    ipsec: described(),
    fields: { peer_id: '*', dpd: { action: 'hold' } },
  });
  const tell = (field: Inexpressible['field'], why: string) =>
    peerRefusal(
      office,
      outcomeOf('openstack', { ikepolicy: { encryption_algorithm: 'aes-256-gcm-16' } }),
      new Inexpressible(field, why),
    );
  const { ikepolicy, ipsecpolicy, local_ep_group: local } = office.parts;

  test('names the field and its value, on the line that states it', () => {
    expect(tell('ike.encryption', 'is odd')).toMatchObject({
      code: 'PEER_CONFIG',
      message:
        'Connection office: the other end cannot be set up for it: ikepolicy.encryption_algorithm "aes-256-gcm-16" is odd.',
      hint: expect.stringContaining('Nothing of it was changed.'),
      at: ikepolicy?.by === 'description' ? ikepolicy.fields.encryption_algorithm?.at : undefined,
    });
    expect(tell('own.identity', 'is odd').at).toEqual(office.fields.peer_id?.at);
  });

  test('is on the line of the part that has the value, else of the connection', () => {
    expect(tell('ipsec.mode', 'is odd').at).toEqual(ipsecpolicy?.at);
    expect(tell('cloud.networks', 'is odd')).toMatchObject({
      at: local?.at,
      message: 'Connection office: the other end cannot be set up for it: local_ep_group is odd.',
    });
    expect(tell('starts', 'is odd').at).toEqual(office.at);
  });

  test('shows settings as a person reads them', () => {
    expect(tell('dpd', 'is odd').message).toContain('dpd "action hold, interval 30, timeout 120" is odd.');
  });
});
