import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ResponseError } from '../../../src/http/errors.ts';
import { client, failure, get, json, post, raw, serve, visible } from './support.ts';

describe('a good answer', () => {
  test('is parsed; the request has the right headers and body', async () => {
    const server = await serve(json(201, { thing: { id: 1 } }, { 'X-Openstack-Request-Id': 'req-1', 'X-Other': 'o' }));
    const { http, lines } = client();
    const response = await http.send({ ...post(server.url), headers: { 'x-auth-token': 't'.repeat(20_000) } });
    expect(response).toMatchObject({ status: 201, body: { thing: { id: 1 } }, requestId: 'req-1', tries: 1 });
    expect(response.header('X-OTHER')).toBe('o');
    expect(response.header('missing')).toBeUndefined();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v2.0/things', body: '{"thing":{"name":"a"}}' });
    expect(request?.headers).toMatchObject({
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'ipsec-connection-action/test',
    });
    expect(request?.headers['x-auth-token']).toHaveLength(20_000);
    expect(lines).toEqual([expect.stringMatching(/^D POST \/v2\.0\/things: 201, request id req-1, \d+ ms, try 1$/)]);
  });

  test('keeps the connection, and the query stays out of the log', async () => {
    const server = await serve(json(200, {}));
    const { http, lines } = client();
    await http.send(get(new URL('?name=secret-name', server.url)));
    await http.send(get(server.url));
    expect(server.connections()).toBe(1);
    expect(server.requests[0]?.path).toBe('/v2.0/things?name=secret-name');
    expect(lines.join()).not.toContain('secret-name');
  });

  test.each([
    ['204 without a body', 'GET', raw(204), 204, undefined],
    ['300 of a version root', 'GET', json(300, { versions: [] }), 300, { versions: [] }],
    ['JSON under another content type', 'GET', raw(200, '{"a":1}', { 'content-type': 'text/plain' }), 200, { a: 1 }],
    ['HEAD', 'HEAD', raw(200, '', { 'content-length': '50' }), 200, undefined],
    ['anything after a DELETE', 'DELETE', raw(202, '<html>gone</html>'), 202, undefined],
  ] as const)('%s', async (_name, method, answer, status, body) => {
    const server = await serve(answer);
    const response = await client().http.send({ ...get(server.url), method });
    expect(response).toMatchObject({ status });
    expect(response.body).toEqual(body);
  });

  test('an answer just below the cap is read, and early hints are skipped', async () => {
    const server = await serve((response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      json(200, { text: 'x'.repeat(100_000) })(response, { method: '', path: '', headers: {}, body: '' }, 1);
    });
    const response = await client({ responseBytes: 100_100 }).http.send(get(server.url));
    expect(inspect(response.body)).toContain('xxx');
  });
});

describe('a refusal', () => {
  test('tells what failed, the words, code, status and request id, and what to do', async () => {
    const body = { NeutronError: { type: 'IKEPolicyInUse', message: 'IKEPolicy 1 is in use', detail: '' } };
    const server = await serve(json(409, body, { 'x-openstack-request-id': 'req-9' }));
    const hints = (code: string): string | undefined => (code === 'IKEPolicyInUse' ? 'Own hint.' : undefined);
    const error = await failure(client({}, { hints }).http.send(post(server.url)));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({
      code: 'API_REFUSED',
      message: 'Could not create the thing a: IKEPolicy 1 is in use (IKEPolicyInUse, HTTP 409, request id req-9)',
      hint: 'Own hint.',
      status: 409,
      serverCode: 'IKEPolicyInUse',
      serverWords: 'IKEPolicy 1 is in use',
      requestId: 'req-9',
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [
      'gateway',
      json(401, { error_code: 'APIGW.0307', error_msg: 'old', request_id: 'g1' }),
      'old (APIGW.0307, HTTP 401, request id g1)',
      /must be renewed/,
    ],
    ['HTML', raw(404, '<html><title>404 Not Found</title>x</html>'), '404 Not Found (HTTP 404)', /Check the id/],
    ['nothing', raw(403), 'Forbidden, without a reason (HTTP 403)', /lacks a right/],
    ['an odd status', raw(460), 'an unknown status, without a reason (HTTP 460)', undefined],
    [
      'a redirect',
      raw(302, '', { location: 'https://login.test/x' }),
      'the answer is a redirect to login.test, which is not followed (HTTP 302)',
      /redirect/,
    ],
    ['a redirect on the same host', raw(301, '', { location: '/x' }), 'a redirect to 127.0.0.1:', /redirect/],
    ['a redirect to nowhere', raw(307, '', { location: 'https://' }), 'a redirect to another address', /redirect/],
    ['a redirect without a place', raw(303), 'a redirect to 127.0.0.1:', /redirect/],
  ] as const)('%s', async (_name, answer, words, hint) => {
    const server = await serve(answer);
    const error = await failure(client().http.send(get(server.url)));
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    if (hint !== undefined) {
      expect(error).toMatchObject({ hint: expect.stringMatching(hint) });
    }
    expect(server.requests).toHaveLength(1);
  });

  test('with megabytes of text is read no further than needed', async () => {
    const server = await serve((response) => {
      response.writeHead(400);
      response.write(`so it is ${'x'.repeat(200_000)}`);
      // Never ended: who waits for the end of the body waits in vain.
    });
    const error = await failure(client().http.send(post(server.url)));
    expect(error).toMatchObject({ status: 400, serverWords: expect.stringMatching(/^so it is x+…$/) });
  });

  test('a secret of the request that the server repeats is taken out, and nothing else is kept', async () => {
    const server = await serve((response, { body }) =>
      raw(400, `bad: ${body}`)(response, { method: '', path: '', headers: {}, body }, 1),
    );
    const body = { thing: { psk: 'Geheim+1' } };
    const { http, lines } = client();
    const error = await failure(http.send({ ...post(server.url), body, headers: { 'x-auth-token': 'tok-123' } }));
    expect(error).toMatchObject({ serverWords: 'bad: {"thing":{"psk":"***"}}' });
    expect(visible(error) + lines.join()).not.toMatch(/Geheim|tok-123/);
  });
});
