/** When a token is renewed before anybody refuses it. */
import { expect, test } from 'vitest';
import type { ObtainedTokens } from '../../../src/identity/obtained.ts';
import { createTokens, type Tokens } from '../../../src/identity/tokens.ts';
import type { Grant } from '../../../src/identity/way.ts';

const minute = 60_000;

function grant(token: string, lifeMs: number | undefined): Grant {
  const project = { id: 'p1', name: 'prod', domain: { id: undefined, name: undefined } };
  const body = { project, domainScoped: false, user: undefined, expiresAt: undefined, catalogue: undefined };
  return { token, body, lifeMs };
}

interface Trial {
  tokens: Tokens;
  logins: number;
  /** Minutes since the login. */
  at(minutes: number): Promise<string>;
}

function trial(lifeMs: number | undefined, runMinutes: number, again?: () => Promise<Grant>): Trial {
  let time = 0;
  const obtained: ObtainedTokens = { add: () => undefined, revoke: () => Promise.resolve(undefined) };
  const found: Trial = {
    logins: 1,
    tokens: createTokens({
      first: grant('tok-1', lifeMs),
      projectId: 'p1',
      again: () => {
        found.logins += 1;
        return again?.() ?? Promise.resolve(grant(`tok-${found.logins}`, lifeMs));
      },
      obtained,
      now: () => time,
      deadline: runMinutes * minute,
    }),
    at: async (minutes) => {
      time = minutes * minute;
      return await found.tokens.current();
    },
  };
  return found;
}

test.each([
  ['lasts as long as the run may', 60, 60, 59, 'tok-1'],
  ['does not, but is in its first half', 60, 120, 30, 'tok-1'],
  ['does not, and is in its second half', 60, 120, 31, 'tok-2'],
  ['has expired', 60, 120, 61, 'tok-2'],
])('one that %s', async (_name, lifeMinutes, runMinutes, minutes, expected) => {
  expect(await trial(lifeMinutes * minute, runMinutes).at(minutes)).toBe(expected);
});

test('one whose end is not told stays', async () => {
  expect(await trial(undefined, 120).at(119)).toBe('tok-1');
});

test('requests at the same time share the login, and the new token has its own time', async () => {
  const run = trial(60 * minute, 600);
  expect(await Promise.all([run.at(31), run.at(31), run.at(31)])).toEqual(['tok-2', 'tok-2', 'tok-2']);
  expect(await run.at(61)).toBe('tok-2');
  expect(await run.at(62)).toBe('tok-3');
});

test('a renewal that fails leaves the present one, and is not tried again', async () => {
  const run = trial(60 * minute, 600, () => Promise.reject(new Error('refused')));
  expect(await run.at(31)).toBe('tok-1');
  expect(await run.at(59)).toBe('tok-1');
  expect(run.logins).toBe(2);
});

test('none after the end', async () => {
  const run = trial(60 * minute, 600);
  await run.tokens.end(1000);
  expect(await run.at(59)).toBe('tok-1');
  expect(run.logins).toBe(1);
});
