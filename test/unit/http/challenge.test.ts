import { expect, test } from 'vitest';
import { bearerError } from '../../../src/http/challenge.ts';
import { client, failure, get, json, raw, serve, visible } from './support.ts';

test.each([
  // mod_auth_openidc with and without AuthName, mod_oauth2.
  [
    'Bearer realm="cloud", error="invalid_token", error_description="No claims could be parsed from the token"',
    { code: 'invalid_token', description: 'No claims could be parsed from the token' },
  ],
  ['Bearer error="invalid_token", error_description="x"', { code: 'invalid_token', description: 'x' }],
  ['bearer  error="insufficient_scope"', { code: 'insufficient_scope', description: undefined }],
  ['Bearer error_description="only words"', { code: undefined, description: 'only words' }],
  ['Basic realm="a", Bearer error="invalid_token"', { code: 'invalid_token', description: undefined }],
  [`Bearer error_description="${'x'.repeat(9000)}"`, { code: undefined, description: 'x'.repeat(2000) }],
  ['Bearer realm="cloud"', undefined],
  ['Bearer error="42", error_description=""', undefined],
  ['Keystone uri="http://127.0.0.1:5000/v3"', undefined],
  ['Basic realm="Bearer error=x"', undefined],
  [undefined, undefined],
])('%s', (challenge, expected) => {
  expect(bearerError(challenge)).toEqual(expected);
});

test('what the header says stands in the error instead of the page, without secrets and markup', async () => {
  const challenge = 'Bearer error="invalid_token", error_description="<b>Bad</b> token to-ken-123456"';
  const page = '<html><head><title>401 Unauthorized</title></head><body>…</body></html>';
  const server = await serve([
    raw(401, page, { 'www-authenticate': challenge }),
    raw(401, page, { 'www-authenticate': 'Bearer error="invalid_token"' }),
    json(401, { error_code: 'IAM.0001', error_msg: 'no' }, { 'www-authenticate': 'Bearer error="invalid_token"' }),
  ]);
  const { http } = client();
  const asked = { ...get(server.url), headers: { authorization: 'Bearer to-ken-123456' } };
  const first = await failure(http.send(asked));
  expect(first).toMatchObject({
    serverCode: 'invalid_token',
    serverWords: 'Bad token ***',
    message: 'Could not list the things: Bad token *** (invalid_token, HTTP 401)',
  });
  expect(visible(first)).not.toContain('to-ken-123456');
  expect(await failure(http.send(asked))).toMatchObject({
    serverCode: 'invalid_token',
    serverWords: '401 Unauthorized',
  });
  expect(await failure(http.send(asked))).toMatchObject({ serverCode: 'IAM.0001', serverWords: 'no' });
});

test.each([
  ['UTF-8', Buffer.from('für Köln, Ex4m\u200bple').toString('latin1'), 'für Köln, Ex4m\u200bple'],
  ['Latin-1', 'für Köln', 'für Köln'],
])('a description in %s is read', (_, sent, description) => {
  expect(bearerError(`Bearer error="invalid_token", error_description="${sent}"`)).toEqual({
    code: 'invalid_token',
    description,
  });
});
