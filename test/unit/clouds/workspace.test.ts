/** A clouds.yaml in the workspace, which a pull request can change: it may describe the keyless login alone. */
import { describe, expect, test } from 'vitest';
import type { RunnerFile } from '../../../src/clouds/files.ts';
import { plain, type Reading, reading } from '../reading.ts';

type Texts = Readonly<Record<string, string>>;

async function read(
  text: string,
  inputs: Texts = {},
  more: Readonly<Record<string, string | RunnerFile>> = {},
): Promise<Reading> {
  return await reading({
    inputs: { 'clouds-file': 'ci/clouds.yaml', ...inputs },
    files: { 'ci/clouds.yaml': text, ...more },
  });
}

const otc = 'auth_url: "https://iam.eu-nl.otc.t-systems.com/v3", identity_provider: github, project_name: eu-nl_prod';
const openstack =
  'auth_url: "https://keystone.example.org", identity_provider: github, protocol: openid, project_id: p1';
const psk = { psk: 'the-key-of-bonn' };

describe('is taken without any secret', () => {
  test.each([
    ['at OTC', `{auth: {${otc}}}`, 'https://iam.eu-nl.otc.t-systems.com'],
    [
      'by region of OTC',
      '{region_name: eu-nl, auth: {identity_provider: github, project_id: p1}}',
      'https://iam.eu-nl.otc.t-systems.com',
    ],
    [
      'by profile',
      '{profile: otc-swiss, auth: {identity_provider: github, project_id: p1}}',
      'https://iam-pub.eu-ch2.sc.otc.t-systems.com',
    ],
    ['elsewhere', `{auth: {${openstack}}}`, 'https://keystone.example.org'],
    ['with its type', `{auth_type: v3oidcaccesstoken, auth: {${openstack}}}`, 'https://keystone.example.org'],
  ])('%s', async (_, entry, audience) => {
    const { inputs: found, told, log } = await read(`clouds: {ci: ${entry}}`);
    expect(plain(found?.identity?.login.way), told).toMatchObject({
      way: 'oidc',
      identityProvider: 'github',
      audience,
    });
    expect(log).toEqual(['Logging in by "ci" of ci/clouds.yaml.']);
  });

  test('an agency on top', async () => {
    const { inputs, told } = await read(`clouds: {ci: {agency_name: ci, agency_domain_name: OTC2, auth: {${otc}}}}`);
    expect(inputs?.identity?.login, told).toMatchObject({ agency: { name: 'ci' } });
  });
});

const waysOut =
  /A clouds\.yaml in the workspace can be changed by everybody .* a step can write it to \$\{\{ runner\.temp \}\}\./;

