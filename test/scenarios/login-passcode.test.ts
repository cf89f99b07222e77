import { describe, expect } from 'vitest';
import { officeFile } from './fixtures/office.ts';
import { twoFactors } from './fixtures/ways.ts';
import { identityCalls } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';
import { expectRevoked } from './harness/tokens.ts';

for (const dialect of ['otc', 'openstack'] as const) {
  describe(`password and passcode: ${dialect}`, () => {
    scenario('create a connection with one login', dialect, async ({ cloud, apply }) => {
      const run = await apply(officeFile(), twoFactors(cloud));
      expect(run.outputs['operation']).toBe('created');
      expect(identityCalls(run.requests)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
      expect(run.requests[0]?.body).toMatchObject({ auth: { identity: { methods: ['password', 'totp'] } } });
      expectRevoked(run.requests);
    });

    scenario('a wrong passcode is tried once', dialect, async ({ cloud, refused }) => {
      const login = twoFactors(cloud);
      const wrong = String((Number(login.passcode) + 1) % 1_000_000).padStart(6, '0');
      const failure = await refused(officeFile(), { ...login, passcode: wrong });
      expect(failure.code).toBe('LOGIN_REFUSED');
      expect(failure.message).toMatch(/passcode/);
      expect(failure.requests).toHaveLength(1);
    });

    scenario('without the passcode: says that the user needs one', dialect, async ({ cloud, refused }) => {
      const failure = await refused(officeFile(), { ...twoFactors(cloud), passcode: undefined });
      expect(failure.code).toBe('LOGIN_REFUSED');
      expect(failure.message).toMatch(/passcode/);
      expect(failure.requests).toHaveLength(1);
    });
  });
}

scenario('a passcode is good for one login', 'otc', async ({ cloud, apply, refused }) => {
  const login = twoFactors(cloud);
  await apply(officeFile(), login);
  const failure = await refused(officeFile(), login);
  expect(failure.code).toBe('LOGIN_REFUSED');
  expect(failure.message).toMatch(/passcode/);
  expect(failure.requests).toHaveLength(1);
});

scenario('by name and domain on OpenStack', 'openstack', async ({ cloud, apply }) => {
  const { name } = cloud.account.totp;
  const user = { 'user-id': undefined, username: name, 'user-domain-name': cloud.account.domain };
  const run = await apply(officeFile(), { ...twoFactors(cloud), ...user });
  expect(run.outputs['operation']).toBe('created');
});

scenario('by name on Open Telekom Cloud: refused before any request', 'otc', async ({ cloud, refused }) => {
  const { name } = cloud.account.totp;
  const user = { 'user-id': undefined, username: name, 'user-domain-name': cloud.account.domain };
  const failure = await refused(officeFile(), { ...twoFactors(cloud), ...user });
  expect(failure.code).toBe('INPUT_INVALID');
  expect(failure.message).toContain('On Open Telekom Cloud it goes with user-id');
  expect(failure.requests).toEqual([]);
});

const tenMinutes = { dialect: 'openstack', downAfterMs: 0, tokenTtlMs: 600_000 } as const;
scenario('a token that may end before the run does: a warning', tenMinutes, async ({ cloud, apply }) => {
  const run = await apply(officeFile(), { ...twoFactors(cloud), timeout: '20m' });
  const [warning] = run.annotations.filter(({ level }) => level === 'warning');
  expect(warning?.message).toContain('The token expires in about 10 minutes');
  expect(warning?.message).toContain('A login with a passcode cannot be repeated');
});
