/** Entries of a clouds.yaml outside of the workspace: what they give, and what is wrong with them. */
import { describe, expect, test } from 'vitest';
import { plain, type Reading, reading, type Setting } from '../reading.ts';

const path = '/run/clouds.yaml';

async function read(text: string, name = '', more: Setting['files'] = {}): Promise<Reading> {
  const inputs = { 'clouds-file': path, ...(name === '' ? {} : { 'cloud-name': name }) };
  return await reading({ inputs, files: { [path]: text, ...more } });
}

/** The examples of the reference. */
const examples = `
clouds:
  otc-nl:
    profile: otc
    auth:
      username: ci-bot
      password: "correct horse"
      user_domain_name: OTC00000000001000000999
      project_name: eu-nl
      project_domain_name: OTC00000000001000000999
    region_name: eu-nl
    interface: public
    identity_api_version: 3
  otc-keys:
    auth: { auth_url: https://iam.eu-nl.otc.t-systems.com/v3, project_id: 5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e }
    ak: EXAMPLEAK0000000TEST
    sk: ExampleSecretKey
    region_name: eu-nl
  otc-mfa:
    auth_type: v3multifactor
    auth_methods: [v3password, v3totp]
    auth: {auth_url: "https://iam.eu-de.otc.t-systems.com/v3", user_id: u1, password: "correct horse", passcode: 012345, project_name: eu-de}
  elsewhere:
    auth_type: v3applicationcredential
    auth: {auth_url: "https://keystone.example.org/v3", application_credential_id: c1, application_credential_secret: the secret}
    region_name: RegionOne
    verify: true
    network_endpoint_override: https://net.example.org/v2.0
  token:
    auth_type: v3token
    auth: {auth_url: "https://keystone.example.org/v3", token: gAAAAAB-token, project_id: 5e12345678}
  keyless:
    auth-type: v3oidcaccesstoken
    auth: {auth-url: "https://keystone.example.org", identity-provider: github, protocol: openid, project_name: demo}
  swiss:
    cloud: otc-swiss
    username: ci
    auth: {password: 12345678, user_domain_id: d1, project_name: eu-ch2, access_key: null}
`;

