import { describe, expect } from 'vitest';
import { type Cloud, startCloud } from '../cloud/index.ts';
import { officeFile, psk } from './fixtures/office.ts';
import { noIdentity, noLogin, twoFactors, variables } from './fixtures/ways.ts';
import { makeAuthority } from './harness/certificates.ts';
import { identityCalls } from './harness/run.ts';
import { asFailure, keylessScenario, scenario } from './harness/scenario.ts';
import { expectRevoked, logins } from './harness/tokens.ts';

const [login, end] = ['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens'];

type Variables = Readonly<Record<string, string>>;

describe('OS_* variables alone', () => {
  const inOpenstack: Record<string, readonly [(cloud: Cloud) => Variables, readonly string[]]> = {
    'a password': [variables, [login, end]],
    'a password, by ids': [
      ({ authUrl, account }) => ({
        ...{
          OS_AUTH_URL: authUrl,
          OS_AUTH_TYPE: 'password',
          OS_USER_ID: account.userId,
          OS_PASSWORD: account.password,
        },
        ...{ OS_PROJECT_ID: account.projectId, OS_IDENTITY_API_VERSION: '3', OS_INTERFACE: 'public' },
      }),
      [login, end],
    ],
    'password and passcode': [
      (cloud) => {
        const { password, passcode, ...ids } = twoFactors(cloud);
        const factors = { OS_PASSWORD: password, OS_PASSCODE: passcode };
        const who = { OS_USER_ID: ids['user-id'], OS_PROJECT_ID: ids['project-id'] };
        return { OS_AUTH_URL: cloud.authUrl, OS_AUTH_TYPE: 'v3multifactor', ...who, ...factors };
      },
      [login, end],
    ],
    'an application credential': [
      ({ authUrl, account: { applicationCredential } }) => ({
        ...{ OS_AUTH_URL: authUrl, OS_AUTH_TYPE: 'v3applicationcredential' },
        OS_APPLICATION_CREDENTIAL_ID: applicationCredential.id,
        OS_APPLICATION_CREDENTIAL_SECRET: applicationCredential.secret,
      }),
      [login, end],
    ],
    'a token': [(cloud) => ({ OS_AUTH_URL: cloud.authUrl, OS_TOKEN: cloud.issueToken() }), ['GET /v3/auth/tokens']],
  };
  for (const [name, [of, calls]] of Object.entries(inOpenstack)) {
    scenario(name, 'openstack', async ({ cloud, apply }) => {
      const env = of(cloud);
      const run = await apply(officeFile(), noIdentity, { env });
      expect(run.outputs['operation']).toBe('created');
      expect(run.log).toContain(`Logging in by the variables ${Object.keys(env).sort()[0]}`);
      expect(identityCalls(run.requests)).toEqual(calls);
      expectRevoked(run.requests, env['OS_TOKEN']);
    });
  }

  scenario('access key and secret key', 'otc', async ({ cloud, apply }) => {
    const { accessKey, secretKey, project } = cloud.account;
    const env = {
      ...{ OS_AUTH_URL: cloud.authUrl, OS_NETWORK_ENDPOINT_OVERRIDE: cloud.networkUrl, OS_PROJECT_NAME: project },
      ...{ OS_ACCESS_KEY: accessKey, OS_SECRET_KEY: secretKey },
    };
    const run = await apply(officeFile(), noIdentity, { env });
    expect(run.outputs['operation']).toBe('created');
    expect(identityCalls(run.requests)).toEqual(['GET /v3/projects']);
  });

  keylessScenario('GitHub OIDC', 'openstack', async ({ cloud, apply }) => {
    const { identityProvider, protocol, project } = cloud.account;
    const env = {
      ...{ OS_AUTH_URL: cloud.authUrl, OS_AUTH_TYPE: 'v3oidcaccesstoken', OS_PROJECT_NAME: project },
      ...{ OS_IDENTITY_PROVIDER: identityProvider, OS_PROTOCOL: protocol },
    };
    const inputs = { ...noIdentity, 'identity-provider': undefined, protocol: undefined };
    const run = await apply(officeFile(), inputs, { env });
    expect(run.outputs['operation']).toBe('created');
    expect(run.idTokenRequests).toHaveLength(1);
    expectRevoked(run.requests);
  });

  scenario('an agency', 'otc', async ({ cloud, apply }) => {
    const { name, domain, project } = cloud.account.agency;
    const env = {
      ...{ ...variables(cloud), OS_NETWORK_ENDPOINT_OVERRIDE: cloud.networkUrl, OS_PROJECT_NAME: project },
      ...{ OS_AUTH_TYPE: 'agency', OS_AGENCY_NAME: name, OS_AGENCY_DOMAIN_NAME: domain },
    };
    const run = await apply(officeFile(), noIdentity, { env });
    expect(identityCalls(run.requests)).toEqual([login, login, end, end]);
    expectRevoked(run.requests);
  });

  const issuer = makeAuthority();
  const tls = { dialect: 'openstack', downAfterMs: 0, tls: issuer.issue(['127.0.0.1']) } as const;
  scenario('with a CA in a file', tls, async ({ cloud, apply }) => {
    const files = { '../temp/ca.pem': issuer.cert };
    const env = { ...variables(cloud), OS_CACERT: '${{ runner.temp }}/ca.pem' };
    expect((await apply(officeFile(), noIdentity, { env, files })).outputs['operation']).toBe('created');
  });
});

