import { describe, expect } from 'vitest';
import type { RecordedRequest } from '../cloud/index.ts';
import { officeFile, only } from './fixtures/office.ts';
import { keys } from './fixtures/ways.ts';
import { calls, identityCalls } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

/** Every request is signed, and none carries a token. */
function expectSigned(requests: readonly RecordedRequest[]): void {
  const form = /^SDK-HMAC-SHA256 Access=\w{20}, SignedHeaders=[\w;-]*\bx-sdk-date\b[\w;-]*, Signature=[0-9a-f]{64}$/;
  expect(requests.filter(({ headers }) => !form.test(headers['authorization'] ?? ''))).toEqual([]);
  expect(requests.filter(({ headers }) => headers['x-auth-token'] !== undefined)).toEqual([]);
}

/** What a machine with a wrong clock is to a program. */
function shiftedClock(ms: number): string {
  return `
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...parts) { parts.length > 0 ? super(...parts) : super(Real.now() + ${ms}); }
      static now() { return Real.now() + ${ms}; }
    };`;
}

describe('access key and secret key', () => {
  scenario('create a connection, then find nothing to do', 'otc', async ({ cloud, apply }) => {
    for (const operation of ['created', 'unchanged']) {
      const run = await apply(officeFile(), keys(cloud));
      expect(run.outputs['operation']).toBe(operation);
      expect(identityCalls(run.requests)).toEqual(['GET /v3/projects']);
      expectSigned(run.requests);
      const [search, ...others] = run.requests;
      expect(search?.headers['x-project-id']).toBeUndefined();
      expect(new Set(others.map(({ headers }) => headers['x-project-id']))).toEqual(new Set([cloud.account.projectId]));
    }
  });

  scenario('with the id of the project, nothing is asked of IAM', 'otc', async ({ cloud, apply }) => {
    const project = { 'project-name': undefined, 'project-id': cloud.account.projectId };
    const run = await apply(officeFile(), { ...keys(cloud), ...project });
    expect(identityCalls(run.requests)).toEqual([]);
    expectSigned(run.requests);
  });

  scenario('find the network service in the catalogue', 'otc', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { ...keys(cloud), 'network-endpoint': undefined });
    expect(identityCalls(run.requests)).toEqual(['GET /v3/projects', 'GET /v3/auth/catalog']);
    expectSigned(run.requests);
  });

  scenario('temporary ones, with their security token', 'otc', async ({ cloud, apply }) => {
    const { accessKey, secretKey, securityToken } = cloud.temporaryKeys({ ttlMs: 900_000 });
    const login = { 'access-key': accessKey, 'secret-key': secretKey, 'security-token': securityToken };
    const run = await apply(officeFile(), { ...keys(cloud), ...login });
    expect(run.outputs['operation']).toBe('created');
    expectSigned(run.requests);
    expect(new Set(run.requests.map(({ headers }) => headers['x-security-token']))).toEqual(new Set([securityToken]));
  });
});

describe('refused keys: one signed request in all', () => {
  const secretKey = 'W'.repeat(40);
  const unknown = 'QQQQWWWWEEEERRRRTTTT';

  scenario('a wrong secret key, although five lists go out at once', 'otc', async ({ cloud, refused }) => {
    const project = { 'project-name': undefined, 'project-id': cloud.account.projectId };
    const failure = await refused(officeFile(), { ...keys(cloud), ...project, 'secret-key': secretKey });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain(`secret-key is not the secret of the access key ${cloud.account.accessKey}`);
    expect(failure.message).toContain('Nothing more is signed in this run');
    expect(failure.requests).toHaveLength(1);
  });

  scenario('an unknown access key', 'otc', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { ...keys(cloud), 'access-key': unknown });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain(`The service does not know the access key ${unknown}`);
    expect(failure.requests).toHaveLength(1);
  });

  scenario('the security token of temporary keys is missing', 'otc', async ({ cloud, refused }) => {
    const temporary = cloud.temporaryKeys({ ttlMs: 900_000 });
    const login = { 'access-key': temporary.accessKey, 'secret-key': temporary.secretKey };
    const failure = await refused(officeFile(), { ...keys(cloud), ...login });
    expect(failure.message).toMatch(/security token .*is missing/);
    expect(failure.requests).toHaveLength(1);
  });

  scenario('blocked after five refusals: says how long', 'otc', async ({ cloud, refused }) => {
    const wrong = { ...keys(cloud), 'secret-key': secretKey };
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect((await refused(officeFile(), wrong)).requests).toHaveLength(1);
    }
    const failure = await refused(officeFile(), keys(cloud));
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('blocked for about five minutes');
    expect(failure.requests).toHaveLength(1);
  });

  for (const [hours, words] of [
    [-1, '60 minutes behind'],
    [5, '5 hours ahead of'],
  ] as const) {
    scenario(`the clock of the runner is ${words} the cloud's`, 'otc', async ({ cloud, refused }) => {
      const files = { '../temp/clock.cjs': shiftedClock(hours * 3_600_000) };
      const failure = await refused(officeFile(), keys(cloud), {
        files,
        nodeArguments: ['--require=../temp/clock.cjs'],
      });
      expect(failure.code).toBe('LOGIN_REFUSED');
      expect(failure.message).toContain(`the clock of this runner is ${words} the service's`);
      expect(failure.message).toContain('(NTP)');
      expect(failure.requests).toHaveLength(1);
    });
  }

  scenario('no project of that name', 'otc', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { ...keys(cloud), 'project-name': 'eu-nl_none' });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(failure.message).toContain('The access key has no project "eu-nl_none"');
    expect(identityCalls(failure.requests)).toEqual(['GET /v3/projects']);
  });

  scenario('a project of another account', 'otc', async ({ cloud, refused }) => {
    const project = { 'project-name': undefined, 'project-id': cloud.account.agency.projectId };
    const failure = await refused(officeFile(), { ...keys(cloud), ...project });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('is not of the account of the access key');
    expect(failure.requests).toHaveLength(1);
  });

  scenario('on an OpenStack: an error before any request', 'openstack', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { ...keys(cloud), 'access-key': unknown, 'secret-key': secretKey });
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('only Open Telekom Cloud takes access keys');
    expect(failure.requests).toEqual([]);
  });
});

/** Lets the cloud's time pass: the keys of one minute end. */
let passedMs = 0;
const now = (): number => Date.now() + passedMs;

scenario(
  'temporary keys that end in the middle of a run: the remedy, and what was written is told',
  { dialect: 'otc', downAfterMs: 3_600_000, now },
  async ({ cloud, refused }) => {
    const { accessKey, secretKey, securityToken } = cloud.temporaryKeys({ ttlMs: 60_000 });
    const login = { 'access-key': accessKey, 'secret-key': secretKey, 'security-token': securityToken };
    const watcher = setInterval(() => {
      if (calls(cloud.requests).includes('GET /v2.0/vpn/ipsec-site-connections/{id}')) passedMs = 61_000;
    }, 5);
    const failure = await refused(officeFile(), { ...keys(cloud), ...login, 'status-interval': '1s' });
    clearInterval(watcher);
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(failure.message).toContain('The security token has expired');
    expect(failure.message).toContain('get new ones that outlive the run');
    const { id } = only(cloud, 'ipsec_site_connection');
    expect(failure.outputs).toMatchObject({ operation: 'created', 'connection-id': id });
    expect(failure.log).toContain('Created the IPsec connection office-bonn');
    expect(failure.message).toContain('Everything was written');
    expect(failure.requests.filter(({ status }) => status === 400)).toHaveLength(1);
  },
);
