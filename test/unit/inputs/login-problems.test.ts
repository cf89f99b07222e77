/** Ways to log in by inputs that are incomplete or mixed. */
import { describe, expect, test } from 'vitest';
import { reading } from '../reading.ts';
import {
  agency,
  credential,
  keys,
  oidc,
  openstack,
  otc,
  password,
  project,
  type Texts,
  token,
  user,
} from './login-settings.ts';

async function problemsOf(inputs: Texts): Promise<readonly string[]> {
  const { problems, error } = await reading({ inputs });
  expect(error?.code ?? 'INPUT_INVALID').toBe('INPUT_INVALID');
  return problems.map((line) => line.replace(/^Input /, ''));
}

describe('incomplete or contradictory', () => {
  const forks = 'If the value comes from secrets: workflows started from a fork or by Dependabot do not receive them.';

  test.each<[string, Texts, readonly (string | RegExp)[]]>([
    [
      'nothing',
      { ...otc, ...project },
      [
        'There is no way to log in. Give the settings of one: identity-provider (keyless, with permissions: id-token: write); ' +
          'or access-key, secret-key; or application-credential-id, application-credential-secret; ' +
          'or username, password, user-domain-name; or token. ' +
          `All but an application credential and a token need project-name or project-id too. ${forks}`,
      ],
    ],
    ['no password', { ...otc, ...user, ...project }, [`password: is empty. ${forks}`]],
    [
      'a domain alone',
      { ...otc, 'user-domain-name': 'OTC1' },
      [/^username: is empty\. It is/, /^password: is empty/, /^project-name: is empty, and so is project-id\./],
    ],
    [
      'a password alone',
      { ...otc, password: 'correct horse', ...project },
      [/^username: is empty/, /^user-domain-name: is empty\..*user-domain-id or user-id can take its place\.$/],
    ],
    ['blanks', { ...otc, ...user, password: '    ', ...project }, ['password: holds only blanks.']],
    [
      'two users',
      { ...otc, ...password, 'user-id': 'u1', ...project },
      ['user-id: is given together with username. Keep one of them.'],
    ],
    [
      'two domains of the user',
      { ...otc, ...password, 'user-domain-id': 'd1', ...project },
      ['user-domain-id: is given together with user-domain-name. Keep one of them.'],
    ],
    [
      'two domains of the project',
      { ...otc, ...password, ...project, 'project-domain-id': 'd1', 'project-domain-name': 'x' },
      ['project-domain-id: is given together with project-domain-name. Keep one of them.'],
    ],
    [
      'a domain without a project',
      { ...otc, ...token, 'project-domain-id': 'd1' },
      ['project-domain-id: says in which domain project-name is, but project-name is empty.'],
    ],
    [
      'the name of a user as id',
      { ...otc, 'user-id': 'my name', password: 'correct horse', ...project },
      ['user-id: is no id: only letters, digits, - and _, at most 64. For a name there is username.'],
    ],
    [
      'a project by name alone, where no domain is known',
      { ...openstack, 'user-id': 'u1', password: 'correct horse', 'project-name': 'demo' },
      [/^project-name: needs the domain .* Give project-domain-name or project-domain-id, or project-id instead\.$/],
    ],
    [
      'a passcode with letters',
      { ...otc, 'user-id': 'u1', password: 'correct horse', passcode: '12345a', ...project },
      ['passcode: is no passcode: it has six digits.'],
    ],
    [
      'a passcode at OTC without the id',
      { ...otc, ...password, passcode: '123456', ...project },
      [/^passcode: is given without the id of the user\. .*with user-id, not with username\.$/],
    ],
    ['a passcode alone', { ...otc, 'user-id': 'u1', passcode: '123456', ...project }, [`password: is empty. ${forks}`]],
    ['a token of two words', { ...otc, token: 'two words' }, [/^token: has characters that no token has/]],
    ['a short token', { ...otc, token: 'abc' }, [/^token: is shorter than 4/]],
    [
      'a credential without its secret',
      { ...openstack, 'application-credential-id': 'c1' },
      [`application-credential-secret: is empty. ${forks}`],
    ],
    [
      'a secret without its credential',
      { ...openstack, 'application-credential-secret': 'the secret' },
      ['application-credential-id: is empty. Give it, or application-credential-name and the user it belongs to.'],
    ],
    [
      'a credential by name without its user',
      { ...openstack, 'application-credential-name': 'ci', 'application-credential-secret': 'the secret' },
      [/^username: is empty/, /^user-domain-name: is empty/],
    ],
    [
      'two names of a credential',
      { ...openstack, ...credential, 'application-credential-name': 'ci' },
      ['application-credential-id: is given together with application-credential-name. Keep one of them.'],
    ],
    [
      'a user beside the id of a credential',
      { ...openstack, ...credential, ...user },
      ['username: has no meaning with application-credential-id, which says all. Remove it.'],
    ],
    [
      'a credential by a wrong id',
      { ...openstack, ...credential, 'application-credential-id': 'a b' },
      [/^appl.*is no id/],
    ],
    ['keyless without a project', { ...otc, ...oidc }, [/^project-name: is empty/]],
    ['keyless, protocol missing', { ...openstack, ...oidc, ...project }, [/^protocol: is empty\. It is the protocol/]],
    [
      'keyless, protocol at OTC',
      { ...otc, ...oidc, protocol: 'oidc', ...project },
      ['protocol: has no meaning on Open Telekom Cloud. Remove it.'],
    ],
    ['an audience alone', { ...otc, audience: 'vpn-1', ...project }, [/^identity-provider: is empty\. It is the id/]],
    [
      'a path as identity provider',
      { ...openstack, 'identity-provider': '../x', protocol: '..', ...project },
      [/^identity-provider: is no id/, /^protocol: is no id/],
    ],
    [
      'a short audience at OTC',
      { ...otc, ...oidc, audience: 'vpn', ...project },
      ['audience: has to have 5 to 255 characters, without blanks and letters outside ASCII.'],
    ],
    ['an audience with blanks', { ...otc, ...oidc, audience: 'my cloud', ...project }, [/^audience: has to have/]],
    ['a long audience', { ...otc, ...oidc, audience: 'x'.repeat(256), ...project }, [/^audience: has to have/]],
    ['an access key alone', { ...otc, 'access-key': keys['access-key'], ...project }, [/^secret-key: is empty/]],
    ['a secret key alone', { ...otc, 'secret-key': keys['secret-key'], ...project }, [/^access-key: is empty/]],
    [
      'keys that are swapped',
      { ...otc, 'access-key': keys['secret-key'], 'secret-key': keys['access-key'], ...project },
      ['access-key: is no access key: it has 20 capital letters and digits. Is it the secret key?'],
    ],
    [
      'keys elsewhere',
      { ...openstack, ...keys, ...project },
      ['access-key: is given, but only Open Telekom Cloud takes access keys.'],
    ],
    ['keys without a project', { ...otc, ...keys }, [/^project-name: is empty/]],
    [
      'a token and a password',
      { ...otc, ...token, ...user },
      [
        'There are 2 ways to log in: password (username, user-domain-name); token (token). Keep the settings of one of them.',
      ],
    ],
    [
      'everything',
      { ...otc, ...token, ...password, ...keys, ...credential, ...oidc, protocol: 'x' },
      [
        'There are 5 ways to log in: keyless (identity-provider, protocol); access key (access-key, secret-key); ' +
          'application credential (application-credential-id, application-credential-secret); password (password); ' +
          'token (token). Keep the settings of one of them.',
      ],
    ],
    [
      'an agency without its account',
      { ...otc, ...password, ...project, 'agency-name': 'ci' },
      [/^agency-domain-name: is empty, and so is agency-domain-id\./],
    ],
    [
      'the account of an agency alone',
      { ...otc, ...password, ...project, 'agency-domain-id': 'd2' },
      ['agency-name: is empty, but the domain of an agency is given.'],
    ],
    [
      'an agency elsewhere',
      { ...openstack, ...password, ...project, ...agency },
      ['agency-name: is given, but only Open Telekom Cloud has agencies.'],
    ],
    ['an agency over a token, without a project', { ...otc, ...token, ...agency }, [/^project-name: is empty/]],
    [
      'a broken name',
      { ...otc, ...password, username: 'c\ni', ...project },
      ['username: contains a line break or control character.'],
    ],
  ])('%s', async (_, inputs, expected) => {
    const problems = await problemsOf(inputs);
    expect(problems).toEqual(expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))));
  });

  test('all problems of a way at once, with those of the cloud', async () => {
    const problems = await problemsOf({ 'user-id': '?', passcode: '1234', 'project-id': 'a b', mode: 'x' });
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'auth-url',
      'user-id',
      'password',
      'passcode',
      'project-id',
      'mode',
    ]);
  });

  test('no message shows a secret that stands in a wrong place', async () => {
    const secret = 'Hunter2!Hunter2!';
    const wrong = { 'user-id': secret, 'project-id': secret, 'access-key': secret, audience: `${secret} x` };
    const more = { 'identity-provider': secret, protocol: secret, 'application-credential-id': secret };
    for (const [name, value] of Object.entries({ ...wrong, ...more })) {
      const { told, error } = await reading({ inputs: { ...openstack, [name]: value } });
      expect(error).toBeDefined();
      expect(told).not.toContain('Hunter2');
    }
  });
});
