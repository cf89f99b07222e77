import { describe, expect, test } from 'vitest';
import { ActionError } from '../../src/errors.ts';
import { InputProblems } from '../../src/inputs/problems.ts';
import { type Inputs, readInputs } from '../../src/inputs.ts';
import { Secret } from '../../src/secret.ts';
import { given, passwordInputs, surroundings, tokenInputs } from './given-inputs.ts';

type Given = Readonly<Record<string, string>>;

async function read(inputs: Given): Promise<Inputs> {
  return await readInputs(given(inputs), () => {}, surroundings());
}

/** What is wrong, one line a problem. */
async function problems(inputs: Given): Promise<readonly string[]> {
  try {
    await read(inputs);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'INPUT_INVALID') throw error;
    expect(error.hint).toContain('`with:`');
    const [first = '', ...rest] = error.message.split('\n');
    if (rest.length === 0) return [first.replace(/^Input /, '')];
    expect(first).toBe(`${rest.length} problems with the inputs:`);
    return rest.map((line) => line.replace(/^- /, ''));
  }
  return [];
}

const withPassword = (over: Given): Given => ({ ...passwordInputs, ...over });
const withToken = (over: Given): Given => ({ ...tokenInputs, ...over });

describe('good inputs', () => {
  test('the least, with a password: the defaults of action.yml', async () => {
    expect(await read(passwordInputs)).toEqual({
      mode: 'apply',
      connectionFiles: ['vpn/office-bonn.yml'],
      dialect: 'otc',
      identity: {
        authUrl: new URL('https://iam.eu-nl.otc.t-systems.com/v3'),
        region: 'eu-nl',
        login: {
          way: {
            way: 'password',
            user: { name: 'ci', domain: { name: 'OTC00000000001000000999' } },
            password: new Secret('correct horse'),
          },
          project: { name: 'eu-nl_prod', domain: { name: 'OTC00000000001000000999' } },
        },
      },
      secrets: new Map(),
      variables: new Map(),
      updatePsk: 'auto',
      waitFor: 'settled',
      timeoutMs: 600_000,
      statusIntervalMs: 65_000,
      maxImpact: 'interruption',
      allowShared: false,
      summary: true,
      ...{ connectionNames: [], exportFile: '', confirmDestroy: [], destroyVpnservice: false, prune: false },
      ...{ comment: false, commentKey: 'vpn/office-bonn.yml', driftIssue: false, failOnChanges: false },
    });
  });

  test('everything', async () => {
    const inputs = await read({
      'connection-file': '\n vpn/b.yml \n\nvpn/a/*.yml\r\nvpn/b.yml',
      mode: 'plan',
      cloud: 'openstack',
      'auth-url': 'https://keystone.example.org:5000/v3/',
      region: 'RegionOne',
      'network-endpoint': 'https://network.example.org:9696/v2.0/',
      'ca-certificate': ' certs/ca.pem ',
      token: ' gAAAAAB-token\n',
      'project-id': '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e',
      psk: ' a key with blanks ',
      secrets: 'BONN=abc=def \n# a comment\n\nEMPTY=\n',
      variables: 'MTU=1400\n',
      'update-psk': 'always',
      'wait-for': 'active',
      timeout: '1h30m5s',
      'status-interval': '0s',
      'max-impact': 'replacement',
      'allow-shared': 'True',
      summary: 'FALSE',
    });
    expect(inputs).toMatchObject({
      mode: 'plan',
      connectionFiles: ['vpn/b.yml', 'vpn/a/*.yml'],
      dialect: 'openstack',
      identity: {
        region: 'RegionOne',
        caCertificate: { kind: 'path', path: 'certs/ca.pem' },
        login: { way: { way: 'token' }, project: { id: '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e' } },
      },
      variables: new Map([['MTU', '1400']]),
      ...{ updatePsk: 'always', waitFor: 'active', timeoutMs: 5_405_000, statusIntervalMs: 0 },
      ...{ maxImpact: 'replacement', allowShared: true, summary: false },
    });
    expect([inputs.identity?.authUrl.href, inputs.identity?.networkEndpoint?.href]).toEqual([
      'https://keystone.example.org:5000/v3',
      'https://network.example.org:9696/v2.0',
    ]);
    const way = inputs.identity?.login.way;
    expect(way?.way === 'token' && way.token.reveal()).toBe('gAAAAAB-token');
    expect(inputs.psk?.reveal()).toBe(' a key with blanks ');
    expect([...inputs.secrets].map(([name, secret]) => [name, secret.reveal()])).toEqual([
      ['BONN', 'abc=def '],
      ['EMPTY', ''],
    ]);
  });

  test.each<[string, Given, string, string]>([
    ['otc by region', withPassword({ region: 'eu-ch2' }), 'otc', 'https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3'],
    [
      'otc by host',
      withPassword({ region: '', 'auth-url': 'https://iam.eu-de.otc.t-systems.com' }),
      'otc',
      'https://iam.eu-de.otc.t-systems.com/v3',
    ],
    [
      'any other host',
      withPassword({ 'auth-url': 'https://otc.t-systems.com.example.org/identity/' }),
      'openstack',
      'https://otc.t-systems.com.example.org/identity/v3',
    ],
    [
      'stated otc',
      withPassword({ cloud: 'otc', 'auth-url': 'http://127.0.0.1:5000' }),
      'otc',
      'http://127.0.0.1:5000/v3',
    ],
    [
      'stated openstack',
      withPassword({ cloud: 'openstack', 'auth-url': 'http://localhost:5000/v3' }),
      'openstack',
      'http://localhost:5000/v3',
    ],
  ])('cloud: %s', async (_, inputs, dialect, authUrl) => {
    const { dialect: found, identity } = await read(inputs);
    expect([found, identity?.authUrl.href]).toEqual([dialect, authUrl]);
  });

  test.each<[Given, unknown]>([
    [{ 'project-name': '', 'project-id': 'abc' }, { id: 'abc' }],
    [{ 'project-domain-name': 'Other' }, { name: 'eu-nl_prod', domain: { name: 'Other' } }],
  ])('project %o', async (over, project) => {
    expect((await read(withPassword(over))).identity?.login).toMatchObject({ project });
  });

  test('a token needs no project', async () => {
    expect((await read(tokenInputs)).identity?.login).toEqual({
      way: { way: 'token', token: new Secret('gAAAAAB-token') },
    });
    expect(
      (await read(withToken({ 'project-name': 'demo', 'project-domain-name': 'Default' }))).identity?.login,
    ).toMatchObject({
      project: { name: 'demo', domain: { name: 'Default' } },
    });
  });

  test.each(['\n', '\r\n', '\r'])('one line break at the end of a secret goes: %j', async (end) => {
    const { identity, psk } = await read(withPassword({ password: `correct${end}`, psk: `horse ${end}` }));
    const way = identity?.login.way;
    expect(way?.way === 'password' && way.password.reveal()).toBe('correct');
    expect(psk?.reveal()).toBe('horse ');
  });

  test('certificates as text', async () => {
    const text = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    expect((await read(withPassword({ 'ca-certificate': `${text}\n` }))).identity?.caCertificate).toEqual({
      kind: 'pem',
      text,
    });
  });
});

