import { describe, expect, test } from 'vitest';
import { markDescription, ownerOf } from '../../../../src/vpn/mark.ts';
import { described, now, repository, spec } from '../build.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';
const allowed = { maxImpact: 'replacement' } as const;
const stronger = () => described({ pfs: 'group19' });

function existing(dialect: 'otc' | 'openstack') {
  const standard = standardCloud(dialect);
  return { ...standard, connection: addConnection(standard, office) };
}

describe('openstack: a policy in use', () => {
  test('with another content needs max-impact: replacement; the error says what and why', () => {
    const { cloud } = existing('openstack');
    const [refusal] = refused(cloud, [spec(office, { ike: stronger() })]);
    expect(refusal).toMatchObject({
      code: 'IMPACT',
      hint: expect.stringContaining('max-impact: replacement'),
      at: expect.anything(),
    });
    expect(refusal?.message).toContain(
      'IKE policy ike: replacement (pfs group14 → group19); a policy in use cannot be changed',
    );
    expect(refusal?.message).toContain('IPsec connection office-bonn: replacement');
    expect(refusal?.message).toContain('Nothing was changed');
  });

  test.each([
    ['made a moment ago', now - 60_000, true],
    ['made long ago', now - 3_600_000, false],
  ])('and whether another run may be at work: %s', (_, time, isAdvised) => {
    const standard = standardCloud('openstack');
    const description = markDescription('', { owner: ownerOf(repository, office), time }, 255);
    addConnection(standard, office, { description });
    const { cloud } = standard;
    const [refusal] = refused(cloud, [spec(office, { ike: stronger() })]);
    expect(refusal?.hint?.includes('concurrency group')).toBe(isAdvised);
  });

  test('new policy, DELETE and POST of the connection, old policy: in this order', () => {
    const { cloud, connection, ike } = existing('openstack');
    const plan = converge(cloud, [spec(office, { ike: stronger() })], allowed);
    expect(plan.steps.map(({ key, after }) => [key, after])).toEqual([
      [`succeed ${ike}`, []],
      [`replace ${connection}`, [`succeed ${ike}`]],
      [`delete ${ike}`, [`replace ${connection}`]],
    ]);
    expect(plan.connections).toMatchObject([
      { report: { operation: 'replaced', impact: 'replacement', psk: 'sent' }, step: `replace ${connection}` },
    ]);
    expect(cloud.named('ikepolicy', 'ike')).toMatchObject([{ pfs: 'group19', encryption_algorithm: 'aes-256' }]);
    expect(plan.notices).toMatchObject([{ level: 'notice' }, { level: 'notice' }]);
  });

  test('the successor copies what the file does not state', () => {
    const { cloud, ike } = existing('openstack');
    cloud.edit('ikepolicy', ike, {
      auth_algorithm: 'sha512',
      lifetime: { units: 'seconds', value: 600 },
      description: 'old',
    });
    converge(cloud, [spec(office, { ike: stronger() })], allowed);
    expect(cloud.named('ikepolicy', 'ike')).toMatchObject([
      {
        pfs: 'group19',
        auth_algorithm: 'sha512',
        lifetime: { units: 'seconds', value: 600 },
        description: expect.stringMatching(/^old \[/),
      },
    ]);
  });

  test('the new connection has the values of the old one, and the old one could come back', () => {
    const { cloud, connection, local, peer } = existing('openstack');
    cloud.edit('ipsec_site_connection', connection, {
      mtu: 1400,
      description: 'to Bonn',
      dpd: { action: 'restart', interval: 5, timeout: 20 },
    });
    const plan = converge(cloud, [spec(office, { ike: stronger(), local: null, peer: null })], allowed);
    expect(cloud.named('ipsec_site_connection', office)).toMatchObject([
      {
        mtu: 1400,
        dpd: { action: 'restart', interval: 5, timeout: 20 },
        description: expect.stringMatching(/^to Bonn \[/),
        local_ep_group_id: local,
        peer_ep_group_id: peer,
      },
    ]);
    const step = plan.steps.find((one) => one.do === 'replace');
    expect(step?.oldBody).toMatchObject({ name: office, description: 'to Bonn', mtu: 1400, peer_ep_group_id: peer });
  });

  test('needs the psk', () => {
    const { cloud } = existing('openstack');
    const [refusal] = refused(cloud, [spec(office, { ike: stronger(), psk: null })], allowed);
    expect(refusal?.message).toContain(
      'no psk is given, and the connection has to be replaced (the API cannot change the ikepolicy',
    );
  });

  test('with another name or description only: a notice', () => {
    const { cloud, ike } = existing('openstack');
    const plan = converge(cloud, [spec(office, { ike: described({ description: 'new' }, { id: ike, name: 'corp' }) })]);
    expect(plan.steps).toEqual([]);
    expect(plan.notices).toMatchObject([
      { text: 'IKE policy ike: name and description cannot be changed while connections use it; it stays as it is.' },
    ]);
  });

  test('shared by two connections of the run: both are replaced', () => {
    const standard = existing('openstack');
    addConnection(standard, 'two', { peer_address: '198.51.100.2', peer_id: '198.51.100.2' });
    const named = () => described({ pfs: 'group19' }, { name: 'ike' });
    const specs = [
      spec(office, { ike: named() }),
      spec('two', { ike: named(), fields: { peer_address: '198.51.100.2' } }),
    ];
    const plan = converge(standard.cloud, specs, allowed);
    expect(plan.connections.map(({ report }) => report.operation)).toEqual(['replaced', 'replaced']);
    expect(standard.cloud.ids('ikepolicy')).toHaveLength(1);
    expect(plan.notices.filter(({ text }) => text.includes('may stay up after the replacement'))).toHaveLength(2);
  });

  test('used by a connection outside the files: refused, or with allow-shared that one keeps it', () => {
    const standard = existing('openstack');
    const other = addConnection(standard, 'two', { peer_address: '198.51.100.2' });
    const specs = [spec(office, { ike: stronger() })];
    expect(refused(standard.cloud, specs, allowed)).toMatchObject([{ code: 'SHARED' }]);
    converge(standard.cloud, specs, { ...allowed, allowShared: true });
    expect(standard.cloud.json('ipsec_site_connection', other).ikepolicy_id).toBe(standard.ike);
  });

  test('given by its id: refused, the id would name nothing', () => {
    const { cloud, ike } = existing('openstack');
    const specs = [spec(office, { ike: described({ pfs: 'group19' }, { id: ike }) })];
    expect(refused(cloud, specs, allowed)).toMatchObject([
      { code: 'CONFLICT', hint: expect.stringContaining('Remove "id:"') },
    ]);
  });

  test.each([
    [office, 'Remove "id:" from the file: its name is enough to find it.'],
    [
      'bonn-new',
      'Remove "id:" from the file after a run that does nothing but rename it: its name is enough to find it.',
    ],
  ])('of a connection given by its id: refused, too (%s)', (name, hint) => {
    const { cloud, connection } = existing('openstack');
    expect(refused(cloud, [spec(name, { id: connection, ike: stronger() })], allowed)).toMatchObject([
      { code: 'CONFLICT', hint },
    ]);
  });

  test('a run that died after the DELETE is completed', () => {
    const { cloud, ike } = existing('openstack');
    cloud.edit('ikepolicy', ike, {
      description: markDescription('', { owner: ownerOf(repository, office), time: now - 60_000 }, 255),
    });
    const specs = [spec(office, { ike: described({ pfs: 'group19' }, { name: 'ike' }) })];
    cloud.apply(planFor(cloud, specs, allowed), { count: 1, half: true });
    expect(cloud.ids('ipsec_site_connection')).toEqual([]);
    const plan = converge(cloud, specs);
    expect(changesOf(plan)).toEqual(['create ipsec_site_connection office-bonn']);
    expect(cloud.named('ipsec_site_connection', office)[0]?.ikepolicy_id).not.toBe(ike);
  });
});

describe('openstack: a policy that nothing uses', () => {
  test('is changed in place, before a connection is put on it', () => {
    const { cloud, ike } = standardCloud('openstack');
    const plan = converge(cloud, [
      spec(office, { ike: described({ pfs: 'group19', description: 'x' }, { name: 'ike' }) }),
    ]);
    expect(plan.steps).toMatchObject([
      { do: 'update', id: ike, body: { pfs: 'group19', description: 'x' } },
      { do: 'create', after: [`update ikepolicy ${ike}`] },
    ]);
  });
});

describe('another object for what the API fixes', () => {
  test.each([
    ['ikepolicy', 'ike'],
    ['ipsecpolicy', 'ipsec'],
    ['vpnservice', 'service'],
  ] as const)('another %s is a replacement', (part, key) => {
    const { cloud, connection, router } = existing('openstack');
    const json = part === 'vpnservice' ? { router_id: router } : {};
    const id = cloud.add(part, { name: 'another', ...json });
    const specs = [spec(office, { [key]: 'another' })];
    const [refusal] = refused(cloud, specs);
    expect(refusal?.message).toContain(`the API cannot change the ${part} of a connection`);
    const plan = converge(cloud, specs, allowed);
    expect(plan.steps.map((step) => step.key)).toEqual([`replace ${connection}`]);
    expect(cloud.named('ipsec_site_connection', office)[0]?.[`${part}_id`]).toBe(id);
  });
});
