import { describe, expect, test } from 'vitest';
import { nextSteps } from '../../../src/runner/next-steps.ts';
import { joinSections } from '../../../src/runner/sections.ts';
import { planLines, resultLines } from '../../../src/runner/story.ts';
import { statusWords } from '../../../src/runner/words.ts';
import type { Change, ConnectionReport } from '../../../src/vpn/report.ts';
import { change, connection, created, refused, report, updated } from './reports.ts';

const planned = (over: Partial<Change>) => planLines(report({ changes: [change(over)] })).slice(1);

describe('planLines', () => {
  test('nothing to change', () => {
    expect(planLines(report())).toEqual(['Nothing to change: office-bonn is as described.']);
    const two = [connection({ name: 'a' }), connection({ name: 'b' })];
    expect(planLines(report({ connections: two }))).toEqual(['Nothing to change: a, b are as described.']);
  });

  test('a key that nobody can compare is not as described', () => {
    expect(planLines(report({ connections: [connection({ psk: 'unverified' })] }))).toEqual([
      'Nothing to change: office-bonn is as described, as far as the cloud shows it: the pre-shared key is unverified.',
    ]);
  });

  test.each([
    [{ name: '', id: 'f229' }, '- IKE policy f229 (no effect on traffic)'],
    [{ name: '' }, '- IKE policy (no name) (no effect on traffic)'],
  ])('an object without a name: %j', (over, line) => {
    expect(planned({ action: 'delete', kind: 'ikepolicy', ...over })).toEqual([line]);
  });

  test('in order, with before and after, and the effect in words', () => {
    expect(planLines(updated)).toEqual([
      'Plan for office-bonn: 3 changes',
      '+ endpoint group office-bonn-peer: endpoints 10.80.0.0/24, 10.81.0.0/16',
      '~ IPsec connection office-bonn (the tunnel is interrupted for some seconds):',
      '    peer_ep_group 10.80.0.0/24 → 10.80.0.0/24, 10.81.0.0/16 (the tunnel is interrupted for some seconds)',
      '    psk (another key) → (sent anew) (the tunnel re-keys: under a second if both ends have the same key by then, else it does not come up again)',
      '- endpoint group office-bonn-peer (no effect on traffic); replaced by the new one',
    ]);
    expect(planLines(created)[0]).toBe('Plan for office-bonn: 2 changes');
  });

  test.each<[string, Partial<Change>, readonly string[]]>([
    ['bare creation', { action: 'create', kind: 'ikepolicy', name: 'x' }, ['+ IKE policy x']],
    ['creation with a reason', { action: 'create', reason: 'again' }, ['+ IPsec connection office-bonn; again']],
    [
      'one field',
      { fields: [{ field: 'mtu', before: '1500', after: '1400', impact: 'interruption' }], impact: 'interruption' },
      ['~ IPsec connection office-bonn: mtu 1500 → 1400 (the tunnel is interrupted for some seconds)'],
    ],
    [
      'unset before, unset after, and a reason',
      {
        ...{ action: 'replace', reason: 'the server refuses it', impact: 'replacement' },
        fields: [
          { field: 'a', after: '1', impact: 'rekey' },
          { field: 'b', before: '2', impact: 'none' },
        ],
      },
      [
        '± IPsec connection office-bonn (the connection is deleted and made anew: no tunnel until both sides have negotiated again); the server refuses it:',
        '    a unset → 1 (the connection is deleted and made anew: no tunnel until both sides have negotiated again)',
        '    b 2 → unset (no effect on traffic)',
      ],
    ],
    [
      'what is switched off stays off',
      {
        impact: 'interruption',
        fields: [
          { field: 'mtu', before: '1500', after: '1400', impact: 'interruption' },
          { field: 'admin_state_up', before: 'true', after: 'false', impact: 'interruption' },
        ],
      },
      [
        '~ IPsec connection office-bonn (no traffic until it is true again):',
        '    mtu 1500 → 1400 (the tunnel is interrupted for some seconds)',
        '    admin_state_up true → false (no traffic until it is true again)',
      ],
    ],
    [
      'a touch',
      { action: 'touch', reason: 'its policy changed', impact: 'rekey' },
      ['~ IPsec connection office-bonn (the tunnel re-keys: under a second); its policy changed'],
    ],
    [
      'long lists show what differs',
      {
        ...{ kind: 'endpoint_group', name: 'p', impact: 'interruption' },
        fields: [
          {
            ...{ field: 'endpoints', impact: 'interruption' },
            before: Array.from({ length: 60 }, (_, index) => `10.${index}.0.0/24`).join(', '),
            after: Array.from({ length: 60 }, (_, index) => `10.${index === 55 ? 255 : index}.0.0/24`).join(', '),
          },
        ],
      },
      [
        '~ endpoint group p: endpoints 10.55.0.0/24, and 59 that stay → 10.255.0.0/24, and 59 that stay (the tunnel is interrupted for some seconds)',
      ],
    ],
    [
      'of a key: what is known of it',
      { fields: [{ field: 'psk', before: '(the same key)', after: '(sent anew)', impact: 'rekey' }], impact: 'rekey' },
      ['~ IPsec connection office-bonn: psk (the same key) → (sent anew) (the tunnel re-keys: under a second)'],
    ],
  ])('%s', (_, over, expected) => {
    expect(planned(over)).toEqual(expected);
  });

  test('with several connections a part names those that use it', () => {
    const connections = [connection({ name: 'a' }), connection({ name: 'b' })];
    const changes = [
      change({ action: 'create', kind: 'ikepolicy', name: 'x', connections: ['a', 'b'] }),
      change({ name: 'a', action: 'create' }),
    ];
    expect(planLines(report({ connections, changes }))).toEqual([
      'Plan for a, b: 2 changes',
      '+ IKE policy x [a, b]',
      '+ IPsec connection a',
    ]);
  });
});

