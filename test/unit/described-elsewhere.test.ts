/** What YAML files beside those of a run describe, on a real file system. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describedElsewhere } from '../../src/described-elsewhere.ts';
import { createWorkspace } from '../../src/spec/workspace.ts';
import type { Elsewhere } from '../../src/vpn/plan/elsewhere.ts';

async function look(texts: Readonly<Record<string, string | Uint8Array>>, ...lines: string[]): Promise<Elsewhere> {
  const root = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return await describedElsewhere(lines, createWorkspace(root));
}

const named = (name: string): string => `ipsec_site_connection:\n  name: ${name}\n`;
const own = named('bonn');

/** Files in which something was found. */
async function files(texts: Readonly<Record<string, string>>, ...lines: string[]): Promise<string[]> {
  const { connections, unclear } = await look(texts, ...lines);
  return [...connections, ...unclear].map(({ file }) => file);
}

describe('where it looks', () => {
  test.each<[string, string, readonly string[]]>([
    ['a file at the top', 'bonn.yml', ['ulm.yaml']],
    ['a folder', 'vpn/bonn.yml', ['sites/ulm.yml', 'vpn/ulm.yml']],
    ['a folder for each site', 'sites/bonn/vpn.yml', ['sites/ulm/vpn.yml', 'vpn/ulm.yml']],
    ['a folder that begins with a dot', '.github/bonn.yml', ['.github/ulm.yml']],
    ['a folder whose name is a pattern', '[vpn]{a}/bonn.yml', ['[vpn]{a}/ulm.yml']],
  ])('%s', async (_, file, found) => {
    const texts = Object.fromEntries(found.map((name) => [name, named('ulm')]));
    const expected = file.startsWith('sites/') ? ['sites/ulm/vpn.yml'] : found;
    expect((await files({ ...texts, [file]: own }, file)).toSorted()).toEqual(expected.toSorted());
  });

  test('not in the files of the run, not in folders below, not in other files', async () => {
    const others = { 'vpn/old/ulm.yml': named('ulm'), 'vpn/ulm.txt': named('ulm'), 'vpn/k8s.yml': 'kind: Pod\n' };
    expect(await files({ 'vpn/bonn.yml': own, 'vpn/mainz.yml': named('mainz'), ...others }, 'vpn/*.yml')).toEqual([]);
  });
});

describe('what it finds', () => {
  test('every name and id, whatever else is wrong in the file', async () => {
    const text = [
      'ipsec_site_connections:',
      '  - { name: ulm, id: 00000000-0000-4000-8000-000000000001, colour: red }',
      '  - name: a$$b',
      '    psk: ${NOBODY_KNOWS}',
      '---',
      '"ipsec_site_connection": { name: mainz }',
    ].join('\n');
    expect(await look({ 'a.yml': own, 'b.yml': text }, 'a.yml')).toEqual({
      connections: [
        { file: 'b.yml', name: 'ulm', id: '00000000-0000-4000-8000-000000000001' },
        { file: 'b.yml', name: 'a$b' },
        { file: 'b.yml', name: 'mainz' },
      ],
      unclear: [],
    });
  });

  test.each([
    ['no YAML', 'ipsec_site_connection: [ {'],
    ['no name', 'ipsec_site_connection: { peer_address: 198.51.100.7 }'],
    ['no mapping', 'ipsec_site_connection: ulm'],
    ['a number for a name', 'ipsec_site_connection: { name: 7 }'],
  ])('that a file is not clear: %s', async (_, text) => {
    const { connections, unclear } = await look({ 'a.yml': own, 'b.yml': text }, 'a.yml');
    expect(connections).toEqual([]);
    expect(unclear).toEqual([{ file: 'b.yml', why: 'is not valid, and may describe them' }]);
  });

  test.each(['name: ${SITE}', 'name: ulm\n  id: ${ID}'])('that a variable says which: %s', async (body) => {
    const text = `ipsec_site_connection:\n  ${body}\n`;
    const { unclear } = await look({ 'a.yml': own, 'b.yml': text }, 'a.yml');
    expect(unclear).toMatchObject([{ file: 'b.yml', why: expect.stringContaining('by a variable') }]);
    // Also in a file of the run: each run of a matrix may give the variable another value.
    expect((await look({ 'a.yml': text }, 'a.yml')).unclear).toMatchObject([{ file: 'a.yml' }]);
  });

  test('nothing in what no run could read', async () => {
    const latin1 = new Uint8Array([...new TextEncoder().encode(named('ulm')), 0xfc]);
    expect(await look({ 'a.yml': own, 'b.yml': latin1 }, 'a.yml')).toEqual({ connections: [], unclear: [] });
  });

  test('nothing in YAML about other things that speaks of it', async () => {
    const workflow = 'jobs:\n  x:\n    run: |\n      echo "ipsec_site_connection: {}" > vpn.yml\n';
    const list = '- ipsec_site_connection: x\n';
    const texts = { 'a.yml': own, 'b.yml': workflow, 'c.yml': list };
    expect(await look(texts, 'a.yml')).toEqual({ connections: [], unclear: [] });
  });
});
