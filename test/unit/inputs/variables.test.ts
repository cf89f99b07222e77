/** Each way to log in by OS_* variables, with their aliases, fall-backs and left-overs. */
import { describe, expect, test } from 'vitest';
import { plain, reading } from '../reading.ts';
import { credentialWay, keysWay, passwordWay, type Texts } from './login-settings.ts';

const otc = { OS_AUTH_URL: 'https://iam.eu-nl.otc.t-systems.com/v3', OS_REGION_NAME: 'eu-nl' };
const openstack = { OS_AUTH_URL: 'https://keystone.example.org:5000/v3' };
const user = { OS_USERNAME: 'ci', OS_USER_DOMAIN_NAME: 'OTC1' };
const password = { ...user, OS_PASSWORD: 'correct horse' };
const project = { OS_PROJECT_NAME: 'eu-nl_prod' };
const keys = { OS_ACCESS_KEY: 'EXAMPLEAK0000000TEST', OS_SECRET_KEY: 'ExampleSecretKey' };
const credential = { OS_APPLICATION_CREDENTIAL_ID: 'c0ffee', OS_APPLICATION_CREDENTIAL_SECRET: 'the secret' };

/** Everything that a person's shell may have left. */
const leftOvers = { ...password, ...keys, ...credential, OS_TOKEN: 'gAAAAAB-token', OS_PASSCODE: '123456' };

