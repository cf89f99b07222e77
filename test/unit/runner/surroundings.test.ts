import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keepVerifying, runnerEnvironment } from '../../../src/runner/environment.ts';
import { createInputReader } from '../../../src/runner/input-reader.ts';
import { writeSummary } from '../../../src/runner/write-summary.ts';
import { Secret } from '../../../src/secret.ts';

afterEach(() => vi.unstubAllEnvs());

describe('runnerEnvironment', () => {
  test('as the runner sets it', () => {
    expect(
      runnerEnvironment({
        GITHUB_WORKSPACE: '/w',
        GITHUB_REPOSITORY: 'o/r',
        https_proxy: 'http://p:3128',
        NO_PROXY: 'x',
        ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com/x?api-version=2',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
        PATH: '/bin',
        HOME: '/home/runner',
        OS_CLOUD: 'prod',
        OS_PASSWORD: '',
        OS_TOKEN: undefined,
      }),
    ).toEqual({
      workspace: '/w',
      repository: 'o/r',
      proxy: { https_proxy: 'http://p:3128', NO_PROXY: 'x' },
      environment: {
        home: '/home/runner',
        variables: new Map([
          ['OS_CLOUD', 'prod'],
          ['OS_PASSWORD', ''],
        ]),
      },
      idTokens: { url: 'https://token.example.com/x?api-version=2', token: new Secret('request-token') },
    });
  });

  test('outside of the runner', () => {
    expect(runnerEnvironment({ GITHUB_WORKSPACE: '' }, '/here')).toMatchObject({
      workspace: '/here',
      repository: '',
      environment: { home: undefined, variables: new Map() },
      idTokens: { url: undefined, token: undefined },
    });
    expect(runnerEnvironment({}).workspace).toBe(process.cwd());
  });
});

describe('keepVerifying', () => {
  test('takes away the variable that would switch verification off, and says so', () => {
    const variables: Record<string, string> = { NODE_TLS_REJECT_UNAUTHORIZED: '0', PATH: '/bin' };
    const texts: string[] = [];
    keepVerifying(variables, { warning: (text) => texts.push(text) });
    expect(variables).toEqual({ PATH: '/bin' });
    expect(texts).toEqual([expect.stringMatching(/NODE_TLS_REJECT_UNAUTHORIZED is ignored.*ca-certificate/)]);
  });

  test.each([{}, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }])('has nothing to say of %j', (variables) => {
    const texts: string[] = [];
    keepVerifying({ ...variables }, { warning: (text) => texts.push(text) });
    expect(texts).toEqual([]);
  });
});

test('createInputReader: trimmed and as given', () => {
  vi.stubEnv('INPUT_USER-DOMAIN-NAME', ' Default \n');
  const reader = createInputReader();
  expect(reader.text('user-domain-name')).toBe('Default');
  expect(reader.raw('user-domain-name')).toBe(' Default \n');
  expect([reader.text('no-such'), reader.raw('no-such')]).toEqual(['', '']);
});

test('writeSummary: no file is a line for the debug log, nothing more; else it is appended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'summary-'));
  const file = join(folder, 'summary');
  const lines: string[] = [];
  const log = { debug: (text: string) => lines.push(text) };
  try {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    await writeSummary('## lost', log);
    expect(lines).toEqual([expect.stringMatching(/^The job summary could not be written: /)]);
    writeFileSync(file, 'before\n');
    vi.stubEnv('GITHUB_STEP_SUMMARY', file);
    await writeSummary('## result\n', log);
    expect(readFileSync(file, 'utf8')).toBe('before\n## result\n');
    expect(lines).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