describe('what an entry gives', () => {
  const account = { name: 'OTC00000000001000000999' };

  test.each([
    [
      'otc-nl',
      {
        ...{ dialect: 'otc', authUrl: new URL('https://iam.eu-nl.otc.t-systems.com/v3'), region: 'eu-nl' },
        login: {
          way: { way: 'password', user: { name: 'ci-bot', domain: account }, password: 'secret correct horse' },
          project: { name: 'eu-nl', domain: account },
        },
      },
    ],
    [
      'otc-keys',
      {
        login: {
          way: { way: 'keys', accessKey: 'EXAMPLEAK0000000TEST', secretKey: 'secret ExampleSecretKey' },
          project: { id: '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e' },
        },
      },
    ],
    ['otc-mfa', { login: { way: { user: { id: 'u1' }, passcode: 'secret 012345' }, project: { name: 'eu-de' } } }],
    [
      'elsewhere',
      {
        ...{ dialect: 'openstack', region: 'RegionOne', networkEndpoint: new URL('https://net.example.org/v2.0') },
        login: { way: { way: 'application credential', credential: { id: 'c1' }, secret: 'secret the secret' } },
      },
    ],
    ['token', { login: { way: { way: 'token', token: 'secret gAAAAAB-token' }, project: { id: '5e12345678' } } }],
    [
      'keyless',
      { login: { way: { identityProvider: 'github', protocol: 'openid', audience: 'https://keystone.example.org' } } },
    ],
    [
      'swiss',
      {
        ...{ authUrl: new URL('https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3'), region: 'eu-ch2' },
        login: { way: { user: { name: 'ci', domain: { id: 'd1' } }, password: 'secret 12345678' } },
      },
    ],
  ])('%s', async (name, expected) => {
    const { inputs, told, masked } = await read(examples, name);
    expect(inputs, told).toBeDefined();
    const { authUrl, networkEndpoint, login, region, ...others } = expected as Record<string, unknown>;
    expect(inputs).toMatchObject(others);
    if (region !== undefined) expect(inputs?.identity?.region).toBe(region);
    expect(plain(inputs?.identity?.login)).toMatchObject(Object(login));
    if (authUrl instanceof URL) expect(inputs?.identity?.authUrl.href).toBe(authUrl.href);
    if (networkEndpoint instanceof URL) expect(inputs?.identity?.networkEndpoint?.href).toBe(networkEndpoint.href);
    expect(masked).toEqual(
      expect.arrayContaining([
        'correct horse',
        'ExampleSecretKey',
        '012345',
        'the secret',
        'gAAAAAB-token',
        '12345678',
      ]),
    );
  });

  const token = '{auth_url: "https://k.example.org", token: gAAAAAB-token}';

  test.each([
    ['the only entry needs no name', `clouds: {prod: {auth: ${token}}}`, {}],
    ['the only one of its regions', `clouds: {prod: {regions: [R1], auth: ${token}}}`, { identity: { region: 'R1' } }],
    ['a region with a name', `clouds: {prod: {regions: [{name: R1}], auth: ${token}}}`, { identity: { region: 'R1' } }],
    [
      'a region of several',
      `clouds: {prod: {regions: [R1, R2], region_name: R2, auth: ${token}}}`,
      { identity: { region: 'R2' } },
    ],
    ['no regions', `clouds: {prod: {regions: , auth: ${token}}}`, {}],
    ['a profile that is not known, beside auth_url', `clouds: {prod: {profile: ovh, auth: ${token}}}`, {}],
    ['anchors and merge keys', `x-a: &a ${token}\nclouds: {prod: {auth: {<<: *a}}}`, {}],
    [
      'JSON',
      `{\n\t"clouds": {\n\t\t"prod": {"auth": {"auth_url": "https://k.example.org", "token": "gAAAAAB-token"}}\n\t}\n}`,
      {},
    ],
    [
      'what other tools have',
      `cache: {expiration: 1}\nclouds: {prod: {verify: yes, image_format: qcow2, auth: ${token}}}`,
      {},
    ],
  ])('%s', async (_, text, expected) => {
    const { inputs, told } = await read(text);
    expect(inputs, told).toMatchObject({
      ...expected,
      identity: { login: { way: { way: 'token' } }, ...Object(expected).identity },
    });
  });

  test('a CA in the workspace, where a pull request can lay one', async () => {
    const ca = { is: 'file', text: 'none', inWorkspace: true, name: 'ca.pem' } as const;
    const { problems } = await read(`clouds: {prod: {cacert: ca.pem, auth: ${token}}}`, '', { 'ca.pem': ca });
    expect(problems).toEqual([
      expect.stringMatching(/^cacert of "prod" in \/run\/clouds\.yaml \(line 1\): names a file in the workspace/),
    ]);
  });

  test('the CA of the entry', async () => {
    const text = `clouds: {prod: {cacert: ~/ca.pem, auth: ${token}}}`;
    const { problems } = await read(text, '', { '/home/runner/ca.pem': 'none' });
    expect(problems).toEqual([
      'cacert of "prod" in /run/clouds.yaml (line 1): names a file that holds no certificate, or one that cannot be read (PEM is expected).',
    ]);
  });
});

describe('secure.yaml', () => {
  const clouds =
    'clouds:\n  prod:\n    auth: { auth_url: "https://k.example.org", username: ci, user_domain_id: d1, project_id: p1 }\n';

  test('is merged over it', async () => {
    const secure = 'clouds: { prod: { auth: { password: correct horse, username: null }, region_name: R1 } }';
    const { inputs, masked, told } = await read(clouds, 'prod', { '/run/secure.yml': secure });
    expect(inputs, told).toMatchObject({ identity: { region: 'R1' } });
    expect(plain(inputs?.identity?.login.way)).toMatchObject({
      user: { name: 'ci' },
      password: 'secret correct horse',
    });
    expect(masked).toEqual(['correct horse']);
  });

  test('by its own variable', async () => {
    const files = { [path]: clouds, '/s.yaml': 'clouds: { prod: { auth: { password: correct horse } } }' };
    const inputs = { 'clouds-file': path };
    const variables = { OS_CLIENT_SECURE_FILE: '/s.yaml' };
    expect((await reading({ inputs, variables, files })).inputs).toBeDefined();
    const missing = await reading({ inputs, variables: { OS_CLIENT_SECURE_FILE: '/t.yaml' }, files });
    expect(missing.problems).toEqual(['OS_CLIENT_SECURE_FILE: There is no file "/t.yaml".']);
  });

  test('a problem names its line', async () => {
    const { problems } = await read(clouds, 'prod', {
      '/run/secure.yaml': 'clouds:\n  prod:\n    auth:\n      password: abc\n',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^auth\.password of "prod" in \/run\/secure\.yaml \(line 4\): is shorter than 4/),
    ]);
  });

  test('both are masked although one is broken', async () => {
    const { problems, masked } = await read('clouds: [', '', {
      '/run/secure.yaml': 'clouds: { a: { auth: { token: s-token } } }',
    });
    expect(problems).toHaveLength(1);
    expect(masked).toContain('s-token');
  });
});
