import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { cloudsFile, type Entry, passwordEntry } from './fixtures/clouds.ts';
import { officeFile } from './fixtures/office.ts';
import { noIdentity } from './fixtures/ways.ts';
import { makeAuthority } from './harness/certificates.ts';
import { identityCalls } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';
import { expectRevoked } from './harness/tokens.ts';

const outside = { ...noIdentity, 'clouds-file': '${{ runner.temp }}/clouds.yaml' };

describe('a clouds.yaml outside of the workspace', () => {
  const ways: Record<string, (cloud: Cloud) => Entry> = {
    'with a password': passwordEntry,
    'with an application credential': ({
      authUrl,
      account: {
        applicationCredential: { id, secret },
      },
    }) => ({
      auth_type: 'v3applicationcredential',
      auth: { auth_url: authUrl, application_credential_id: id, application_credential_secret: secret },
    }),
  };
  for (const [name, entry] of Object.entries(ways)) {
    scenario(name, 'openstack', async ({ cloud, apply }) => {
      const files = { '../temp/clouds.yaml': cloudsFile({ prod: entry(cloud) }) };
      const run = await apply(officeFile(), outside, { files });
      expect(run.outputs['operation']).toBe('created');
      expect(run.log).toContain('Logging in by "prod" of');
      expect(identityCalls(run.requests)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
      expectRevoked(run.requests);
    });
  }

  scenario('with a token, which stays valid', 'openstack', async ({ cloud, apply }) => {
    const token = cloud.issueToken();
    const entry = { auth_type: 'token', auth: { auth_url: cloud.authUrl, token } };
    const run = await apply(officeFile(), outside, { files: { '../temp/clouds.yaml': cloudsFile({ prod: entry }) } });
    expect(run.outputs['operation']).toBe('created');
    expectRevoked(run.requests, token);
  });

  scenario('with access key and secret key', 'otc', async ({ cloud, apply }) => {
    const { accessKey, secretKey, project } = cloud.account;
    const auth = { auth_url: cloud.authUrl, access_key: accessKey, secret_key: secretKey, project_name: project };
    const entry = { auth, network_endpoint_override: cloud.networkUrl };
    const run = await apply(officeFile(), outside, { files: { '../temp/clouds.yaml': cloudsFile({ prod: entry }) } });
    expect(run.outputs['operation']).toBe('created');
    expect(identityCalls(run.requests)).toEqual(['GET /v3/projects']);
  });

  for (const [name, inputs, env] of [
    ['cloud-name', { 'cloud-name': 'prod' }, {}],
    ['OS_CLOUD', {}, { OS_CLOUD: 'prod' }],
  ] as const) {
    scenario(`in the home directory, by ${name}, with a secure.yaml beside it`, 'openstack', async (stage) => {
      const { authUrl, account } = stage.cloud;
      const auth = { auth_url: authUrl, username: account.username, user_domain_name: account.domain };
      const prod = { auth: { ...auth, project_name: account.project } };
      const files = {
        '../home/.config/openstack/clouds.yaml': cloudsFile({ prod, test: { auth: { auth_url: 'https://x.test' } } }),
        '../home/.config/openstack/secure.yaml': cloudsFile({ prod: { auth: { password: account.password } } }),
      };
      const run = await stage.apply(officeFile(), { ...noIdentity, ...inputs }, { files, env });
      expect(run.outputs['operation']).toBe('created');
      expectRevoked(run.requests);
    });
  }

  const issuer = makeAuthority();
  const tls = { dialect: 'openstack', downAfterMs: 0, tls: issuer.issue(['127.0.0.1']) } as const;
  scenario('with a CA beside it', tls, async ({ cloud, apply }) => {
    const entry = { ...passwordEntry(cloud), cacert: '~/ca.pem' };
    const files = { '../temp/clouds.yaml': cloudsFile({ prod: entry }), '../home/ca.pem': issuer.cert };
    expect((await apply(officeFile(), outside, { files })).outputs['operation']).toBe('created');
  });
});

describe('a clouds.yaml that cannot be used: an error before any request', () => {
  const cases: Record<string, readonly [(cloud: Cloud) => string, RegExp]> = {
    'several entries, none named': [
      (cloud) => cloudsFile({ north: passwordEntry(cloud), south: passwordEntry(cloud) }),
      /has several entries: "north", "south". Say which one by cloud-name or OS_CLOUD/,
    ],
    'verify: false': [
      (cloud) => cloudsFile({ prod: { ...passwordEntry(cloud), verify: false } }),
      /verify of "prod".*can only be true/,
    ],
    'a password that is missing': [
      ({ authUrl, account }) => cloudsFile({ prod: { auth: { auth_url: authUrl, username: account.username } } }),
      /auth.password of "prod"/,
    ],
    'no YAML': [() => 'clouds: [prod:\n  auth: { password: H1dden-Passw0rd', /clouds.yaml \(line \d+, column \d+\)/],
  };
  for (const [name, [text, words]] of Object.entries(cases)) {
    scenario(name, 'openstack', async ({ cloud, refused }) => {
      const files = { '../temp/clouds.yaml': text(cloud) };
      const failure = await refused(officeFile(), outside, {
        files,
        secrets: ['H1dden-Passw0rd', cloud.account.password],
      });
      expect(failure.code).toBe('CLOUDS_FILE');
      expect(failure.message).toMatch(words);
      expect(failure.requests).toEqual([]);
    });
  }

  scenario('none at all', 'openstack', async ({ refused }) => {
    const named = await refused(officeFile(), outside);
    expect(named.code).toBe('CLOUDS_FILE');
    expect(named.message).toContain('clouds.yaml');
    const searched = await refused(officeFile(), noIdentity, { env: { OS_CLOUD: 'prod' } });
    expect(searched.message).toContain('.config/openstack/clouds.yaml');
  });

  scenario('beside inputs, or beside variables', 'openstack', async ({ cloud, refused }) => {
    const files = { '../temp/clouds.yaml': cloudsFile({ prod: passwordEntry(cloud) }) };
    const mixed = await refused(officeFile(), { ...outside, password: cloud.account.password }, { files });
    expect(mixed.code).toBe('INPUT_INVALID');
    expect(mixed.message).toContain('asked for by clouds-file, but there are other inputs too: password');
    const env = { OS_PASSWORD: cloud.account.password };
    const beside = await refused(officeFile(), outside, { files, env });
    expect(beside.message).toContain('asked for by clouds-file, but there are variables too: OS_PASSWORD');
    expect(cloud.requests).toEqual([]);
  });
});
