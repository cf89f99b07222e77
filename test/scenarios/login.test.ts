import { describe, expect } from 'vitest';
import { officeFile, psk } from './fixtures/office.ts';
import { calls, identityCalls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const logins = (requests: Parameters<typeof calls>[0]): string[] =>
  calls(requests).filter((call) => call === 'POST /v3/auth/tokens');

describe('user and password', () => {
  scenario('a wrong password is tried once; the error names all causes', 'openstack', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { password: 'not-the-Passw0rd' });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(logins(failure.requests)).toHaveLength(1);
    expect(failure.requests).toHaveLength(1);
    for (const text of [cloud.account.username, cloud.account.domain, cloud.account.project, '401', 'password']) {
      expect(failure.message).toContain(text);
    }
  });

  scenario('the same on Open Telekom Cloud', 'otc', async ({ refused }) => {
    const failure = await refused(officeFile(), { password: 'not-the-Passw0rd' });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(logins(failure.requests)).toHaveLength(1);
  });

  scenario('an unknown project', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { 'project-name': 'no-such-project' });
    expect(failure.code).toMatch(/^LOGIN_/);
    expect(failure.message).toContain('no-such-project');
    expect(logins(failure.requests)).toHaveLength(1);
  });

  scenario('the project by its id', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { 'project-name': undefined, 'project-id': cloud.account.projectId });
    expect(run.outputs['operation']).toBe('created');
    expect(run.requests[0]?.body).toMatchObject({ auth: { scope: { project: { id: cloud.account.projectId } } } });
  });

  scenario('the user by id, or the domains by id', 'openstack', async ({ cloud, apply }) => {
    const { userId, domainId, projectId } = cloud.account;
    const byUserId = { username: undefined, 'user-domain-name': undefined, 'user-id': userId };
    const byDomainId = { 'user-domain-name': undefined, 'user-domain-id': domainId, 'project-domain-id': domainId };
    const project = { 'project-name': undefined, 'project-id': projectId };
    for (const inputs of [{ ...byUserId, ...project }, { ...byUserId, 'project-domain-id': domainId }, byDomainId]) {
      const run = await apply(officeFile(), inputs);
      expect(identityCalls(run.requests)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
    }
  });

  scenario('an auth-url without /v3 and with a slash', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { 'auth-url': `${cloud.authUrl.replace(/\/v3$/, '')}/` });
    expect(run.outputs['operation']).toBe('created');
  });

  scenario('the token is revoked at the end, also of a run that fails', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile({ vpnservice: 'no-such-service' }));
    const last = failure.requests.at(-1);
    expect(`${last?.method} ${last?.path}`).toBe('DELETE /v3/auth/tokens');
    expect(last?.headers['x-subject-token']).toBe(last?.headers['x-auth-token']);
    expect(last?.status).toBe(204);
  });

  scenario('a revocation that fails is a warning at most', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({
      method: 'DELETE',
      path: '/auth/tokens',
      when: 'always',
      effect: { kind: 'answer', status: 500, body: '' },
    });
    const run = await apply(officeFile());
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  });

  scenario('a token that expires during the run is renewed once', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({
      method: 'POST',
      path: '/ipsec-site-connections',
      effect: {
        kind: 'answer',
        status: 401,
        body: {
          error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
        },
      },
    });
    const run = await apply(officeFile());
    expect(run.outputs['operation']).toBe('created');
    expect(logins(run.requests)).toHaveLength(2);
    expect(
      cloud.store.all('ipsec_site_connection').filter((one) => one.project_id === cloud.account.projectId),
    ).toHaveLength(1);
  });

  scenario('401 for every token ends the run after one renewal', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({
      path: '/v2.0/',
      when: 'always',
      effect: { kind: 'answer', status: 401, body: { error: { code: 401, title: 'Unauthorized', message: 'nope' } } },
    });
    const failure = await refused(officeFile());
    expect(logins(failure.requests)).toHaveLength(2);
    expect(failure.message).toContain('401');
  });
});

