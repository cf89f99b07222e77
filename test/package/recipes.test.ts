/** The workflows that users copy: examples/workflows and docs/recipes.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readInputs } from '../../src/inputs.ts';
import { readManifest, root } from '../scenarios/harness/manifest.ts';
import { given, surroundings } from '../unit/given-inputs.ts';
import { lint } from './actionlint.ts';
import { recipeInputs } from './recipe-values.ts';
import { isOwnAction, type Job, ownWorkflows, recipes, stepsOf, type WorkflowFile } from './workflow-files.ts';

const manifest = readManifest();

function recipe(name: string): WorkflowFile {
  const found = recipes.find(({ path }) => path === `examples/workflows/${name}.yml`);
  if (found === undefined) throw new Error(`There is no recipe ${name}.`);
  return found;
}

/** Steps of this action with what makes a mistake in them easy to find. */
const steps = recipes.flatMap((file) =>
  Object.entries(file.workflow.jobs).flatMap(([job, { steps: all }]) =>
    all.filter(isOwnAction).map((step) => ({ place: `${file.path}, job ${job}`, step })),
  ),
);

describe('actionlint', () => {
  test.each(recipes)('finds nothing in $path', async ({ path, text }) => {
    expect(await lint(text, path)).toEqual([]);
  });

  test.each(ownWorkflows)('finds nothing in $path', async ({ path, text }) => {
    const findings = await lint(text, path);
    // A runner image that is younger than the linter.
    expect(findings.filter(({ message }) => !message.startsWith('label "macos-26" is unknown'))).toEqual([]);
  });

  test.each([
    ['a key that does not exist', 'apply', 'environment: vpn', 'enviroment: vpn', 'syntax-check'],
    ['a permission that does not exist', 'plan', 'pull-requests: write', 'pull-request: write', 'permissions'],
    ['a job that does not exist', 'rotate-psk', 'needs: plan', 'needs: plans', 'job-needs'],
    ['an output that no job has', 'apply', 'needs.plan.outputs.changed', 'needs.plan.outputs.change', 'expression'],
    [
      'a step that does not exist',
      'apply',
      'steps.vpn.outputs.plan-digest',
      'steps.vnp.outputs.plan-digest',
      'expression',
    ],
    [
      'an input of the dispatch that does not exist',
      'destroy',
      "inputs.confirm != ''",
      "inputs.confirmed != ''",
      'expression',
    ],
    ['a time that does not exist', 'drift', '17 3 * * *', '17 33 * * *', 'events'],
    ['an event that does not exist', 'plan', 'pull_request:', 'pull_requests:', 'events'],
    [
      'an expression that does not end',
      'fan-out',
      '${{ matrix.file }}\n      cancel',
      '${{ matrix.file }\n      cancel',
      'expression',
    ],
    [
      'a title in a script',
      'wait-for-tunnel',
      'run: echo "The tunnel of $CONNECTION',
      'run: echo "${{ github.event.head_commit.message }}',
      'expression',
    ],
  ])('finds %s', async (_, name, right, wrong, kind) => {
    const { path, text } = recipe(name);
    expect(text).toContain(right);
    const findings = await lint(text.replace(right, wrong), path);
    expect(findings.map((finding) => finding.kind)).toContain(kind);
  });
});

describe('a step with this action', () => {
  test.each(steps)('has only inputs of action.yml: $place', ({ step }) => {
    expect(Object.keys(step.with ?? {}).filter((name) => manifest.inputs[name] === undefined)).toEqual([]);
  });

  test.each(steps)('has values that the action takes: $place', async ({ step }) => {
    // It refuses a mode, a flag, a time or a combination that does not exist.
    const inputs = await readInputs(given(recipeInputs(step)), () => {}, surroundings());
    expect(inputs.mode).toBe(step.with?.['mode'] ?? 'apply');
    expect(inputs.offline).toBeUndefined();
  });

  test('a value that the action does not take is found', async () => {
    const wrong = { with: { ...steps[0]?.step.with, mode: 'aply' } };
    await expect(readInputs(given(recipeInputs(wrong)), () => {}, surroundings())).rejects.toThrow('mode');
  });

  test.each(steps)('takes secrets from secrets alone: $place', ({ step }) => {
    const secret = ['password', 'psk', 'secrets'].flatMap((name) => String(step.with?.[name] ?? '').split('\n'));
    const values = secret.filter((line) => line !== '').map((line) => line.replace(/^[A-Z_]+=/, ''));
    expect(values.filter((value) => !/^\$\{\{ secrets\.[A-Z_]+ \}\}$/.test(value))).toEqual([]);
  });
});

describe.each(recipes)('$path', (file) => {
  const jobs = Object.entries(file.workflow.jobs);

  test('reads only outputs of this action that action.yml has', () => {
    const ids = new Set(stepsOf(file).flatMap((step) => (isOwnAction(step) ? (step.id ?? []) : [])));
    const read = [...file.text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)];
    const own = read.filter(([, id]) => ids.has(id ?? '')).map(([, , name]) => name ?? '');
    expect(own.filter((name) => manifest.outputs[name] === undefined)).toEqual([]);
    // A step that nobody reads from needs no id.
    expect(read.length > 0).toBe(stepsOf(file).some(({ id }) => id !== undefined));
  });

  test('lets no run that writes be cut off, or write beside another', () => {
    const open = jobs.filter(([, job]) => writes(job) && job.concurrency?.['cancel-in-progress'] !== false);
    expect(open.map(([id]) => id)).toEqual([]);
  });

  test('gives a login that may write only to an environment', () => {
    expect(jobs.filter(([, job]) => writes(job) && job.environment !== 'vpn').map(([id]) => id)).toEqual([]);
    expect(jobs.filter(([, job]) => !writes(job) && job.environment !== undefined).map(([id]) => id)).toEqual([]);
  });

  test('ends the action before GitHub ends the job', async () => {
    for (const [, job] of jobs) {
      for (const step of job.steps.filter(isOwnAction)) {
        const { timeoutMs } = await readInputs(given(recipeInputs(step)), () => {}, surroundings());
        expect(timeoutMs).toBeLessThan((job['timeout-minutes'] ?? 0) * 60_000);
      }
    }
  });

  test('stands in docs/recipes.md as it is', () => {
    const text = readFileSync(`${root}docs/recipes.md`, 'utf8');
    expect(text).toContain(`[\`${file.path}\`](../${file.path})`);
    expect(text).toContain(`\n\`\`\`yaml\n${file.text}\`\`\`\n`);
  });
});

/** Whether a job may change something in the cloud: what waits for a tunnel with `max-impact: none` changes nothing that is there. */
function writes({ steps: all }: Job): boolean {
  return all.filter(isOwnAction).some(({ with: inputs = {} }) => {
    const mode = inputs['mode'] ?? 'apply';
    const isPreview = mode === 'destroy' && inputs['confirm-destroy'] === undefined;
    const isWait = inputs['max-impact'] === 'none' && inputs['wait-for'] === 'active' && inputs['prune'] === undefined;
    return (mode === 'apply' && !isWait) || (mode === 'destroy' && !isPreview);
  });
}

test('docs/recipes.md shows no other workflow', () => {
  const text = readFileSync(`${root}docs/recipes.md`, 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
  const workflows = blocks.filter((block) => /^on:/m.test(block));
  expect(workflows.filter((block) => !recipes.some((file) => file.text === block))).toEqual([]);
});
