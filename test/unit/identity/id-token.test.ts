import { expect, test } from 'vitest';
import type { HttpClient } from '../../../src/http/client.ts';
import { requestIdToken } from '../../../src/identity/id-token.ts';
import { Secret } from '../../../src/secret.ts';
import { type Answer, client, failure, hang, json, raw, reset, serve, visible } from '../http/support.ts';
import { jwt, requestToken } from './oidc-support.ts';

const token = new Secret(requestToken);

interface Ask {
  readonly url?: string | undefined;
  readonly http?: HttpClient;
  readonly audience?: string;
  readonly critical?: boolean;
  readonly masked?: string[];
}

function ask({
  url,
  http = client().http,
  audience = 'https://cloud.example.org',
  critical = false,
  masked = [],
}: Ask) {
  return requestIdToken(audience, { http, idTokens: { url, token }, critical }, (secret) => masked.push(secret));
}

test.each([
  [
    '/idtoken?api-version=2.0',
    'https://cloud.example.org',
    '/idtoken?api-version=2.0&audience=https%3A%2F%2Fcloud.example.org',
  ],
  ['/idtoken', 'a&b=c #ü', '/idtoken?audience=a%26b%3Dc%20%23%C3%BC'],
  ['/a%20b?x=%2F', 'aud', '/a%20b?x=%2F&audience=aud'],
])('%s for %s', async (path, audience, asked) => {
  const server = await serve(json(200, { value: jwt() }));
  const { http, lines } = client();
  const masked: string[] = [];
  const secret = await ask({ url: `${server.url.origin}${path}`, http, audience, masked });
  expect(secret.reveal()).toBe(jwt());
  expect(server.requests).toMatchObject([
    { method: 'GET', path: asked, headers: { authorization: `bearer ${requestToken}` }, body: '' },
  ]);
  expect(masked).toEqual([requestToken, jwt()]);
  expect(lines.join()).not.toContain(requestToken);
});

test.each([
  [undefined, token],
  ['http://127.0.0.1:1/idtoken', undefined],
])('without a permission (%s): the lines to add', async (url, given) => {
  const { http } = client();
  const error = await failure(
    requestIdToken('aud', { http, idTokens: { url, token: given }, critical: false }, () => undefined),
  );
  expect(error).toMatchObject({
    code: 'ID_TOKEN',
    message: expect.stringMatching(/Add to the job:\n {4}permissions:\n {6}id-token: write\n {6}contents: read$/),
    hint: expect.stringMatching(/replace the workflow's.*reusable.*forks.*Dependabot/),
  });
});

test.each(['no address', 'http://example.org/idtoken', 'http://localhost.example.org/', 'ftp://example.org/'])(
  'the address %s is not asked',
  async (url) => {
    const error = await failure(ask({ url }));
    expect(error).toMatchObject({ code: 'ID_TOKEN', message: expect.stringContaining('ACTIONS_ID_TOKEN_REQUEST_URL') });
    expect(visible(error)).not.toContain(requestToken);
  },
);

test.each([
  [401, /id-token: write/],
  [403, /id-token: write/],
  [404, /GitHub Enterprise Server/],
  [302, /proxy/],
  [500, /has a problem/],
  [503, /has a problem/],
  [429, /has a problem/],
])('HTTP %i', async (status, hint) => {
  const server = await serve(raw(status, `echo: bearer ${requestToken} ${requestToken.slice(0, 12)}…`));
  const error = await failure(ask({ url: server.url.href }));
  expect(error).toMatchObject({
    ...{ name: 'ResponseError', code: 'ID_TOKEN', status, hint: expect.stringMatching(hint) },
    message: expect.stringMatching(/^Could not get an ID token from GitHub: /),
  });
  expect(visible(error)).not.toContain(requestToken.slice(0, 12));
  expect(server.requests).toHaveLength([429, 503].includes(status) ? 5 : 1);
});

test.each([
  ['a page', raw(200, '<html>please log in</html>'), /no JSON/],
  ['too much', raw(200, 'x'.repeat(6 * 1024 * 1024)), /too long/],
] as const)('an answer that is %s', async (_name, answer, words) => {
  const server = await serve(answer);
  expect(await failure(ask({ url: server.url.href }))).toMatchObject({
    ...{ code: 'ID_TOKEN', message: expect.stringMatching(words), hint: expect.stringContaining('Enterprise Server') },
  });
});

test.each([
  ['nothing', raw(200), []],
  ['no object', json(200, ['x']), []],
  ['no value', json(200, { count: 1 }), []],
  ['a number', json(200, { value: 7 }), []],
  ['no token', json(200, { value: 'a.b' }), ['a.b']],
] as const)('an answer with %s', async (_name, answer, expected) => {
  const server = await serve(answer);
  const masked: string[] = [];
  const error = await failure(ask({ url: server.url.href, masked }));
  expect(error).toMatchObject({
    code: 'ID_TOKEN',
    message: 'GitHub answered the request for an ID token, but with none.',
  });
  expect(masked).toEqual([requestToken, ...expected]);
});

test.each([
  ['a lost connection', reset],
  ['502', raw(502)],
] as const)('%s is tried again', async (_name, first: Answer) => {
  const server = await serve([first, first, json(200, { value: jwt() })]);
  expect((await ask({ url: server.url.href })).reveal()).toBe(jwt());
  expect(server.requests).toHaveLength(3);
});

test('errors of the connection stay what they are', async () => {
  expect(await failure(ask({ url: 'http://127.0.0.1:1/' }))).toMatchObject({
    name: 'UnreachableError',
    code: 'NETWORK',
  });
  const server = await serve(reset);
  expect(await failure(ask({ url: server.url.href }))).toMatchObject({ name: 'LostAnswerError', code: 'NETWORK' });
});

test('the first cancel signal ends it, but not in the middle of a replacement', async () => {
  const silent = await serve(hang);
  const first = client();
  const ended = failure(ask({ url: silent.url.href, http: first.http }));
  first.reads.abort();
  expect(await ended).toMatchObject({ code: 'CANCELLED' });
  const server = await serve(json(200, { value: jwt() }));
  const second = client();
  second.reads.abort();
  expect((await ask({ url: server.url.href, http: second.http, critical: true })).reveal()).toBe(jwt());
});