describe('is refused', () => {
  test.each([
    ...['password', 'passcode', 'token', 'auth_token', 'application_credential_secret', 'sk', 'secret_key', 'st'],
    ...[
      'security_token',
      'access_token',
      'client_secret',
      'Application-Credential-Secret',
      'my_password',
      'private_key',
    ],
  ])('with the secret %s in any entry', async (key) => {
    const text = `clouds:\n  ci: {auth: {${otc}}}\n  other:\n    auth:\n      ${key}: hunter2hunter2\n`;
    const { error, problems, masked, told } = await read(text, { 'cloud-name': 'ci' });
    expect(error).toMatchObject({
      code: 'CLOUDS_FILE',
      at: { file: 'ci/clouds.yaml', line: 5 },
      hint: expect.stringMatching(waysOut),
    });
    expect(problems).toEqual([
      `${key} in ci/clouds.yaml (line 5): holds a secret, which does not belong in the repository. Change it where it is used, and remove it here.`,
    ]);
    expect(masked).toContain('hunter2hunter2');
    expect(told).not.toContain('hunter2');
  });

  test('with secrets in lists, by aliases and outside of the entries, each once', async () => {
    const text = `x: &x { token: hunter2hunter2 }\nclouds: {ci: {auth: {${otc}}, a: *x, b: *x}}\npassword: [one-secret, two-secret]\n`;
    const { problems, masked } = await read(text);
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'token in ci/clouds.yaml (line 1)',
      'password in ci/clouds.yaml (line 3)',
      'password in ci/clouds.yaml (line 3)',
    ]);
    expect(masked).toEqual(expect.arrayContaining(['hunter2hunter2', 'one-secret', 'two-secret']));
  });

  test('with more secrets than anybody reads', async () => {
    const secrets = Array.from({ length: 2000 }, (_, i) => `  s${i}: { password: hunter2-${i} }`);
    const { problems, masked } = await read(['clouds:', `  ci: {auth: {${otc}}}`, ...secrets].join('\n'), {
      'cloud-name': 'ci',
    });
    expect(problems).toHaveLength(50);
    expect(masked).toContain('hunter2-1999');
  });

  test.each([
    'password: {value: hunter2-1999}',
    'passwd: hunter2-1999',
    'secretKey: hunter2-1999',
    'secret_access_key: hunter2-1999',
    'secret-key: hunter2-1999',
    'secrets: [{a: [hunter2-1999]}]',
    'api_key: hunter2-1999',
    'psk: hunter2-1999',
  ])('with a secret as %s, and nothing else is told', async (line) => {
    const { problems, masked, error } = await read(`clouds:\n  ci: {auth: {${otc}, ${line}}}`, psk);
    expect(problems).toEqual([expect.stringMatching(/ in ci\/clouds\.yaml \(line 2\): holds a secret, /)]);
    expect(masked).toContain('hunter2-1999');
    expect(error?.at).toMatchObject({ file: 'ci/clouds.yaml', line: 2 });
  });

  test('but for no key that only speaks of one', async () => {
    const { inputs, told } = await read(
      `clouds: {ci: {token_endpoint: x, access_token_endpoint: y, password_prompt: z, auth: {${otc}}}}`,
    );
    expect(inputs, told).toBeDefined();
  });

  test('its hint is not that of problems elsewhere', async () => {
    const { error } = await read(`clouds: {ci: {auth: {${otc}}}}`, { 'max-impact': 'replace' });
    expect(error?.hint).not.toMatch(waysOut);
  });

  test('but not for keys without a value, nor for entries of such a name', async () => {
    const { inputs, told } = await read(`clouds: {token: {password: , auth: {token: "", ${otc}}}}`);
    expect(inputs, told).toBeDefined();
  });

  test.each([
    ['cacert: /etc/ssl/x.pem', 'cacert'],
    ['audience: elsewhere', 'audience'],
    ['network_endpoint_override: "https://evil.example.org"', 'network_endpoint_override'],
    ['identity-endpoint-override: "https://evil.example.org"', 'identity-endpoint-override'],
  ])('with %s', async (line, key) => {
    for (const entry of [`{${line}, auth: {${otc}}}`, `{auth: {${line}, ${otc}}}`]) {
      const { error, problems } = await read(`clouds:\n  ci:\n    ${entry}`);
      expect(problems).toEqual([`${key} in ci/clouds.yaml (line 3): is not taken from a file in the workspace.`]);
      expect(error?.hint).toMatch(waysOut);
    }
  });

  test.each(['v3password', 'token', 'v3applicationcredential', 'agency', 'v3multifactor'])(
    'with the type %s',
    async (type) => {
      const { problems, error } = await read(
        `clouds:\n  ci: {auth: {${otc}}, agency_name: a, passcode: , auth_type: ${type}}`,
      );
      expect(problems.at(-1)).toMatch(
        /^auth_type of "ci" in ci\/clouds\.yaml \(line 2\): is not possible in a file of the workspace/,
      );
      expect(error?.hint).toMatch(waysOut);
    },
  );

  test('for another way without its secret', async () => {
    const { problems, error } = await read(
      'clouds: {ci: {auth: {auth_url: "https://iam.eu-nl.otc.t-systems.com", username: ci, user_domain_id: d, project_id: p}}}',
    );
    expect(problems).toEqual([expect.stringMatching(/^auth\.identity_provider of "ci" in ci\/clouds\.yaml: is empty/)]);
    expect(error?.hint).toMatch(waysOut);
  });

  test.each([
    ['a psk', psk, openstack, 'psk'],
    ['secrets', { secrets: 'BONN=the-key-of-bonn' }, openstack, 'secrets'],
    ['both', { ...psk, secrets: 'BONN=the-key-of-bonn' }, openstack, 'psk, secrets'],
    ['a psk, at Open Telekom Cloud, where the account may be anybody’s', psk, otc, 'psk'],
  ])('together with %s, which would go there', async (_, inputs, auth, names) => {
    const { error, problems } = await read(`clouds: {ci: {auth: {${auth}}}}`, inputs);
    expect(problems).toEqual([
      `${names}: would go to the cloud and the account that a clouds.yaml in the workspace names.`,
    ]);
    expect(error).toMatchObject({ code: 'CLOUDS_FILE', hint: expect.stringMatching(waysOut) });
  });

  test('an input may not fill up the entry', async () => {
    const { problems } = await read(`clouds: {ci: {auth: {${otc}}}}`, { audience: 'https://elsewhere.example.org' });
    expect(problems).toEqual([
      expect.stringMatching(/^A clouds\.yaml is asked for by clouds-file, but there are other inputs too: audience\./),
    ]);
  });
});

