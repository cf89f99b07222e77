import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inputVariable, stepEnvironment } from '../../scenarios/harness/environment.ts';
import { readManifest } from '../../scenarios/harness/manifest.ts';
import { runAction } from '../../scenarios/harness/run-action.ts';
import { makeSandbox } from '../../scenarios/harness/sandbox.ts';

const manifest = readManifest(`
inputs:
  auth-url: { description: a }
  mode: { description: b, default: apply }
  allow shared: { description: c, default: false }
runs: { using: node24, main: dist/index.js }
`);

test('inputs keep their hyphens; spaces become underscores', () => {
  expect(inputVariable('auth-url')).toBe('INPUT_AUTH-URL');
  expect(inputVariable('allow shared')).toBe('INPUT_ALLOW_SHARED');
});

test('every declared input is there, with its default or empty, and nothing of this process', async () => {
  const sandbox = await makeSandbox({ 'a/b.yml': 'x' });
  try {
    process.env['HARNESS_TEST_MARK'] = 'leaks';
    const env = stepEnvironment(manifest, sandbox, { mode: 'plan', other: 'undeclared' }, { RUNNER_ARCH: undefined });
    expect(env).toMatchObject({
      'INPUT_AUTH-URL': '',
      INPUT_MODE: 'plan',
      INPUT_ALLOW_SHARED: 'false',
      INPUT_OTHER: 'undeclared',
      GITHUB_WORKSPACE: sandbox.workspace,
    });
    expect(Object.keys(env).filter((name) => /proxy|HARNESS|RUNNER_ARCH|OS_|ID_TOKEN/i.test(name))).toEqual([]);
    expect(existsSync(join(sandbox.workspace, 'a/b.yml'))).toBe(true);
    expect(await sandbox.strangers()).toEqual([]);
  } finally {
    delete process.env['HARNESS_TEST_MARK'];
    await sandbox.remove();
  }
  expect(existsSync(sandbox.workspace)).toBe(false);
});

test("the runner fills in its folders and the job's token, and nothing else", async () => {
  const sandbox = await makeSandbox({});
  try {
    const inputs = {
      'auth-url': '${{ runner.temp }}/a',
      mode: '${{github.workspace}} ${{ secrets.X }}',
      'github-token': '${{ github.token }}',
    };
    expect(stepEnvironment(manifest, sandbox, inputs, {}, 'ghs_own')).toMatchObject({
      'INPUT_AUTH-URL': `${sandbox.temp}/a`,
      'INPUT_GITHUB-TOKEN': 'ghs_own',
      INPUT_MODE: `${sandbox.workspace} \${{ secrets.X }}`,
    });
  } finally {
    await sandbox.remove();
  }
});

test('a step that breaks every rule is caught at each', async () => {
  const script = `
    const fs = require('node:fs');
    console.error('noise');
    console.log('::group::open');
    console.log('psk is Sup3r-Secret_Key');
    fs.writeFileSync(process.env.GITHUB_ENV, 'A=b');
    fs.writeFileSync(process.env.GITHUB_OUTPUT, 'key=Sup3r-Secret_Key');
    fs.writeFileSync(process.env.GITHUB_WORKSPACE + '/left.txt', '');
    setTimeout(() => {}, 2200);`;
  const run = await runAction({
    files: { 'bad.cjs': script },
    bundle: './bad.cjs',
    inputs: { psk: 'Sup3r-Secret_Key' },
  });
  expect(run.faults.map((fault) => fault.replace(/\d+ ms/, '… ms'))).toEqual([
    'a group is left open',
    'the secret Sup… (16 characters) shows in stdout before masking',
    'the secret Sup… (16 characters) shows in the visible log',
    'the secret Sup… (16 characters) shows in GITHUB_OUTPUT',
    'the secret ghs… (40 characters) is not masked',
    'the secret Sup… (16 characters) is not masked',
    'stderr is not empty: noise\n',
    'the process ended … ms after its last line',
    'GITHUB_ENV was written',
    'the run left the file workspace/left.txt',
  ]);
});

test('a step that never ends is killed', async () => {
  const run = await runAction({
    files: { 'hang.cjs': 'setInterval(() => {}, 1000)' },
    bundle: './hang.cjs',
    limitMs: 300,
  });
  expect(run.signal).toBe('SIGKILL');
  expect(run.faults).toContain('the process did not end by itself within 0 s');
});
