import { describe, expect } from 'vitest';
import type { Cloud, CloudOptions } from '../cloud/index.ts';
import { officeFile } from './fixtures/office.ts';
import { agency, applicationCredential, keys, noLogin, twoFactors } from './fixtures/ways.ts';
import type { ActionRun } from './harness/run.ts';
import { keylessScenario, scenario } from './harness/scenario.ts';
import { logins } from './harness/tokens.ts';

type Inputs = Readonly<Record<string, string | undefined>>;

/** The run waits for longer than a token lives. */
const longWait = (dialect: CloudOptions['dialect']): CloudOptions => ({
  ...{ dialect, tokenTtlMs: 3000, activeAfterMs: 4000 },
});
const waiting: Inputs = { 'wait-for': 'active', 'status-interval': '1s' };

/** It went on as if nothing had been: before a token ended, it had the next one. */
function expectRenewed(run: ActionRun, perLogin: number): void {
  expect(run.outputs).toMatchObject({ operation: 'created', status: 'ACTIVE' });
  const made = logins(run.requests);
  expect(made.length).toBeGreaterThanOrEqual(2 * perLogin);
  expect(made.length % perLogin).toBe(0);
  expect(made.every(({ status }) => status === 201)).toBe(true);
  const inUse = run.requests.filter(({ method }) => method !== 'DELETE');
  expect(inUse.filter(({ status }) => status === 401)).toEqual([]);
  expect(run.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  const posts = run.requests.filter(({ method, path }) => method === 'POST' && path.includes('ipsec-site-connections'));
  expect(posts.filter(({ path }) => path.endsWith('ipsec-site-connections'))).toHaveLength(1);
}

// They wait most of the time: for each other, if they could not at once.
describe.concurrent('a run that outlives its token logs in again', () => {
  const ways: readonly (readonly [string, CloudOptions['dialect'], (cloud: Cloud) => Inputs, number])[] = [
    ['password', 'otc', () => ({}), 1],
    ['password', 'openstack', () => ({}), 1],
    ['application credential', 'openstack', applicationCredential, 1],
    ['agency over a password', 'otc', agency, 2],
    ['agency over keys', 'otc', (cloud) => ({ ...keys(cloud), ...agency(cloud) }), 1],
  ];
  for (const [name, dialect, way, perLogin] of ways) {
    scenario(`${name}: ${dialect}`, longWait(dialect), async ({ cloud, apply }) => {
      expectRenewed(await apply(officeFile(), { ...waiting, ...way(cloud) }), perLogin);
    });
  }

  for (const [dialect, perLogin] of [
    ['otc', 1],
    ['openstack', 2],
  ] as const) {
    keylessScenario(`GitHub OIDC, by another ID token: ${dialect}`, longWait(dialect), async ({ apply }) => {
      const run = await apply(officeFile(), waiting);
      expectRenewed(run, perLogin);
      const idTokens = run.idTokenRequests.map(({ idToken }) => idToken);
      expect(idTokens).toHaveLength(logins(run.requests).length / perLogin);
      expect(new Set(idTokens).size).toBe(idTokens.length);
    });
  }
});

describe.concurrent('what cannot be renewed', () => {
  const endless = { ...longWait('openstack'), activeAfterMs: null };

  scenario('a given token: a warning, then the remedy', endless, async ({ cloud, refused }) => {
    const token = cloud.issueToken({ ttlMs: 3000 });
    const failure = await refused(officeFile(), { ...waiting, ...noLogin, token });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(failure.message).toContain('A given token cannot be renewed');
    expect(failure.outputs['operation']).toBe('created');
    expect(logins(failure.requests)).toEqual([]);
    const [warning] = failure.annotations.filter(({ level }) => level === 'warning');
    expect(warning?.message).toContain('The token expires in about 0 minutes');
  });

  scenario('a login with a passcode: the remedy', endless, async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { ...waiting, ...twoFactors(cloud) });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(failure.message).toContain('A login with a passcode cannot be repeated');
    expect(failure.outputs['operation']).toBe('created');
    expect(logins(failure.requests)).toHaveLength(1);
  });

  scenario('a login that is refused the second time is not tried again', endless, async ({ cloud, refused }) => {
    const effect = { kind: 'answer', status: 401, body: { error: { code: 401, message: 'locked' } } } as const;
    cloud.addFault({ method: 'POST', path: '/v3/auth/tokens', when: { from: 2, count: 99 }, effect });
    const failure = await refused(officeFile(), waiting);
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.outputs['operation']).toBe('created');
    expect(logins(failure.requests).map(({ status }) => status)).toEqual([201, 401]);
  });
});
