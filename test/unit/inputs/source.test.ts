/** Which source counts, what contradicts, and that every secret is masked before anything can fail. */
import { describe, expect, test } from 'vitest';
import { readInputs } from '../../../src/inputs.ts';
import { makeAuthority } from '../../scenarios/harness/certificates.ts';
import { given, passwordInputs, surroundings } from '../given-inputs.ts';
import { reading } from '../reading.ts';

const inputs = passwordInputs;
const variables = {
  ...{ OS_AUTH_URL: 'https://keystone.example.org', OS_USERNAME: 'ci', OS_PASSWORD: 'variable password' },
  ...{ OS_USER_DOMAIN_NAME: 'Default', OS_PROJECT_NAME: 'demo' },
};
const cloudsYaml = `
clouds:
  prod:
    auth: { auth_url: "https://file.example.org", token: file-token }
`;
const files = { '/etc/openstack/clouds.yaml': cloudsYaml };

describe('which source', () => {
  test.each([
    ['inputs before variables', { inputs, variables }, 'iam.eu-nl.otc.t-systems.com', undefined],
    ['inputs before OS_CLOUD', { inputs, variables: { OS_CLOUD: 'prod' } }, 'iam.eu-nl.otc.t-systems.com', undefined],
    ['variables', { variables }, 'keystone.example.org', /^Logging in by the variables OS_AUTH_URL, OS_PASSWORD, /],
    ['OS_CLOUD', { variables: { OS_CLOUD: 'prod' }, files }, 'file.example.org', /^Logging in by "prod" of \/etc/],
    ['cloud-name', { inputs: { 'cloud-name': 'prod' }, files }, 'file.example.org', /^Logging in by "prod" of/],
    [
      'cloud-name and OS_CLOUD that agree',
      { inputs: { 'cloud-name': 'prod' }, variables: { OS_CLOUD: 'prod' }, files },
      'file.example.org',
      /^Logging in by "prod"/,
    ],
    [
      'clouds-file, the entry by OS_CLOUD',
      {
        inputs: { 'clouds-file': '/tmp/c.yaml' },
        variables: { OS_CLOUD: 'prod' },
        files: { '/tmp/c.yaml': cloudsYaml },
      },
      'file.example.org',
      /^Logging in by "prod" of \/tmp\/c\.yaml\.$/,
    ],
    [
      'variables that say no identity ask for nothing',
      { inputs, variables: { OS_CLIENT_CONFIG_FILE: '/x', OS_INSECURE: '1' }, files },
      'iam.eu-nl.otc.t-systems.com',
      undefined,
    ],
  ])('%s', async (_, setting, host, line) => {
    const { inputs: read, log, told } = await reading(setting);
    expect(read?.identity?.authUrl.hostname, told).toBe(host);
    expect(log).toEqual(line === undefined ? [] : [expect.stringMatching(line)]);
  });

  test('without any setting a clouds.yaml is not looked for, nor is one in the workspace', async () => {
    const found = { ...files, './clouds.yaml': cloudsYaml };
    const { problems, log } = await reading({
      variables: { OS_CLIENT_CONFIG_FILE: '/etc/openstack/clouds.yaml' },
      files: found,
    });
    expect(problems.join()).toMatch(/There is no way to log in\. .*identity-provider/);
    expect(log).toEqual([]);
  });

  const rule = 'Where the cloud is and who logs in comes whole from one source, never from two.';

  test.each([
    [
      'clouds-file and inputs',
      { inputs: { 'clouds-file': '/c.yaml', 'cloud-name': 'x', region: 'eu-nl', username: 'ci' } },
      `A clouds.yaml is asked for by clouds-file, cloud-name, but there are other inputs too: region, username. ${rule}`,
    ],
    [
      'OS_CLOUD and other variables',
      { variables: { OS_CLOUD: 'prod', OS_REGION_NAME: 'eu-nl' } },
      `A clouds.yaml is asked for by OS_CLOUD, but there are variables too: OS_REGION_NAME. ${rule}`,
    ],
    [
      'clouds-file and variables',
      { inputs: { 'clouds-file': '/c.yaml' }, variables: { OS_TOKEN: 'gAAAAAB', OS_AUTH_TYPE: 'token' } },
      `A clouds.yaml is asked for by clouds-file, but there are variables too: OS_AUTH_TYPE, OS_TOKEN. ${rule}`,
    ],
    [
      'two names of an entry',
      { inputs: { 'cloud-name': 'a' }, variables: { OS_CLOUD: 'b' } },
      'Input cloud-name: and the variable OS_CLOUD name different entries. Keep one of them.',
    ],
  ])('%s contradict each other', async (_, setting, message) => {
    const { error } = await reading({ ...setting, files });
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message });
  });

  test('the other inputs are read nevertheless', async () => {
    const { problems } = await reading({ inputs: { 'cloud-name': 'x', region: 'eu-nl', mode: 'aply', psk: 'abc' } });
    expect(problems).toEqual([
      expect.stringMatching(/^psk: is shorter/),
      expect.stringMatching(/^A clouds\.yaml is asked for by cloud-name/),
      expect.stringMatching(/^mode: /),
    ]);
  });

  test('an incomplete login says that variables do not fill it up', async () => {
    const { error } = await reading({ inputs: { region: 'eu-nl' }, variables: { ...variables, OS_CLOUD: 'prod' } });
    expect(error?.hint).toContain(
      `The variables OS_AUTH_URL, OS_PASSWORD, OS_PROJECT_NAME, OS_USERNAME, OS_USER_DOMAIN_NAME, OS_CLOUD are not used, because of the inputs region. ${rule}`,
    );
    const other = await reading({ inputs: { ...inputs, mode: 'x' }, variables });
    expect(other.error?.hint).not.toContain('are not used');
  });
});

