/** A plan that is not carried out: in plan mode, or because it is refused. */
import { describe, expect, test } from 'vitest';
import { officeFile, only, ours } from '../../scenarios/fixtures/office.ts';
import { ground, wholeLists } from './converging.ts';

describe('mode: plan', () => {
  const plan = { options: { mode: 'plan' } } as const;

  test('writes nothing, and tells what would become of a new connection', async () => {
    const { cloud, converge } = await ground('openstack');
    const { writes, reports, lines, error, outputs } = await converge(officeFile(), plan);
    expect([error, writes]).toEqual([undefined, []]);
    expect(ours(cloud, 'ikepolicy')).toEqual([]);
    expect(reports).toHaveLength(1);
    expect(lines).not.toContain('[Apply');
    expect(outputs).toMatchObject({ operation: 'created', changed: 'true' });
    expect(outputs).not.toHaveProperty('connection-id');
    expect(outputs).not.toHaveProperty('status');
  });

  test.each([
    ['ACTIVE', true, true],
    ['DOWN', true, false],
    ['PENDING_UPDATE', false, false],
    ['ERROR', false, false],
  ])('of a change: the state %s as it is, without waiting for another', async (status, settled, up) => {
    const { cloud, converge, apply } = await ground('openstack');
    await apply(officeFile());
    cloud.store.setStatus('ipsec_site_connection', only(cloud, 'ipsec_site_connection').id, status);
    const { writes, requests, connection } = await converge(officeFile({ mtu: 1400 }), plan);
    expect(writes).toEqual([]);
    expect(requests).toHaveLength(wholeLists.length);
    expect(connection()).toMatchObject({ operation: 'updated', status, settled, up, statusStale: false });
  });
});

describe('a refused plan', () => {
  const weak = officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } });

  test.each(['apply', 'plan'] as const)('mode %s fails with the same reason and writes nothing', async (mode) => {
    const { cloud, converge, apply } = await ground('openstack');
    await apply(weak);
    const { id } = only(cloud, 'ipsec_site_connection');
    const { error, writes, outputs, connection, lines } = await converge(officeFile(), { options: { mode } });
    expect(error).toMatchObject({ code: 'IMPACT', at: { file: 'vpn.yml' } });
    expect(writes).toEqual([]);
    expect(lines).toContain('[Plan');
    expect(connection()).toMatchObject({ id, status: 'DOWN', settled: true, up: false, statusStale: false });
    const operation = mode === 'apply' ? 'unchanged' : 'replaced';
    expect(outputs).toMatchObject({ operation, changed: String(mode === 'plan') });
    expect(connection().psk).toBe(mode === 'apply' ? 'not compared' : 'sent');
  });

  test('never tells of a change that then does not come', async () => {
    const { converge, apply } = await ground('openstack');
    await apply(weak);
    const { reports } = await converge(officeFile());
    expect(reports.map(({ connections }) => connections[0]?.operation)).toEqual(['unchanged']);
  });

  test.each(['apply', 'plan'] as const)('mode %s: a new connection without psk', async (mode) => {
    const { converge } = await ground('openstack');
    const { error, writes, outputs } = await converge(officeFile(), { options: { mode }, psk: undefined });
    expect(error?.message).toMatch(/psk/);
    expect(writes).toEqual([]);
    expect(outputs['operation']).toBe(mode === 'apply' ? 'unchanged' : 'created');
  });

  test('an equal psk stays known as equal', async () => {
    const { converge, apply } = await ground('openstack');
    await apply(officeFile());
    const { connection } = await converge(officeFile({ mtu: 1400 }), { options: { maxImpact: 'none' } });
    expect(connection()).toMatchObject({ operation: 'unchanged', psk: 'equal' });
  });

  test.each([
    ['apply', { operation: 'unchanged', changed: 'false' }],
    ['plan', {}],
  ] as const)(
    'mode %s: before anything could be compared, it does not read as nothing to change',
    async (mode, known) => {
      const { converge } = await ground('openstack');
      const file = officeFile({ vpnservice: { router: 'vpc-pord' } });
      const { error, lines, writes, outputs } = await converge(file, { options: { mode } });
      expect(error).toMatchObject({ code: 'NOT_FOUND', at: { file: 'vpn.yml' } });
      expect([lines, writes]).toEqual([[], []]);
      const { operation, changed } = outputs;
      expect({ operation, changed }).toEqual({ operation: undefined, changed: undefined, ...known });
    },
  );

  test('several reasons are told together, each with its way out, at the place of the first, and each at its own', async () => {
    const { converge } = await ground('openstack');
    const file = officeFile({ vpnservice: { router: 'vpc-pord' }, local_ep_group: ['subnet-ap'] });
    const { error, annotations } = await converge(file);
    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: undefined, at: { file: 'vpn.yml', line: 4 } });
    expect(error?.message).toMatch(/^2 problems:\n1\. .*vpc-pord.* Check .*\n2\. .*subnet-ap.* Check .*$/);
    expect(annotations).toMatchObject([{ level: 'error', at: { line: 11 }, title: 'NOT_FOUND' }]);
    expect(annotations[0]?.text).toMatch(/subnet-ap/);
  });
});
