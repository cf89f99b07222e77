import { expect, test } from 'vitest';
import { checkedProject, type Expected } from '../../../src/identity/scope.ts';
import type { Project, TokenBody } from '../../../src/identity/token-body.ts';
import type { Login, ProjectChoice } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';

const mine: Project = { id: 'p1', name: 'eu-nl_Prod', domain: { id: 'd1', name: 'acme' } };

function check(
  project: Project | undefined,
  choice?: ProjectChoice,
  more: Partial<Expected> & { domain?: boolean } = {},
): Project {
  const body: TokenBody = {
    project,
    domainScoped: more.domain === true,
    expiresAt: undefined,
    catalogue: undefined,
    roles: undefined,
  };
  const login: Login = { way: { way: 'token', token: new Secret('t') }, ...(choice && { project: choice }) };
  return checkedProject(body, { login, region: undefined, dialect: 'openstack', ...more });
}

test.each<[string, ProjectChoice | undefined, Partial<Expected>]>([
  ['no wish', undefined, {}],
  ['the id', { id: 'p1' }, {}],
  ['the name, as a database that ignores case has it', { name: 'EU-NL_prod' }, {}],
  ['name and domain', { name: 'eu-nl_Prod', domain: { name: 'Acme' } }, {}],
  ['its region', undefined, { dialect: 'otc', region: 'eu-nl' }],
  ['a region that OTC does not have', undefined, { dialect: 'otc', region: 'eu-xx' }],
  ['any region of an OpenStack', undefined, { dialect: 'openstack', region: 'eu-de' }],
])('the project fits: %s', (_name, choice, more) => {
  expect(check(mine, choice, more)).toBe(mine);
});

test('a name beside the id has to be that of the project', () => {
  const body: TokenBody = {
    project: mine,
    domainScoped: false,
    expiresAt: undefined,
    catalogue: undefined,
    roles: undefined,
  };
  const way = { way: 'token', token: new Secret('t') } as const;
  const expected = (projectName: string): Expected => ({
    login: { way, project: { id: 'p1' }, projectName },
    region: undefined,
    dialect: 'openstack',
  });
  expect(checkedProject(body, expected('EU-NL_prod'))).toBe(mine);
  expect(() => checkedProject(body, expected('test'))).toThrow(
    'The login is for the project "eu-nl_Prod" of domain "acme" (id p1), as project-id says, but project-name says "test".',
  );
  expect(() => checkedProject(body, expected(`a\nb${'x'.repeat(200)}`))).toThrow(/says "a bx{96}…"\.$/);
});

test('a project of a domain whose id is not told', () => {
  const unknown = { ...mine, domain: { id: undefined, name: 'acme' } };
  expect(check(unknown, { name: 'eu-nl_Prod', domain: { id: 'd9' } })).toBe(unknown);
});

test('a project of a domain whose name is not told', () => {
  const unnamed = { ...mine, domain: { id: undefined, name: undefined } };
  expect(check(unnamed, { name: 'eu-nl_Prod', domain: { name: 'acme' } })).toBe(unnamed);
});

test.each<[string, Project | undefined, ProjectChoice | undefined, Partial<Expected> & { domain?: boolean }, RegExp]>([
  ['an unscoped token', undefined, undefined, {}, /^The given token is not for any project\.$/],
  ['a domain token', undefined, { id: 'p1' }, { domain: true }, /is for a whole domain/],
  [
    'another id',
    mine,
    { id: 'p2' },
    {},
    /is for the project "eu-nl_Prod" of domain "acme" \(id p1\), but the inputs ask for the project id p2\./,
  ],
  ['another name', mine, { name: 'test' }, {}, /ask for the project "test"/],
  ['another domain', mine, { name: 'eu-nl_Prod', domain: { name: 'other' } }, {}, /ask for the project/],
  [
    'a name that is not told',
    { ...mine, name: undefined, domain: { id: undefined, name: undefined } },
    { name: 'x' },
    {},
    /is for the project \(id p1\), but/,
  ],
  [
    'another region',
    mine,
    undefined,
    { dialect: 'otc', region: 'eu-de' },
    /in region eu-nl, but the input region is eu-de/,
  ],
])('it does not fit: %s', (_name, project, choice, more, message) => {
  const run = (): unknown => check(project, choice, more);
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ code: 'LOGIN_SCOPE', hint: expect.stringMatching(/./) }));
});
