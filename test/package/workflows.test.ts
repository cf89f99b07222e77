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

/** Whose actions our own workflows use: GitHub's, and the linter of workflows. */
const owners = ['actions', 'github', 'zizmorcore'];

describe.each(ownWorkflows)('$path, hardened', (file) => {
  const { text, workflow } = file;
  const jobs = Object.values(workflow.jobs);

  test('uses actions of few owners, and runs on machines and images of a known version', () => {
    const uses = stepsOf(file).flatMap((step) => (step.uses === undefined || step.uses === './' ? [] : step.uses));
    expect(uses.filter((use) => !owners.includes(use.split('/')[0] ?? ''))).toEqual([]);
    expect(text).not.toMatch(/runs-on:.*(?:latest|self-hosted)/);
    expect(text).not.toMatch(/image: (?:\S+:latest|[^:\s]+)$/m);
  });

  test('fetches nothing that it runs but packages with a checksum, and hands no secret on', () => {
    expect(text).not.toMatch(/(?:curl|wget)[^\n]*\|/);
    expect(text).not.toMatch(/secrets\s*:\s*inherit|\$\{\{\s*secrets\./);
    expect(text).not.toMatch(/toJSON\((?:secrets|github|env)\)/i);
    expect(text.match(/npm (?:install|i|update|exec)\b|npx /g)).toBeNull();
  });

  test('writes only where a job says so by name, and never for a pull request', () => {
    const rights = jobs.flatMap(({ permissions = {} }) => Object.entries(permissions));
    expect(rights.filter(([, right]) => !['read', 'write'].includes(right))).toEqual([]);
    const writing = rights.filter(([, right]) => right === 'write').map(([name]) => name);
    const allowed = 'pull_request' in workflow.on ? ['security-events'] : ['contents', 'id-token', 'attestations'];
    expect(writing.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test('passes nothing between runs: a cache that one run fills can poison another', () => {
    expect(text).not.toMatch(/actions\/cache|cache:\s/);
  });
});

test('a release is made by hand, in an environment of its own, from what was checked', () => {
  const release = ownWorkflows.find(({ path }) => path.endsWith('/release.yml'))?.workflow;
  expect(Object.keys(release?.on ?? {})).toEqual(['workflow_dispatch']);
  const writing = Object.values(release?.jobs ?? {}).filter((job) =>
    Object.values(job.permissions ?? {}).includes('write'),
  );
  expect(writing.map(({ environment, needs }) => [environment, needs])).toEqual([['release', 'check']]);
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
