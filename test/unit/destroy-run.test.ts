/** Runs with mode: destroy, and runs that prune, from the inputs to the conclusion. */
import { describe, expect, test } from 'vitest';
import { outputsOf } from '../../src/runner/output-values.ts';
import { renderSummary } from '../../src/runner/summary.ts';
import type { Cloud, Fault } from '../cloud/index.ts';
import { office, officeFile, officesFile, ours, psk } from '../scenarios/fixtures/office.ts';
import { writes } from '../scenarios/harness/calls.ts';
import { type Setting, type Stage, stage, type Told } from './stage.ts';

const destroy = { mode: 'destroy', 'confirm-destroy': 'office-bonn', psk: undefined };
const connections = '/ipsec-site-connections/';

const left = (cloud: Cloud): number[] =>
  (['ipsec_site_connection', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'vpnservice'] as const).map(
    (kind) => ours(cloud, kind).length,
  );

const refusal = (status: number, type: string): Fault['effect'] => ({
  kind: 'answer',
  status,
  body: { NeutronError: { type, message: 'No.', detail: '' } },
});

async function applied(dialect: 'openstack' | 'otc' = 'openstack', setting: Setting = {}): Promise<Stage> {
  const made = await stage({ dialect });
  const { conclusion } = await made.run({ ...setting, inputs: { ...atOtc(made.cloud, dialect), ...setting.inputs } });
  expect(conclusion.failure).toBeUndefined();
  return made;
}

function atOtc({ networkUrl }: Cloud, dialect: 'openstack' | 'otc'): Record<string, string> {
  return dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': networkUrl } : {};
}

function outputs({ conclusion }: Told): Record<string, string> {
  return Object.fromEntries(outputsOf(conclusion));
}

describe.each(['openstack', 'otc'] as const)('destroy on %s', (dialect) => {
  test('removes all but the service, without a psk, and tells it in log, outputs and summary', async () => {
    const { cloud, run } = await applied(dialect);
    const [service] = ours(cloud, 'vpnservice');
    const told = await run({ inputs: { ...atOtc(cloud, dialect), ...destroy } });
    const { conclusion, lines, requests } = told;
    expect(conclusion.failure).toBeUndefined();
    expect(left(cloud)).toEqual([0, 0, 0, 0, 1]);
    expect(conclusion).toMatchObject({ mode: 'destroy', progress: 'done', connections: [{ operation: 'deleted' }] });
    expect(conclusion.connections[0]).not.toHaveProperty('status');
    const { plan, ...others } = outputs(told);
    expect(others).toMatchObject({ changed: 'true', operation: 'deleted', 'vpnservice-id': String(service?.id) });
    expect(others).not.toHaveProperty('connection-id');
    expect(others['plan-digest']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(plan ?? '').changes[0]).toMatchObject({ action: 'delete', impact: 'removal' });
    expect(lines.join('\n')).toContain(
      '- IPsec connection office-bonn (the connection is removed: the other end is cut off); its peer is 198.51.100.20',
    );
    expect(lines.at(-1)).toMatch(/^office-bonn: deleted, gateway /);
    const deletions = requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/vpn/'));
    expect(deletions[0]?.path).toContain(connections);
    expect(deletions).toHaveLength(5);
    const summary = renderSummary(conclusion);
    expect(summary).toContain('## ✅ IPsec connection `office-bonn`: deleted');
    expect(summary).toMatch(/Remove the connection at the other end too.* to .*Its peer was 198\.51\.100\.20\./);
    expect(summary).toContain('creates it again');
    expect(summary).toContain('destroy-vpnservice: true');
  });

  test('again: gone already is a success, and nothing is written', async () => {
    const { cloud, run } = await applied(dialect);
    const inputs = { ...atOtc(cloud, dialect), ...destroy };
    await run({ inputs });
    const told = await run({ inputs });
    expect(told.conclusion.failure).toBeUndefined();
    expect(writes(told.requests)).toEqual([]);
    expect(outputs(told)).toMatchObject({ changed: 'false', operation: 'unchanged' });
    expect(told.lines).toContain('Nothing to remove: office-bonn is not there, or not any more.');
    expect(told.lines.at(-1)).toBe('office-bonn: gone already');
    expect(renderSummary(told.conclusion)).toContain('`office-bonn`: gone already');
  });

  test('with the service: nothing is left, and its id is no output any more', async () => {
    const { cloud, run } = await applied(dialect);
    const told = await run({ inputs: { ...atOtc(cloud, dialect), ...destroy, 'destroy-vpnservice': 'true' } });
    expect(told.conclusion.failure).toBeUndefined();
    expect(left(cloud)).toEqual([0, 0, 0, 0, 0]);
    expect(outputs(told)).not.toHaveProperty('vpnservice-id');
    expect(renderSummary(told.conclusion)).toContain('is released and may become somebody else');
    const again = await run({ inputs: { ...atOtc(cloud, dialect), ...destroy } });
    expect(again.annotations).toMatchObject([
      { level: 'warning', text: expect.stringContaining('Every list of the project came back empty') },
    ]);
  });
});

