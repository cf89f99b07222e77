/** A small Keystone and Neutron for the tests of the login. */
import type { HttpRequest } from '../../../src/http/client.ts';
import type { LoginOptions } from '../../../src/identity/login.ts';
import type { Login, LoginWay, PasswordWay } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { type Answer, type Arrived, client, json, raw, serve, type TestServer } from '../http/support.ts';

export const project = { id: '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e', name: 'prod', domain: { id: 'd0', name: 'acme' } };
export const passwordWay: PasswordWay = {
  way: 'password',
  user: { name: 'ci-bot', domain: { name: 'acme' } },
  password: new Secret('Pass-Wort1'),
};
/** With a password, for the project "prod". */
export const passwordLogin: Login = { way: passwordWay, project: { name: 'prod' } };
export const tokenWay: LoginWay = { way: 'token', token: new Secret('gAAAA-given') };
export const unauthorized = json(401, {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
});

/** What a token is about; the catalogue leads back to the same server. */
export function tokenBody(request: Arrived, more: object = {}): unknown {
  const endpoints = [{ interface: 'public', region: 'r1', region_id: 'r1', url: `http://${request.headers.host}` }];
  const catalog = [{ type: 'network', name: 'neutron', endpoints }];
  const token = { expires_at: '2099-01-01T00:00:00.000000Z', user: { name: 'ci-bot' }, project, catalog, ...more };
  return { token };
}

export function issue(token: string, more: object = {}): Answer {
  return (response, request, n) =>
    json(201, tokenBody(request, more), { 'X-Subject-Token': token })(response, request, n);
}

export interface Routes {
  post?: Answer | readonly Answer[];
  get?: Answer;
  catalog?: Answer;
  remove?: Answer;
  network?: Answer;
}

/** Keystone and Neutron on one loopback origin. */
export async function cloud({
  post = issue('tok-1'),
  get,
  catalog = raw(404),
  remove = raw(204),
  network = json(200, {}),
}: Routes = {}): Promise<TestServer> {
  const posts = typeof post === 'function' ? [post] : post;
  let logins = 0;
  return await serve((response, request, n) => {
    const route = `${request.method} ${request.path}`;
    if (route === 'POST /v3/auth/tokens') {
      logins += 1;
      posts[Math.min(logins, posts.length) - 1]?.(response, request, n);
      return;
    }
    const routes: Record<string, Answer> = {
      'GET /v3/auth/tokens': get ?? ((to, from) => json(200, tokenBody(from))(to, from, n)),
      'DELETE /v3/auth/tokens': remove,
      'GET /v3/auth/catalog': catalog,
    };
    (routes[route] ?? network)(response, request, n);
  });
}

export function calls(server: TestServer): string[] {
  return server.requests.map(({ method, path }) => `${method} ${path}`);
}

export interface Trying {
  options: LoginOptions;
  masked: string[];
  warnings: string[];
  lines: readonly string[];
  waits: readonly number[];
  reads: AbortController;
}

export function trying(server: TestServer, more: Partial<LoginOptions> = {}): Trying {
  const { http, lines, waits, reads } = client();
  const masked: string[] = [];
  const warnings: string[] = [];
  const options: LoginOptions = {
    ...{
      login: passwordLogin,
      authUrl: new URL('/', server.url),
      dialect: 'openstack',
      http,
      clock: { now: Date.now },
    },
    ...{ deadline: Date.now() + 600_000, idTokens: { url: undefined, token: undefined } },
    log: { warning: (text) => warnings.push(text) },
    mask: (secret) => masked.push(secret),
    ...more,
  };
  return { options, masked, warnings, lines, waits, reads };
}

export const list = (session: { networkUrl: URL }): HttpRequest => ({
  method: 'GET',
  url: new URL(`${session.networkUrl.href}/vpn/ikepolicies`),
  what: 'list the IKE policies',
  repeat: 'freely',
});
