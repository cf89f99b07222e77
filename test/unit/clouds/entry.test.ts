/** Entries of a clouds.yaml outside of the workspace: what they give, and what is wrong with them. */
import { describe, expect, test } from 'vitest';
import { plain, type Reading, reading } from '../reading.ts';

const path = '/run/clouds.yaml';

async function read(text: string, name = '', more: Readonly<Record<string, string>> = {}): Promise<Reading> {
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
    const { authUrl, networkEndpoint, login, ...others } = expected as Record<string, unknown>;
    expect(inputs).toMatchObject(others);
    expect(plain(inputs?.login)).toMatchObject(Object(login));
    if (authUrl instanceof URL) expect(inputs?.authUrl.href).toBe(authUrl.href);
    if (networkEndpoint instanceof URL) expect(inputs?.networkEndpoint?.href).toBe(networkEndpoint.href);
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
    ['the only one of its regions', `clouds: {prod: {regions: [R1], auth: ${token}}}`, { region: 'R1' }],
    ['a region with a name', `clouds: {prod: {regions: [{name: R1}], auth: ${token}}}`, { region: 'R1' }],
    ['a region of several', `clouds: {prod: {regions: [R1, R2], region_name: R2, auth: ${token}}}`, { region: 'R2' }],
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
    expect(inputs, told).toMatchObject({ login: { way: { way: 'token' } }, ...expected });
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
    expect(inputs, told).toMatchObject({ region: 'R1' });
    expect(plain(inputs?.login.way)).toMatchObject({ user: { name: 'ci' }, password: 'secret correct horse' });
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

describe('where it is looked for', () => {
  const entry = 'clouds: {prod: {auth: {auth_url: "https://k.example.org", token: gAAAAAB-token}}}';
  const order = [
    ...['./clouds.yaml', './clouds.yml', './clouds.json'],
    ...['yaml', 'yml', 'json'].map((suffix) => `/home/runner/.config/openstack/clouds.${suffix}`),
    ...['yaml', 'yml', 'json'].map((suffix) => `/etc/openstack/clouds.${suffix}`),
  ];

  test.each(order.map((file, index) => [file, index] as const))('%s, before those after it', async (_, index) => {
    const files = Object.fromEntries(order.slice(index).map((file, at) => [file, at === 0 ? entry : 'broken: [']));
    const { inputs, error } = await reading({ variables: { OS_CLOUD: 'prod' }, files });
    // In the workspace a secret is refused, but the file was the one.
    if (index < 3) expect(error?.message).toContain('holds a secret');
    else expect(inputs).toBeDefined();
  });

  test('OS_CLIENT_CONFIG_FILE before all, and alone', async () => {
    const variables = { OS_CLOUD: 'prod', OS_CLIENT_CONFIG_FILE: '~/my.yaml' };
    const files = { '/home/runner/my.yaml': entry, '/etc/openstack/clouds.yaml': 'broken: [' };
    expect((await reading({ variables, files })).inputs).toBeDefined();
    const missing = await reading({ variables, files: { '/etc/openstack/clouds.yaml': entry } });
    expect(missing.error).toMatchObject({
      code: 'CLOUDS_FILE',
      message: 'OS_CLIENT_CONFIG_FILE: There is no file "~/my.yaml".',
    });
  });

  test('nowhere', async () => {
    expect((await reading({ variables: { OS_CLOUD: 'prod' } })).error).toMatchObject({
      code: 'CLOUDS_FILE',
      message:
        'There is no clouds.yaml. Looked for ./clouds.yaml, /home/runner/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml (also .yml and .json).',
    });
  });

  test('one that cannot be read is not skipped', async () => {
    const files = {
      './clouds.yaml': { is: 'unusable', why: 'Too large.' } as const,
      '/etc/openstack/clouds.yaml': entry,
    };
    expect((await reading({ variables: { OS_CLOUD: 'prod' }, files })).error).toMatchObject({ message: 'Too large.' });
  });
});

describe('what is wrong', () => {
  const auth = 'auth: {auth_url: "https://k.example.org", token: gAAAAAB-token}';
  const at = '/run/clouds.yaml';

  test.each<[string, string, string, readonly (string | RegExp)[]]>([
    [
      'empty',
      '',
      '',
      [/^\/run\/clouds\.yaml: is no clouds\.yaml: a mapping with the key "clouds" is expected, once\.$/],
    ],
    ['a list', '- a', '', [/is no clouds\.yaml/]],
    ['two documents', `clouds: {a: {${auth}}}\n---\nclouds: {a: {${auth}}}`, '', [/is no clouds\.yaml/]],
    ['no entries', 'cloud: {}', '', [`${at} (line 1): has no entries: a mapping is expected under the key "clouds".`]],
    ['a list of entries', 'clouds: [a]', '', [/has no entries/]],
    ['an empty mapping', 'clouds: {}', '', [/has no entries/]],
    [
      'several, none is named',
      `clouds:\n  prod: {${auth}}\n  test: {${auth}}`,
      '',
      [`${at} (line 2): has several entries: "prod", "test". Say which one by cloud-name or OS_CLOUD.`],
    ],
    [
      'a misspelt name',
      `clouds:\n  prod: {${auth}}\n  test: {${auth}}`,
      'prdo',
      [`${at} (line 2): has no entry "prdo". Did you mean "prod"? It has "prod", "test".`],
    ],
    [
      'quite another name',
      `clouds: {prod: {${auth}}}`,
      'wxyz',
      [`${at} (line 1): has no entry "wxyz". It has "prod".`],
    ],
    ['an inherited name', `clouds: {prod: {${auth}}}`, '__proto__', [/has no entry "__proto__"/]],
    [
      'more than anybody reads',
      `clouds: {${Array.from({ length: 30 }, (_, i) => `c${i}: 1`).join(', ')}}`,
      '',
      [/"c19" …\. Say/],
    ],
    ['an entry that is none', 'clouds: {prod: 1}', '', [`${at} (line 1): The entry "prod" is no mapping.`]],
    ['auth that is none', 'clouds: {prod: {auth: 1}}', '', [`${at} (line 1): "auth" of "prod" is no mapping.`]],
    [
      'a list for a value',
      'clouds:\n  prod:\n    auth: {auth_url: "https://k.example.org", token: [gAAAAAB-token]}',
      '',
      ['auth.token of "prod" in /run/clouds.yaml (line 3): has to be a single value.', /^There is no way to log in by/],
    ],
    [
      'a key twice',
      `clouds:\n  prod:\n    ${auth}\n    ${auth}`,
      '',
      [`${at} (line 4, column 5): This key is already on line 3 of the same mapping. Keep one of them.`],
    ],
    ['broken', 'clouds:\n  prod: {password: hunter2hunter2', '', [/^\/run\/clouds\.yaml \(line 2, column 34\): /]],
    ['a control character', 'clouds: \u0007', '', [/line 1, column 9\): The character U\+0007 is not allowed/]],
    ['a tag', 'clouds: !!python/object {}', '', [/Tags \(!name\) are not supported/]],
    [
      'several profiles',
      `clouds: {prod: {profile: ovh, auth: {token: gAAAAAB-token}, region_name: x}}`,
      '',
      [
        'profile of "prod" in /run/clouds.yaml (line 1): is none of otc or otc-swiss. Write auth_url instead.',
        /^region_name of "prod" .*: "x" is none of Open Telekom Cloud .* needs auth\.auth_url of "prod" in \/run\/clouds\.yaml\./,
      ],
    ],
    [
      'a profile without its region',
      'clouds: {prod: {profile: otc, auth: {token: gAAAAAB-token}}}',
      '',
      [
        'profile of "prod" in /run/clouds.yaml (line 1): needs the region_name eu-de or eu-nl.',
        /^auth\.auth_url of "prod" in \/run\/clouds\.yaml: is empty, and so is region_name of "prod"/,
      ],
    ],
    [
      'a region of another profile',
      'clouds: {prod: {profile: otc-swiss, region_name: eu-nl, auth: {token: gAAAAAB-token}}}',
      '',
      ['region_name of "prod" in /run/clouds.yaml (line 1): needs the region_name eu-ch2.'],
    ],
    [
      'several regions',
      `clouds: {prod: {regions: [R1, R2], ${auth}}}`,
      '',
      [/^regions of "prod" .*: has several: "R1", "R2"\. Say/],
    ],
    [
      'another region',
      `clouds: {prod: {regions: [R1], region_name: R2, ${auth}}}`,
      '',
      [/^region_name of "prod" .*: is none of the regions of the entry: "R1"\.$/],
    ],
    [
      'values of a region',
      `clouds: {prod: {regions: [{name: R1, values: {}}], ${auth}}}`,
      '',
      [/^regions of .*values of a region/],
    ],
    [
      'regions without a name',
      `clouds: {prod: {regions: [[R1]], ${auth}}}`,
      '',
      [/^regions of .*has to be a list of names/],
    ],
    ['one region as a text', `clouds: {prod: {regions: R1, ${auth}}}`, '', [/^regions of .*has to be a list of names/]],
    [
      'a nameless region',
      `clouds: {prod: {regions: [{id: R1}], ${auth}}}`,
      '',
      [/^regions of .*has to be a list of names/],
    ],
    ...['false', 'False', 'no', 'off', 'n', '"0"', '0', '"false"'].map(
      (word): [string, string, string, readonly RegExp[]] => [
        `verify: ${word}`,
        `clouds:\n  prod:\n    verify: ${word}\n    ${auth}`,
        '',
        [
          /^verify of "prod" in \/run\/clouds\.yaml \(line 3\): can only be true\. .* there is cacert of "prod" in \/run\/clouds\.yaml\.$/,
        ],
      ],
    ),
    ['insecure', `clouds: {prod: {insecure: yes, ${auth}}}`, '', [/^insecure of "prod" .*: cannot be true\./]],
    ['a certificate of the client', `clouds: {prod: {cert: a, key: b, ${auth}}}`, '', [/^cert of/, /^key of/]],
    ['another interface', `clouds: {prod: {interface: internal, ${auth}}}`, '', [/^interface of .*: is not public/]],
    [
      'version 2',
      `clouds: {prod: {identity_api_version: 2.0, ${auth}}}`,
      '',
      [/^identity_api_version of .*: is not 3\./],
    ],
    ['a type', `clouds: {prod: {auth_type: v3totp, ${auth}}}`, '', [/^auth_type of "prod" .*: is none of the types/]],
    [
      'two ways',
      `clouds: {prod: {password: correct horse, ${auth}}}`,
      '',
      [/^There are 2 ways .*password of "prod" in .*Or say which one in auth_type of "prod" in \/run\/clouds\.yaml\.$/],
    ],
    [
      'no way',
      'clouds: {prod: {auth: {auth_url: "https://k.example.org"}}}',
      '',
      [
        /^There is no way to log in by "prod" in \/run\/clouds\.yaml\. .*: auth\.identity_provider \(.*auth\.project_name or auth\.project_id too/,
      ],
    ],
  ])('%s', async (_, text, name, expected) => {
    const { problems, error, told } = await read(text, name);
    expect(error).toMatchObject({ code: 'CLOUDS_FILE', at: undefined });
    expect(problems).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
    for (const secret of ['gAAAAAB', 'hunter2']) expect(told).not.toContain(secret);
  });

  test('a bomb of aliases is refused, and soon', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
    );
    const bomb = ['a0: &a0 { password: correct horse }', ...levels, `clouds: {prod: {${auth}}}`].join('\n');
    const before = performance.now();
    const { problems, error } = await read(bomb);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(error?.code).toBe('CLOUDS_FILE');
    expect(problems.join()).toMatch(/at most 1000 aliases/);
  });

  test.each([
    ['blank lines', '\n'.repeat(1_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['dashes', '-'.repeat(1_000_000)],
    ['a long key', `${'a'.repeat(500_000)}: ${'b '.repeat(200_000)}`],
    ['a long secret', `password: ${'b '.repeat(400_000)}`],
    ['blanks in a secret', `password: a${' '.repeat(9000)}b`],
  ])('a broken file of %s is refused, and soon', async (_, filling) => {
    const before = performance.now();
    const { error } = await read(`clouds: [\n${filling}\n}`);
    expect(performance.now() - before).toBeLessThan(3000);
    expect(error?.code).toBe('CLOUDS_FILE');
  });

  test('keys of prototypes are keys like others', async () => {
    const text = `clouds:\n  __proto__: {${auth}}\n  constructor: {__proto__: {verify: false}, toString: 1, ${auth}}`;
    expect((await read(text, 'constructor')).inputs).toBeDefined();
    expect((await read(text, '__proto__')).inputs).toBeDefined();
    expect((await read(text, 'toString')).problems).toEqual([expect.stringMatching(/has no entry "toString"/)]);
  });

  test('what is no YAML is masked line by line', async () => {
    const lines = [
      'clouds:',
      '  prod:',
      '    auth:',
      '      password: "hunter 22" # x',
      "      token: 'x': y",
      '    - sk: short-sk',
    ];
    const { masked, told } = await read([...lines, '    client-secret: s: t: [', 'secret_key:'].join('\n'));
    expect(masked).toEqual(expect.arrayContaining(['hunter 22', 'short-sk', 's: t: [']));
    expect(told).not.toContain('hunter');
  });

  test('problems of the entry and of the inputs', async () => {
    const inputs = { 'clouds-file': path, mode: 'x' };
    const { error } = await reading({ inputs, files: { [path]: `clouds: {prod: {verify: no, ${auth}}}` } });
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      hint: expect.stringMatching(/^Mend the clouds\.yaml.*Mend the inputs/),
    });
    expect(error?.message).toMatch(/^2 problems with clouds\.yaml and the inputs:\n- verify of .*\n- mode: /);
  });
});