describe('masking', () => {
  test('inputs, then variables, then the files, whatever is wrong and whatever is used', async () => {
    const secrets = {
      ...{ OS_PASSWORD: 'v-password\n', OS_PASSCODE: '123456', OS_TOKEN: 'v-token', OS_AUTH_TOKEN: 'v-auth-token' },
      ...{ OS_APPLICATION_CREDENTIAL_SECRET: 'v-secret', OS_SECRET_KEY: 'v-key', OS_SK: 'v-sk', OS_ST: 'v-st' },
      ...{ OS_ACCESS_KEY_SECRET: 'v-aks', OS_SECURITY_TOKEN: 'v-sec', OS_AKSK_SECURITY_TOKEN: 'v-aksk' },
      ...{ OS_ACCESS_TOKEN: 'v-access', OS_CLIENT_SECRET: 'v-client', OS_OTHER_PASSWORD: 'v-other' },
    };
    const others = { OS_ACCESS_KEY: 'AK', OS_ACCESS_TOKEN_TYPE: 'jwt', OS_TEST: 'x', OS_USERNAME: 'ci' };
    const { masked, error } = await reading({
      inputs: { password: 'i-password', 'security-token': 'i-st', psk: 'i-psk', region: '?', mode: '?' },
      variables: { ...others, ...secrets },
    });
    expect(error).toBeDefined();
    expect(masked).toEqual(['i-password', 'i-st', 'i-psk', ...Object.values(secrets).map((text) => text.trim())]);
  });

  test('nothing is read of a file before inputs and variables are masked, and nothing is told before the file is', async () => {
    const events: string[] = [];
    const around = surroundings({ OS_CLOUD: 'prod', OS_PASSWORD: '' }, files);
    await readInputs(given({ 'connection-file': 'a.yml', psk: 'the psk' }), (secret) => events.push(`mask ${secret}`), {
      ...around,
      runnerFiles: {
        read: async (path) => {
          events.push(`read ${path}`);
          return await around.runnerFiles.read(path);
        },
      },
      log: { info: (text) => events.push(`log ${text}`) },
    });
    const seen = events.filter(
      (event) => event !== 'mask ' && !/^read .*(?:runner|secure|\.\/)|ya?ml$|json$/.test(event),
    );
    expect(seen).toEqual(['mask the psk', 'mask file-token', expect.stringMatching(/^log Logging in by/)]);
    expect(events.findIndex((event) => event.startsWith('read'))).toBeGreaterThan(events.indexOf('mask the psk'));
  });
});

describe('the CA of variables', () => {
  const pem = makeAuthority().cert;

  test.each(['/etc/ssl/site.pem', '~/site.pem', 'certs/site.pem'])('is read at %s', async (path) => {
    const at = path.replace('~', '/home/runner');
    const { inputs: read, told } = await reading({
      variables: { ...variables, OS_CACERT: path },
      files: { [at]: pem },
    });
    expect(read?.identity?.caCertificate, told).toEqual({ kind: 'pem', text: pem });
  });

  test.each([
    ['missing', {}, 'Variable OS_CACERT: There is no file "/ca.pem".', 'INPUT_INVALID'],
    [
      'not readable',
      { '/ca.pem': { is: 'unusable', why: 'No.' } as const },
      'Variable OS_CACERT: No.',
      'INPUT_INVALID',
    ],
    [
      'no certificate',
      { '/ca.pem': 'MIIB' },
      'Variable OS_CACERT: names a file that holds no certificate, or one that cannot be read (PEM is expected).',
      'INPUT_INVALID',
    ],
    [
      'a private key',
      { '/ca.pem': '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----' },
      'Variable OS_CACERT: names a file with a private key. Certificates alone are needed.',
      'INPUT_INVALID',
    ],
  ])('%s', async (_, found, message, code) => {
    const { error, masked, told } = await reading({ variables: { ...variables, OS_CACERT: '/ca.pem' }, files: found });
    expect(error).toMatchObject({ code, message });
    expect(told).not.toContain('MIIEvQ');
    expect(masked.join().includes('MIIEvQ')).toBe(message.includes('private key'));
  });

  test('without a home there is no ~', async () => {
    const around = surroundings({ ...variables, OS_CACERT: '~/ca.pem' });
    const homeless = { ...around, environment: { ...around.environment, home: undefined } };
    await expect(readInputs(given({ 'connection-file': 'a.yml' }), () => {}, homeless)).rejects.toThrow(
      'OS_CACERT: begins with ~, but the runner has no home directory (HOME).',
    );
  });
});
