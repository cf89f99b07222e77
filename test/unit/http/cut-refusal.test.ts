/** A refusal whose words are cut off is a refusal all the same. */
import { expect, test } from 'vitest';
import { type Answer, client, failure, json, raw, serve } from './support.ts';

/** The status and a beginning of the body, of which more was announced; then the end of the connection, or nothing. */
function cut(status: number, end: 'closed' | 'silent'): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"error": {"code": ', () => end === 'closed' && response.destroy());
  };
}

const read = { method: 'GET', what: 'look', repeat: 'freely' } as const;

test.each([
  ['closed', 401],
  ['closed', 403],
  ['silent', 401],
] as const)('a connection %s within a %i is not asked again', async (end, status) => {
  const server = await serve(cut(status, end));
  const { http } = client();
  const error = await failure(http.send({ ...read, url: server.url, deadlineMs: 300 }));
  expect(error).toMatchObject({ name: 'ResponseError', code: 'API_REFUSED', status });
  expect(server.requests).toHaveLength(1);
});

test.each([429, 502, 503, 504])('a cut %i is tried again, as a whole one is', async (status) => {
  const server = await serve([cut(status, 'closed'), json(200, { ok: true })]);
  expect(await client().http.send({ ...read, url: server.url })).toMatchObject({ body: { ok: true } });
});

test('a cut success is no refusal: it is asked for again', async () => {
  const server = await serve([cut(200, 'closed'), json(200, { ok: true })]);
  expect(await client().http.send({ ...read, url: server.url })).toMatchObject({ body: { ok: true } });
});

test('a server error to a POST leaves in doubt whether it was done, cut or not', async () => {
  const server = await serve(cut(500, 'closed'));
  const post = { ...read, method: 'POST', repeat: 'if not carried out', url: server.url } as const;
  expect(await failure(client().http.send(post))).toMatchObject({ name: 'LostAnswerError', status: 500 });
  expect(server.requests).toHaveLength(1);
});

test.each<[string, Answer]>([
  ['whole', json(201, {}, { 'X-Found': 'it' })],
  ['no JSON', raw(201, '<html>', { 'X-Found': 'it' })],
  [
    'cut',
    (response) => {
      response.writeHead(201, { 'X-Found': 'it', 'content-length': '500' });
      response.write('{', () => response.destroy());
    },
  ],
])('the header of an answer is seen although its body is %s', async (_name, answer) => {
  const server = await serve(answer);
  const seen: unknown[] = [];
  const post = { ...read, method: 'POST', repeat: 'never', url: server.url } as const;
  const onHeader = (header: (name: string) => string | undefined): void => void seen.push(header('x-found'));
  await client()
    .http.send({ ...post, onHeader })
    .catch(() => undefined);
  expect(seen).toEqual(['it']);
});
