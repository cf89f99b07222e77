import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type Cloud, startCloud } from '../cloud/index.ts';
import { cloudsFile, type Entry, keylessEntry, passwordEntry } from './fixtures/clouds.ts';
import { officeFile, psk } from './fixtures/office.ts';
import { noIdentity, noLogin } from './fixtures/ways.ts';
import { asFailure, keylessScenario, scenario } from './harness/scenario.ts';
import { expectRevoked } from './harness/tokens.ts';

/** No input says who logs in; the job may ask for ID tokens. */
const keyless = { ...noIdentity, 'identity-provider': undefined, protocol: undefined };
const inside = { ...keyless, 'clouds-file': 'clouds.yaml' };

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

  scenario(
    'with a login by password: the secret, and nothing that follows from it',
    'openstack',
    async ({ cloud, run }) => {
      const files = { 'vpn.yml': officeFile(), 'clouds.yaml': cloudsFile({ prod: passwordEntry(cloud) }) };
      const failure = asFailure(await run({ files, inputs: inside }));
      expect(failure.code).toBe('CLOUDS_FILE');
      expect(failure.message).toMatch(/password in clouds.yaml \(line \d+\): holds a secret/);
      expect(failure.message).not.toContain('is empty');
      expect(failure.place).toMatch(/^clouds.yaml:\d+$/);
      expect(failure.requests).toEqual([]);
      const typed = cloudsFile({ prod: { auth_type: 'v3password', auth: { auth_url: cloud.authUrl } } });
      const stated = asFailure(await run({ files: { ...files, 'clouds.yaml': typed }, inputs: inside }));
      expect(stated.message).toContain('auth_type of "prod"');
      expect(stated.message).toContain('is not possible in a file of the workspace');
    },
  );

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