describe('bad inputs', () => {
  test.each<[string, Given, readonly string[]]>([
    [
      'no file',
      { 'connection-file': ' \n' },
      ['connection-file: is empty. Name the YAML file that describes the connection.'],
    ],
    [
      'a misspelt word',
      { mode: 'aply' },
      ['mode: "aply" is not allowed. Use apply, plan, export or destroy. Did you mean "apply"?'],
    ],
    [
      'another case',
      { 'wait-for': 'Active' },
      ['wait-for: "Active" is not allowed. Use settled, active or none. Did you mean "active"?'],
    ],
    ['a word of its own', { 'update-psk': 'xyz' }, ['update-psk: "xyz" is not allowed. Use auto or always.']],
    [
      'an impact',
      { 'max-impact': 'all' },
      [expect.stringMatching(/^max-impact: "all" is not allowed\. Use none, rekey, interruption or replacement\./)],
    ],
    [
      'an emptied default',
      { 'max-impact': '' },
      ['max-impact: is empty. Leave the line out for the default, or check the expression that fills it.'],
    ],
    [
      'an emptied flag',
      { 'allow-shared': ' ' },
      ['allow-shared: is empty. Leave the line out for the default, or check the expression that fills it.'],
    ],
    [
      'an emptied duration',
      { timeout: '' },
      ['timeout: is empty. Leave the line out for the default, or check the expression that fills it.'],
    ],
    ['a word for a flag', { summary: 'yes' }, ['summary: "yes" is not allowed. Use true or false.']],
    ['no unit', { timeout: '600' }, ['timeout: "600" has no unit. Write "600s" or "600m".']],
    [
      'no duration',
      { timeout: '10 min' },
      ['timeout: "10 min" is no duration. Write hours, minutes, seconds: 90s, 10m, 1h30m.'],
    ],
    ['the wrong order', { timeout: '30s1m' }, [expect.stringContaining('is no duration')]],
    ['a fraction', { timeout: '1.5m' }, [expect.stringContaining('is no duration')]],
    ['too short', { timeout: '0s' }, ['timeout: "0s" is out of range. Allowed is 1s to 1440m.']],
    [
      'a secret in the wrong input',
      { mode: 'x'.repeat(61), region: 'y'.repeat(256), username: 'z'.repeat(300), timeout: '7'.repeat(70) },
      [
        'region: has 256 characters; 255 are possible. Is it the value of another input?',
        'region: A text of 256 characters is none of Open Telekom Cloud (eu-de, eu-nl, eu-ch2), and any other needs auth-url.',
        'username: has 300 characters; 255 are possible. Is it the value of another input?',
        'mode: A text of 61 characters is not allowed. Use apply, plan, export or destroy.',
        'timeout: A text of 70 characters is no duration. Write hours, minutes, seconds: 90s, 10m, 1h30m.',
      ],
    ],
    ['too long', { timeout: '25h' }, ['timeout: "25h" is out of range. Allowed is 1s to 1440m.']],
    [
      'too long an interval',
      { 'status-interval': '601s' },
      ['status-interval: "601s" is out of range. Allowed is 0s to 10m.'],
    ],
    ['no project', { 'project-name': '' }, [expect.stringMatching(/^project-name: is empty, and so is project-id/)]],
    ['two projects', { 'project-id': 'abc' }, ['project-id: is given together with project-name. Keep one of them.']],
    [
      'a name as id',
      { 'project-name': '', 'project-id': 'my project' },
      [expect.stringMatching(/^project-id: is no id/)],
    ],
    [
      'a domain alone',
      { 'project-name': '', 'project-id': 'abc', 'project-domain-name': 'Default' },
      [expect.stringMatching(/^project-domain-name: says in which domain/)],
    ],
    [
      'a secret without name',
      { secrets: 'BONN=abcd\njust-a-key' },
      [expect.stringMatching(/^secrets: line 2: there is no "="/)],
    ],
    [
      'a short value',
      { secrets: 'BONN=abc' },
      [`secrets: line 1: the value is shorter than 4 characters, so it can't be masked in the log. Use a longer one.`],
    ],
    [
      'a variable without name',
      { variables: '1X=2' },
      [expect.stringMatching(/^variables: line 1: what stands before the "="/)],
    ],
    [
      'one name twice',
      { secrets: 'KEY=abcd', variables: 'KEY=2' },
      ['variables: "KEY" is in secrets too. Keep it in one of them.'],
    ],
    [
      'a certificate that is none',
      { 'ca-certificate': 'MIIB\nMIIC' },
      [expect.stringMatching(/^ca-certificate: is neither PEM text/)],
    ],
    ['a short password', { password: 'abc' }, [expect.stringMatching(/^password: is shorter than 4 characters/)]],
    ['a short key', { psk: ' abc ' }, [expect.stringMatching(/^psk: is shorter than 4 characters/)]],
    ['a key of blanks', { psk: '    ' }, ['psk: holds only blanks.']],
    ['several lines', { psk: 'first line\nsecond line' }, [expect.stringMatching(/^psk: has several lines/)]],
  ])('%s', async (_, over, expected) => {
    expect(await problems(withPassword(over))).toEqual(expected);
  });

  test.each<[string, Given, RegExp]>([
    ['no URL', { 'auth-url': 'keystone' }, /^auth-url: is no https URL/],
    ['another scheme', { 'auth-url': 'ftp://keystone.example.org' }, /^auth-url: is no https URL/],
    [
      'a password',
      { 'auth-url': 'https://u:hunter22@keystone.example.org' },
      /^auth-url: holds a user name or password/,
    ],
    ['a user', { 'auth-url': 'https://hunter22@keystone.example.org' }, /^auth-url: holds a user name or password/],
    ['a query', { 'auth-url': 'https://keystone.example.org/?t=hunter22' }, /^auth-url: must end with its path/],
    ['an empty query', { 'auth-url': 'https://keystone.example.org/v3?' }, /^auth-url: must end with its path/],
    ['a fragment', { 'auth-url': 'https://keystone.example.org/v3#' }, /^auth-url: must end with its path/],
    [
      'http',
      { 'auth-url': 'http://keystone.example.org:5000' },
      /^auth-url: uses http, .* Use https:\/\/keystone\.example\.org:5000\./,
    ],
    ['http to a name below localhost', { 'auth-url': 'http://iam.localhost' }, /^auth-url: uses http/],
    ['http to what looks like loopback', { 'auth-url': 'http://127.0.0.1.example.org' }, /^auth-url: uses http/],
    ['the network', { 'network-endpoint': 'http://network.example.org' }, /^network-endpoint: uses http/],
    [
      'a region of another cloud',
      { region: 'RegionOne' },
      /^region: "RegionOne" is none of Open Telekom Cloud \(eu-de, eu-nl, eu-ch2\)/,
    ],
    ['a misspelt region', { region: 'eu_nl' }, /Did you mean "eu-nl"\?$/],
    ['an inherited name', { region: 'constructor' }, /^region: "constructor" is none/],
    ['neither URL nor region', { region: '' }, /^auth-url: is empty, and so is region/],
    ['OpenStack by region', { cloud: 'openstack' }, /^auth-url: is empty\. An OpenStack needs/],
    ['a cloud', { cloud: 'aws' }, /^cloud: "aws" is not allowed\. Use auto, otc or openstack\./],
  ])('where the cloud is: %s', async (_, over, expected) => {
    const found = await problems(withPassword(over));
    expect(found).toEqual([expect.stringMatching(expected)]);
    expect(found.join()).not.toContain('hunter22');
  });

  test('everything at once, each once', async () => {
    const all = await problems({
      timeout: '5',
      mode: 'x',
      cloud: 'y',
      secrets: 'z',
      psk: 'abc',
      username: 'ci',
      summary: '',
    });
    expect(all.map((line) => line.split(':')[0])).toEqual([
      'psk',
      'secrets',
      'cloud',
      'user-domain-name',
      'password',
      'project-name',
      'connection-file',
      'mode',
      'timeout',
      'summary',
    ]);
  });
});

test('a defect is no problem of an input', () => {
  expect(() => new InputProblems().attempt(() => JSON.parse('{'))).toThrow(SyntaxError);
});
