/** What a plan's digest depends on, and what is said when a plan is not the reviewed one. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { planDigest, planMoved, readExpectedPlan } from '../../../src/vpn/plan-digest.ts';
import { type Change, nothingKnown, type Report } from '../../../src/vpn/report.ts';

const mtu: Change = {
  action: 'update',
  kind: 'ipsec_site_connection',
  name: 'office-bonn',
  id: '7d3c6b1e-0000-4000-8000-000000000001',
  fields: [{ field: 'mtu', before: '1500', after: '1400', impact: 'interruption' }],
  impact: 'interruption',
  connections: ['office-bonn'],
  at: { file: 'vpn.yml', line: 3, column: 1 },
};
const policy: Change = {
  action: 'create',
  kind: 'ikepolicy',
  name: 'office-bonn-ike',
  fields: [{ field: 'pfs', after: 'group14', impact: 'none' }],
  impact: 'none',
  connections: ['office-bonn'],
};
const touch: Change = { ...mtu, action: 'touch', fields: [], impact: 'rekey' };

function report(changes: readonly Change[], more: Partial<Report> = {}): Report {
  return { ...nothingKnown, project: { id: 'p1', name: 'prod' }, changes, ...more };
}

const digest = (changes: readonly Change[], more: Partial<Report> = {}): string => planDigest(report(changes, more));

describe('the digest', () => {
  test('is SHA-256 of the canonical JSON that the documentation names', () => {
    const id = mtu.id ?? '';
    const json = `{"changes":[["update","ipsec_site_connection","office-bonn","${id}","interruption",[["mtu","1500","1400","interruption"]]]],"dialect":"openstack","format":1,"project":"p1"}`;
    expect(digest([mtu])).toBe(createHash('sha256').update(json).digest('hex'));
  });

  test.each<[string, Change]>([
    ['the action', { ...mtu, action: 'replace' }],
    ['the kind', { ...mtu, kind: 'vpnservice' }],
    ['the name', { ...mtu, name: 'office-koeln' }],
    ['the id', { ...mtu, id: '7d3c6b1e-0000-4000-8000-000000000002' }],
    ['the impact', { ...mtu, impact: 'replacement' }],
    ['a field', { ...mtu, fields: [{ field: 'dpd', before: '1500', after: '1400', impact: 'interruption' }] }],
    ['a value before', { ...mtu, fields: [{ field: 'mtu', before: '1501', after: '1400', impact: 'interruption' }] }],
    ['no value before', { ...mtu, fields: [{ field: 'mtu', after: '1400', impact: 'interruption' }] }],
    ['a value after', { ...mtu, fields: [{ field: 'mtu', before: '1500', after: '1401', impact: 'interruption' }] }],
    ["a field's impact", { ...mtu, fields: [{ field: 'mtu', before: '1500', after: '1400', impact: 'rekey' }] }],
  ])('is another with %s', (_, other) => {
    expect(digest([other])).not.toBe(digest([mtu]));
  });

  test('is another in another order, project or dialect', () => {
    const all = [
      digest([mtu, policy]),
      digest([policy, mtu]),
      digest([mtu, policy], { project: { id: 'p2' } }),
      digest([mtu, policy], { dialect: 'otc' }),
      digest([]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('does not depend on statuses, notices, places, reasons or the name of the project', () => {
    const connection = { name: 'office-bonn', at: { file: 'b.yml', line: 9, column: 2 }, status: 'DOWN' } as const;
    const other: Partial<Report> = {
      ...{ mode: 'plan', project: { id: 'p1' }, region: 'eu-nl', progress: 'done' },
      connections: [{ ...connection, operation: 'updated', impact: 'none', psk: 'equal' }],
      notices: [{ level: 'notice', text: 'n' }],
    };
    const { at: _, ...placeless } = mtu;
    expect(digest([{ ...placeless, reason: 'because', connections: [] }], other)).toBe(digest([mtu]));
  });
});

describe('a plan that moved', () => {
  const reviewed = (changes: readonly Change[]) =>
    readExpectedPlan(JSON.stringify({ digest: digest(changes), changes })) ?? { digest: '' };

  test('is none if it is the same, or if nothing is to be done any more', () => {
    expect(planMoved({ digest: digest([mtu, policy]) }, report([mtu, policy]))).toBeUndefined();
    expect(planMoved({ digest: digest([mtu]) }, report([]))).toBeUndefined();
    expect(planMoved(reviewed([mtu]), report([mtu]))).toBeUndefined();
  });

  test('names each difference from the whole plan', () => {
    const other = {
      ...mtu,
      fields: [{ field: 'mtu', before: '1500', after: '1300', impact: 'interruption' as const }],
    };
    const moved = planMoved(reviewed([policy, mtu]), report([other, touch]));
    expect(moved).toMatchObject({ code: 'PLAN_CHANGED', at: mtu.at });
    expect(moved?.message.split('\n')).toEqual([
      'The plan is not the one that was reviewed (expect-plan). Nothing was changed.',
      '- not reviewed: touch the IPsec connection office-bonn',
      '- reviewed, but not to be done any more: create the IKE policy office-bonn-ike',
      '- update the IPsec connection office-bonn: mtu: 1500 → 1400 was reviewed, now it is 1500 → 1300',
    ]);
    expect(moved?.hint).toContain(digest([other, touch]));
  });

  test('a field that came or went', () => {
    const both = { ...mtu, fields: [...mtu.fields, { field: 'psk', after: '(changed)', impact: 'rekey' as const }] };
    expect(planMoved(reviewed([mtu]), report([both]))?.message).toContain(
      'psk: nothing was reviewed, now it is unset → (changed)',
    );
    expect(planMoved(reviewed([both]), report([mtu]))?.message).toContain('now it is nothing');
  });

  test('an order that moved, or a plan without fields, has all that would be done now', () => {
    expect(planMoved(reviewed([mtu, policy]), report([policy, mtu]))?.message).toContain(
      '- now it would create the IKE policy office-bonn-ike\n- now it would update the IPsec connection office-bonn: mtu 1500 → 1400',
    );
    const { fields: _, ...bare } = mtu;
    const cut = readExpectedPlan(JSON.stringify({ digest: digest([policy]), changes: [bare] }));
    expect(planMoved(cut ?? { digest: '' }, report([mtu]))?.message).toContain('now it would update');
  });

  test('by the digest alone: the change that came in between, or all if nothing was to be done', () => {
    const one = planMoved({ digest: digest([mtu]) }, report([mtu, policy]));
    expect(one?.message).toMatch(/changed\.\n- not reviewed: create the IKE policy office-bonn-ike$/);
    expect(one?.hint).toContain('With the output plan in place of the digest');
    const all = planMoved({ digest: digest([]) }, report([mtu, policy]));
    expect(all?.message.match(/not reviewed/g)).toHaveLength(2);
    const other = planMoved({ digest: digest([touch]) }, report([mtu, policy]));
    expect(other?.message.match(/now it would/g)).toHaveLength(2);
  });
});

test('what is no change in the JSON of a plan is left out', () => {
  const changes = [
    null,
    3,
    {},
    { action: 'explode', kind: 'ikepolicy', name: 'x' },
    { action: 'create', kind: 'toString', name: 'x' },
    { action: 'create', kind: 'ikepolicy' },
    {
      action: 'create',
      kind: 'ikepolicy',
      name: '',
      id: 'i',
      fields: [null, { field: 3 }, { field: 'pfs', after: 'g' }],
    },
  ];
  expect(readExpectedPlan(JSON.stringify({ digest: 'ab'.repeat(32), changes }))?.changes).toEqual([
    {
      ...{ action: 'create', kind: 'ikepolicy', name: '', id: 'i', impact: 'none' },
      fields: [{ field: 'pfs', impact: 'none', after: 'g' }],
    },
  ]);
});
