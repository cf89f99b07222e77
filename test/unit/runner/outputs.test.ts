import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outputNames, outputsOf } from '../../../src/runner/output-values.ts';
import { createOutputs } from '../../../src/runner/outputs.ts';
import { createMask } from '../../../src/runner/secrets.ts';
import { parsePairs } from '../../scenarios/harness/file-commands.ts';
import { stdoutOf } from './capture.ts';
import { change, connection, created, report } from './reports.ts';

/** With a configuration for the other end. */
const peered = report({
  ...created,
  connections: created.connections.map((one) => ({ ...one, peerConfigFile: 'vpn/office-bonn.conf' })),
});

describe('outputsOf', () => {
  test('nothing, as long as no connection is known', () => {
    expect(outputsOf(report({ connections: [] }))).toEqual(new Map());
  });

  test('one connection', () => {
    const { plan, connections, ...values } = Object.fromEntries(outputsOf(peered));
    expect(values).toEqual({
      'connection-id': 'd54c7a80-2d2f-4b3a-9a57-3a7a1cf0b8e9',
      status: 'DOWN',
      changed: 'true',
      operation: 'created',
      settled: 'true',
      up: 'false',
      'status-stale': 'false',
      'vpnservice-id': 'b71d2a44-93c0-4a57-8d0b-2f7a5e0d9c31',
      'gateway-address': '203.0.113.17',
      'peer-config-file': 'vpn/office-bonn.conf',
    });
    expect(JSON.parse(String(connections))).toEqual({
      'office-bonn': { ...values, changed: true, settled: true, up: false, 'status-stale': false },
    });
    expect(JSON.parse(String(plan))).toMatchObject({
      format: 1,
      dialect: 'otc',
      'project-id': '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e',
      changes: [
        { action: 'create', kind: 'ikepolicy' },
        { action: 'create', fields: [{ field: 'peer_address' }, { field: 'psk' }] },
      ],
    });
    const everything = {
      ...peered,
      digest: 'ab',
      exported: { files: ['a.yml', 'b.yml'], text: 'x: 1\n', secrets: [] },
    };
    const outputs = outputsOf(everything);
    expect([...outputs.keys()].sort()).toEqual([...outputNames].sort());
    expect(Object.fromEntries(outputs)).toMatchObject({
      ...{ 'plan-digest': 'ab', 'export-file': 'a.yml\nb.yml', export: 'x: 1\n' },
      plan: expect.stringContaining('"digest":"ab"'),
    });
  });

  test('what is not known yet is left out', () => {
    expect(Object.fromEntries(outputsOf(report()))).toEqual({
      changed: 'false',
      operation: 'unchanged',
      connections: '{"office-bonn":{"changed":false,"operation":"unchanged"}}',
      plan: '{"format":1,"dialect":"otc","changes":[]}',
    });
  });

  test('several connections: what speaks of one is left unset', () => {
    const several = report({
      connections: [connection({ id: 'a', status: 'ACTIVE' }), connection({ name: '__proto__', operation: 'updated' })],
    });
    const values = outputsOf(several);
    expect([...values.keys()]).toEqual(['changed', 'connections', 'plan']);
    expect(values.get('changed')).toBe('true');
    expect(values.get('connections')).toBe(
      '{"office-bonn":{"connection-id":"a","status":"ACTIVE","changed":false,"operation":"unchanged"},' +
        '"__proto__":{"changed":true,"operation":"updated"}}',
    );
  });

  test('a plan that was refused has changed nothing', () => {
    const values = outputsOf(report({ progress: 'planned', changes: [change({ action: 'update' })] }));
    expect([values.get('changed'), values.get('operation')]).toEqual(['false', 'unchanged']);
  });

  test('a huge plan comes without fields', () => {
    const fields = [{ field: 'description', after: 'x'.repeat(300_000), impact: 'none' as const }];
    const plan = String(outputsOf(report({ changes: [change({ fields })] })).get('plan'));
    expect(plan.length).toBeLessThan(1000);
    expect(JSON.parse(plan)).toMatchObject({ truncated: true, changes: [{ action: 'update', name: 'office-bonn' }] });
  });
});

describe('createOutputs', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    file = join(folder, 'output');
    writeFileSync(file, '');
    vi.stubEnv('GITHUB_OUTPUT', file);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  const written = () => parsePairs(readFileSync(file, 'utf8'));

  /** What is warned of while `body` runs, with these secrets masked. */
  async function warnings(secrets: readonly string[], body: (outputs: ReturnType<typeof createOutputs>) => void) {
    const texts: string[] = [];
    await stdoutOf(() => {
      const mask = createMask();
      secrets.forEach(mask);
      body(createOutputs(mask, { warning: (text) => texts.push(text) }));
    });
    return texts;
  }

  test('empties what is not known any more', async () => {
    await warnings([], (outputs) => {
      outputs.report(report({ connections: [connection({ id: 'a', status: 'DOWN' })] }));
      outputs.report(report({ connections: [connection({ operation: 'deleted' })] }));
    });
    const values = new Map(Object.entries(written()));
    expect([values.get('connection-id'), values.get('status'), values.get('operation')]).toEqual(['', '', 'deleted']);
  });

  test('writes what is known, and only what changed since', async () => {
    const texts = await warnings([], (outputs) => {
      outputs.report(report({ connections: [connection({ id: 'a', status: 'PENDING_CREATE' })] }));
      const length = readFileSync(file, 'utf8').length;
      outputs.report(report({ connections: [connection({ id: 'a', status: 'PENDING_CREATE' })] }));
      expect(readFileSync(file, 'utf8')).toHaveLength(length);
      expect(written()).toMatchObject({ 'connection-id': 'a', status: 'PENDING_CREATE' });
      outputs.set('status', 'DOWN');
    });
    expect(written()).toMatchObject({ 'connection-id': 'a', status: 'DOWN' });
    expect(texts).toEqual([]);
  });

  test('warns once of an output that the runner will drop, without showing the value', async () => {
    const texts = await warnings(['203.0.113.17'], (outputs) => {
      outputs.set('gateway-address', '203.0.113.17');
      outputs.set('gateway-address', '203.0.113.170');
    });
    expect(texts).toEqual([expect.stringMatching(/^The output gateway-address contains the text of a secret/)]);
    expect(texts[0]).not.toContain('203');
    expect(written()).toEqual({ 'gateway-address': '203.0.113.170' });
  });

  test('no secret is in the plan, whatever the cloud says', async () => {
    const fields = [{ field: 'description', before: 'key "hunter22"', after: 'none', impact: 'none' as const }];
    await warnings(['hunter22', 'none'], (outputs) => outputs.report(report({ changes: [change({ fields })] })));
    expect(JSON.parse(String(written()['plan']))).toMatchObject({
      changes: [{ fields: [{ before: 'key "***"', after: '***', impact: 'none' }] }],
    });
  });

  test('says nothing of a plan while there is none', async () => {
    await warnings([], (outputs) => outputs.report(report({ connections: [] })));
    expect(written()).toEqual({});
  });

  test('a missing file is a warning, not a failure', async () => {
    vi.stubEnv('GITHUB_OUTPUT', join(folder, 'gone'));
    const texts = await warnings([], (outputs) => {
      outputs.set('status', 'DOWN');
      outputs.set('status', 'ACTIVE');
    });
    expect(texts).toEqual([expect.stringMatching(/^The output status could not be set: /)]);
  });
});
