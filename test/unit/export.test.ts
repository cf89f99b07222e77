/** The story of mode: export, in the process of the test. */
import { describe, expect, test } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { office, officeFile, officesFile, only, psk } from '../scenarios/fixtures/office.ts';
import { revocations, type Setting, type Stage, stage, type Told } from './stage.ts';

const exporting = { mode: 'export', 'connection-file': undefined, psk: undefined, 'connection-name': 'office-bonn' };
const path = 'ipsec-connection.yml';

async function exported({ run }: Stage, { inputs = {}, ...setting }: Setting = {}): Promise<Told> {
  return await run({ files: {}, ...setting, inputs: { ...exporting, ...inputs } });
}

function at({ networkUrl }: Cloud, dialect: 'openstack' | 'otc'): Record<string, string> {
  return dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': networkUrl } : {};
}

/** Requests that are no reading and no login. */
function writes({ requests }: Told): string[] {
  return requests
    .filter(({ method, path: where }) => method !== 'GET' && !where.includes('/auth/') && !where.endsWith('/action'))
    .map(({ method, path: where }) => `${method} ${where}`);
}

const secret = '${OFFICE_BONN_PSK}';

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  test('the file of a connection that is there, which a plan with its key then finds unchanged', async () => {
    const one = await stage({ dialect });
    const where = at(one.cloud, dialect);
    await one.run({ inputs: where });
    const told = await exported(one, { inputs: where });
    const { conclusion, written, lines, requests } = told;
    expect(conclusion.failure).toBeUndefined();
    expect([...written.keys()]).toEqual([path]);
    const text = written.get(path) ?? '';
    expect(text).toContain(`psk: ${secret}\n`);
    expect(text).not.toContain(psk);
    expect(writes(told)).toEqual([]);
    expect(revocations(requests)).toEqual({ issued: 1, revoked: 1 });
    const { id } = only(one.cloud, 'ipsec_site_connection');
    expect(conclusion).toMatchObject({
      ...{ mode: 'export', dialect, changes: [], notices: [] },
      project: { id: one.cloud.account.projectId },
      exported: { files: [path], text, secrets: ['OFFICE_BONN_PSK'] },
      connections: [
        {
          ...{ name: 'office-bonn', id, status: 'DOWN', operation: 'unchanged', peerAddress: '198.51.100.20' },
          ...{ gatewayAddress: expect.any(String), vpnserviceId: expect.any(String) },
          at: { file: path, line: 3 },
        },
      ],
    });
    expect(lines).toContain(`${path}: written.`);
    expect(lines.find((line) => line.startsWith('office-bonn: '))).toMatch(
      new RegExp(`exported, status DOWN .*, id ${id}`),
    );
    expect(lines.slice(-3)).toEqual([
      expect.stringContaining(`Put ${path} into the repository`),
      expect.stringContaining('OFFICE_BONN_PSK=${{ secrets.OFFICE_BONN_PSK }}'),
      expect.stringContaining('mode: plan'),
    ]);
    for (const mode of ['plan', 'apply']) {
      const inputs = { ...where, mode, psk: undefined, secrets: `OFFICE_BONN_PSK=${psk}` };
      const again = await one.run({ files: { [path]: text }, inputs });
      expect(again.conclusion).toMatchObject({
        changes: [],
        connections: [{ operation: 'unchanged', psk: dialect === 'otc' ? 'unverified' : 'equal' }],
      });
      expect(again.conclusion.failure).toBeUndefined();
      expect(writes(again)).toEqual([]);
    }
  });

  test('all connections, a file each', async () => {
    const one = await stage({ dialect });
    const where = at(one.cloud, dialect);
    const key = '${PSK}';
    const offices = [
      { ...office, psk: key },
      { ...office, name: 'Büro Köln', peer_address: '198.51.100.21', peer_ep_group: ['10.82.0.0/16'], psk: key },
    ];
    await one.run({
      files: { 'vpn.yml': officesFile(offices) },
      inputs: { ...where, psk: undefined, secrets: `PSK=${psk}` },
    });
    const inputs = { ...where, 'connection-name': '*', 'export-file': 'vpn/{name}.yml' };
    const { conclusion, written } = await exported(one, { inputs });
    const files = [...written.keys()];
    expect(files).toEqual([expect.stringMatching(/^vpn\/B-ro-K-ln-[0-9a-f]{8}\.yml$/), 'vpn/office-bonn.yml']);
    expect(conclusion.exported?.files).toEqual(files);
    expect(conclusion.exported?.text).toBe([...written.values()].join('---\n'));
    const secrets = `BURO_KOLN_PSK=${psk}\n${conclusion.exported?.secrets[1]}=${psk}`;
    for (const chosen of [Object.fromEntries(written), { 'all.yml': conclusion.exported?.text ?? '' }]) {
      const again = await one.run({ files: chosen, inputs: { ...where, mode: 'plan', psk: undefined, secrets } });
      expect(again.conclusion).toMatchObject({
        changes: [],
        connections: [{ operation: 'unchanged' }, { operation: 'unchanged' }],
      });
    }
  });
});