describe('OS_* variables that cannot be used: an error before any request', () => {
  const cases: Record<string, readonly [Variables, RegExp]> = {
    'OS_CLOUD beside them': [
      { OS_CLOUD: 'prod' },
      /asked for by OS_CLOUD, but there are variables too: OS_AUTH_URL, OS_PASSWORD/,
    ],
    'an OS_AUTH_TYPE that is not supported': [{ OS_AUTH_TYPE: 'v3oidcpassword' }, /OS_AUTH_TYPE: is none of the types/],
    OS_INSECURE: [{ OS_INSECURE: 'true' }, /OS_INSECURE: cannot be true.*OS_CACERT/],
    'two ways': [
      { OS_TOKEN: 'gAAAAAB-not-a-real-one' },
      /2 ways to log in: password \(OS_PASSWORD.*token \(OS_TOKEN\)/,
    ],
    'an empty password': [{ OS_PASSWORD: '' }, /OS_PASSWORD.*fork/],
  };
  for (const [name, [changes, words]] of Object.entries(cases)) {
    scenario(name, 'openstack', async ({ cloud, refused }) => {
      const failure = await refused(officeFile(), noIdentity, { env: { ...variables(cloud), ...changes } });
      expect(failure.code).toBe('INPUT_INVALID');
      expect(failure.message).toMatch(words);
      expect(failure.requests).toEqual([]);
    });
  }
});

describe('inputs beside OS_* variables', () => {
  /** Variables of a cloud that must not be asked. */
  const foreign = (cloud: Cloud): Variables => ({ ...variables(cloud), OS_PASSWORD: 'Another-Cl0ud-Password' });

  scenario('count alone', 'openstack', async ({ apply }) => {
    const other = await startCloud({ dialect: 'openstack' });
    try {
      const run = await apply(
        officeFile(),
        {},
        { env: { ...foreign(other), OS_INSECURE: 'true', OS_CACERT: '/nowhere' } },
      );
      expect(run.outputs['operation']).toBe('created');
      expect(logins(run.requests)).toHaveLength(1);
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  for (const [name, missing] of [
    ['password', { password: undefined }],
    ['auth-url', { 'auth-url': undefined }],
    ['project-name', { 'project-name': undefined }],
    ['no way to log in', noLogin],
  ] as const) {
    scenario(`that are incomplete are not completed by them: ${name}`, 'openstack', async ({ cloud, refused }) => {
      const failure = await refused(officeFile(), missing, { env: foreign(cloud) });
      expect(failure.code).toBe('INPUT_INVALID');
      expect(failure.message).toContain(name);
      expect(failure.message).toMatch(/The variables OS_AUTH_URL, .* are not used, because of the inputs .+/);
      expect(failure.requests).toEqual([]);
    });
  }
});

describe('inputs', () => {
  scenario('of several ways: an error that names them', 'openstack', async ({ cloud, refused }) => {
    const secretKey = 'K'.repeat(40);
    const token = cloud.issueToken();
    const failure = await refused(officeFile(), { 'access-key': 'A'.repeat(20), 'secret-key': secretKey, token });
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('There are 3 ways to log in');
    for (const words of ['access key (access-key, secret-key)', 'token (token)', 'password (password, username']) {
      expect(failure.message).toContain(words);
    }
    expect(failure.requests).toEqual([]);
  });

  scenario('of none: all ways, and why a secret may be empty', 'openstack', async ({ run }) => {
    const failure = asFailure(await run({ files: { 'vpn.yml': officeFile() }, inputs: { ...noLogin, psk } }));
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('There is no way to log in');
    for (const name of ['identity-provider', 'access-key', 'application-credential-id', 'username', 'token']) {
      expect(failure.message).toContain(name);
    }
    expect(failure.message).toMatch(/fork.*Dependabot/);
    expect(failure.requests).toEqual([]);
  });
});
