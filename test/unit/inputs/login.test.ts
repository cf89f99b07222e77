/** Each way to log in by inputs. */
import { describe, expect, test } from 'vitest';
import { plain, reading } from '../reading.ts';
import {
  agency,
  credential,
  credentialWay,
  keys,
  keysWay,
  oidc,
  openstack,
  otc,
  password,
  passwordWay,
  project,
  type Texts,
  token,
  user,
} from './login-settings.ts';

const otcAudience = 'https://iam.eu-nl.otc.t-systems.com';
const oidcWay = { way: 'oidc', identityProvider: 'github', audience: otcAudience };
const tokenWay = { way: 'token', token: 'secret gAAAAAB-token' };

describe('complete', () => {
  const inUsersDomain = { name: 'eu-nl_prod', domain: { name: 'OTC1' } };

  test.each<[string, Texts, unknown]>([
    ['password', { ...otc, ...password, ...project }, { way: passwordWay, project: inUsersDomain }],
    [
      'password, everything by id',
      { ...openstack, 'user-id': 'u1', password: 'correct horse', 'project-id': 'p1' },
      { way: { way: 'password', user: { id: 'u1' }, password: 'secret correct horse' }, project: { id: 'p1' } },
    ],
    [
      'password, domains by id',
      {
        ...openstack,
        ...{ username: 'ci', 'user-domain-id': 'default', password: 'correct horse' },
        ...{ 'project-name': 'demo', 'project-domain-id': 'd2' },
      },
      {
        way: { ...passwordWay, user: { name: 'ci', domain: { id: 'default' } } },
        project: { name: 'demo', domain: { id: 'd2' } },
      },
    ],
    [
      'password, with the domain of the project where the user is an id',
      {
        ...openstack,
        'user-id': 'u1',
        'user-domain-name': 'Default',
        password: 'correct horse',
        'project-name': 'demo',
      },
      { way: { user: { id: 'u1' } }, project: { name: 'demo', domain: { name: 'Default' } } },
    ],
    [
      'the same by id of the domain',
      { ...openstack, 'user-id': 'u1', 'user-domain-id': 'default', password: 'correct horse', 'project-name': 'demo' },
      { project: { name: 'demo', domain: { id: 'default' } } },
    ],
    [
      'password by user id at OTC, where a name of a project is enough',
      { ...otc, 'user-id': 'u1', password: 'correct horse', ...project },
      { project: { name: 'eu-nl_prod' } },
    ],
    [
      'passcode at OTC',
      { ...otc, 'user-id': 'u1', password: 'correct horse', passcode: ' 012345\n', 'project-id': 'p1' },
      { way: { passcode: 'secret 012345' } },
    ],
    [
      'passcode elsewhere with a name',
      { ...openstack, ...password, passcode: '123456', ...project },
      { way: { ...passwordWay, passcode: 'secret 123456' } },
    ],
    ['token', { ...otc, ...token }, { way: tokenWay }],
    ['token and a project', { ...otc, ...token, ...project }, { way: tokenWay, project: { name: 'eu-nl_prod' } }],
    ['application credential', { ...openstack, ...credential }, { way: credentialWay }],
    ['application credential at OTC', { ...otc, ...credential }, { way: credentialWay }],
    [
      'application credential and a project to check',
      { ...openstack, ...credential, 'project-id': 'p1' },
      { way: credentialWay, project: { id: 'p1' } },
    ],
    [
      'application credential by name',
      {
        ...{ ...openstack, ...user, 'application-credential-name': 'ci vpn' },
        'application-credential-secret': 'the secret',
      },
      { way: { ...credentialWay, credential: { name: 'ci vpn', user: passwordWay.user } } },
    ],
    [
      'application credential by name and user id',
      {
        ...{ ...openstack, 'user-id': 'u1', 'application-credential-name': 'ci' },
        'application-credential-secret': 'the secret',
      },
      { way: { credential: { name: 'ci', user: { id: 'u1' } } } },
    ],
    ['keyless at OTC', { ...otc, ...oidc, ...project }, { way: oidcWay, project: { name: 'eu-nl_prod' } }],
    [
      'keyless elsewhere',
      { ...openstack, ...oidc, protocol: 'openid', ...project },
      {
        way: { ...oidcWay, protocol: 'openid', audience: 'https://keystone.example.org/identity' },
        project: { name: 'eu-nl_prod' },
      },
    ],
    ['an audience', { ...otc, ...oidc, audience: 'vpn-1', ...project }, { way: { ...oidcWay, audience: 'vpn-1' } }],
    [
      'a short audience elsewhere',
      { ...openstack, ...oidc, protocol: 'openid', audience: 'x', ...project },
      { way: { audience: 'x' } },
    ],
    ['keys', { ...otc, ...keys, ...project }, { way: keysWay, project: { name: 'eu-nl_prod' } }],
    [
      'temporary keys',
      { ...otc, ...keys, 'security-token': 'ST-1\n', 'project-id': 'p1' },
      { way: { ...keysWay, securityToken: 'secret ST-1' } },
    ],
    [
      'an agency over a password: the project is in its domain',
      { ...otc, ...password, ...project, ...agency },
      {
        way: passwordWay,
        project: { name: 'eu-nl_prod', domain: { name: 'OTC2' } },
        agency: { name: 'ci', domain: { name: 'OTC2' } },
      },
    ],
    [
      'an agency over the keyless login, by ids',
      { ...otc, ...oidc, 'agency-name': 'ci', 'agency-domain-id': 'd2', 'project-id': 'p2' },
      { way: oidcWay, project: { id: 'p2' }, agency: { name: 'ci', domain: { id: 'd2' } } },
    ],
    [
      'an agency over a token, its project elsewhere',
      { ...otc, ...token, ...agency, ...project, 'project-domain-name': 'OTC3' },
      { way: tokenWay, project: { name: 'eu-nl_prod', domain: { name: 'OTC3' } } },
    ],
  ])('%s', async (_, inputs, expected) => {
    const { inputs: read, told } = await reading({ inputs });
    expect(read, told).toBeDefined();
    expect(plain(read?.identity?.login)).toMatchObject(Object(expected));
  });
});
