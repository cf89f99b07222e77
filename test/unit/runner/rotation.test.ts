/** A rotated key: what log, summary and comment say is to be done at the other end, before the run and after it. */
import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { planComment } from '../../../src/github/plan-text.ts';
import { rotationSteps } from '../../../src/runner/rotation.ts';
import { planLines, resultLines } from '../../../src/runner/story.ts';
import { renderSummary } from '../../../src/runner/summary.ts';
import { type FoundPsk, pskChange } from '../../../src/vpn/psk-words.ts';
import type { Change, ConnectionReport, Report } from '../../../src/vpn/report.ts';
import { change, connection, refused, report } from './reports.ts';

const sent: Partial<ConnectionReport> = { operation: 'updated', impact: 'rekey', psk: 'sent' };

function rotation(found: FoundPsk, over: Partial<Change> = {}): Change {
  return change({
    fields: [pskChange(found, 'rekey')],
    impact: 'rekey',
    reason: 'the psk in the cloud is another one',
    ...over,
  });
}

function run(over: Partial<Report> = {}, found: FoundPsk = 'other'): Report {
  return report({ connections: [connection(sent)], changes: [rotation(found)], ...over });
}

const plan = (over: Partial<Report> = {}, found?: FoundPsk): Report =>
  run({ mode: 'plan', progress: 'planned', ...over }, found);

const [first = ''] = rotationSteps(plan())[0]?.inOrder ?? [];

describe('in a plan', () => {
  test('the change is told with reason, before and after in words, and the effect', () => {
    expect(planLines(plan())).toEqual([
      'Plan for office-bonn: 1 change',
      '~ IPsec connection office-bonn: psk (another key) → (sent anew) (the tunnel re-keys: under a second if both ends have the same key by then, else it does not come up again); the psk in the cloud is another one',
    ]);
  });

  test('another key: four steps, of which the other end has the first', () => {
    const [step, ...others] = rotationSteps(plan());
    expect(others).toEqual([]);
    expect(step?.text).toMatch(/rotated.*in this order/);
    expect(step?.inOrder).toMatchObject([
      expect.stringMatching(/ready at the other end.*beside the old/),
      expect.stringMatching(/mode: apply/),
      expect.stringMatching(/set the new key at the other end/),
      expect.stringMatching(/remove the old key/),
    ]);
  });

  test('the log has them after the result', () => {
    const lines = resultLines(plan());
    expect(lines[0]).toMatch(/^office-bonn: would be updated/);
    expect(lines[1]).toMatch(/in this order:$/);
    expect(lines.slice(2, 6).map((line) => line.slice(0, 5))).toEqual(['  1. ', '  2. ', '  3. ', '  4. ']);
    expect(lines.at(-1)).toBe('Nothing was written (mode: plan).');
  });

  test('the summary has them first of what to do', () => {
    const summary = renderSummary(plan());
    const [, next = ''] = summary.split('### What to do next\n\n');
    expect(next).toMatch(/^- The pre-shared key is rotated\. Do it in this order:\n {2}1\. Have .*\n {2}2\. Run /);
    expect(next).toContain('\n- Nothing was written.');
  });

  test('the comment has them', () => {
    const facts = { key: 'vpn.yml', commit: undefined, run: undefined };
    const text = planComment(plan(), facts);
    expect(text).toMatch(/\n\*\*At the other end:\*\* The pre-shared key is rotated.*\n\n1\. Have .*\n2\. Run /);
    const both = planComment(plan({ connections: two, changes: [rotation('same', { connections: ['b'] })] }), facts);
    expect(both).toMatch(/\n\*\*At the other end of `b`:\*\* .*nothing to do at the other end\.\n\n[^1]/);
  });

  test.each([
    ['same', /sent again.*nothing to do/, 0],
    ['hidden', /hides.*if yours is a new one/, 4],
  ] as const)('the cloud has %s', (found, text, steps) => {
    const [step] = rotationSteps(plan({}, found));
    expect(step?.text).toMatch(text);
    expect(step?.inOrder ?? []).toHaveLength(steps);
  });

  test('that fails because there are changes at all: as if it did not', () => {
    const drift = new ActionError('DRIFT', 'There are changes.');
    expect(rotationSteps(plan({ failure: drift }))).toHaveLength(1);
    expect(renderSummary(plan({ failure: drift }))).toContain(first);
  });

  test('that is refused, or whose connection is: nothing', () => {
    expect(rotationSteps(plan({ failure: refused }))).toEqual([]);
    expect(rotationSteps(plan({ connections: [connection({ ...sent, failure: refused })] }))).toEqual([]);
  });
});

describe('after the run', () => {
  test('the rest, beginning at the other end', () => {
    const [step] = rotationSteps(run());
    expect(step?.text).toMatch(/^The pre-shared key was sent\./);
    expect(step?.inOrder?.[0]).toMatch(/^Set the new key at the other end now/);
    expect(resultLines(run()).slice(1)).toHaveLength(4);
    expect(renderSummary(run())).toMatch(/### What to do next\n\n- The pre-shared key was sent.*\n {2}1\. Set /);
  });

  test('the same key: nothing to do', () => {
    expect(rotationSteps(run({}, 'same'))).toMatchObject([{ text: expect.stringMatching(/had the same one/) }]);
  });

  test('that failed once the key was sent, as when it waits in vain for the other end: the same', () => {
    const failed = run({ failure: refused, connections: [connection({ ...sent, failure: refused })] });
    expect(rotationSteps(failed)).toEqual(rotationSteps(run()));
    expect(renderSummary(failed)).toContain('1. Set the new key');
    expect(resultLines(failed)).toContainEqual(expect.stringContaining('1. Set the new key'));
  });

  test.each<[string, Partial<Report>]>([
    ['nothing was written', { progress: 'planned', failure: refused }],
    ['the key was not sent', { connections: [connection({ operation: 'unchanged', psk: 'not compared' })] }],
    ['the connection is gone', { connections: [connection({ ...sent, operation: 'deleted' })] }],
    [
      'the connection is new',
      { changes: [change({ action: 'create', fields: [{ field: 'psk', after: '(set)', impact: 'none' }] })] },
    ],
  ])('%s: nothing', (_, over) => {
    expect(rotationSteps(run(over))).toEqual([]);
  });
});

const two = [connection({ ...sent, name: 'a' }), connection({ ...sent, name: 'b' })];

describe('several connections', () => {
  test('the same advice once, with their names', () => {
    const changes = ['a', 'b'].map((name) => rotation('other', { name, connections: [name] }));
    const [step, ...others] = rotationSteps(plan({ connections: two, changes }));
    expect(others).toEqual([]);
    expect(step?.connections).toEqual(['a', 'b']);
    expect(resultLines(plan({ connections: two, changes }))).toContainEqual(
      expect.stringMatching(/^a, b: The pre-shared/),
    );
    expect(renderSummary(plan({ connections: two, changes }))).toContain('- `a`, `b`: The pre-shared key is rotated.');
  });

  test('one of them', () => {
    const changes = [rotation('other', { name: 'b', connections: ['b'] })];
    expect(rotationSteps(run({ connections: two, changes })).map(({ connections }) => connections)).toEqual([['b']]);
  });
});