describe('complete', () => {
  test.each<[string, Texts, unknown]>([
    [
      'password',
      { ...otc, ...password, ...project },
      { way: passwordWay, project: { name: 'eu-nl_prod', domain: { name: 'OTC1' } } },
    ],
    [
      'what Horizon writes: the id counts',
      {
        ...{ ...openstack, ...password, ...project, OS_PROJECT_ID: 'p1', OS_PROJECT_DOMAIN_ID: 'default' },
        ...{ OS_INTERFACE: 'public', OS_IDENTITY_API_VERSION: '3', OS_REGION_NAME: 'RegionOne' },
      },
      { way: passwordWay, project: { id: 'p1' } },
    ],
    [
      'old names',
      {
        ...openstack,
        OS_USERID: 'u1',
        OS_PASSWORD: 'correct horse',
        OS_TENANT_ID: 'p1',
        OS_ENDPOINT_TYPE: 'publicURL',
      },
      { way: { user: { id: 'u1' } }, project: { id: 'p1' } },
    ],
    [
      'a name beside the id of the project, as Horizon writes both',
      { ...openstack, ...password, OS_PROJECT_ID: 'p1', OS_PROJECT_NAME: 'eu-nl_prod' },
      { project: { id: 'p1' }, projectName: 'eu-nl_prod' },
    ],
    [
      'old and new names that agree',
      { ...openstack, ...password, ...project, OS_TENANT_NAME: 'eu-nl_prod' },
      { project: { name: 'eu-nl_prod' } },
    ],
    [
      'one default domain for both, as an id',
      { ...openstack, OS_USERNAME: 'ci', OS_PASSWORD: 'correct horse', ...project, OS_DEFAULT_DOMAIN: 'default' },
      {
        way: { user: { name: 'ci', domain: { id: 'default' } } },
        project: { name: 'eu-nl_prod', domain: { id: 'default' } },
      },
    ],
    [
      'at OTC as a name',
      { OS_REGION: 'eu-nl', OS_USERNAME: 'ci', OS_PASSWORD: 'correct horse', ...project, OS_DEFAULT_DOMAIN: 'OTC9' },
      { way: { user: { name: 'ci', domain: { name: 'OTC9' } } } },
    ],
    [
      'at OTC by its address too',
      { ...otc, OS_USERNAME: 'ci', OS_PASSWORD: 'correct horse', ...project, OS_DEFAULT_DOMAIN: 'OTC9' },
      { way: { user: { name: 'ci', domain: { name: 'OTC9' } } } },
    ],
    [
      'the domain as OTC tools have it',
      { ...otc, OS_USERNAME: 'ci', OS_PASSWORD: 'correct horse', ...project, OS_DOMAIN_NAME: 'OTC8' },
      { way: { user: { name: 'ci', domain: { name: 'OTC8' } } } },
    ],
    [
      'the domain of the user stands before the default, which is the project’s',
      { ...openstack, ...password, ...project, OS_DEFAULT_DOMAIN_NAME: 'Default' },
      { way: passwordWay, project: { name: 'eu-nl_prod', domain: { name: 'Default' } } },
    ],
    ['token', { ...otc, OS_AUTH_TOKEN: 'gAAAAAB-token' }, { way: { way: 'token', token: 'secret gAAAAAB-token' } }],
    [
      'a token, and the domain of a user left over',
      { ...otc, OS_TOKEN: 'gAAAAAB-token', ...user },
      { way: { way: 'token' } },
    ],
    ['application credential', { ...openstack, ...credential }, { way: credentialWay }],
    [
      'application credential: the id counts, and a left-over project is a check',
      { ...openstack, ...credential, OS_APPLICATION_CREDENTIAL_NAME: 'ci', ...user, ...project },
      { way: credentialWay, project: { name: 'eu-nl_prod' } },
    ],
    [
      'application credential by id: a user that is left over is not looked at',
      { ...openstack, ...credential, OS_USERNAME: 'c\ni', OS_USER_DOMAIN_NAME: 'x'.repeat(300) },
      { way: credentialWay },
    ],
    [
      'application credential by name',
      { ...openstack, ...user, OS_APPLICATION_CREDENTIAL_NAME: 'ci', OS_APPLICATION_CREDENTIAL_SECRET: 'the secret' },
      { way: { credential: { name: 'ci', user: passwordWay.user } } },
    ],
    [
      'keyless',
      { ...openstack, OS_IDENTITY_PROVIDER: 'github', OS_PROTOCOL: 'openid', ...project },
      {
        way: {
          ...{ way: 'oidc', identityProvider: 'github', protocol: 'openid' },
          audience: 'https://keystone.example.org:5000',
        },
      },
    ],
    [
      'keyless with an audience of its own',
      { ...openstack, OS_IDENTITY_PROVIDER: 'github', OS_PROTOCOL: 'openid', OS_AUDIENCE: 'network-ci', ...project },
      { way: { way: 'oidc', audience: 'network-ci' } },
    ],
    [
      'agency: its project is not looked up in the user’s default domain',
      {
        ...{ ...otc, ...password, ...project, OS_DEFAULT_DOMAIN: 'OTC1' },
        ...{ OS_AGENCY_NAME: 'ci', OS_AGENCY_DOMAIN_NAME: 'OTC2' },
      },
      { project: { name: 'eu-nl_prod', domain: { name: 'OTC2' } }, agency: { name: 'ci', domain: { name: 'OTC2' } } },
    ],
    [
      'keyless at OTC, where a protocol is for other tools',
      { ...otc, OS_AUTH_TYPE: 'v3oidcaccesstoken', OS_IDENTITY_PROVIDER: 'github', OS_PROTOCOL: 'oidc', ...project },
      { way: { way: 'oidc', identityProvider: 'github', audience: 'https://iam.eu-nl.otc.t-systems.com' } },
    ],
    ['keys', { ...otc, ...keys, ...project }, { way: keysWay }],
    [
      'keys by short names',
      { ...otc, OS_AK: keys.OS_ACCESS_KEY, OS_SK: keys.OS_SECRET_KEY, OS_ST: 'ST-1', ...project },
      { way: { ...keysWay, securityToken: 'secret ST-1' } },
    ],
    [
      'agency',
      { ...otc, ...password, ...project, OS_AGENCY_NAME: 'ci', OS_AGENCY_DOMAIN_NAME: 'OTC2' },
      { project: { domain: { name: 'OTC2' } }, agency: { name: 'ci', domain: { name: 'OTC2' } } },
    ],
    [
      'agency with a project of its own',
      {
        ...{ ...otc, ...password, ...project, OS_PROJECT_ID: 'p1', OS_PROJECT_DOMAIN_NAME: 'OTC1' },
        ...{ OS_AGENCY_NAME: 'ci', OS_AGENCY_DOMAIN_NAME: 'OTC2', OS_DELEGATED_PROJECT: 'eu-nl_theirs' },
      },
      { way: passwordWay, project: { name: 'eu-nl_theirs', domain: { name: 'OTC2' } } },
    ],
    [
      'agency as the openstack client has it',
      {
        ...{ ...otc, ...leftOvers, OS_AUTH_TYPE: 'agency', OS_TARGET_AGENCY_NAME: 'ci' },
        ...{ OS_TARGET_DOMAIN_ID: 'd2', OS_TARGET_PROJECT_ID: 'p2' },
      },
      { way: passwordWay, project: { id: 'p2' }, agency: { name: 'ci', domain: { id: 'd2' } } },
    ],
    [
      'the type says the way: password',
      { ...openstack, ...leftOvers, ...project, OS_AUTH_TYPE: 'v3password' },
      { way: passwordWay },
    ],
    [
      'token',
      { ...openstack, ...leftOvers, ...project, OS_AUTH_TYPE: 'token' },
      { way: { way: 'token', token: 'secret gAAAAAB-token' } },
    ],
    [
      'application credential',
      { ...openstack, ...leftOvers, ...project, OS_AUTH_TYPE: 'v3applicationcredential' },
      { way: credentialWay },
    ],
    [
      'two factors',
      { ...openstack, ...leftOvers, ...project, OS_AUTH_TYPE: 'v3multifactor' },
      { way: { ...passwordWay, passcode: 'secret 123456' } },
    ],
    [
      'left-overs may contradict each other',
      { ...openstack, ...password, ...project, OS_AUTH_TYPE: 'Password', OS_TOKEN: 'a', OS_AUTH_TOKEN: 'b' },
      { way: passwordWay },
    ],
  ])('%s', async (_, variables, expected) => {
    const { inputs, told, log } = await reading({ variables });
    expect(inputs, told).toBeDefined();
    expect(plain(inputs?.identity?.login)).toMatchObject(Object(expected));
    const names = Object.keys(variables).filter((name) => !/INTERFACE|ENDPOINT_TYPE|API_VERSION/.test(name));
    expect(log).toEqual([
      `Logging in by the variables ${names.sort().join(', ')}, because no input says where and who.`,
    ]);
  });

  test('a passcode and an agency project that the type does not use', async () => {
    const variables = { ...openstack, ...leftOvers, ...project, OS_AUTH_TYPE: 'password' };
    const { inputs } = await reading({ variables });
    expect(plain(inputs?.identity?.login.way)).toEqual(passwordWay);
  });

  test('where the cloud is', async () => {
    const { inputs } = await reading({
      variables: {
        ...{ ...openstack, ...password, ...project, OS_REGION_NAME: ' RegionOne ' },
        OS_NETWORK_ENDPOINT_OVERRIDE: 'https://network.example.org:9696/',
      },
    });
    expect(inputs).toMatchObject({ dialect: 'openstack', identity: { region: 'RegionOne' } });
    expect(inputs?.identity?.networkEndpoint?.href).toBe('https://network.example.org:9696/');
    expect(inputs?.identity?.authUrl.href).toBe('https://keystone.example.org:5000/v3');
  });
});

