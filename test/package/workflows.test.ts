import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../scenarios/harness/manifest.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = `${root}.github/workflows/`;
const names = readdirSync(folder);
const read = (name: string): string => readFileSync(folder + name, 'utf8');
const load = (name: string): Workflow => parse(read(name));

describe.each(names)('%s', (name) => {
  const workflow = load(name);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('pins what others wrote to a commit and names its version', () => {
    const uses = [...read(name).matchAll(/uses: (.+)$/gm)].map((match) => match[1] ?? '');
    expect(uses).not.toEqual([]);
    const loose = uses.filter((use) => !/^(\.\/|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/.test(use));
    expect(loose).toEqual([]);
  });

  test('grants nothing by default and each job only what it names', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.filter(([, job]) => job.permissions === undefined).map(([id]) => id)).toEqual([]);
    expect(jobs.filter(([, job]) => job['timeout-minutes'] === undefined).map(([id]) => id)).toEqual([]);
    expect(workflow.concurrency).toBeDefined();
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  });

  test('leaves no credentials in the checkout and puts no expression into a script', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(steps.filter((step) => step.run?.includes('${{') === true)).toEqual([]);
  });
});

test('the last job of ci waits for all others', () => {
  const { 'all-passed': last, ...others } = load('ci.yml').jobs;
  expect(last?.needs).toEqual(Object.keys(others));
  expect(read('ci.yml')).toContain(
    `"${Object.keys(others)
      .map(() => 'success')
      .join(' ')}"`,
  );
});

test('one commit for each action, in README too', () => {
  const texts = [...names.map(read), readFileSync(`${root}README.md`, 'utf8')];
  const pins = texts.flatMap((text) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)(?:\/[\w-]+)?@([0-9a-f]{40})/g)]);
  const byAction = Map.groupBy(pins, (match) => match[1]);
  const several = [...byAction].filter(([, uses]) => new Set(uses.map((use) => use[2])).size > 1);
  expect(several.map(([action]) => action)).toEqual([]);
});