/** What the cloud has is as one run made it, changed by hand. */
async function withOffice(change: (cloud: Cloud) => void = () => {}): Promise<Stage> {
  const one = await stage();
  await one.run();
  change(one.cloud);
  return one;
}

describe('no login, no name, no file', () => {
  test('a connection that is not there', async () => {
    const one = await withOffice();
    const { conclusion, written } = await exported(one, { inputs: { 'connection-name': 'office-köln' } });
    expect(conclusion).toMatchObject({
      failure: { code: 'NOT_FOUND', hint: expect.stringContaining('"office-bonn"') },
      connections: [],
    });
    expect(conclusion).not.toHaveProperty('exported');
    expect(written.size).toBe(0);
  });

  test.each(['export-file', 'export'])('a file that is not ours stops the run: %s', async (when) => {
    const one = await withOffice();
    const refusal = new Error('is not ours');
    const { conclusion, requests } = await exported(one, {
      inputs: when === 'export' ? { 'export-file': '{name}.yml' } : {},
      replace: (usual) => ({
        exportFiles: {
          ...usual.exportFiles,
          check: async () => {
            throw refusal;
          },
        },
      }),
    });
    expect(conclusion.failure?.message).toBe('is not ours');
    // A path that is known beforehand is checked before anything is asked.
    expect(requests.length === 0).toBe(when === 'export-file');
  });

  test('a path that leads out is refused before the login, also with {name}', async () => {
    const one = await stage();
    const { conclusion, requests } = await exported(one, {
      inputs: { 'export-file': '../{name}.yml' },
      replace: (usual) => ({
        exportFiles: {
          ...usual.exportFiles,
          nameOf: (name) => {
            throw new Error(`out: ${name}`);
          },
        },
      }),
    });
    expect(conclusion.failure?.message).toBe('out: ../name.yml');
    expect(requests).toEqual([]);
  });

  test('two names that are one file', async () => {
    const one = await withOffice((cloud) => {
      const { id: _id, ...rest } = only(cloud, 'ipsec_site_connection');
      cloud.store.seed('ipsec_site_connection', { ...rest, name: 'Office-Bonn', peer_address: '198.51.100.21' });
    });
    const inputs = { 'connection-name': '*', 'export-file': '{name}.yml' };
    const { conclusion, written } = await exported(one, { inputs });
    expect(conclusion.failure).toMatchObject({
      code: 'EXPORT',
      message: 'export-file: office-bonn.yml would be the file of both Office-Bonn and office-bonn.',
    });
    expect(written.size).toBe(0);
    const together = await exported(one, { inputs: { 'connection-name': '*' } });
    expect(together.conclusion.failure).toBeUndefined();
    expect(together.conclusion.connections).toHaveLength(2);
  });
});

