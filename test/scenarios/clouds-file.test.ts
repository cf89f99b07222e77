import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { stringify } from 'yaml';
import { type Cloud, startCloud } from '../cloud/index.ts';
import { officeFile, psk } from './fixtures/office.ts';
import { noIdentity, noLogin } from './fixtures/ways.ts';
import { makeAuthority } from './harness/certificates.ts';
import { identityCalls } from './harness/run.ts';
import { asFailure, keylessScenario, scenario } from './harness/scenario.ts';
import { expectRevoked } from './harness/tokens.ts';

type Entry = Readonly<Record<string, unknown>>;

const cloudsFile = (clouds: Readonly<Record<string, Entry>>): string => stringify({ clouds });

/** An entry as the openstack CLI has it. */
function passwordEntry({ authUrl, account }: Cloud): Entry {
  const { username, password, domain, project } = account;
  const who = { username, password, user_domain_name: domain };
  return { auth: { auth_url: authUrl, ...who, project_name: project, project_domain_name: domain } };
}

function keylessEntry(authUrl: string, { identityProvider, protocol, project }: Cloud['account']): Entry {
  const auth = { auth_url: authUrl, identity_provider: identityProvider, protocol, project_name: project };
  return { auth_type: 'v3oidcaccesstoken', auth };
}

/** No input says who logs in; the job may ask for ID tokens. */
const keyless = { ...noIdentity, 'identity-provider': undefined, protocol: undefined };
const outside = { ...noIdentity, 'clouds-file': '${{ runner.temp }}/clouds.yaml' };
const inside = { ...keyless, 'clouds-file': 'clouds.yaml' };

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

describe('a clouds.yaml in the workspace', () => {
  keylessScenario('can describe the keyless login of a run without a key', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const files = { 'clouds.yaml': cloudsFile({ prod: keylessEntry(cloud.authUrl, cloud.account) }) };
    const run = await apply(officeFile(), { ...inside, psk: undefined }, { files });
    expect(run.outputs['operation']).toBe('unchanged');
    expectRevoked(run.requests);
  });

  keylessScenario('with a secret: refused on its line, and the secret is masked', 'openstack', async (stage) => {
    const { cloud, github, run } = stage;
    const secret = 'L3ft-Over-Passw0rd';
    const other = { auth: { username: 'ci-bot', password: secret } };
    const clouds = cloudsFile({ prod: keylessEntry(cloud.authUrl, cloud.account), other });
    const files = { 'vpn.yml': officeFile(), 'clouds.yaml': clouds };
    const failure = asFailure(await run({ files, inputs: { ...inside, 'cloud-name': 'prod' } }));
    expect(failure.code).toBe('CLOUDS_FILE');
    const line = clouds.split('\n').findIndex((text) => text.includes(secret)) + 1;
    expect(failure.place).toBe(`clouds.yaml:${line}`);
    expect(failure.message).toContain('holds a secret, which does not belong in the repository');
    expect(failure.stdout).toContain(`::add-mask::${secret}\n`);
    expect([...failure.requests, ...github.requests]).toEqual([]);
  });

  scenario('with a login by password: every problem of it', 'openstack', async ({ cloud, run }) => {
    const files = { 'vpn.yml': officeFile(), 'clouds.yaml': cloudsFile({ prod: passwordEntry(cloud) }) };
    const failure = asFailure(await run({ files, inputs: inside }));
    expect(failure.code).toBe('CLOUDS_FILE');
    expect(failure.message).toMatch(/password in clouds.yaml \(line \d+\): holds a secret/);
    expect(failure.message).toMatch(/auth.identity_provider of "prod" in clouds.yaml: is empty/);
    expect(failure.requests).toEqual([]);
    const typed = cloudsFile({ prod: { auth_type: 'v3password', auth: { auth_url: cloud.authUrl } } });
    const stated = asFailure(await run({ files: { ...files, 'clouds.yaml': typed }, inputs: inside }));
    expect(stated.message).toContain('auth_type of "prod"');
    expect(stated.message).toContain('is not possible in a file of the workspace');
  });

  const settings: Record<string, Entry> = {
    cacert: { cacert: 'ca.pem' },
    network_endpoint_override: { network_endpoint_override: 'https://network.example.org' },
  };
  for (const [key, change] of Object.entries(settings)) {
    keylessScenario(`must not say ${key}`, 'openstack', async ({ cloud, github, run }) => {
      const entry = { ...keylessEntry(cloud.authUrl, cloud.account), ...change };
      const files = { 'vpn.yml': officeFile(), 'clouds.yaml': cloudsFile({ prod: entry }), 'ca.pem': 'x' };
      const failure = asFailure(await run({ files, inputs: inside }));
      expect(failure.code).toBe('CLOUDS_FILE');
      expect(failure.message).toContain('is not taken from a file in the workspace');
      expect(failure.place).toMatch(/^clouds.yaml:\d+$/);
      expect([...failure.requests, ...github.requests]).toEqual([]);
    });
  }

  scenario('as a link that leads out', 'openstack', async ({ cloud, refused }) => {
    const prepare = async (workspace: string): Promise<void> => {
      await mkdir(join(workspace, '../temp'), { recursive: true });
      await writeFile(join(workspace, '../temp/real.yaml'), cloudsFile({ prod: passwordEntry(cloud) }));
      await symlink('../temp/real.yaml', join(workspace, 'clouds.yaml'));
    };
    const failure = await refused(officeFile(), inside, { prepare });
    expect(failure.code).toBe('CLOUDS_FILE');
    expect(failure.message).toContain('is a link that leads out of the workspace');
    expect(failure.requests).toEqual([]);
  });
});

