/** Runs in which something of the files is left out. */
import { expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { office, officeFile, officesFile, ours } from '../../scenarios/fixtures/office.ts';
import { ground } from './converging.ts';

const bonn = { ...office, psk: '${PSK}' };
const mainz = {
  ...bonn,
  ...{ name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] },
};

test('prune removes nothing beside a connection that was refused', async () => {
  const { cloud, apply, converge } = await ground('openstack');
  await apply(officesFile([bonn, mainz]));
  const kiel = { ...mainz, name: 'office-kiel', peer_address: '198.51.100.22', ikepolicy: 'nowhere' };
  const names = (): unknown[] =>
    ours(cloud, 'ipsec_site_connection')
      .map(({ name }) => name)
      .sort();
  const part = await converge(officesFile([bonn, kiel]), { options: { prune: true } });
  expect(part.error).toMatchObject({ code: 'NOT_FOUND' });
  expect([names(), part.writes]).toEqual([['office-bonn', 'office-mainz'], []]);
  await apply(officesFile([bonn]), { prune: true });
  expect(names()).toEqual(['office-bonn']);
});

test('nothing to change is said of those that were looked at, not of those that were refused', async () => {
  const { apply, converge } = await ground('openstack');
  await apply(officeFile());
  const { lines } = await converge(officesFile([bonn, { ...mainz, ikepolicy: 'nowhere' }]));
  expect(lines).toContain('Nothing to change: office-bonn is as described.');
});

test('a connection that two errors of the files are about is told once', async () => {
  const { converge } = await ground('openstack');
  const at = { file: 'b.yml', line: 1, column: 1 };
  const failures = ['one', 'two'].map((text) => new ActionError('SPEC_INVALID', text, { at }));
  const rejected = failures.map((failure) => ({ failure, connections: [{ name: 'office-ulm', at }] }));
  const { last, error } = await converge(officeFile(), { options: { rejected } });
  expect(last.connections.map(({ name, failure }) => [name, failure])).toEqual([
    ['office-bonn', undefined],
    ['office-ulm', failures[0]],
  ]);
  expect(error?.message).toMatch(/1\. one.*\n2\. two/);
});
