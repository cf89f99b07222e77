import { describe, expect, test } from 'vitest';
import type { RecordedRequest } from '../../cloud/index.ts';
import { officeFile, psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import type { Json } from '../rest.ts';
import { useStage } from './stage.ts';

const stage = useStage('update', { keep: true });

const put = 'PUT /v2.0/vpn/ipsec-site-connections/{id}';
const quick = { 'status-interval': '0s', 'wait-for': 'none' };

/** The body of the only PUT of a connection. */
function sent({ requests }: { requests: readonly RecordedRequest[] }): unknown {
  const puts = requests.filter(({ method, path }) => method === 'PUT' && path.includes('/ipsec-site-connections/'));
  expect(puts).toHaveLength(1);
  return puts[0]?.body;
}

/** What the file states so far: each row adds to it. */
let stated: Json = {};
let current: Json = {};

test('a connection to begin with', async () => {
  await stage.apply(officeFile());
  current = await stage.sole('ipsec-site-connections');
});

interface Row {
  readonly name: string;
  readonly stated: Json;
  /** What the PUT has besides. */
  readonly more?: Json;
  readonly psk?: string;
}

const rows: readonly Row[] = [
  { name: 'mtu', stated: { mtu: 1400 } },
  { name: 'initiator', stated: { initiator: 'response-only' } },
  { name: 'initiator, back', stated: { initiator: 'bi-directional' } },
  { name: 'local_id', stated: { local_id: 'gw.cloud.example.org' } },
  {
    name: 'peer_address, and with it the unstated peer_id',
    stated: { peer_address: '198.51.100.30' },
    more: { peer_id: '198.51.100.30' },
  },
  { name: 'peer_id, a host name', stated: { peer_id: 'gw.bonn.example.org' } },
  { name: 'peer_address; the stated peer_id stays', stated: { peer_address: '198.51.100.31' } },
  { name: 'peer_id, an address', stated: { peer_id: '198.51.100.31' } },
  { name: 'peer_id, a mail address', stated: { peer_id: 'vpn@bonn.example.org' } },
  { name: 'dpd hold', stated: { dpd: { action: 'hold', interval: 10, timeout: 50 } } },
  { name: 'dpd clear', stated: { dpd: { action: 'clear', interval: 10, timeout: 50 } } },
  { name: 'dpd restart', stated: { dpd: { action: 'restart', interval: 20, timeout: 50 } } },
  { name: 'dpd restart-by-peer', stated: { dpd: { action: 'restart-by-peer', interval: 20, timeout: 60 } } },
  { name: 'dpd disabled', stated: { dpd: { action: 'disabled', interval: 20, timeout: 60 } } },
  {
    name: 'dpd, one key of it',
    stated: { dpd: { timeout: 90 } },
    more: { dpd: { action: 'disabled', interval: 20, timeout: 90 } },
  },
  { name: 'admin_state_up', stated: { admin_state_up: false } },
  { name: 'admin_state_up, back', stated: { admin_state_up: true } },
  { name: 'psk', stated: {}, more: { psk: 'N3xt-Only_Key.2' }, psk: 'N3xt-Only_Key.2' },
  { name: 'mtu, with the new psk', stated: { mtu: 1350 } },
];

describe('one field at a time: one PUT of nothing else, read back', () => {
  // That the PUT has no field of an earlier row shows that those were found as described.
  test.each(rows)('$name', async (row) => {
    stated = { ...stated, ...row.stated };
    const given = { ...quick, psk: row.psk ?? String(current['psk']) };
    const run = await stage.apply(officeFile(stated), given);
    expect(writes(run.requests)).toEqual([put]);
    expect(sent(run)).toEqual({ ipsec_site_connection: { ...row.stated, ...row.more } });
    expect(run.outputs).toMatchObject({ operation: 'updated', changed: 'true', 'connection-id': current['id'] });
    const after = await stage.sole('ipsec-site-connections');
    expect(after).toEqual({ ...current, ...row.stated, ...row.more, status: after['status'] });
    current = after;
  });

  test('nothing: no request writes', async () => {
    const again = await stage.apply(officeFile(stated), { ...quick, psk: String(current['psk']) });
    expect(again.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(writes(again.requests)).toEqual([]);
  });

  test('description; the mark stays behind it', async () => {
    const marked = /\[ipsec-connection-action [^\]]+\]$/;
    const run = await stage.apply(officeFile({ ...stated, description: 'Bonn, 2. Stock' }), {
      ...quick,
      psk: String(current['psk']),
    });
    expect(writes(run.requests)).toEqual([put]);
    const after = await stage.sole('ipsec-site-connections');
    const mark = marked.exec(String(current['description']))?.[0];
    expect(mark).toBeDefined();
    expect(after).toEqual({ ...current, status: after['status'], description: `Bonn, 2. Stock ${mark}` });
    current = after;
  });

  test('name, of the connection that id names', async () => {
    const file = officeFile({ ...stated, id: current['id'], name: 'office-bonn-2' });
    const run = await stage.apply(file, { ...quick, psk: String(current['psk']) });
    expect(sent(run)).toEqual({ ipsec_site_connection: { name: 'office-bonn-2' } });
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ id: current['id'], name: 'office-bonn-2' });
    const renamed = officeFile({ ...stated, name: 'office-bonn-2' });
    const again = await stage.apply(renamed, { ...quick, psk: String(current['psk']) });
    expect(again.outputs).toMatchObject({ operation: 'unchanged', 'connection-id': current['id'] });
  });

  test('all together: one PUT, and the openstack command shows every new value', async () => {
    const file = officeFile({
      id: current['id'],
      name: 'office-bonn',
      description: 'all at once',
      peer_address: '198.51.100.40',
      peer_id: 'gw2.bonn.example.org',
      local_id: '@cloud',
      local_ep_group: ['subnet-app', 'subnet-db'],
      peer_ep_group: ['10.82.0.0/16'],
      dpd: { action: 'restart', interval: 7, timeout: 77 },
      initiator: 'response-only',
      mtu: 1300,
      admin_state_up: false,
    });
    const run = await stage.apply(file, { ...quick, psk });
    expect(writes(run.requests).filter((call) => call.startsWith('PUT'))).toEqual([put]);
    const [shown, groups] = await stage.script([
      'vpn ipsec site connection show office-bonn',
      'vpn endpoint group list --long',
    ]);
    expect(shown).toMatchObject({
      ID: current['id'],
      Description: expect.stringMatching(/^all at once \[/),
      'Peer Address': '198.51.100.40',
      'Peer ID': 'gw2.bonn.example.org',
      'Local ID': '@cloud',
      'Pre-shared Key': psk,
      dpd: { action: 'restart', interval: 7, timeout: 77 },
      Initiator: 'response-only',
      MTU: 1300,
      State: false,
    });
    expect(groups?.['items']).toHaveLength(2);
    expect(groups?.['items']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ID: shown?.['Peer Endpoint Group ID'], Endpoints: ['10.82.0.0/16'] }),
        expect.objectContaining({
          ID: shown?.['Local Endpoint Group ID'],
          Endpoints: expect.arrayContaining(stage.tenant.subnets.map(({ id }) => id)),
        }),
      ]),
    );
    const again = await stage.apply(file, { ...quick, psk });
    expect(writes(again.requests)).toEqual([]);
  });
});

test('what somebody changed by the openstack command is put right; what the file does not state stays', async () => {
  const file = officeFile({ mtu: 1300 });
  await stage.script(['vpn ipsec site connection set --mtu 1450 --local-id @console office-bonn']);
  const run = await stage.apply(file, { ...quick, 'max-impact': 'interruption' });
  expect(run.log).toContain('1450 → 1300');
  expect(await stage.sole('ipsec-site-connections')).toMatchObject({ mtu: 1300, local_id: '@console' });
});

test('above max-impact nothing is written', async () => {
  const before = await stage.everything();
  const failure = await stage.refused(officeFile({ mtu: 1280 }), { 'max-impact': 'rekey' });
  expect(failure.code).toBe('IMPACT');
  expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
  expect(writes(failure.requests)).toEqual([]);
  expect(await stage.everything()).toEqual(before);
});