describe('resultLines', () => {
  test.each<[string, Partial<ConnectionReport>, string]>([
    ['nothing known', {}, 'office-bonn: unchanged'],
    [
      'everything known',
      {
        operation: 'updated',
        status: 'DOWN',
        statusStale: true,
        psk: 'unverified',
        id: '1',
        gatewayAddress: '203.0.113.1',
      },
      'office-bonn: updated, status DOWN (configured; no tunnel yet), the status may still be the old one, psk unverified, id 1, gateway 203.0.113.1',
    ],
    ['failed', { failure: refused, id: '1' }, 'office-bonn: failed, id 1'],
    [
      'failed after a write',
      { operation: 'created', failure: refused, id: '1' },
      'office-bonn: failed (created before that), id 1',
    ],
    [
      'failed with a write of which nobody knows',
      { operation: 'replaced', inDoubt: true, failure: refused, id: '1' },
      'office-bonn: failed (perhaps replaced), id 1',
    ],
  ])('%s', (_, over, line) => {
    expect(resultLines(report({ connections: [connection(over)] }))).toEqual([line]);
  });

  test('a plan', () => {
    expect(resultLines(report({ mode: 'plan', connections: [connection({ operation: 'replaced' })] }))).toEqual([
      'office-bonn: would be replaced',
      'Nothing was written (mode: plan).',
    ]);
  });

  test.each<[string, Partial<ConnectionReport>, string]>([
    ['a new one', {}, 'office-bonn: not created'],
    ['one that is there', { id: '1' }, 'office-bonn: not changed, id 1'],
  ])('a refused plan does not leave as it should be: %s', (_, over, line) => {
    expect(resultLines(report({ connections: [connection(over)], failure: refused }))).toEqual([line]);
  });

  test('a run that was stopped did not do what it planned', () => {
    expect(resultLines({ ...updated, failure: refused })[0]).toMatch(/^office-bonn: would be updated, /);
  });
});

