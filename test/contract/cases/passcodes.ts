/** Users who have to give a passcode (TOTP) beside the password. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { expecting, keystone, unauthorized } from '../envelopes.ts';
import { type Answer, said } from '../raw.ts';

const bench = useBench();

interface Given {
  readonly methods?: readonly string[];
  readonly password?: string;
  /** Undefined for none; the block of the method as it is. */
  readonly totp?: object | undefined;
  readonly scope?: unknown;
  readonly receipt?: string;
}

async function logIn({ methods = ['password', 'totp'], receipt, ...given }: Given): Promise<Answer> {
  const { username: name, password: own, project } = bench.cloud.careful;
  const domain = { name: bench.cloud.domain.name };
  const { password = own, totp, scope = { project: { name: project, domain } } } = given;
  const identity = {
    methods,
    ...(methods.includes('password') ? { password: { user: { name, domain, password } } } : {}),
    ...(totp === undefined ? {} : { totp }),
  };
  const headers: Record<string, string> = receipt === undefined ? {} : { 'openstack-auth-receipt': receipt };
  return await bench.identity('POST', '/auth/tokens?nocatalog', headers, { auth: { identity, scope } });
}

function byId(passcode: unknown): object {
  return { user: { id: bench.cloud.careful.id, passcode } };
}

function methods(answer: Answer): unknown[] {
  const list: unknown = at(answer.body, 'token', 'methods');
  return (Array.isArray(list) ? list : []).sort();
}

/** What comes instead of a token, and instead of an error. */
function receiptFor(given: readonly string[]): object {
  const { id, username: name } = bench.cloud.careful;
  const time = expect.stringMatching(/Z$/);
  const receipt = { methods: given, user: { id, name, domain: bench.cloud.domain }, expires_at: time, issued_at: time };
  // A set of Keystone's, in an order of its own.
  const both = expect.toSatisfy((rule: unknown) => String([...Object(rule)].sort()) === 'password,totp');
  return { status: 401, body: { receipt, required_auth_methods: [both] } };
}

/** A passcode made for one window of 30 s must not arrive in the next. */
beforeEach(async () => {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 5000) await sleep(left + 100);
});

describe('password and passcode', () => {
  test.each<[string, () => Given]>([
    ['by the id of the user', () => ({ totp: byId(bench.cloud.careful.passcode()) })],
    ['by names', () => ({ totp: byName() })],
    ['the passcode first', () => ({ methods: ['totp', 'password'], totp: byName() })],
    ['the passcode of the window before', () => ({ totp: byId(bench.cloud.careful.passcode(1)) })],
  ])('%s', async (_what, given) => {
    const answer = await logIn(given());
    expect(answer.status).toBe(201);
    expect(methods(answer)).toEqual(['password', 'totp']);
    expect(at(answer.body, 'token', 'user', 'name')).toBe(bench.cloud.careful.username);
    const token = answer.headers.get('x-subject-token') ?? '';
    expect((await bench.vpn('GET', '/ikepolicies', undefined, token)).status).toBe(200);
  });

  test('their token is rescoped without another passcode', async () => {
    const first = await logIn({ totp: byId(bench.cloud.careful.passcode()), scope: 'unscoped' });
    const id = first.headers.get('x-subject-token');
    const scope = { project: { id: bench.cloud.project.id } };
    const auth = { identity: { methods: ['token'], token: { id } }, scope };
    const answer = await bench.identity('POST', '/auth/tokens?nocatalog', {}, { auth });
    expect(answer.status).toBe(201);
    expect(methods(answer)).toEqual(['password', 'token', 'totp']);
  });

  test.each<[string, () => Given]>([
    ['a wrong passcode', () => ({ totp: byId('000000') })],
    ['an older passcode', () => ({ totp: byId(bench.cloud.careful.passcode(4)) })],
    ['a passcode of the time to come', () => ({ totp: byId(bench.cloud.careful.passcode(-4)) })],
    ['a number', () => ({ totp: byId(123456) })],
    ['no passcode', () => ({ totp: { user: { id: bench.cloud.careful.id } } })],
    ['a wrong password', () => ({ password: 'wrong', totp: byId(bench.cloud.careful.passcode()) })],
  ])('%s: refused as any login', async (_what, given) => {
    const answer = await logIn(given());
    expect(said(answer)).toEqual(unauthorized);
    expect(answer.headers.get('openstack-auth-receipt')).toBeNull();
  });

  test('of a user who has none: refused as any login', async () => {
    const { username: name, password } = bench.cloud.member;
    const domain = { name: bench.cloud.domain.name };
    const totp = { user: { name, domain, passcode: '123456' } };
    const identity = { methods: ['password', 'totp'], password: { user: { name, domain, password } }, totp };
    expect(said(await bench.identity('POST', '/auth/tokens', {}, { auth: { identity } }))).toEqual(unauthorized);
  });

  test.each<[string, object | undefined, string, string]>([
    ['no block', undefined, 'totp', 'identity'],
    ['an empty block', {}, 'user', 'None'],
    ['a user without a domain', { user: { name: 'any', passcode: '123456' } }, 'domain', 'user'],
  ])('%s', async (_what, totp, what, where) => {
    expect(said(await logIn({ totp }))).toEqual(expecting(what, where));
  });
});

describe('one of the two', () => {
  test.each<[string, unknown]>([
    ['for a project', undefined],
    ['for none', 'unscoped'],
  ])('the password alone, %s: a receipt', async (_what, scope) => {
    const answer = await logIn({ methods: ['password'], ...(scope === undefined ? {} : { scope }) });
    expect(said(answer)).toEqual(receiptFor(['password']));
    expect(answer.headers.get('openstack-auth-receipt')).toMatch(/^gAAAA[\w=-]{80,300}$/);
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(answer.headers.get('x-subject-token')).toBeNull();
  });

  test('the passcode alone: a receipt', async () => {
    const answer = await logIn({ methods: ['totp'], totp: byId(bench.cloud.careful.passcode()) });
    expect(said(answer)).toEqual(receiptFor(['totp']));
  });

  test('the other one, with the receipt of the first', async () => {
    const receipt = (await logIn({ methods: ['password'] })).headers.get('openstack-auth-receipt') ?? '';
    const wrong = await logIn({ methods: ['totp'], totp: byId('000000'), receipt });
    expect(said(wrong)).toEqual(unauthorized);
    const answer = await logIn({ methods: ['totp'], totp: byId(bench.cloud.careful.passcode()), receipt });
    expect(answer.status).toBe(201);
    expect(methods(answer)).toEqual(['password', 'totp']);
  });

  test('with a receipt that no one ever gave', async () => {
    const totp = byId(bench.cloud.careful.passcode());
    const answer = await logIn({ methods: ['totp'], totp, receipt: 'garbage' });
    expect(said(answer)).toEqual(keystone(401, 'Unauthorized', 'Could not find auth receipt: garbage.'));
  });
});

function byName(): object {
  const { username: name, passcode } = bench.cloud.careful;
  return { user: { name, domain: { name: bench.cloud.domain.name }, passcode: passcode() } };
}
