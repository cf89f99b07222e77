/** What the action's client makes of the other ways to log in. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Login as Way } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { type GitHub, type Run, startGitHub } from '../../cloud/github/index.ts';
import { at } from '../../json.ts';
import { logIn } from '../../openstack/rest.ts';
import { useBench } from '../bench.ts';
import { byPassword, byToken, type Client, closeAll, connect, thrown, told } from '../client.ts';
import type { ApplicationCredential } from '../cloud.ts';
import { nobody } from '../kinds.ts';

const bench = useBench();

afterAll(closeAll);

/** Whether the identity service still takes it. */
async function lives(token: string): Promise<boolean> {
  const headers = { 'x-auth-token': token, 'x-subject-token': token };
  return (await bench.identity('GET', '/auth/tokens', headers)).status === 200;
}

/** Works at the network service, and leaves no token behind. */
async function expectWhole({ session, api, tokens }: Client, obtained: number): Promise<void> {
  expect(session.project).toEqual(bench.cloud.project);
  expect((await api.routers()).length).toBeGreaterThan(0);
  const cloudTokens = tokens.filter((token) => token.startsWith('gAAAA'));
  expect(cloudTokens).toHaveLength(obtained);
  expect(await Promise.all(cloudTokens.map(lives))).not.toContain(false);
  expect(await session.close(5000)).toBeUndefined();
  expect(await Promise.all(cloudTokens.map(lives))).not.toContain(true);
}

describe('by application credential', () => {
  function by(credential: object, secret: string): Way {
    const way = { way: 'application credential' as const, secret: new Secret(secret) };
    return { way: { ...way, credential: Object(credential) } };
  }

  function user(): object {
    return { name: bench.cloud.member.username, domain: { name: bench.cloud.domain.name } };
  }

  test.each<[string, (own: ApplicationCredential) => object]>([
    ['its id', ({ id }) => ({ id })],
    ['its name and the user', ({ name }) => ({ name, user: user() })],
  ])('%s: one token, for its project', async (_what, choice) => {
    const own = await bench.cloud.applicationCredential();
    await expectWhole(await connect(bench.cloud, by(choice(own), own.secret)), 1);
  });

  test('a project is a check', async () => {
    const { id, secret } = await bench.cloud.applicationCredential();
    const { project, otherProject } = bench.cloud;
    await connect(bench.cloud, { ...by({ id }, secret), project: { id: project.id } });
    const error = await thrown(connect(bench.cloud, { ...by({ id }, secret), project: { id: otherProject.id } }));
    expect(error).toMatchObject({ code: 'LOGIN_SCOPE', message: expect.stringContaining(project.name) });
  });

  test.each<[string, number, (own: ApplicationCredential) => Way]>([
    ['a wrong secret', 401, ({ id }) => by({ id }, 'wrong')],
    ['an unknown id', 404, ({ secret }) => by({ id: nobody }, secret)],
    ['an unknown name', 401, ({ secret }) => by({ name: 'nothing', user: user() }, secret)],
    ['an unknown user', 404, ({ name, secret }) => by({ name, user: { ...user(), name: 'nobody' } }, secret)],
  ])('%s: refused, with what it may be', async (_what, status, way) => {
    const error = await thrown(connect(bench.cloud, way(await bench.cloud.applicationCredential())));
    expect(told(error)).toMatchObject({ code: 'LOGIN_REFUSED', status });
    const hint = status === 401 ? 'the secret is wrong' : 'There is no such application credential';
    expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
  });

  test('its token is not exchanged for one of another project', async () => {
    const { id, secret } = await bench.cloud.applicationCredential();
    const { tokens } = await connect(bench.cloud, by({ id }, secret));
    const way = { ...byToken(tokens[0] ?? ''), project: { id: bench.cloud.otherProject.id } };
    expect(told(await thrown(connect(bench.cloud, way)))).toMatchObject({ code: 'LOGIN_SCOPE', status: 403 });
  });
});

describe('by password', () => {
  test.each<[string, () => object]>([
    ['the id of the user', () => ({ id: bench.cloud.careful.id })],
    ['names', () => ({ name: bench.cloud.careful.username, domain: { id: bench.cloud.domain.id } })],
  ])('and passcode, with %s', async (_what, user) => {
    const { password, passcode } = bench.cloud.careful;
    const secrets = { password: new Secret(password), passcode: new Secret(passcode()) };
    const way = { way: 'password' as const, user: Object(user()), ...secrets };
    await expectWhole(await connect(bench.cloud, { way, project: { id: bench.cloud.project.id } }), 1);
  });

  test('alone, of a user who needs a passcode: refused, and told so', async () => {
    const error = await thrown(connect(bench.cloud, byPassword(bench.cloud.careful)));
    expect(told(error)).toMatchObject({ code: 'LOGIN_REFUSED', status: 401 });
    expect(error).toMatchObject({ hint: expect.stringMatching(/passcode/) });
  });

  test('and a wrong passcode: refused', async () => {
    const { id, password } = bench.cloud.careful;
    const way = {
      way: 'password' as const,
      user: { id },
      password: new Secret(password),
      passcode: new Secret('000000'),
    };
    const error = await thrown(connect(bench.cloud, { way, project: { id: bench.cloud.project.id } }));
    expect(told(error)).toMatchObject({ code: 'LOGIN_REFUSED', status: 401 });
  });
});