/** What a pull request can do with a clouds.yaml: name a server of its own. Nothing may ever arrive there. */
describe("an attacker's address in the workspace", () => {
  type Attempt = Readonly<Record<string, string | undefined>>;
  const attempts: Record<string, (own: Cloud) => { inputs: Attempt; env?: Attempt }> = {
    'with a psk': () => ({ inputs: { ...inside, psk } }),
    'with a key among the secrets': () => ({ inputs: { ...inside, psk: undefined, secrets: `PSK=${psk}` } }),
    'while user and password are inputs': ({ account }) => ({
      inputs: { ...inside, username: account.username, password: account.password },
    }),
    'while the password is in a variable': ({ account }) => ({
      inputs: inside,
      env: { OS_PASSWORD: account.password },
    }),
    'while the secret key is in a variable': () => ({ inputs: inside, env: { OS_SECRET_KEY: 'S'.repeat(40) } }),
    'found by OS_CLOUD': () => ({ inputs: { ...keyless, psk }, env: { OS_CLOUD: 'prod' } }),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    keylessScenario(`${name}: refused, and nothing is sent anywhere`, 'openstack', async ({ cloud, github, run }) => {
      const attacker = await startCloud({ dialect: 'openstack' });
      try {
        const clouds = cloudsFile({ prod: keylessEntry(attacker.authUrl, cloud.account) });
        const { inputs, env = {} } = attempt(cloud);
        const failure = asFailure(
          await run({ files: { 'vpn.yml': officeFile(), 'clouds.yaml': clouds }, inputs, env }),
        );
        expect(failure.code).toMatch(/^(?:CLOUDS_FILE|INPUT_INVALID)$/);
        expect([...attacker.requests, ...cloud.requests, ...github.requests]).toEqual([]);
      } finally {
        await attacker.close();
      }
    });
  }

  scenario('with the whole login in the inputs: the file is not looked at', 'openstack', async ({ cloud, apply }) => {
    const attacker = await startCloud({ dialect: 'openstack' });
    try {
      const files = { 'clouds.yaml': cloudsFile({ openstack: { auth: { auth_url: attacker.authUrl } } }) };
      const run = await apply(officeFile(), {}, { files, env: { OS_CLOUD: 'openstack' } });
      expect(run.outputs['operation']).toBe('created');
      expect(attacker.requests).toEqual([]);
      expect(cloud.requests.length).toBeGreaterThan(0);
    } finally {
      await attacker.close();
    }
  });

  scenario('without the login: an error, not the variables that are left', 'openstack', async ({ cloud, refused }) => {
    const files = { 'clouds.yaml': cloudsFile({ prod: passwordEntry(cloud) }) };
    const failure = await refused(officeFile(), noLogin, { files });
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.requests).toEqual([]);
  });
});
