import { describe, expect } from 'vitest';
import type { Cloud, CloudOptions } from '../cloud/index.ts';
import { officeFile } from './fixtures/office.ts';
import { agency, applicationCredential, keys, noLogin, twoFactors } from './fixtures/ways.ts';
import { type ActionRun, calls } from './harness/run.ts';
import { keylessScenario, type Stage, scenario } from './harness/scenario.ts';
import { logins } from './harness/tokens.ts';

type Inputs = Readonly<Record<string, string | undefined>>;

const waiting: Inputs = { 'wait-for': 'active', 'status-interval': '1s' };
const minuteMs = 60_000;

/**
 * A cloud whose tokens live for a minute, which passes as soon as the run looks at the status of what it has created.
 * `during` watches for that.
 */
function shortLived(dialect: CloudOptions['dialect']) {
  let passedMs = 0;
  const now = (): number => Date.now() + passedMs;
  const during = async <T>(cloud: Cloud, run: Promise<T>): Promise<T> => {
    const watcher = setInterval(() => {
      if (calls(cloud.requests).includes('GET /v2.0/vpn/ipsec-site-connections/{id}')) passedMs = minuteMs + 1000;
    }, 5);
    return await run.finally(() => clearInterval(watcher));
  };
  return { options: { dialect, tokenTtlMs: minuteMs, activeAfterMs: minuteMs / 2, now }, during };
}

/** It went on as if nothing had been, after one request that was refused for its token. */
function expectRenewed(run: ActionRun, perLogin: number): void {
  expect(run.outputs).toMatchObject({ operation: 'created', status: 'ACTIVE' });
  expect(logins(run.requests).map(({ status }) => status)).toEqual(Array(2 * perLogin).fill(201));
  const refused = run.requests.filter(({ status }) => status === 401);
  expect(refused.filter(({ service }) => service === 'network')).toHaveLength(1);
  expect(calls(run.requests).filter((call) => call === 'POST /v2.0/vpn/ipsec-site-connections')).toHaveLength(1);
  // Those that have ended too: the service says so, and nobody is bothered with it.
  expect(calls(run.requests).filter((call) => call === 'DELETE /v3/auth/tokens')).toHaveLength(2 * perLogin);
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(run.log).not.toContain('could not be revoked');
}

describe('a run that outlives its token logs in again', () => {
  const ways: readonly (readonly [string, CloudOptions['dialect'], (cloud: Cloud) => Inputs, number])[] = [
    ['password', 'otc', () => ({}), 1],
    ['password', 'openstack', () => ({}), 1],
    ['application credential', 'openstack', applicationCredential, 1],
    ['agency over a password', 'otc', agency, 2],
    ['agency over keys', 'otc', (cloud) => ({ ...keys(cloud), ...agency(cloud) }), 1],
  ];
  for (const [name, dialect, way, perLogin] of ways) {
    const { options, during } = shortLived(dialect);
    scenario(`${name}: ${dialect}`, options, async ({ cloud, apply }) => {
      expectRenewed(await during(cloud, apply(officeFile(), { ...waiting, ...way(cloud) })), perLogin);
    });
  }

  for (const [dialect, perLogin] of [
    ['otc', 1],
    ['openstack', 2],
  ] as const) {
    const { options, during } = shortLived(dialect);
    keylessScenario(`GitHub OIDC, by another ID token: ${dialect}`, options, async ({ cloud, apply }) => {
      const run = await during(cloud, apply(officeFile(), waiting));
      expectRenewed(run, perLogin);
      expect(new Set(run.idTokenRequests.map(({ idToken }) => idToken)).size).toBe(2);
    });
  }

  const seconds = { dialect: 'openstack', tokenTtlMs: 4000, activeAfterMs: 4500 } as const;
  scenario('before the token ends, where the cloud says when', seconds, async ({ apply }) => {
    const run = await apply(officeFile(), waiting);
    expect(run.outputs['status']).toBe('ACTIVE');
    expect(logins(run.requests).length).toBeGreaterThan(1);
    expect(run.requests.filter(({ status, service }) => status === 401 && service === 'network')).toEqual([]);
  });
});

describe('what cannot be renewed: the remedy, and no further login', () => {
  const cases: Record<string, readonly [(stage: Stage) => Inputs, string, string, readonly number[]]> = {
    'a given token': [
      ({ cloud }) => ({ ...noLogin, token: cloud.issueToken() }),
      ...(['LOGIN_TOKEN', 'A given token cannot be renewed', []] as const),
    ],
    'a login with a passcode': [
      ({ cloud }) => twoFactors(cloud),
      ...(['LOGIN_TOKEN', 'A login with a passcode cannot be repeated', [201]] as const),
    ],
    'a login that is refused the second time': [
      ({ cloud }) => {
        const effect = { kind: 'answer', status: 401, body: { error: { code: 401, message: 'locked' } } } as const;
        cloud.addFault({ method: 'POST', path: '/v3/auth/tokens', when: { from: 2, count: 99 }, effect });
        return {};
      },
      ...(['LOGIN_REFUSED', 'locked', [201, 401]] as const),
    ],
  };
  for (const [name, [way, code, words, statuses]] of Object.entries(cases)) {
    const { options, during } = shortLived('openstack');
    scenario(name, options, async (stage) => {
      const inputs = { ...waiting, ...way(stage) };
      const failure = await during(stage.cloud, stage.refused(officeFile(), inputs));
      expect(failure.code).toBe(code);
      expect(failure.message).toContain(words);
      expect(failure.outputs['operation']).toBe('created');
      expect(logins(failure.requests).map(({ status }) => status)).toEqual(statuses);
      const [warning] = failure.annotations.filter(({ level }) => level === 'warning');
      if (code === 'LOGIN_TOKEN') expect(warning?.message).toMatch(/The token expires in about (?:\d\d|1\d\d) seconds/);
    });
  }
});
