import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from '../scenarios/harness/manifest.ts';
import { actionName, ownWorkflows, recipes, stepsOf } from './workflow-files.ts';

/** Every workflow that somebody runs: the repository's own, and those that users copy. */
const files = [...ownWorkflows, ...recipes];

describe.each(files)('$path', (file) => {
  const { text, workflow } = file;
  const jobs = Object.entries(workflow.jobs);
  const steps = stepsOf(file);

  test('pins what others wrote to a commit and names its version', () => {
    const uses = [...text.matchAll(/uses: (.+)$/gm)].map((match) => match[1] ?? '');
    expect(uses).not.toEqual([]);
    const others = uses.filter((use) => use !== actionName);
    const loose = others.filter((use) => !/^(\.\/|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/.test(use));
    expect(loose).toEqual([]);
  });

  test('grants nothing by default and each job only what it names', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.filter(([, job]) => job.permissions === undefined).map(([id]) => id)).toEqual([]);
    expect(jobs.filter(([, job]) => job['timeout-minutes'] === undefined).map(([id]) => id)).toEqual([]);
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  });

  test('leaves no credentials in the checkout and puts no expression into a script', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(steps.filter((step) => step.run?.includes('${{') === true)).toEqual([]);
  });
});

test.each(ownWorkflows)('$path does not run beside itself', ({ workflow }) => {
  expect(workflow.concurrency).toBeDefined();
});

test('the last job of ci waits for all others', () => {
  const ci = ownWorkflows.find(({ path }) => path.endsWith('/ci.yml'));
  const { 'all-passed': last, ...others } = ci?.workflow.jobs ?? {};
  expect(last?.needs).toEqual(Object.keys(others));
  expect(ci?.text).toContain(
    `"${Object.keys(others)
      .map(() => 'success')
      .join(' ')}"`,
  );
});

test('one commit for each action, in the documents too', () => {
  const documents = ['README.md', 'docs/recipes.md'].map((path) => readFileSync(root + path, 'utf8'));
  const texts = [...files.map(({ text }) => text), ...documents];
  const pins = texts.flatMap((text) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)(?:\/[\w-]+)?@([0-9a-f]{40})/g)]);
  const byAction = Map.groupBy(pins, (match) => match[1]);
  const several = [...byAction].filter(([, uses]) => new Set(uses.map((use) => use[2])).size > 1);
  expect(several.map(([action]) => action)).toEqual([]);
});
