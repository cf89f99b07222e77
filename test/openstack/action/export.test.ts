/** What people and other tools made on real servers, exported; the file is planned and applied at once. */
import { expect, test } from 'vitest';
import { office, officeFile, officesFile, psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { text } from '../rest.ts';
import { useStage } from './stage.ts';

const stage = useStage('export');
const path = 'ipsec-connection.yml';

/** Expects that the file of an export changes nothing. @returns its text, and what had to be said of it */
async function unchanged(
  name: string,
  ...secrets: readonly string[]
): Promise<{ readonly file: string; readonly told: readonly string[] }> {
  const before = await stage.everything();
  const run = await stage.run({ inputs: { mode: 'export', 'connection-name': name }, writes: [path] });
  expect(run.exitCode, run.log).toBe(0);
  expect(writes(run.requests)).toEqual([]);
  const file = run.written[path] ?? '';
  expect(file).not.toContain(psk);
  const lines = secrets.map((secret) => `${secret}=${psk}`).join('\n');
  for (const mode of ['plan', 'apply']) {
    const again = await stage.apply(file, { mode, psk: undefined, secrets: lines });
    expect(again.outputs, file).toMatchObject({ changed: 'false' });
    expect(writes(again.requests)).toEqual([]);
  }
  expect(await stage.everything()).toEqual(before);
  return { file, told: run.annotations.map(({ message }) => message) };
}

test('an office made by the openstack command', async () => {
  const ends = '--local-endpoint-group a --peer-endpoint-group b --peer-address 198.51.100.20 --peer-id @office';
  const more = '--local-id @cloud --mtu 1400 --initiator response-only --dpd action=restart,interval=20,timeout=50';
  await stage.script([
    'vpn service create --router vpc-prod --description no gw',
    'vpn ike policy create --ike-version v1 --encryption-algorithm 3des --lifetime units=seconds,value=7200 true',
    'vpn ipsec policy create --transform-protocol ah --pfs group5 $1',
    'vpn endpoint group create --type subnet --value subnet-app a',
    'vpn endpoint group create --type cidr --value 10.80.0.0/24 --value 10.81.0.0/16 b',
    `vpn ipsec site connection create --vpnservice gw --ikepolicy true --ipsecpolicy $1 ${ends} ${more} --disable --psk ${psk} 7`,
  ]);
  const { file, told } = await unchanged('7', 'VPN_7_PSK');
  expect(told).toEqual([]);
  expect(file).toContain('  name: "7"\n');
  expect(file).toContain('    description: "no"\n');
  expect(file).toContain('    name: "$$1"\n');
  expect(file).toContain('  admin_state_up: false\n');
});

test('one that another tool made: hardly any names, odd texts, shared parts', async () => {
  const { api, tenant } = stage;
  const create = async (kind: string, plural: string, fields: object): Promise<string> =>
    text(await api.create(`/vpn/${plural}`, kind, { ...fields }), 'id');
  await stage.apply(officeFile());
  const { id: service } = await stage.sole('vpnservices');
  const parts = {
    vpnservice_id: service,
    ikepolicy_id: await create('ikepolicy', 'ikepolicies', { name: 'office-bonn-ike', description: 'two\nlines' }),
    ipsecpolicy_id: await create('ipsecpolicy', 'ipsecpolicies', { name: '' }),
    local_ep_group_id: await create('endpoint_group', 'endpoint-groups', {
      ...{ name: '', type: 'subnet', endpoints: [tenant.subnets[1].id] },
    }),
    peer_ep_group_id: await create('endpoint_group', 'endpoint-groups', {
      ...{ name: '', type: 'cidr', endpoints: ['10.82.0.0/16'] },
    }),
  };
  const peer = { peer_address: '198.51.100.30', peer_id: 'fw.example.org', psk };
  const name = 'Büro: "Köln" ${x} \\ #1 \u202e';
  const id = await create('ipsec_site_connection', 'ipsec-site-connections', { ...parts, ...peer, name });
  const { file, told } = await unchanged(id, 'BURO_KOLN_X_1_PSK');
  expect(told).toEqual([expect.stringContaining('ikepolicy.description is left out')]);
  expect(file).toContain('  name: "Büro: \\"Köln\\" $${x} \\\\ #1 \\u202e"\n');
  expect(file).toMatch(/^ {4}router: /m);
  // With both, the namesakes go by their ids.
  const both = await unchanged('*', 'BURO_KOLN_X_1_PSK', 'OFFICE_BONN_PSK');
  expect(both.file).toContain('# others are called office-bonn-ike too\n');
});

test('the legacy model', async () => {
  const legacy = {
    vpnservice: { name: 'legacy-gw', router: 'vpc-prod', subnet: 'subnet-app' },
    ...{ local_ep_group: undefined, peer_ep_group: undefined, peer_cidrs: ['10.80.0.0/24', '10.81.0.0/16'] },
  };
  await stage.apply(officeFile(legacy));
  const { file, told } = await unchanged('office-bonn', 'OFFICE_BONN_PSK');
  expect(told).toEqual([]);
  expect(file).toContain('    subnet: subnet-app\n');
  expect(file).toContain('  peer_cidrs:\n    - 10.80.0.0/24\n');
});

test('several that share their policies', async () => {
  const key = '${PSK}';
  const shared = { ikepolicy: { name: 'corp' }, psk: key };
  const ulm = { name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'] };
  const file = officesFile([
    { ...office, ...shared },
    { ...office, ...shared, ...ulm },
  ]);
  await stage.apply(file, { psk: undefined, secrets: `PSK=${psk}` });
  const exported = await unchanged('*', 'OFFICE_BONN_PSK', 'OFFICE_ULM_PSK');
  expect(exported.told).toEqual([]);
  expect(exported.file).toContain('    ikepolicy: corp # described above, at office-bonn\n');
});
