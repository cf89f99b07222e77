import { describe, expect } from 'vitest';
import type { GitHubKnobs } from '../cloud/github/index.ts';
import { officeFile, psk } from './fixtures/office.ts';
import { noLogin } from './fixtures/ways.ts';
import { identityCalls, writes } from './harness/run.ts';
import { keylessScenario, scenario } from './harness/scenario.ts';
import { expectRevoked, logins } from './harness/tokens.ts';

const exchange = {
  otc: 'POST /v3.0/OS-AUTH/id-token/tokens',
  openstack: 'POST /v3/OS-FEDERATION/identity_providers/github-ci/protocols/openid/auth',
} as const;

describe('GitHub OIDC', () => {
  for (const [dialect, expected] of [
    ['otc', [exchange.otc, 'DELETE /v3/auth/tokens']],
    [
      'openstack',
      [
        ...[exchange.openstack, 'GET /v3/auth/projects', 'POST /v3/auth/tokens'],
        ...['DELETE /v3/auth/tokens', 'DELETE /v3/auth/tokens'],
      ],
    ],
  ] as const) {
    keylessScenario(`creates a connection, then finds nothing to do: ${dialect}`, dialect, async (stage) => {
      for (const operation of ['created', 'unchanged']) {
        const run = await stage.apply(officeFile());
        expect(run.outputs['operation']).toBe(operation);
        expect(identityCalls(run.requests)).toEqual(expected);
        expect(run.idTokenRequests).toHaveLength(1);
        expect(run.idTokenRequests[0]?.audience).toBe(stage.cloud.authUrl.replace(/\/v3$/, ''));
        expectRevoked(run.requests);
      }
    });
  }

  keylessScenario('by id, the project needs no search', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { 'project-name': undefined, 'project-id': cloud.account.projectId });
    expect(identityCalls(run.requests)).not.toContain('GET /v3/auth/projects');
    expectRevoked(run.requests);
  });

  keylessScenario('another audience, as the cloud expects it', 'otc', async ({ apply, refused }) => {
    const failure = await refused(officeFile(), { audience: 'https://other.example.org' });
    expect(failure.message).toContain('- aud: "https://other.example.org"');
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect((await apply(officeFile())).outputs['operation']).toBe('created');
  });

  scenario('without the permission: the lines to add, and no request', 'otc', async ({ cloud, refused }) => {
    const { identityProvider } = cloud.account;
    const failure = await refused(officeFile(), { ...noLogin, 'identity-provider': identityProvider });
    expect(failure.code).toBe('ID_TOKEN');
    expect(failure.message).toContain('permissions:\n      id-token: write\n      contents: read');
    expect(failure.message).toMatch(/reusable workflow.*forks/s);
    expect(failure.requests).toEqual([]);
  });
});

