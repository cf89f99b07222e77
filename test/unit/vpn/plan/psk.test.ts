import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { tagKeys } from '../../../../src/vpn/tags.ts';
import { psk, spec } from '../build.ts';
import type { CloudOptions } from '../model-cloud.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';

function existing(dialect: 'otc' | 'openstack', options: CloudOptions = {}, tag?: string) {
  const standard = standardCloud(dialect, options);
  const connection = addConnection(standard, office);
  if (tag !== undefined) {
    standard.cloud.setTags(connection, { [tagKeys.psk]: tag });
  }
  return { ...standard, connection };
}

const hidden = { psk: 'stars' } as const;
const garbage = { psk: 'garbage' } as const;
const clear = {} as const;

interface Case {
  readonly dialect?: DialectName;
  readonly cloud: CloudOptions;
  readonly tag?: string;
  readonly key?: string | null;
  readonly version?: string;
  readonly state: string;
  readonly sends?: boolean;
  readonly tagAfter?: string;
}

const cases: readonly (readonly [string, Case])[] = [
  ['clear and equal', { cloud: clear, state: 'equal' }],
  ['clear and different', { cloud: clear, key: 'Another-one', state: 'sent', sends: true }],
  [
    'clear and equal, with a new version: only noted',
    { cloud: clear, version: '3', state: 'equal', tagAfter: 'clear-3' },
  ],
  [
    'clear and equal, although once not echoed',
    { cloud: clear, tag: 'hidden-2', version: '2', state: 'equal', tagAfter: 'hidden-2' },
  ],
  [
    'clear and different, version as before',
    { cloud: clear, tag: 'clear-2', version: '2', key: 'Another-one', state: 'sent', sends: true, tagAfter: 'clear-2' },
  ],
  ['not given', { cloud: clear, key: null, state: 'not compared' }],
  [
    'not given, version as before',
    { cloud: clear, key: null, tag: 'clear-2', version: '2', state: 'not compared', tagAfter: 'clear-2' },
  ],
  ['stars', { cloud: hidden, state: 'unverified' }],
  ['stars, first version', { cloud: hidden, version: '1', state: 'sent', sends: true, tagAfter: 'hidden-1' }],
  ['stars, same version', { cloud: hidden, tag: 'hidden-1', version: '1', state: 'equal', tagAfter: 'hidden-1' }],
  [
    'stars, new version',
    { cloud: hidden, tag: 'hidden-1', version: '2', state: 'sent', sends: true, tagAfter: 'hidden-2' },
  ],
  ['garbage, not yet known to be', { cloud: garbage, state: 'sent', sends: true, tagAfter: 'hidden' }],
  ['garbage, known', { cloud: garbage, tag: 'hidden', state: 'unverified', tagAfter: 'hidden' }],
  [
    'garbage, known, same version',
    { cloud: garbage, tag: 'hidden-4', version: '4', state: 'equal', tagAfter: 'hidden-4' },
  ],
  [
    'garbage, known, new version',
    { cloud: garbage, tag: 'hidden-4', version: '5', state: 'sent', sends: true, tagAfter: 'hidden-5' },
  ],
  ['openstack: clear and equal', { dialect: 'openstack', cloud: clear, state: 'equal' }],
  [
    'openstack: clear and different',
    { dialect: 'openstack', cloud: clear, key: 'Another-one', state: 'sent', sends: true },
  ],
  ['openstack: stars', { dialect: 'openstack', cloud: hidden, state: 'unverified' }],
  [
    'openstack: stars, whatever the version',
    { dialect: 'openstack', cloud: hidden, version: '2', state: 'unverified' },
  ],
];

