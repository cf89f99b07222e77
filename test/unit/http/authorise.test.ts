import { expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import type { HttpRequest } from '../../../src/http/client.ts';
import { type Answer, client, failure, get, json, post, raw, reset, serve, visible } from './support.ts';

/** Signs the nth try with `sig-000n`. */
function signing(request: HttpRequest): HttpRequest & { readonly seen: unknown[] } {
  const seen: unknown[] = [];
  const authorise: HttpRequest['authorise'] = (wire) => {
    seen.push(wire);
    return { authorization: `SDK Signature=sig-000${seen.length}`, 'x-sdk-date': `date-${seen.length}` };
  };
  return { ...request, authorise, seen };
}

test('each try has headers of its own, made from exactly what it sends', async () => {
  const server = await serve([raw(503), reset, json(200, {})]);
  const request = signing({ ...get(server.url), headers: { 'x-project-id': 'p1' } });
  expect(await client().http.send(request)).toMatchObject({ tries: 3 });
  const sent = server.requests.map(({ headers }) => [headers['authorization'], headers['x-sdk-date']]);
  expect(sent).toEqual([1, 2, 3].map((n) => [`SDK Signature=sig-000${n}`, `date-${n}`]));
  expect(server.requests[2]?.headers['x-project-id']).toBe('p1');
  expect(request.seen[2]).toEqual({
    ...{ method: 'GET', url: server.url, body: undefined },
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'ipsec-connection-action/test',
      'x-project-id': 'p1',
    },
  });
});

test('it sees the text of the body, and its type', async () => {
  const server = await serve(json(201, {}));
  const request = signing(post(server.url));
  await client().http.send(request);
  expect(request.seen).toEqual([
    expect.objectContaining({
      method: 'POST',
      body: server.requests[0]?.body,
      headers: expect.objectContaining({ 'content-type': server.requests[0]?.headers['content-type'] }),
    }),
  ]);
});

test('what it gives is kept out of errors, the signature alone too', async () => {
  const echo: Answer = (response, { headers: { authorization } }) =>
    response.writeHead(400).end(`bad ${authorization}, or ${authorization?.slice(-8)}`);
  const server = await serve(echo);
  const error = await failure(client().http.send(signing(get(server.url))));
  expect(error).toMatchObject({ message: 'Could not list the things: bad ***, or *** (HTTP 400)' });
  expect(visible(error)).not.toContain('sig-0001');
});

test('when it refuses, nothing is sent, and its error is the outcome', async () => {
  const server = await serve(json(200, {}));
  const refusal = new ActionError('LOGIN_REFUSED', 'no');
  const authorise = (): never => {
    throw refusal;
  };
  expect(await failure(client().http.send({ ...get(server.url), authorise }))).toBe(refusal);
  expect(server.requests).toEqual([]);
});

test.each([
  ['Mon, 23 Nov 2026 03:00:00 GMT', Date.parse('2026-11-23T03:00:00Z')],
  ['yesterday', undefined],
])('a refusal tells the time of the server: %s', async (date, serverTime) => {
  const server = await serve(raw(400, 'no', { date }));
  expect(await failure(client().http.send(get(server.url)))).toMatchObject({ serverTime });
});

test('a server that tells no time', async () => {
  const server = await serve((response) => {
    response.sendDate = false;
    response.writeHead(400).end();
  });
  expect(await failure(client().http.send(get(server.url)))).toMatchObject({ status: 400, serverTime: undefined });
});
