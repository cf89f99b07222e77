/** The proof tells what a plan of the files would show, whatever that is. */
import { describe, expect, test } from 'vitest';
import { Exporting } from '../../../../src/vpn/export/exporting.ts';
import { nameConnections } from '../../../../src/vpn/export/names.ts';
import { prove, writeReadable } from '../../../../src/vpn/export/proof.ts';
import { now, projectId, repository } from '../build.ts';
import { addConnection, type Standard, standardCloud } from '../standard-cloud.ts';

/** What is said of an export that the cloud, or its text, has moved away from. */
function told(
  move: (standard: Standard, id: string) => void,
  dialect: 'openstack' | 'otc' = 'openstack',
  change: (text: string) => string = (text) => text,
): string[] {
  const standard = standardCloud(dialect);
  const id = addConnection(standard, 'office-bonn');
  const options = { dialect: standard.cloud.dialect, repository, project: { id: projectId }, now };
  const before = standard.cloud.observed();
  const exporting = new Exporting(
    before,
    options.dialect,
    nameConnections(before.connections, before, options.dialect),
  );
  const written = writeReadable(exporting, () => 'vpn.yml', options);
  move(standard, id);
  const changed = { ...written, files: written.files.map((file) => ({ ...file, text: change(file.text) })) };
  return prove(changed, exporting, standard.cloud.observed(), options).map(({ text }) => text);
}

test('a file that no run would read', () => {
  const comment = '#'.repeat(1_048_576);
  expect(
    told(
      () => {},
      'otc',
      (text) => `${comment}\n${text}`,
    ),
  ).toEqual(['vpn.yml is larger than 1 MiB, and no run reads such a file. Split it.']);
});

describe('planned at once, the file would not be unchanged', () => {
  test.each<[string, (standard: Standard, id: string) => void, RegExp]>([
    ['nothing moved', () => {}, /^$/],
    [
      'a value',
      ({ cloud }, id) => cloud.edit('ipsec_site_connection', id, { mtu: 1400 }),
      /office-bonn \(mtu 1400 → 1500\)/,
    ],
    [
      'a value gone',
      ({ cloud }, id) => cloud.edit('ipsec_site_connection', id, { mtu: null }),
      /\(mtu \(unset\) → 1500\)/,
    ],
    ['its name', ({ cloud }, id) => cloud.edit('ipsec_site_connection', id, { name: 'x' }), /no psk is given/],
  ])('%s', (_title, move, words) => {
    expect(told(move).join()).toMatch(words);
  });

  test('a policy that was changed after the connection was last written: any run would see to it', () => {
    const [only, ...others] = told(({ cloud }, id) => cloud.setTags(id, { 'ipsec-action-policies': 'older' }), 'otc');
    expect(only).toMatch(/would not be unchanged: touch IPsec connection office-bonn \(a policy was changed/);
    expect(others).toEqual([]);
  });
});
