import { describe, expect, test } from 'vitest';
import type { HttpClient, HttpRequest } from '../../../src/http/client.ts';
import { apart, watchTime } from '../../../src/http/server-time.ts';

const minute = 60_000;
const own = Date.parse('2026-11-23T12:00:00Z');
const request: HttpRequest = { method: 'GET', url: new URL('https://cloud.example'), what: 'look', repeat: 'never' };

/** A client whose answers have these dates, one after the other. */
function answering(...dates: readonly (string | undefined)[]): HttpClient {
  const left = [...dates];
  return {
    openEarly: () => undefined,
    close: async () => undefined,
    async send() {
      const date = left.shift();
      return { status: 200, body: undefined, tries: 1, header: (name) => (name === 'date' ? date : undefined) };
    },
  };
}

async function afterDates(...dates: readonly (string | undefined)[]) {
  const time = watchTime(answering(...dates), { now: () => own });
  for (const _ of dates) await time.http.send(request);
  const warnings: string[] = [];
  time.warn({ warning: (text) => void warnings.push(text) });
  return { aheadMs: own - time.now(), warnings };
}

const dated = (aheadMs: number): string => new Date(own - aheadMs).toUTCString();

describe('the time of the service', () => {
  test.each([
    ['of a clock an hour ahead', 60 * minute],
    ['of a clock two hours behind', -120 * minute],
    ['of a clock a minute ahead', minute],
  ])('is told by its answers: %s', async (_name, aheadMs) => {
    expect((await afterDates(dated(aheadMs))).aheadMs).toBe(aheadMs);
  });

  test('is the own one where they differ by seconds', async () => {
    expect((await afterDates(dated(59_000))).aheadMs).toBe(0);
  });

  test('is that of the last answer that tells it', async () => {
    expect((await afterDates(dated(60 * minute), dated(0), undefined)).aheadMs).toBe(0);
    expect((await afterDates(dated(60 * minute), undefined)).aheadMs).toBe(60 * minute);
  });

  test.each([
    undefined,
    '',
    '0',
    '1e9',
    'soon',
    '+275760-09-13T00:00:00.000Z',
    'Mon, 23 Nov 2026 99:00:00 GMT',
    'Mon, 23 Foo 2026 10:00:00 GMT',
    '2020-01-01',
  ])('is the own one where the answer says %j', async (date) => {
    expect(await afterDates(date)).toEqual({ aheadMs: 0, warnings: [] });
  });
});

test.each([
  [4 * minute, undefined],
  [60 * minute, /is 60 minutes ahead of the cloud's\./],
  [-24 * 60 * minute, /is 24 hours behind the cloud's\./],
])('a clock %d ms ahead is warned of only if it is far off', async (aheadMs, words) => {
  const { warnings } = await afterDates(dated(aheadMs));
  expect(warnings).toEqual(words === undefined ? [] : [expect.stringMatching(words)]);
});

test.each([
  [179 * minute, '179 minutes ahead of'],
  [-180 * minute, '3 hours behind'],
])('a difference of %d ms is %s', (aheadMs, words) => {
  expect(apart(aheadMs)).toBe(words);
});