test.each([
  ['ACTIVE', 'the tunnel is up'],
  ['constructor', 'a status that this action does not know'],
])('status %s: %s', (status, words) => {
  expect(statusWords(status)).toBe(words);
});

describe('nextSteps', () => {
  const steps = (over: Partial<ConnectionReport>) =>
    nextSteps(report({ connections: [connection(over)] })).map(({ text }) => text);

  test.each<[string, Partial<ConnectionReport>, readonly RegExp[]]>([
    ['up', { status: 'ACTIVE', settled: true }, []],
    ['new and down', { operation: 'created', status: 'DOWN' }, [/^DOWN is healthy.*mirrored\.$/]],
    [
      'replaced and down',
      { operation: 'replaced', status: 'DOWN', gatewayAddress: '203.0.113.1' },
      [/^DOWN is healthy.*203\.0\.113\.1/],
    ],
    ['down for long', { status: 'DOWN' }, [/^DOWN means configured.*with the peer:/]],
    [
      'down, peer known',
      { status: 'DOWN', peerAddress: '198.51.100.1' },
      [/with the peer 198\.51\.100\.1:.*4500 open\.$/],
    ],
    ['key hidden, of which the notice tells', { psk: 'unverified' }, []],
    ['stale and unsettled', { statusStale: true, settled: false }, [/old status/, /still at work/]],
  ])('%s', (_, over, expected) => {
    const texts = steps(over);
    expect(texts).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(texts[index]).toMatch(pattern);
  });

  test.each<[string, Partial<Change>, readonly string[]]>([
    [
      'networks',
      {
        fields: [
          { field: 'endpoints', impact: 'interruption' },
          { field: 'peer_ep_group', impact: 'interruption' },
        ],
      },
      ['Change the other end to match: networks (mirrored).'],
    ],
    [
      'a policy',
      {
        fields: [
          { field: 'pfs', impact: 'rekey' },
          { field: 'encryption_algorithm', impact: 'rekey' },
        ],
      },
      ['Change the other end to match: encryption algorithm, Diffie-Hellman group.'],
    ],
    ['what only concerns the cloud', { fields: [{ field: 'name', impact: 'none' }] }, []],
    ['a new part', { action: 'create', fields: [{ field: 'pfs', impact: 'none' }] }, []],
    ['another connection', { connections: ['b'], fields: [{ field: 'pfs', impact: 'rekey' }] }, []],
  ])('what the other end must change too: %s', (_, over, expected) => {
    const connections = [connection({ operation: 'updated' })];
    expect(nextSteps(report({ connections, changes: [change(over)] })).map(({ text }) => text)).toEqual(expected);
  });

  test('the same for several connections is said once', () => {
    const down = { operation: 'created', status: 'DOWN' } as const;
    const connections = [
      connection({ name: 'a', ...down, gatewayAddress: '203.0.113.1' }),
      connection({ name: 'b', status: 'DOWN', peerAddress: '198.51.100.1' }),
      connection({ name: 'c', ...down, gatewayAddress: '203.0.113.1' }),
      connection({ name: 'd', status: 'DOWN', peerAddress: '198.51.100.2' }),
    ];
    expect(nextSteps(report({ connections })).map((step) => step.connections)).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  test('of a refused plan there are none', () => {
    expect(nextSteps({ ...updated, mode: 'plan', failure: refused })).toEqual([]);
  });
});

describe('joinSections', () => {
  const note = '_Cut: more would not fit here. The log has all of it._';

  test('blank lines between', () => {
    expect(joinSections([{ lines: ['a', 'b'] }, { lines: ['c'], end: 'd' }], 200)).toBe('a\nb\n\nc\nd\n');
  });

  test.each([90, 100, 120, 200])('never more than %i characters', (limit) => {
    const sections = Array.from({ length: 9 }, () => ({ lines: ['x'.repeat(20), 'y'.repeat(20)], end: 'z' }));
    const text = joinSections(sections, limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.endsWith(`\n\n${note}\n`)).toBe(true);
  });
});