describe('secrets', () => {
  test('keys of the cloud are masked before anything is told', async () => {
    const other = 'An0ther-Only_Key.2';
    const one = await withOffice((cloud) => {
      cloud.store.update('ipsec_site_connection', only(cloud, 'ipsec_site_connection').id, { psk: other });
    });
    const { events, written } = await exported(one);
    const masked = events.indexOf(`mask ${other}`);
    expect(masked).toBeGreaterThan(events.lastIndexOf('GET /v2.0/routers'));
    expect(events.indexOf(`log ${path}: written.`)).toBeGreaterThan(masked);
    expect([...events.filter((event) => !event.startsWith('mask ')), ...written.values()].join()).not.toContain(other);
  });

  test('a key in a description: nothing is written, and nothing shows', async () => {
    const one = await withOffice((cloud) => {
      const { id } = only(cloud, 'ipsec_site_connection');
      cloud.store.update('ipsec_site_connection', id, { description: `the key is ${psk}` });
    });
    const { conclusion, written, events } = await exported(one);
    expect(conclusion.failure).toMatchObject({
      code: 'EXPORT',
      message: expect.stringContaining('nothing was written'),
    });
    expect(written.size).toBe(0);
    expect(events.filter((event) => !event.startsWith('mask ')).join()).not.toContain(psk);
    expect(JSON.stringify(conclusion)).not.toContain(psk);
  });

  test('a cloud that hides the keys', async () => {
    const one = await stage({ hidePsk: 'missing' });
    await one.run();
    const { conclusion, written } = await exported(one);
    expect(conclusion).toMatchObject({ notices: [], exported: { files: [path] } });
    expect(written.get(path)).toContain(secret);
  });
});

describe('what an export cannot say is told, and outputs have a limit', () => {
  test('a value that no file can have', async () => {
    const one = await withOffice((cloud) => {
      cloud.store.update('ikepolicy', only(cloud, 'ikepolicy').id, { description: 'two\nlines' });
    });
    const { conclusion, annotations, written } = await exported(one);
    expect(conclusion.failure).toBeUndefined();
    expect(annotations).toMatchObject([
      { level: 'warning', text: expect.stringContaining('ikepolicy.description is left out'), at: { file: path } },
    ]);
    expect(written.get(path)).toContain('# description: "two\\u000alines"');
  });

  test('a text that is too long for an output', async () => {
    const one = await withOffice((cloud) => {
      const endpoints = Array.from(
        { length: 12_000 },
        (_, index) => `2001:db8:1234:${(index + 4096).toString(16)}::/64`,
      );
      const group = cloud.store
        .all('endpoint_group')
        .find(({ type, project_id }) => type === 'cidr' && project_id === cloud.account.projectId);
      cloud.store.update('endpoint_group', String(group?.id), { endpoints });
    });
    const { conclusion, written } = await exported(one, { inputs: { region: 'eu-nl' } });
    expect(conclusion).toMatchObject({ region: 'eu-nl', exported: { files: [path], text: '' } });
    expect(conclusion.notices).toEqual([
      { level: 'notice', text: expect.stringContaining('The output export stays unset') },
    ]);
    expect(written.get(path)?.length).toBeGreaterThan(400_000);
  });

  test('a connection without service and peer, as no cloud should have it', async () => {
    const one = await withOffice((cloud) => {
      const { id } = only(cloud, 'ipsec_site_connection');
      cloud.store.update('ipsec_site_connection', id, { vpnservice_id: null, peer_address: null });
    });
    const { conclusion, written } = await exported(one);
    expect(conclusion.failure).toBeUndefined();
    expect(conclusion.connections).toMatchObject([{ peerAddress: '' }]);
    expect(conclusion.connections[0]).not.toHaveProperty('vpnserviceId');
    expect(conclusion.notices).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('cannot be used before it is corrected') }),
    );
    expect(written.get(path)).toContain('ikepolicy:');
  });

  test('a second export of the same changes nothing', async () => {
    const one = await withOffice();
    const files = new Map<string, string>();
    const keep: NonNullable<Setting['replace']> = (usual) => ({
      exportFiles: {
        ...usual.exportFiles,
        write: async (name, text) => {
          const before = files.get(name);
          files.set(name, text);
          return before === text ? 'unchanged' : 'written';
        },
      },
    });
    expect((await exported(one, { replace: keep })).lines).toContain(`${path}: written.`);
    expect((await exported(one, { replace: keep })).lines).toContain(`${path}: unchanged.`);
  });

  test('the input psk may stand there for other modes, and a file of connections may not', async () => {
    const one = await withOffice();
    expect((await exported(one, { inputs: { psk } })).conclusion.failure).toBeUndefined();
    const { conclusion } = await exported(one, {
      files: { 'vpn.yml': officeFile() },
      inputs: { 'connection-file': 'vpn.yml' },
    });
    expect(conclusion.failure).toMatchObject({ code: 'INPUT_INVALID' });
  });
});