describe('a given token', () => {
  const token = { username: undefined, password: undefined, 'user-domain-name': undefined, 'project-name': undefined };

  scenario('is used and never revoked', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { ...token, token: cloud.issueToken() });
    expect(run.outputs['operation']).toBe('created');
    expect(calls(run.requests)).not.toContain('DELETE /v3/auth/tokens');
    expect(logins(run.requests)).toEqual([]);
  });

  scenario('without a project it is refused, with the remedy', 'openstack', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { ...token, token: cloud.issueToken({ project: null }) });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(failure.message).toMatch(/project/);
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario('of another project than the inputs say, it is refused', 'openstack', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), {
      ...token,
      token: cloud.issueToken(),
      'project-name': 'another-project',
    });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(failure.message).toContain('another-project');
    expect(failure.message).toContain(cloud.account.project);
  });

  scenario('revoked: an error, and no second try', 'openstack', async ({ cloud, refused }) => {
    const dead = cloud.issueToken();
    cloud.revokeToken(dead);
    const failure = await refused(officeFile(), { ...token, token: dead });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(failure.requests.length).toBeLessThanOrEqual(2);
  });

  scenario('expiring while it is used: fails with its remedy', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({
      method: 'POST',
      path: '/ipsec-site-connections',
      when: 'always',
      effect: { kind: 'answer', status: 401, body: '' },
    });
    const failure = await refused(officeFile(), { ...token, token: cloud.issueToken() });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(failure.message).toMatch(/token/);
  });

  scenario('together with a password: an error before any request', 'openstack', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { token: cloud.issueToken() });
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.requests).toEqual([]);
  });
});

describe('the catalogue', () => {
  scenario('without a network service', { dialect: 'openstack', catalogue: 'no-network' }, async ({ refused }) => {
    const failure = await refused(officeFile());
    expect(failure.code).toBe('CATALOGUE');
    expect(failure.message).toContain('network');
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario(
    'none at all, but network-endpoint is given',
    { dialect: 'openstack', catalogue: 'none' },
    async ({ cloud, apply }) => {
      const run = await apply(officeFile(), { 'network-endpoint': cloud.networkUrl });
      expect(run.outputs['operation']).toBe('created');
    },
  );

  scenario(
    'of two regions, the one that the input names',
    { dialect: 'openstack', regions: ['north', 'south'] },
    async ({ cloud, apply }) => {
      await apply(officeFile(), { region: 'south' });
      const made = (region: string) =>
        cloud
          .storeOf(region)
          .all('ipsec_site_connection')
          .filter((one) => one.project_id === cloud.account.projectId);
      expect(made('south')).toHaveLength(1);
      expect(made('north')).toHaveLength(0);
    },
  );

  scenario(
    'of two regions, none named: an error that lists them',
    { dialect: 'openstack', regions: ['north', 'south'] },
    async ({ refused }) => {
      const failure = await refused(officeFile());
      expect(failure.code).toBe('CATALOGUE');
      expect(failure.message).toContain('north');
      expect(failure.message).toContain('south');
    },
  );

  scenario('a region that is not there', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { region: 'eu-xx' });
    expect(failure.code).toBe('CATALOGUE');
    expect(failure.message).toContain('eu-xx');
    expect(failure.message).toContain('eu-nl');
  });
});

describe('where the token may go', () => {
  scenario('only to the identity and the network service', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { psk });
    expect(
      run.requests.every(({ headers, path }) => headers['x-auth-token'] !== undefined || path === '/v3/auth/tokens'),
    ).toBe(true);
    expect(cloud.requests.map(({ headers }) => headers['user-agent'])).toEqual(
      cloud.requests.map(() => expect.stringMatching(/^ipsec-connection-action\/\d+\.\d+\.\d+$/)),
    );
  });
});
