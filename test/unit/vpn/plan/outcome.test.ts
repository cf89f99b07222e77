/** What a connection will hold is what the cloud has once the plan is carried out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan } from '../../../../src/vpn/plan/plan.ts';
import { described, local, options, peer, spec, uuid } from '../build.ts';
import { ModelCloud } from '../model-cloud.ts';
import { addConnection, peerNetworks, standardCloud } from '../standard-cloud.ts';
import { buildWorld } from './build-world.ts';
import { planFor } from './help.ts';
import { worldOf } from './worlds.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 100);
const office = 'office-bonn';

describe.each(['openstack', 'otc'] as const)('%s', { timeout: 600_000 }, (dialect) => {
  test('told before is what is found afterwards', () => {
    fc.assert(
      fc.property(worldOf(dialect), (world) => {
        const { cloud, specs } = buildWorld(world);
        const planned = () => plan(specs, cloud.observed(), options(dialect, world.options));
        const before = planned();
        fc.pre(before.refusals.length === 0);
        cloud.apply(before);
        const sorted = ({ connections }: typeof before) =>
          connections.map(({ report, outcome }) => ({
            name: report.name,
            ...outcome,
            // An empty local_id is as good as none, and the cloud tells it as none.
            connection: Object.fromEntries(Object.entries(outcome.connection).filter(([, value]) => value !== '')),
            localSubnets: outcome.localSubnets.toSorted(),
            peerCidrs: outcome.peerCidrs.toSorted(),
          }));
        expect(sorted(before)).toEqual(sorted(planned()));
      }),
      { numRuns: runs },
    );
  });

  test('of a connection that is there: what the file does not state is as the cloud has it', () => {
    const standard = standardCloud(dialect);
    const { cloud, subnets } = standard;
    addConnection(standard, office, {
      mtu: 1400,
      peer_id: 'office',
      dpd: { action: 'clear', interval: 5, timeout: 50 },
    });
    const fields = dialect === 'otc' ? { dpd: { interval: 9 } } : { dpd: { interval: 9 }, mtu: 1300 };
    const [connection] = planFor(cloud, [spec(office, { fields })]).connections;
    expect(connection?.outcome).toMatchObject({
      connection: {
        peer_id: 'office',
        mtu: dialect === 'otc' ? 1400 : 1300,
        dpd: { action: 'clear', interval: 9, timeout: 50 },
      },
      ikepolicy: { ike_version: 'v2', pfs: 'group14' },
      ipsecpolicy: { transform_protocol: 'esp' },
      localSubnets: [subnets[0]],
      peerCidrs: peerNetworks,
    });
  });

  test('of networks that change: the new ones', () => {
    const standard = standardCloud(dialect);
    const { cloud, subnets } = standard;
    addConnection(standard, office);
    const parts = { local: local([subnets[1]]), peer: peer(['10.90.0.0/16']) };
    const [connection] = planFor(cloud, [spec(office, parts)]).connections;
    expect(connection?.outcome).toMatchObject({ localSubnets: [subnets[1]], peerCidrs: ['10.90.0.0/16'] });
  });
});

describe('the legacy model', () => {
  const legacy = () => {
    const { cloud } = standardCloud('openstack');
    return cloud;
  };

  test('of a service that the run makes: its subnet and the CIDRs of the connection', () => {
    const cloud = legacy();
    const service = described({}, { router: 'vpc-prod', name: 'new', subnet: 'subnet-db' });
    const fields = { peer_cidrs: ['10.80.0.0/24'] };
    const [connection] = planFor(cloud, [spec(office, { service, fields, local: null, peer: null })]).connections;
    expect(connection?.outcome).toMatchObject({ localSubnets: [uuid(12)], peerCidrs: ['10.80.0.0/24'] });
  });

  test('of one that is there, by name', () => {
    const cloud = legacy();
    cloud.add('vpnservice', { name: 'old', router_id: uuid(1), subnet_id: uuid(11), admin_state_up: true });
    const fields = { peer_cidrs: ['10.80.0.0/24', '10.81.0.0/24'] };
    const [connection] = planFor(cloud, [
      spec(office, { service: 'old', fields, local: null, peer: null }),
    ]).connections;
    expect(connection?.outcome).toMatchObject({
      localSubnets: [uuid(11)],
      peerCidrs: ['10.80.0.0/24', '10.81.0.0/24'],
    });
  });

  test('of a connection whose parts are gone: nothing', () => {
    const cloud = new ModelCloud('openstack');
    const gone = { vpnservice_id: uuid(91), ikepolicy_id: uuid(92), ipsecpolicy_id: uuid(93) };
    cloud.add('ipsec_site_connection', { name: office, ...gone, peer_address: '198.51.100.20', psk: 'x' });
    const [connection] = planFor(cloud, [{ ...spec(office), parts: {} }]).connections;
    expect(connection?.outcome).toMatchObject({ ikepolicy: {}, ipsecpolicy: {}, localSubnets: [], peerCidrs: [] });
  });
});
