import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { nextSteps } from '../../../src/runner/next-steps.ts';
import { planLines, resultLines } from '../../../src/runner/story.ts';
import { renderSummary } from '../../../src/runner/summary.ts';
import type { Change, ConnectionReport, Report } from '../../../src/vpn/report.ts';
import { change, connection, report } from './reports.ts';

const id = 'd54c7a80-2d2f-4b3a-9a57-3a7a1cf0b8e9';

function removed(over: Partial<ConnectionReport> = {}): ConnectionReport {
  const facts = { peerAddress: '198.51.100.20', gatewayAddress: '203.0.113.17', vpnserviceId: id };
  return connection({ operation: 'deleted', impact: 'removal', psk: 'not compared', ...facts, ...over });
}

function removal(over: Partial<Change> = {}): Change {
  return change({ action: 'delete', impact: 'removal', reason: 'its peer is 198.51.100.20', ...over });
}

function destroy(connections: readonly ConnectionReport[], over: Partial<Report> = {}): Report {
  return report({ mode: 'destroy', connections, changes: [removal()], ...over });
}

const gone = connection({ psk: 'not compared' });
const kept = connection({ name: 'ulm', id, status: 'ACTIVE', psk: 'not compared' });

test('destroyed: what to do at the other end, and in the repository', () => {
  expect(nextSteps(destroy([removed()]))).toEqual([
    {
      text: 'Remove the connection at the other end too, with its pre-shared key: else it goes on trying to connect to 203.0.113.17. Its peer was 198.51.100.20.',
      connections: [],
    },
    { text: expect.stringContaining('else the next run with mode: apply creates it again'), connections: [] },
  ]);
});

test('destroyed with its service: the address is free for others', () => {
  const { vpnserviceId: _, ...without } = removed();
  expect(nextSteps(destroy([without]))[0]?.text).toMatch(/The address 203\.0\.113\.17 is released/);
});

test('destroyed where neither peer nor gateway is known', () => {
  const bare = connection({ operation: 'deleted' });
  expect(nextSteps(destroy([bare]))[0]?.text).toMatch(/trying to connect\.$/);
});

test('of several each is named, and the same advice is given once', () => {
  const steps = nextSteps(destroy([removed(), removed({ name: 'mainz' }), kept, { ...gone, name: 'old' }]));
  expect(steps.map(({ connections }) => connections)).toEqual([
    ['office-bonn', 'mainz'],
    ['office-bonn', 'mainz'],
    ['old'],
  ]);
});

test.each<[string, Report, string, RegExp]>([
  ['gone already', destroy([gone], { changes: [] }), 'gone already', /office-bonn is not there, or not any more\.$/],
  ['kept', destroy([kept], { changes: [] }), 'not deleted', /^Nothing to remove\.$/],
  [
    'several',
    destroy([gone, { ...gone, name: 'old' }], { changes: [] }),
    'gone already',
    /office-bonn, old are not there, or not any more\.$/,
  ],
])('nothing to remove: %s', (_, of, word, words) => {
  expect(planLines(of)).toEqual([expect.stringMatching(words)]);
  expect(resultLines(of)[0]).toContain(`: ${word}`);
  expect(renderSummary(of)).toContain('Nothing to remove');
  expect(renderSummary(of)).not.toContain('as the file describes it');
});

describe('not confirmed', () => {
  const failure = new ActionError('NOT_CONFIRMED', 'Not confirmed.', { hint: 'Repeat the name.' });
  const preview = destroy([{ ...kept, name: 'office-bonn' }], { failure, progress: 'planned' });

  test('the plan is there, nothing else is to be done than to confirm', () => {
    expect(nextSteps(preview)).toEqual([]);
    const summary = renderSummary(preview);
    expect(summary).toContain('### Planned changes');
    expect(summary).toContain('the connection is removed: the other end is cut off; its peer is 198.51.100.20');
    expect(resultLines(preview)[0]).toMatch(/^office-bonn: not deleted, status ACTIVE/);
  });

  test('nor is one that is not there gone already: the run did not get to it', () => {
    expect(resultLines(destroy([gone], { failure }))[0]).toBe('office-bonn: not deleted');
  });
});

test('a connection that failed is failed, with what was done before', () => {
  const failure = new ActionError('TIMEOUT', 'Too late.');
  const of = destroy([removed({ failure })], { failure, progress: 'partly' });
  expect(resultLines(of)[0]).toMatch(/^office-bonn: failed \(deleted before that\)/);
  expect(nextSteps(of)).toEqual([]);
});

describe('pruned', () => {
  const changes = [
    removal({ name: 'ulm', connections: ['ulm'] }),
    change({ action: 'delete', kind: 'ikepolicy', name: 'ulm-ike', connections: ['ulm'] }),
  ];

  test('is named in the plan and in what to do next', () => {
    const of = report({ changes });
    expect(planLines(of)).toEqual([
      'Plan for office-bonn: 2 changes',
      '- IPsec connection ulm (the connection is removed: the other end is cut off); its peer is 198.51.100.20',
      '- IKE policy ulm-ike [ulm] (no effect on traffic)',
    ]);
    expect(nextSteps(of)).toEqual([
      { text: expect.stringMatching(/^Remove the connection at the other end too/), connections: ['ulm'] },
    ]);
  });

  test('what was not done asks for nothing', () => {
    expect(nextSteps(report({ changes, progress: 'partly' }))).toEqual([]);
    expect(nextSteps(report({ mode: 'plan', changes })).map(({ connections }) => connections)).toEqual([[]]);
  });
});