describe('a job that the cloud does not let in: the claims are listed, the token never', () => {
  const lines = [
    ...['- iss: "https://token.actions.githubusercontent.com"', '- aud: "http://127.0.0.1:', '- sub: "repo:'],
    ...['- repository: "', '- ref: "refs/', '- environment: ', '- key (kid): "'],
  ];
  const strangers: Record<string, GitHubKnobs['claims']> = {
    'another repository': { repository: 'mallory/network', sub: 'repo:mallory/network:ref:refs/heads/main' },
    'another ref': { ref: 'refs/heads/feature', sub: 'repo:acme/network:ref:refs/heads/feature' },
  };
  for (const dialect of ['otc', 'openstack'] as const) {
    for (const [name, claims] of Object.entries(strangers)) {
      keylessScenario(`${name}: ${dialect}`, dialect, async ({ github, refused }) => {
        Object.assign(github.knobs, { claims });
        const failure = await refused(officeFile());
        expect(failure.code).toBe('LOGIN_REFUSED');
        for (const line of [...lines, ...Object.values(claims).map((value) => `"${value}"`)]) {
          expect(failure.message).toContain(line);
        }
        expect(failure.message).toMatch(dialect === 'otc' ? /conversion rule must fit/ : /no rule of the mapping fits/);
        expect(identityCalls(failure.requests)).toEqual([exchange[dialect]]);
        expect(failure.idTokenRequests).toHaveLength(1);
        expect(writes(failure.requests)).toEqual([]);
      });
    }
  }

  keylessScenario('signed by a key that IAM has no copy of: the key is named', 'otc', async ({ github, refused }) => {
    github.knobs.signature = 'rotated';
    const failure = await refused(officeFile());
    const kid = /- key \(kid\): "(\w+)"/.exec(failure.message)?.[1];
    expect(kid).toBeTruthy();
    expect(github.jwks).not.toContain(kid);
    expect(failure.message).toContain(`the key "${kid}"`);
    expect(failure.message).toContain('https://token.actions.githubusercontent.com/.well-known/jwks');
  });

  keylessScenario('a token that has expired', 'openstack', async ({ github, refused }) => {
    github.knobs.time = 'expired';
    const failure = await refused(officeFile());
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('The web server in front of Keystone does not take the ID token');
    expect(logins(failure.requests)).toHaveLength(1);
  });

  keylessScenario('a project without rights', 'otc', async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), { 'project-name': cloud.account.otherProject });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain(cloud.account.otherProject);
    expect(failure.message).toContain('has no right in');
  });

  keylessScenario('a project without rights, on OpenStack: those that there are', 'openstack', async (stage) => {
    const { otherProject, project } = stage.cloud.account;
    const failure = await stage.refused(officeFile(), { 'project-name': otherProject });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(failure.message).toContain(`no role in a project "${otherProject}"; it has one in: "${project}"`);
    expectRevoked(failure.requests);
  });

  keylessScenario('an unknown identity provider', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { 'identity-provider': 'gitlab-ci' });
    expect(failure.message).toContain('identity provider "gitlab-ci"');
    expect(failure.message).toContain('check identity-provider, protocol and auth-url');
    expect(failure.requests).toHaveLength(1);
  });

  keylessScenario('a login page in front of Keystone', 'openstack', async ({ cloud, refused }) => {
    const headers = { location: 'https://login.example.org/authorize?state=x' };
    cloud.addFault({ path: '/OS-FEDERATION/', effect: { kind: 'answer', status: 302, headers, body: '' } });
    const failure = await refused(officeFile());
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('wants a login in a browser');
    expect(failure.requests).toHaveLength(1);
  });
});

describe("GitHub's service for ID tokens", () => {
  const answers: readonly (readonly [GitHubKnobs['answer'], number, RegExp])[] = [
    [403, 1, /id-token: write/],
    ['garbage', 1, /GitHub/],
    ['html', 1, /GitHub/],
    ['empty', 1, /with none/],
  ];
  for (const [answer, count, words] of answers) {
    keylessScenario(`answers ${answer}: an error, and the cloud is not asked`, 'otc', async ({ github, refused }) => {
      github.knobs.answer = answer;
      const failure = await refused(officeFile());
      expect(failure.code).toBe('ID_TOKEN');
      expect(failure.message).toMatch(words);
      expect(failure.idTokenRequests).toHaveLength(count);
      expect(failure.requests).toEqual([]);
    });
  }

  keylessScenario('is not there', 'otc', async ({ github, refused }) => {
    await github.close();
    const failure = await refused(officeFile(), {}, { limitMs: 30_000 });
    expect(failure.code).toBe('NETWORK');
    expect(failure.message).toContain('ID token');
    expect(failure.requests).toEqual([]);
  });

  keylessScenario('recovers after a 503', 'otc', async ({ github, apply }) => {
    github.knobs.answer = 503;
    setTimeout(() => Object.assign(github.knobs, { answer: 'token' }), 600);
    const run = await apply(officeFile(), { psk });
    expect(run.outputs['operation']).toBe('created');
    expect(logins(run.requests)).toHaveLength(1);
  });

  keylessScenario('is asked by https alone', 'otc', async ({ refused }) => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://tokens.example.org/x' };
    const failure = await refused(officeFile(), {}, { env });
    expect(failure.code).toBe('ID_TOKEN');
    expect(failure.message).toContain('ACTIONS_ID_TOKEN_REQUEST_URL');
  });
});