describe('by a token', () => {
  test('of none: exchanged for one of the project; the given one lives on', async () => {
    const { member, project } = bench.cloud;
    const given = await logIn(member, 'unscoped');
    const way = { ...byToken(given), project: { name: project.name, domain: { name: member.domain } } };
    await expectWhole(await connect(bench.cloud, way), 1);
    expect(await lives(given)).toBe(true);
  });

  test('for a project without a role: refused, and the given one lives on', async () => {
    const given = await bench.tokenOf(bench.cloud.other);
    const error = await thrown(connect(bench.cloud, { ...byToken(given), project: { id: bench.cloud.project.id } }));
    expect(told(error)).toMatchObject({ code: 'LOGIN_SCOPE', status: 401 });
    expect(await lives(given)).toBe(true);
  });
});

describe('by an ID token', () => {
  let github: GitHub;

  beforeEach(async () => {
    const { key, run } = bench.cloud.federation;
    github = await startGitHub({ key, run });
  });
  afterEach(() => github.close());

  function asJob(project: NonNullable<Way['project']>, changes: object = {}): Promise<Client> {
    const { identityProvider, protocol, audience } = bench.cloud.federation;
    const way = { way: 'oidc' as const, identityProvider, protocol, audience, ...changes };
    const idTokens = { url: github.requestUrl, token: new Secret(github.requestToken) };
    return connect(bench.cloud, { way, project }, { idTokens });
  }

  test.each<[string, () => NonNullable<Way['project']>]>([
    ['its id', () => ({ id: bench.cloud.project.id })],
    ['its name alone', () => ({ name: bench.cloud.project.name })],
    ['its name and domain', () => ({ name: bench.cloud.project.name, domain: { id: bench.cloud.domain.id } })],
  ])('for the project by %s: two tokens, both revoked at the end', async (_what, project) => {
    await expectWhole(await asJob(project()), 2);
    expect(github.requests).toHaveLength(1);
  });

  test('its token for another project, given to another run: exchanged; the given one lives on', async () => {
    const { tokens } = await asJob({ id: bench.cloud.otherProject.id });
    const given = tokens.findLast((token) => token.startsWith('gAAAA')) ?? '';
    await expectWhole(await connect(bench.cloud, { ...byToken(given), project: { id: bench.cloud.project.id } }), 1);
    expect(await lives(given)).toBe(true);
  });

  test('for a project that the job has no role in: the other token is revoked', async () => {
    const error = await thrown(asJob({ name: 'nothing' }));
    expect(error).toMatchObject({ code: 'LOGIN_SCOPE', message: expect.stringContaining(bench.cloud.project.name) });
    const unknown = await thrown(asJob({ id: nobody }));
    expect(told(unknown)).toMatchObject({ code: 'LOGIN_SCOPE', status: 401 });
  });

  test('of a job without any right', async () => {
    const run: Run = bench.cloud.federation.withoutRights;
    Object.assign(github.knobs, { claims: { repository: run.repository, sub: `repo:${run.repository}:ref:x` } });
    const error = await thrown(asJob({ name: bench.cloud.project.name }));
    expect(error).toMatchObject({ code: 'LOGIN_SCOPE', message: expect.stringContaining('none') });
  });

  test('of another repository: the mapping, and what was offered', async () => {
    Object.assign(github.knobs, { claims: { repository: 'mallory/network' } });
    const error = await thrown(asJob({ id: bench.cloud.project.id }));
    expect(told(error)).toMatchObject({ code: 'LOGIN_REFUSED', status: 401 });
    expect(error).toMatchObject({
      message: expect.stringContaining('mallory/network'),
      hint: expect.stringContaining('no rule of the mapping fits'),
    });
  });

  test.each<[string, object, object]>([
    ['for someone else', { audience: 'https://github.com/acme' }, {}],
    ['signed by an unknown key', {}, { signature: 'rotated' }],
    ['that has expired', {}, { time: 'expired' }],
  ])('%s: the web server, which Keystone is behind', async (_what, changes, knobs) => {
    Object.assign(github.knobs, knobs);
    const error = await thrown(asJob({ id: bench.cloud.project.id }, changes));
    expect(told(error)).toMatchObject({ code: 'LOGIN_REFUSED', status: 401 });
    expect(error).toMatchObject({
      message: expect.stringContaining(bench.cloud.federation.run.repository),
      hint: expect.stringContaining('web server in front of Keystone does not take the ID token'),
    });
  });

  test('at an identity provider that is not there', async () => {
    const error = await thrown(asJob({ id: bench.cloud.project.id }, { identityProvider: 'nobody' }));
    expect(told(error)).toMatchObject({ code: 'LOGIN_REFUSED', status: 404 });
    expect(error).toMatchObject({ message: expect.stringContaining('nobody') });
    expect(at(github.requests, 0, 'status')).toBe(200);
  });
});
