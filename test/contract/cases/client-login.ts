/** What the action's client makes of the identity service's answers. */
import { afterAll, describe, expect, test } from 'vitest';
import { logIn } from '../../openstack/rest.ts';
import { useBench } from '../bench.ts';
import { byPassword, byToken, closeAll, connect, thrown, told } from '../client.ts';

const bench = useBench();

afterAll(closeAll);

describe('the login', () => {
  test('finds project, network service and end', async () => {
    const { member, project, networkUrl } = bench.cloud;
    const { session, tokens } = await connect(bench.cloud, byPassword(member));
    expect(session.project).toEqual(project);
    expect(session.networkUrl.href).toBe(`${networkUrl}/v2.0`);
    expect(tokens).toHaveLength(1);
  });

  test('with a given token is the same', async () => {
    const { member, project, networkUrl } = bench.cloud;
    const { session, tokens } = await connect(bench.cloud, byToken(await bench.tokenOf(member)));
    expect(session.project).toEqual(project);
    expect(session.networkUrl.href).toBe(`${networkUrl}/v2.0`);
    expect(tokens).toEqual([]);
  });

  test('its token is revoked when the session ends, a given one is not', async () => {
    const { member } = bench.cloud;
    const own = await connect(bench.cloud, byPassword(member));
    expect(await own.session.close(5000)).toBeUndefined();
    const [token = ''] = own.tokens;
    const headers = { 'x-auth-token': token, 'x-subject-token': token };
    expect((await bench.identity('GET', '/auth/tokens', headers)).status).toBe(401);
    const given = await logIn(member);
    await (await connect(bench.cloud, byToken(given))).session.close(5000);
    const same = { 'x-auth-token': given, 'x-subject-token': given };
    expect((await bench.identity('GET', '/auth/tokens', same)).status).toBe(200);
  });

  test.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown user', { username: 'nobody' }],
    ['an unknown domain', { domain: 'nowhere' }],
    ['an unknown project', { project: 'nothing' }],
  ])('%s: refused, with what it may be', async (_what, changes) => {
    const error = await thrown(connect(bench.cloud, byPassword({ ...bench.cloud.member, ...changes })));
    expect(told(error)).toEqual({ code: 'LOGIN_REFUSED', status: 401, serverCode: undefined });
    expect(error).toMatchObject({
      message: expect.stringContaining('The request you have made requires authentication.'),
      hint: expect.stringContaining('the password is wrong'),
    });
  });

  test('a given token that is none, revoked or expired', async () => {
    const { member } = bench.cloud;
    const { token, expired } = await bench.cloud.shortLivedToken();
    const revoked = await logIn(member);
    await bench.identity('DELETE', '/auth/tokens', { 'x-auth-token': revoked, 'x-subject-token': revoked });
    await expired();
    for (const given of ['garbage', revoked, token]) {
      const error = await thrown(connect(bench.cloud, byToken(given)));
      expect(told(error)).toEqual({ code: 'LOGIN_TOKEN', status: 401, serverCode: undefined });
    }
  });

  test('a given token for no project', async () => {
    const token = await logIn(bench.cloud.member, 'unscoped');
    expect(await thrown(connect(bench.cloud, byToken(token)))).toMatchObject({ code: 'LOGIN_SCOPE' });
  });

  test('a given token of another project than wanted', async () => {
    const token = await bench.tokenOf(bench.cloud.other);
    const way = { ...byToken(token), project: { name: bench.cloud.project.name } };
    expect(await thrown(connect(bench.cloud, way))).toMatchObject({ code: 'LOGIN_SCOPE' });
  });

  test('a region that the catalogue does not have', async () => {
    const error = await thrown(connect(bench.cloud, byPassword(bench.cloud.member), { region: 'mars' }));
    expect(error).toMatchObject({
      code: 'CATALOGUE',
      message: expect.stringContaining(`no endpoint in region mars; it has: ${bench.cloud.region}`),
    });
  });

  test('a token that is refused later is replaced, once', async () => {
    const { session, tokens } = await connect(bench.cloud, byPassword(bench.cloud.member));
    const [token = ''] = tokens;
    await bench.identity('DELETE', '/auth/tokens', { 'x-auth-token': token, 'x-subject-token': token });
    const url = new URL(`${session.networkUrl.href}/routers`);
    const answer = await session.send({ method: 'GET', url, what: 'list', repeat: 'freely' });
    expect(answer.status).toBe(200);
    expect(tokens).toHaveLength(2);
  });

  test('a given token that is refused later ends the run', async () => {
    const token = await logIn(bench.cloud.member);
    const { api: client } = await connect(bench.cloud, byToken(token));
    await bench.identity('DELETE', '/auth/tokens', { 'x-auth-token': token, 'x-subject-token': token });
    const error = await thrown(client.routers());
    expect(told(error)).toEqual({ code: 'LOGIN_TOKEN', status: 401, serverCode: undefined });
  });
});