describe('incomplete, contradictory, or not possible', () => {
  const complete = { ...openstack, ...password, ...project };

  test.each<[string, Texts, readonly (string | RegExp)[]]>([
    [
      'a region alone',
      { OS_REGION_NAME: 'eu-nl' },
      [
        /^There is no way to log in\. .*OS_IDENTITY_PROVIDER.*OS_ACCESS_KEY, OS_SECRET_KEY; .*OS_PROJECT_NAME or OS_PROJECT_ID/,
      ],
    ],
    ['no address', { ...password, ...project }, [/^OS_AUTH_URL: is empty, and so is OS_REGION_NAME\./]],
    [
      'the address of a region of another cloud',
      { ...password, ...project, OS_REGION_NAME: 'RegionOne' },
      [/^OS_REGION_NAME: "RegionOne" is none of .* any other needs OS_AUTH_URL\./],
    ],
    ['no password', { ...openstack, ...user, ...project, OS_PASSWORD: '' }, [/^OS_PASSWORD: is empty\. .*fork/]],
    [
      'no domain',
      { ...openstack, OS_USERNAME: 'ci', OS_PASSWORD: 'correct horse', ...project },
      [/^OS_USER_DOMAIN_NAME: is empty\..*OS_USER_DOMAIN_ID or OS_USER_ID/],
    ],
    [
      'two ways',
      { ...complete, OS_TOKEN: 'gAAAAAB-token' },
      [
        'There are 2 ways to log in: password (OS_PASSWORD); token (OS_TOKEN). Keep the settings of one of them. ' +
          'Or say which one in OS_AUTH_TYPE.',
      ],
    ],
    ['the type of another way', { ...complete, OS_AUTH_TYPE: 'v3token' }, [/^OS_TOKEN: is empty/]],
    [
      'two names for one thing that differ',
      { ...complete, OS_TENANT_NAME: 'other' },
      ['OS_PROJECT_NAME: is given together with OS_TENANT_NAME, and they differ. Keep one of them.'],
    ],
    [
      'a type that is not possible',
      { ...complete, OS_AUTH_TYPE: 'v3kerberos' },
      [
        /^OS_AUTH_TYPE: is none of the types that are supported: v3password, v3multifactor, .* or agency .*need none\.$/,
      ],
    ],
    ['a misspelt type', { ...complete, OS_AUTH_TYPE: 'v3pasword' }, [/Did you mean "v3password"\?$/]],
    ['an inherited name', { ...complete, OS_AUTH_TYPE: 'constructor' }, [/^OS_AUTH_TYPE: is none/]],
    [
      'two factors, one there',
      { ...complete, OS_AUTH_TYPE: 'v3multifactor' },
      ['OS_PASSCODE: is empty, but OS_AUTH_TYPE asks for it.'],
    ],
    [
      'an agency by type alone',
      { ...otc, ...password, ...project, OS_AUTH_TYPE: 'agency' },
      ['OS_AGENCY_NAME: is empty, but OS_AUTH_TYPE asks for it.'],
    ],
    [
      'the project of an agency that is missing',
      { ...otc, ...password, ...project, OS_DELEGATED_PROJECT: 'theirs' },
      ['OS_DELEGATED_PROJECT: is given, but OS_AGENCY_NAME is empty. The project of an agency needs both.'],
    ],
    [
      'no verification',
      { ...complete, OS_INSECURE: 'True' },
      [/^OS_INSECURE: cannot be true\. .* there is OS_CACERT\.$/],
    ],
    ['no verification, another way', { ...complete, OS_VERIFY: 'no' }, [/^OS_VERIFY: can only be true\./]],
    [
      'a certificate of the client',
      { ...complete, OS_CERT: '/c.pem', OS_KEY: '/k.pem' },
      [/^OS_CERT: is given, but certificates of clients/, /^OS_KEY: is given/],
    ],
    ['another interface', { ...complete, OS_INTERFACE: 'internal' }, [/^OS_INTERFACE: is not public/]],
    ['its older name', { ...complete, OS_ENDPOINT_TYPE: 'adminURL' }, [/^OS_ENDPOINT_TYPE: is not public/]],
    ['the whole system', { ...complete, OS_SYSTEM_SCOPE: 'all' }, [/^OS_SYSTEM_SCOPE: is given, but a connection/]],
    ['a trust', { ...complete, OS_TRUST_ID: 't1' }, [/^OS_TRUST_ID: is given, but trusts/]],
    ['version 2', { ...complete, OS_IDENTITY_API_VERSION: '2.0' }, [/^OS_IDENTITY_API_VERSION: is not 3\./]],
    [
      'an access token of an identity provider',
      { ...openstack, OS_IDENTITY_PROVIDER: 'github', OS_PROTOCOL: 'openid', OS_ACCESS_TOKEN: 'jwt-text', ...project },
      [/^OS_ACCESS_TOKEN: is given, but the action asks GitHub itself.*OS_IDENTITY_PROVIDER is enough\.$/],
    ],
  ])('%s', async (_, variables, expected) => {
    const { problems, error } = await reading({ variables });
    expect(problems.map((line) => line.replace(/^Variable /, ''))).toEqual(
      expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))),
    );
    expect(error).toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(/^Mend the variables \(`env:`/) });
  });

  test('what is fine', async () => {
    const fine = { OS_INSECURE: '0', OS_VERIFY: 'True', OS_INTERFACE: 'PUBLIC', OS_IDENTITY_API_VERSION: 'v3' };
    const left = { OS_AUTH_TYPE: 'password', OS_ACCESS_TOKEN: 'jwt-text', OS_USER_DOMAIN_ID: '' };
    expect((await reading({ variables: { ...complete, ...fine, ...left } })).inputs).toBeDefined();
  });

  test('several, with one of the inputs', async () => {
    const { error } = await reading({ variables: { ...complete, OS_INSECURE: '1' }, inputs: { mode: 'x' } });
    expect(error?.message).toMatch(/^2 problems with the OS_\* variables and the inputs:\n- OS_INSECURE: .*\n- mode: /);
    expect(error?.hint).toMatch(/^Mend the variables .* Mend the inputs /);
  });
});