describe('destroy', () => {
  test('without a confirmation shows what it would do, writes nothing, and fails', async () => {
    const { cloud, run } = await applied();
    const before = left(cloud);
    const told = await run({ inputs: { ...destroy, 'confirm-destroy': undefined } });
    const { conclusion, lines } = told;
    expect(conclusion.failure).toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(writes(told.requests)).toEqual([]);
    expect(left(cloud)).toEqual(before);
    expect(lines).toContain('Plan for office-bonn: 5 changes');
    expect(lines.at(-1)).toMatch(/^office-bonn: not deleted, status DOWN/);
    expect(outputs(told)).toMatchObject({ changed: 'false', operation: 'unchanged' });
    expect(outputs(told)).not.toHaveProperty('plan-digest');
    const summary = renderSummary(conclusion);
    expect(summary).toContain('### Planned changes');
    expect(summary).not.toContain('What to do next');
  });

  test('does not need a psk, known or not, nor writes a configuration for the other end', async () => {
    const { run, cloud } = await applied();
    const { conclusion, written } = await run({
      inputs: { ...destroy, 'peer-config': 'strongswan', 'peer-config-file': 'peer.conf' },
      files: { 'vpn.yml': officeFile({ psk: '${NOBODY_KNOWS}' }) },
    });
    expect(conclusion.failure).toBeUndefined();
    expect([...written]).toEqual([]);
    expect(left(cloud)[0]).toBe(0);
  });

  test('of one of two: the other stays with its tunnel, and the tunnel of the first may linger', async () => {
    const file = officesFile([
      { ...office, psk: '${PSK}' },
      { ...office, name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'], psk: '${PSK}' },
    ]);
    const files = { 'vpn.yml': file };
    const both = { psk: undefined, secrets: `PSK=${psk}` };
    const { run, cloud } = await applied('openstack', { inputs: both, files });
    const { conclusion } = await run({ inputs: { ...both, ...destroy }, files });
    expect(conclusion.failure).toBeUndefined();
    expect(ours(cloud, 'ipsec_site_connection')).toMatchObject([{ name: 'office-ulm' }]);
    const texts = conclusion.notices.map(({ text }) => text).join('\n');
    expect(texts).toContain('The tunnel of office-bonn may stay up');
    expect(texts).toContain('Connection office-ulm stays: confirm-destroy does not name it.');
    expect(renderSummary(conclusion)).toContain('2 IPsec connections: 1 deleted, 1 not deleted');
  });

  test('that is refused fails, and what is left is told', async () => {
    const { run, cloud } = await applied();
    cloud.addFault({
      ...{ method: 'DELETE', path: connections, when: 'always' },
      effect: refusal(403, 'PolicyNotAuthorized'),
    });
    const { conclusion, lines } = await run({ inputs: destroy });
    expect(conclusion.failure).toMatchObject({ message: expect.stringContaining('delete the IPsec connection') });
    expect(conclusion.connections).toMatchObject([{ operation: 'unchanged', id: expect.any(String), status: 'DOWN' }]);
    expect(lines.at(-1)).toMatch(/^office-bonn: failed, status DOWN/);
    expect(left(cloud)).toEqual([1, 1, 1, 2, 1]);
  });

  test('whose connection goes, and whose part is refused, fails and says what was done', async () => {
    const { run, cloud } = await applied();
    cloud.addFault({
      ...{ method: 'DELETE', path: '/ikepolicies/', when: 'always' },
      effect: refusal(403, 'PolicyNotAuthorized'),
    });
    const { conclusion, lines } = await run({ inputs: destroy });
    expect(conclusion).toMatchObject({ progress: 'partly', connections: [{ operation: 'deleted' }] });
    expect(lines.at(-1)).toMatch(/^office-bonn: failed \(deleted before that\)/);
    expect(left(cloud)).toEqual([0, 1, 0, 0, 1]);
    cloud.clearFaults();
    const again = await run({ inputs: destroy });
    expect(again.conclusion.failure).toBeUndefined();
    expect(left(cloud)).toEqual([0, 0, 0, 0, 1]);
    expect(outputs(again)).toMatchObject({ changed: 'true', operation: 'unchanged' });
  });

  test('a part that somebody begins to use meanwhile stays, with a notice', async () => {
    const { run, cloud } = await applied();
    cloud.addFault({
      ...{ method: 'DELETE', path: '/endpoint-groups/', when: 'always' },
      effect: refusal(400, 'EndpointGroupInUse'),
    });
    const { conclusion } = await run({ inputs: destroy });
    expect(conclusion.failure).toBeUndefined();
    expect(conclusion.notices.filter(({ text }) => text.includes('was not deleted: it is still in use'))).toHaveLength(
      2,
    );
  });

  test('waits until a cloud that takes its time has removed the connection, then goes on', async () => {
    const { run, cloud, clock } = await stage({ dialect: 'openstack', deleteAfterMs: 90_000 });
    await run();
    const started = clock.now();
    const { conclusion } = await run({ inputs: destroy });
    expect(conclusion.failure).toBeUndefined();
    expect(left(cloud)).toEqual([0, 0, 0, 0, 1]);
    expect(clock.now() - started).toBeGreaterThanOrEqual(90_000);
  });

  test('that takes longer than the timeout fails, and the next run completes it', async () => {
    const { run, cloud } = await stage({ dialect: 'openstack', deleteAfterMs: 90_000 });
    await run();
    const { conclusion } = await run({ inputs: { ...destroy, timeout: '30s' } });
    expect(conclusion.failure).toMatchObject({ code: 'TIMEOUT' });
    expect(conclusion.failure?.message).toContain('is still listed, although the cloud took its deletion');
    expect(conclusion.connections).toMatchObject([{ operation: 'deleted' }]);
    const again = await run({ inputs: destroy });
    expect(again.conclusion.failure).toBeUndefined();
    expect(left(cloud)).toEqual([0, 0, 0, 0, 1]);
  });

  test('cancelled while the connection is waited for: what was done is told, nothing more is begun', async () => {
    const { run, cloud } = await applied();
    let deleted = false;
    const { conclusion } = await run({
      inputs: destroy,
      onEvent(event, signal) {
        deleted ||= event.startsWith('DELETE') && event.includes(connections);
        if (deleted && event.startsWith('GET') && event.includes(connections)) signal();
      },
    });
    expect(conclusion.failure).toMatchObject({ code: expect.stringMatching(/^CANCELLED$/) });
    expect(conclusion.connections).toMatchObject([{ operation: 'deleted' }]);
    expect(left(cloud)).toEqual([0, 1, 1, 2, 1]);
  });

  test('one of a file with errors fails the run, and what is confirmed and valid goes', async () => {
    const { run, cloud } = await applied();
    const { conclusion } = await run({
      inputs: destroy,
      files: { 'bad.yml': officeFile({ name: 'office-ulm', mtu: 'x' }), 'vpn.yml': officeFile() },
    });
    expect(conclusion.failure).toMatchObject({ code: 'SPEC_INVALID' });
    expect(left(cloud)[0]).toBe(0);
    expect(conclusion.connections.map(({ name, operation }) => [name, operation])).toEqual([
      ['office-bonn', 'deleted'],
      ['office-ulm', 'unchanged'],
    ]);
  });
});

describe('prune', () => {
  const ulm = { ...office, name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'] };
  const both = { 'a.yml': officeFile({ psk: '${PSK}' }), 'b.yml': officesFile([{ ...ulm, psk: '${PSK}' }]) };
  const one = { 'a.yml': both['a.yml'] };
  const inputs = { psk: undefined, secrets: `PSK=${psk}` };
  const prune = { ...inputs, prune: 'true' };

  async function two(): Promise<Stage> {
    return await applied('openstack', { inputs, files: both });
  }

  /** A workspace whose folder has these files too, which connection-file does not name. */
  function beside(texts: Readonly<Record<string, string>>): Pick<Setting, 'replace'> {
    return {
      replace: ({ workspace }) => ({
        workspace: {
          ...workspace,
          glob: async () => Object.keys(texts),
          read: async (name) => texts[name] ?? (await workspace.read(name)),
        },
      }),
    };
  }

  test('without the input it is listed alone, and asks nothing more of the cloud', async () => {
    const { run, cloud } = await two();
    const { conclusion } = await run({ inputs, files: one });
    expect(conclusion).toMatchObject({ changes: [], connections: [{ operation: 'unchanged' }] });
    expect(conclusion.notices).toMatchObject([{ text: expect.stringContaining('prune: true removes them') }]);
    expect(left(cloud)[0]).toBe(2);
  });

  test('removes the connection and its parts, keeps single outputs, and says so', async () => {
    const { run, cloud } = await two();
    const told = await run({ inputs: prune, files: one });
    const { conclusion, lines } = told;
    expect(conclusion.failure).toBeUndefined();
    expect(ours(cloud, 'ipsec_site_connection')).toMatchObject([{ name: 'office-bonn' }]);
    expect(left(cloud)).toEqual([1, 1, 1, 2, 1]);
    expect(outputs(told)).toMatchObject({ changed: 'true', operation: 'unchanged', status: 'DOWN' });
    const text = lines.join('\n');
    expect(text).toContain('- IPsec connection office-ulm (the connection is removed: the other end is cut off)');
    expect(text).toContain('- IKE policy office-ulm-ike [office-ulm]');
    const summary = renderSummary(conclusion);
    expect(summary).toContain('`office-ulm`: Remove the connection at the other end too');
    expect((await run({ inputs: prune, files: one })).conclusion.changes).toEqual([]);
  });

  test('in mode: plan it is shown, with a digest, and nothing is written', async () => {
    const { run, cloud } = await two();
    const { conclusion, requests } = await run({ inputs: { ...prune, mode: 'plan' }, files: one });
    expect(conclusion.changes[0]).toMatchObject({ action: 'delete', name: 'office-ulm', impact: 'removal' });
    expect(conclusion.digest).toBeDefined();
    expect(writes(requests)).toEqual([]);
    expect(left(cloud)[0]).toBe(2);
    const applied = await run({ inputs: { ...prune, 'expect-plan': String(conclusion.digest) }, files: one });
    expect(applied.conclusion.failure).toBeUndefined();
    expect(left(cloud)[0]).toBe(1);
  });

  test('does not remove what another file of the folder describes', async () => {
    const { run, cloud } = await two();
    const { conclusion } = await run({ inputs: prune, files: one, ...beside({ 'b.yml': both['b.yml'] }) });
    expect(conclusion.notices).toMatchObject([{ text: expect.stringContaining('is not pruned: b.yml describes it') }]);
    expect(left(cloud)[0]).toBe(2);
  });

  test.each<[string, Readonly<Record<string, string>>, Pick<Setting, 'replace'>]>([
    ['a file is not valid', { ...one, 'c.yml': officeFile({ name: 'office-mainz', mtu: 'x' }) }, {}],
    ['a file beside is not clear', one, beside({ 'c.yml': 'ipsec_site_connection: { name: [ }' })],
    ['a name depends on a variable', { 'a.yml': officeFile({ name: '${SITE}', psk: '${PSK}' }) }, {}],
  ])('does nothing where %s', async (_, files, workspace) => {
    const { run, cloud } = await two();
    const given = { ...prune, variables: 'SITE=office-bonn' };
    const { conclusion } = await run({ inputs: given, files, ...workspace });
    expect(conclusion.notices.map(({ text }) => text).join()).toContain('Nothing was pruned: ');
    expect(left(cloud)[0]).toBe(2);
  });

  test('fails the run if the deletion fails, and names the connection', async () => {
    const { run, cloud } = await two();
    cloud.addFault({
      ...{ method: 'DELETE', path: connections, when: 'always' },
      effect: refusal(403, 'PolicyNotAuthorized'),
    });
    const { conclusion } = await run({ inputs: prune, files: one });
    expect(conclusion.failure?.message).toContain('delete the IPsec connection office-ulm');
    expect(conclusion.connections).toMatchObject([{ name: 'office-bonn', operation: 'unchanged' }]);
    expect(conclusion.connections[0]).not.toHaveProperty('failure');
  });
});
