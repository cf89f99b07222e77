/** A token whose description never arrives is masked and revoked all the same. */
import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import { type Answer, failure, raw } from '../http/support.ts';
import { calls, cloud, trying } from './support.ts';

test.each<[string, Answer, string]>([
  ['HTML', raw(201, '<html>proxy</html>', { 'x-subject-token': 'tok-lost' }), 'API_UNAVAILABLE'],
  [
    'cut',
    (response) => {
      response.writeHead(201, { 'x-subject-token': 'tok-lost', 'content-length': '500' });
      response.write('{"token": ', () => response.destroy());
    },
    'NETWORK',
  ],
  ['too long', raw(201, ' '.repeat(20_000_000), { 'x-subject-token': 'tok-lost' }), 'API_UNAVAILABLE'],
])('an answer that is %s', async (_name, post, code) => {
  const server = await cloud({ post });
  const { options, masked } = trying(server);
  expect(await failure(login(options))).toMatchObject({ name: 'LostAnswerError', code });
  expect(masked).toEqual(['tok-lost']);
  expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
  expect(server.requests[1]?.headers['x-subject-token']).toBe('tok-lost');
});