describe('the psk', () => {
  test.each(cases)(
    '%s',
    (_, { dialect = 'otc', cloud: shown, tag, key = psk, version, state, sends = false, tagAfter }) => {
      const { cloud, connection } = existing(dialect, shown, tag);
      const plan = converge(cloud, [
        spec(office, { psk: key, ...(version === undefined ? {} : { pskVersion: version }) }),
      ]);
      expect(plan.connections[0]?.report.psk).toBe(state);
      const puts = plan.steps.filter((step) => step.do === 'update');
      expect(puts.map(({ body }) => Object.keys(body))).toEqual(sends ? [['psk']] : []);
      expect(cloud.json('ipsec_site_connection', connection).psk).toBe(key ?? psk);
      expect(cloud.tagsOf(connection).get(tagKeys.psk)).toBe(tagAfter);
      expect(plan.notices.some(({ text }) => text.includes('unverified'))).toBe(state === 'unverified');
    },
  );

  test('shows as words alone, and sending it is a rekey', () => {
    const { cloud } = existing('openstack');
    const plan = planFor(cloud, [spec(office, { psk: 'Another-one' })]);
    expect(changesOf(plan)).toEqual(['update ipsec_site_connection office-bonn (psk: (another key) → (sent anew))']);
    expect(plan.changes[0]?.impact).toBe('rekey');
    expect(JSON.stringify(plan)).not.toMatch(new RegExp(`${psk}|Another-one`));
  });

  test.each<[string, CloudOptions, Parameters<typeof spec>[1], 'auto' | 'always', string, string]>([
    ['another key', clear, { psk: 'Another-one' }, 'auto', '(another key)', 'the psk in the cloud is another one'],
    ['always, and equal', clear, {}, 'always', '(the same key)', 'update-psk: always sends the psk in every run'],
    [
      'always, and hidden',
      hidden,
      {},
      'always',
      '(hidden by the cloud)',
      'update-psk: always sends the psk in every run',
    ],
    [
      'a new version',
      hidden,
      { pskVersion: '2' },
      'auto',
      '(hidden by the cloud)',
      'psk_version says that the psk was rotated',
    ],
    [
      'a new version of another key',
      clear,
      { psk: 'Another-one', pskVersion: '2' },
      'auto',
      '(another key)',
      'psk_version says that the psk was rotated',
    ],
    [
      'always, with a new version of the same key',
      clear,
      { pskVersion: '2' },
      'always',
      '(the same key)',
      'psk_version says that the psk was rotated',
    ],
  ])('a step that says why: %s', (_, shown, given, updatePsk, before, reason) => {
    const { cloud } = existing('otc', shown);
    const [change] = planFor(cloud, [spec(office, given)], { updatePsk }).changes;
    expect(change).toMatchObject({ action: 'update', kind: 'ipsec_site_connection', impact: 'rekey', reason });
    expect(change?.fields).toEqual([{ field: 'psk', before, after: '(sent anew)', impact: 'rekey' }]);
  });

  test('a new version of the same key is noted, and no rotation', () => {
    const { cloud } = existing('otc', clear, 'clear-1');
    const { changes } = planFor(cloud, [spec(office, { pskVersion: '2' })]);
    expect(changes).toMatchObject([
      { fields: [{ field: 'psk_version', before: '1', after: '2' }], reason: expect.stringMatching(/noted/) },
    ]);
  });

  test.each<[string, CloudOptions, string, Parameters<typeof spec>[1], string | undefined]>([
    ['another key', clear, 'clear-1', { psk: 'Another-one' }, '(another key)'],
    ['a new version of a hidden one', hidden, 'hidden-1', { pskVersion: '2' }, '(hidden by the cloud)'],
    ['a hidden one', hidden, 'hidden-1', { pskVersion: '1' }, undefined],
    ['the same', clear, 'clear-1', { pskVersion: '2' }, undefined],
  ])('a replacement rotates it too: %s', (_, shown, tag, given, before) => {
    const { cloud } = existing('otc', shown, tag);
    cloud.add('ikepolicy', { name: 'another' });
    const { changes } = planFor(cloud, [spec(office, { ...given, ike: 'another' })], { maxImpact: 'replacement' });
    const fields = changes.find(({ action }) => action === 'replace')?.fields ?? [];
    const psks = fields.filter(({ field }) => field === 'psk');
    expect(psks).toEqual(
      before === undefined ? [] : [{ field: 'psk', before, after: '(sent anew)', impact: 'replacement' }],
    );
  });

  test('a new version is told', () => {
    const { cloud } = existing('otc', hidden, 'hidden-1');
    expect(changesOf(planFor(cloud, [spec(office, { pskVersion: '2' })]))).toEqual([
      'update ipsec_site_connection office-bonn (psk: (hidden by the cloud) → (sent anew))',
      'update ipsec_site_connection office-bonn (psk_version: 1 → 2)',
    ]);
  });

  test.each([
    ['openstack', 'run once with update-psk: always'],
    ['otc', 'Set psk_version beside it'],
  ] as const)('%s: unverified says what to do', (dialect, words) => {
    const { cloud } = existing(dialect, hidden);
    expect(planFor(cloud, [spec(office)]).notices).toMatchObject([
      { level: 'notice', text: expect.stringContaining(words) },
    ]);
  });

  test.each([clear, hidden])('update-psk: always sends it, also if it is equal', (shown) => {
    const { cloud } = existing('otc', shown);
    const { steps, connections } = planFor(cloud, [spec(office)], { updatePsk: 'always' });
    expect(steps).toMatchObject([
      { do: 'update', body: { psk: expect.any(Secret) } },
      { do: 'tag', psk: { version: undefined } },
    ]);
    expect(connections[0]?.report.psk).toBe('sent');
  });

  test('update-psk: always has nothing to send where no psk is given', () => {
    const { cloud } = existing('openstack');
    const { steps, notices } = planFor(cloud, [spec(office, { psk: null })], { updatePsk: 'always' });
    expect(steps).toEqual([]);
    // A name of a secret with a slip of the pen gives an empty key: the rotation did not happen.
    expect(notices).toMatchObject([{ level: 'warning', text: expect.stringMatching(/office-bonn: .*none is sent/) }]);
  });

  test('a new version without a psk is an error', () => {
    const { cloud } = existing('otc', hidden, 'hidden-1');
    const [refusal] = refused(cloud, [spec(office, { psk: null, pskVersion: '2' })]);
    expect(refusal).toMatchObject({ code: 'INPUT_INVALID' });
    expect(refusal?.message).toBe(
      'Connection office-bonn: psk_version is 2, the cloud has 1, and no psk is given to send.',
    );
    const { cloud: other } = existing('otc');
    expect(refused(other, [spec(office, { psk: null, pskVersion: '2' })])[0]?.message).toContain('the cloud has none');
  });

  test('an empty psk on OpenStack is one, and is replaced', () => {
    const { cloud, connection } = existing('openstack');
    cloud.edit('ipsec_site_connection', connection, { psk: '' });
    converge(cloud, [spec(office)]);
    expect(cloud.json('ipsec_site_connection', connection).psk).toBe(psk);
  });

  test.each([
    ['stars', hidden, undefined, psk],
    ['garbage, known to be', garbage, 'hidden-1', psk],
    ['clear', clear, undefined, 'Old-psk'],
  ] as const)('the old connection would come back with the right psk: %s', (_, shown, tag, key) => {
    const { cloud, connection } = existing('otc', shown, tag);
    cloud.edit('ipsec_site_connection', connection, { psk: 'Old-psk', description: 'system' });
    cloud.add('ikepolicy', { name: 'another' });
    const [step] = planFor(cloud, [spec(office, { ike: 'another' })], { maxImpact: 'replacement' }).steps;
    const body = step?.do === 'replace' ? step.oldBody : {};
    expect(body.psk instanceof Secret && body.psk.reveal()).toBe(key);
    expect(body).not.toHaveProperty('description');
  });
});
