import { expect, test } from 'vitest';
import type { HttpClient, HttpRequest } from '../../../src/http/client.ts';
import { untilDeadline } from '../../../src/http/deadline.ts';

const url = new URL('http://127.0.0.1/');

function given(left: number, request: Pick<HttpRequest, 'method' | 'deadlineMs'>): number | undefined {
  let seen: number | undefined;
  const client: HttpClient = {
    openEarly() {},
    close: async () => {},
    send(sent) {
      seen = sent.deadlineMs;
      return Promise.reject(new Error('not sent'));
    },
  };
  const bounded = untilDeadline(client, { now: () => 1000 }, 1000 + left);
  bounded.send({ url, what: 'ask', repeat: 'never', ...request }).catch(() => {});
  return seen;
}

test.each([
  ['the client’s own limit while there is time', 600_000, { method: 'GET' }, 120_000],
  ['what is left of the run', 30_000, { method: 'GET' }, 30_000],
  ['the request’s own limit if it is smaller', 30_000, { method: 'DELETE', deadlineMs: 1000 }, 1000],
  ['a second for a read at the end', -5000, { method: 'HEAD' }, 1000],
  ['ten seconds for a write at the end', 10, { method: 'POST' }, 10_000],
] as const)('%s', (_words, left, request, expected) => {
  expect(given(left, request)).toBe(expected);
});
