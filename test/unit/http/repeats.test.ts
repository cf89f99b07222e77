import { describe, expect, test } from 'vitest';
import { LostAnswerError, ResponseError } from '../../../src/http/errors.ts';
import { client, failure, get, json, post, raw, remove, reset, serve } from './support.ts';

describe('repeats', () => {
  test.each([429, 502, 503, 504])('%i is repeated with growing waits, each in the log', async (status) => {
    const server = await serve([raw(status, 'busy'), raw(status), json(200, { ok: true })]);
    const { http, waits, lines } = client();
    const response = await http.send(get(server.url));
    expect(response).toMatchObject({ body: { ok: true }, tries: 3 });
    expect(waits).toEqual([250, 500]);
    expect(lines.filter((line) => line.startsWith('I '))).toEqual([
      `I Try 2 of 5 in 0.3 s: list the things (HTTP ${status})`,
      `I Try 3 of 5 in 0.5 s: list the things (HTTP ${status})`,
    ]);
    expect(lines.at(-1)).toMatch(/: 200, \d+ ms, try 3$/);
  });

  test('end after five tries, and the error says so', async () => {
    const server = await serve(raw(503, 'maintenance'));
    const { http, waits } = client();
    const error = await failure(http.send(get(server.url)));
    expect(error).toMatchObject({
      code: 'API_UNAVAILABLE',
      message: 'Could not list the things: maintenance (HTTP 503, after 5 tries)',
    });
    expect(server.requests).toHaveLength(5);
    expect(waits).toHaveLength(4);
  });

  test('500 is not repeated', async () => {
    const server = await serve(raw(500));
    expect(await failure(client().http.send(get(server.url)))).toMatchObject({ status: 500, code: 'API_UNAVAILABLE' });
    expect(server.requests).toHaveLength(1);
  });

  test('Retry-After is waited for, as far as the deadline allows', async () => {
    const server = await serve([raw(429, '', { 'retry-after': '7' }), json(200, {})]);
    const one = client();
    await one.http.send(post(server.url));
    expect(one.waits).toEqual([7250]);
    const late = await serve(raw(429, '', { 'retry-after': '600' }));
    const other = client();
    const error = await failure(other.http.send(post(late.url)));
    expect(error).toMatchObject({
      status: 429,
      retryAfterMs: 600_000,
      message: expect.stringContaining('asks to wait 600 s'),
    });
    expect(other.waits).toEqual([]);
    expect(late.requests).toHaveLength(1);
  });

  test('a date in Retry-After is one by the clock of the server', async () => {
    const [date, later] = ['Mon, 01 Jan 2035 00:00:00 GMT', 'Mon, 01 Jan 2035 00:00:07 GMT'];
    const server = await serve([raw(429, '', { date, 'retry-after': later }), json(200, {})]);
    const one = client();
    await one.http.send(post(server.url));
    expect(one.waits).toEqual([7250]);
  });

  test('a reset GET is sent again', async () => {
    const server = await serve([reset, reset, json(200, { ok: 1 })]);
    expect(await client().http.send(get(server.url))).toMatchObject({ tries: 3 });
  });

  test('a cut body is a lost answer, and a GET is sent again', async () => {
    const cut = (response: import('node:http').ServerResponse): void => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
      setTimeout(() => response.destroy(), 20);
    };
    const server = await serve([cut, json(200, { ok: 1 })]);
    expect(await client().http.send(get(server.url))).toMatchObject({ tries: 2 });
  });

  test('a DELETE that finds nothing on its second try succeeded', async () => {
    const server = await serve([reset, json(404, { NeutronError: { type: 'VPNServiceNotFound', message: 'gone' } })]);
    const { http } = client();
    expect(await http.send(remove(server.url))).toMatchObject({ status: 204, tries: 2 });
    const absent = await serve(raw(404));
    expect(await failure(http.send(remove(absent.url)))).toMatchObject({ status: 404 });
  });

  test('a wait that would pass the deadline is not begun', async () => {
    const server = await serve(raw(503));
    const { http, waits } = client();
    expect(await failure(http.send({ ...get(server.url), deadlineMs: 600 }))).toMatchObject({ status: 503 });
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(600);
  });
});

describe('a POST', () => {
  test.each([
    ['reset', reset, undefined, 'closed the connection'],
    ['500', json(500, { NeutronError: { type: 'HTTPInternalServerError', message: 'oops' } }), 500, 'HTTP 500: oops'],
    ['502', raw(502), 502, 'HTTP 502'],
    ['503', raw(503), 503, 'HTTP 503'],
    ['504', raw(504, '<title>Gateway Time-out</title>'), 504, 'HTTP 504: Gateway Time-out'],
    ['no JSON', raw(201, '<html>hello</html>', { 'x-request-id': 'r7' }), 201, 'the answer is no JSON (HTTP 201)'],
  ] as const)('%s: the answer is lost, and it is not sent again', async (_name, answer, status, reason) => {
    const server = await serve(answer);
    const { http, waits } = client();
    const error = await failure(http.send(post(server.url)));
    expect(error).toBeInstanceOf(LostAnswerError);
    expect(error).toMatchObject({
      code: 'RESULT_UNKNOWN',
      status,
      reason: expect.stringContaining(reason),
      message: expect.stringContaining('Could not create the thing a, or it was done and the answer is lost: '),
      hint: 'The result is unknown. Run it again: it finds what is there and goes on from it.',
    });
    expect(server.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test('429 is sent again: it was not carried out', async () => {
    const server = await serve([raw(429), json(201, {})]);
    expect(await client().http.send(post(server.url))).toMatchObject({ status: 201, tries: 2 });
  });

  test('503 of a login is sent again, and in the end it is a refusal', async () => {
    const server = await serve([raw(503), json(201, {})]);
    const login = { ...post(server.url), repeat: 'if not carried out or 503' } as const;
    expect(await client().http.send(login)).toMatchObject({ tries: 2 });
    const down = await serve(raw(503));
    expect(await failure(client().http.send({ ...login, url: down.url }))).toBeInstanceOf(ResponseError);
  });

  test("'never' is never repeated, and 503 is then a plain refusal", async () => {
    const server = await serve(raw(503));
    const error = await failure(client().http.send({ ...post(server.url), repeat: 'never' }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(server.requests).toHaveLength(1);
  });
});
