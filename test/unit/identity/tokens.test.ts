/** When the token of a run is renewed, and when not. */
import { expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { ResponseError } from '../../../src/http/errors.ts';
import { createTokens, type Tokens } from '../../../src/identity/tokens.ts';
import type { Grant } from '../../../src/identity/way.ts';
import { failure } from '../http/support.ts';

const minute = 60_000;

function grant(token: string, lifeMs: number | undefined): Grant {
  const project = { id: 'p1', name: 'prod', domain: { id: undefined, name: undefined } };
  return {
    token,
    body: { project, domainScoped: false, expiresAt: undefined, catalogue: undefined, roles: undefined },
    lifeMs,
  };
}

const facts = { status: 401, serverCode: undefined, serverWords: '', requestId: undefined, retryAfterMs: undefined };
const refusal = new ResponseError('API_REFUSED', 'Could not look: no (HTTP 401)', facts, undefined);
const loginRefused = new ActionError('LOGIN_REFUSED', 'Could not log in.');

interface Trial {
  tokens: Tokens;
  logins: number;
  /** Of each login again, whether a cancel signal leaves it. */
  critical: boolean[];
  revocations: number;
  /** The token of a request so many minutes after the login. */
  at(minutes: number, mayWait?: boolean): Promise<string>;
  /** The service refuses the present token. */
  refused(minutes: number): Promise<unknown>;
}

function trial(
  lifeMs: number | undefined,
  runMinutes: number,
  again: (login: number, minutes: number) => Promise<Grant> = (login) => Promise.resolve(grant(`tok-${login}`, lifeMs)),
): Trial {
  let time = 0;
  const found: Trial = {
    logins: 1,
    critical: [],
    revocations: 0,
    tokens: createTokens({
      first: grant('tok-1', lifeMs),
      projectId: 'p1',
      again: (critical) => {
        found.logins += 1;
        found.critical.push(critical);
        return again(found.logins, time / minute);
      },
      obtained: {
        add: () => undefined,
        revoke: () => {
          found.revocations += 1;
          return Promise.resolve(undefined);
        },
      },
      now: () => time,
      deadline: runMinutes * minute,
    }),
    at: async (minutes, mayWait = true) => {
      time = minutes * minute;
      return await found.tokens.current(mayWait);
    },
    refused: async (minutes) => {
      time = minutes * minute;
      return await found.tokens.renew(await found.tokens.current(false), refusal).catch((error: unknown) => error);
    },
  };
  return found;
}

test.each([
  ['lasts as long as the run may', 60, 60, 59, 'tok-1'],
  ['does not, but is in its first half', 60, 120, 30, 'tok-1'],
  ['does not, and is in its second half', 60, 120, 31, 'tok-2'],
  ['has expired', 60, 120, 61, 'tok-2'],
  ['had expired before, by a clock that is wrong', -60, 120, 61, 'tok-1'],
])('one that %s', async (_name, lifeMinutes, runMinutes, minutes, expected) => {
  const run = trial(lifeMinutes * minute, runMinutes);
  expect(await run.at(minutes)).toBe(expected);
  expect(run.critical).toEqual(expected === 'tok-2' ? [false] : []);
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

test('a request that must not fail does not wait for a login that it does not need', async () => {
  const run = trial(60 * minute, 600, () => Promise.withResolvers<Grant>().promise);
  const waiting = run.at(31);
  expect(await run.at(31, false)).toBe('tok-1');
  expect(run.logins).toBe(2);
  await expect(Promise.race([waiting, Promise.resolve('waits')])).resolves.toBe('waits');
});

test('tokens that all end at the same time are not renewed over and over', async () => {
  const run = trial(20 * minute, 30, (login, minutes) =>
    Promise.resolve(grant(`tok-${login}`, (20 - minutes) * minute)),
  );
  for (let minutes = 1; minutes < 20; minutes += 0.5) {
    await run.at(minutes);
  }
  expect(run.logins).toBe(2);
});

test('a renewal ahead that fails by chance leaves the present token, and another login after it', async () => {
  const run = trial(60 * minute, 600, (login) =>
    login === 2 ? Promise.reject(new ActionError('NETWORK', 'reset')) : Promise.resolve(grant('tok-3', 60 * minute)),
  );
  expect(await run.at(31)).toBe('tok-1');
  expect(await run.at(59)).toBe('tok-1');
  expect(run.logins).toBe(2);
  expect(await run.refused(61)).toBeUndefined();
  expect(await run.at(61)).toBe('tok-3');
  expect(run.critical).toEqual([false, true]);
});

test('a renewal ahead that is refused is the last login', async () => {
  const run = trial(60 * minute, 600, () => Promise.reject(loginRefused));
  expect(await run.at(31)).toBe('tok-1');
  expect(await run.refused(61)).toBe(loginRefused);
  expect(await run.refused(62)).toBe(loginRefused);
  expect(run.logins).toBe(2);
});

test('a 401 while a renewal ahead is under way waits for it, and needs no other', async () => {
  const login = Promise.withResolvers<Grant>();
  const run = trial(60 * minute, 600, () => login.promise);
  const waiting = run.at(31);
  const refused = run.refused(31);
  login.resolve(grant('tok-2', 60 * minute));
  expect([await waiting, await refused]).toEqual(['tok-2', undefined]);
  expect(run.logins).toBe(2);
});

test('a renewed token that was never accepted is not renewed; an answer for an older one does not count', async () => {
  const run = trial(undefined, 600);
  run.tokens.accepted('tok-1');
  expect(await run.refused(5)).toBeUndefined();
  run.tokens.accepted('tok-1');
  expect(await run.refused(10)).toMatchObject({ hint: expect.stringContaining('refuses a token that is new') });
  run.tokens.accepted('tok-2');
  expect(await run.refused(15)).toBeUndefined();
  expect(await run.refused(20)).toMatchObject({ code: 'LOGIN_TOKEN' });
  expect(run.logins).toBe(3);
});

test('a service that takes each token once and then refuses it does not cause logins without end', async () => {
  const run = trial(60 * minute, 600);
  const errors: unknown[] = [];
  for (let n = 0; n < 10; n += 1) {
    run.tokens.accepted(await run.at(n / 10, false));
    errors.push(await run.refused(n / 10));
  }
  expect(errors.filter((error) => error === undefined)).toHaveLength(3);
  expect(errors.at(-1)).toMatchObject({ hint: expect.stringContaining('refuses a token that is new') });
  expect(run.logins).toBe(4);
});

test('none after the end', async () => {
  const run = trial(60 * minute, 600);
  await run.tokens.end(1000);
  expect(await run.at(59)).toBe('tok-1');
  expect(await run.refused(61)).toBe(refusal);
  expect(run.logins).toBe(1);
});

test.each([
  ['succeeds', () => Promise.resolve(grant('tok-2', minute))],
  ['fails half-way', () => Promise.reject(new ActionError('NETWORK', 'reset'))],
])('what a login has obtained that %s after the end is revoked', async (_name, outcome) => {
  const login = Promise.withResolvers<Grant>();
  const run = trial(undefined, 600, () => login.promise);
  const refused = run.refused(5);
  await expect.poll(() => run.logins).toBe(2);
  await run.tokens.end(1000);
  expect(run.revocations).toBe(1);
  login.resolve(outcome());
  expect(await refused).toBeInstanceOf(ActionError);
  expect(run.revocations).toBe(2);
});

test('a way that cannot log in again fails with its remedy', async () => {
  const options = { first: grant('tok-1', minute), projectId: 'p1', now: () => 0, deadline: 600 * minute };
  const obtained = { add: () => undefined, revoke: () => Promise.resolve(undefined) };
  const tokens = createTokens({ ...options, obtained, again: { remedy: 'Get another.' } });
  expect(await failure(tokens.renew('tok-1', refusal))).toMatchObject({
    code: 'LOGIN_TOKEN',
    hint: 'The token has expired. Get another.',
  });
});