describe('secure.yaml', () => {
  const secure = 'clouds: {ci: {auth: {password: hunter2hunter2}}}';
  const outside = { is: 'file', text: secure, inWorkspace: false, name: '/etc/openstack/secure.yaml' } as const;
  const inside = { is: 'file', text: secure, inWorkspace: true, name: 'ci/secure.yaml' } as const;

  test.each([
    [
      'in the workspace',
      'ci/clouds.yaml',
      { 'ci/secure.yaml': inside },
      /^ci\/secure\.yaml: is in the workspace\. Secrets/,
    ],
    [
      'linked from outside into the workspace',
      '/etc/clouds.yaml',
      { '/etc/clouds.yaml': `clouds: {ci: {auth: {${openstack}}}}`, '/etc/secure.yaml': inside },
      /^ci\/secure\.yaml: is in the workspace/,
    ],
    [
      'outside, for a clouds.yaml in the workspace',
      'ci/clouds.yaml',
      { 'ci/secure.json': outside },
      /^\/etc\/openstack\/secure\.yaml: is not used together with ci\/clouds\.yaml, which is in the workspace\.$/,
    ],
  ])('%s', async (_, file, more, expected) => {
    const { problems, masked } = await read(`clouds: {ci: {auth: {${openstack}}}}`, { 'clouds-file': file }, more);
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(masked).toContain('hunter2hunter2');
  });
});

test('a file outside that is a link into the workspace is one of the workspace', async () => {
  const text = `clouds: {ci: {auth: {${openstack}}, token: hunter2hunter2}}`;
  const file = { is: 'file', text, inWorkspace: true, name: 'x/clouds.yaml' } as const;
  const { problems } = await read('', { 'clouds-file': '/tmp/clouds.yaml' }, { '/tmp/clouds.yaml': file });
  expect(problems).toEqual([expect.stringMatching(/^token in x\/clouds\.yaml \(line 1\): holds a secret/)]);
});

test('a place for an annotation, in the workspace alone', async () => {
  expect((await read('clouds:\n  ci: [')).error?.at).toMatchObject({ file: 'ci/clouds.yaml', line: 2 });
  expect((await read('clouds:\n  ci: 1')).error?.at).toMatchObject({ file: 'ci/clouds.yaml', line: 2 });
  expect((await read(`clouds:\n  ci:\n    verify: no\n    auth: {${otc}}`)).error?.at).toMatchObject({ line: 3 });
});
