import { describe, expect } from 'vitest';
import { officeFile } from './fixtures/office.ts';
import { applicationCredential, noLogin } from './fixtures/ways.ts';
import { identityCalls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';
import { expectRevoked, logins } from './harness/tokens.ts';

describe('an application credential', () => {
  scenario('by id creates a connection, then finds nothing to do', 'openstack', async ({ cloud, apply }) => {
    for (const operation of ['created', 'unchanged']) {
      const run = await apply(officeFile(), applicationCredential(cloud));
      expect(run.outputs['operation']).toBe(operation);
      expect(identityCalls(run.requests)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
      expectRevoked(run.requests);
    }
  });

  scenario('by name, of a user by name or by id; the project may be stated', 'openstack', async ({ cloud, apply }) => {
    const { account } = cloud;
    const { name, secret } = account.applicationCredential;
    const byName = { ...noLogin, 'application-credential-name': name, 'application-credential-secret': secret };
    const users = [
      { username: account.username, 'user-domain-name': account.domain },
      { 'user-id': account.userId, 'project-name': undefined },
    ];
    for (const user of users) {
      const run = await apply(officeFile(), { ...byName, ...user });
      expect(identityCalls(run.requests)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
      expect(run.requests[0]?.body).not.toHaveProperty('auth.scope');
    }
  });
});

describe('an application credential that is refused: one attempt, nothing written', () => {
  const wrong = 'Wr0ng-Secret-of-the-credential';
  scenario('its secret is wrong, or its id unknown, or it has ended', 'openstack', async ({ cloud, refused }) => {
    const ended = cloud.issueApplicationCredential({ ttlMs: -1000 });
    const changes: readonly (readonly [Record<string, string>, string])[] = [
      [{ 'application-credential-secret': wrong }, 'the secret is wrong'],
      [{ 'application-credential-id': '0123456789abcdef0123456789abcdef' }, '0123456789abcdef0123456789abcdef'],
      [{ 'application-credential-id': ended.id, 'application-credential-secret': ended.secret }, 'has expired'],
    ];
    for (const [change, words] of changes) {
      const failure = await refused(officeFile(), { ...applicationCredential(cloud), ...change });
      expect(failure.code).toBe('LOGIN_REFUSED');
      expect(failure.message).toContain(words);
      expect(failure.message).toContain('does not exist');
      expect(failure.requests).toHaveLength(1);
    }
  });

  scenario('it is for another project than the inputs say', 'openstack', async ({ cloud, refused }) => {
    const { secondProject, project } = cloud.account;
    const failure = await refused(officeFile(), { ...applicationCredential(cloud), 'project-name': secondProject });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(failure.message).toContain(`is for the project "${project}"`);
    expect(failure.message).toContain(`"${secondProject}"`);
    expect(failure.message).toContain('An application credential is for one project');
    expect(logins(failure.requests)).toHaveLength(1);
    expect(writes(failure.requests)).toEqual([]);
    expectRevoked(failure.requests);
  });

  scenario('a cloud that has none says so', 'otc', async ({ refused }) => {
    const login = { 'application-credential-id': 'abc', 'application-credential-secret': wrong };
    const failure = await refused(officeFile(), { ...noLogin, ...login });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('does not document application credentials');
    expect(failure.requests).toHaveLength(1);
  });

  scenario('by name, but without the user: an error before any request', 'openstack', async ({ cloud, refused }) => {
    const incomplete = { ...noLogin, 'application-credential-name': 'ci', 'application-credential-secret': wrong };
    const failure = await refused(officeFile(), incomplete);
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('username');
    expect(cloud.requests).toEqual([]);
  });
});
