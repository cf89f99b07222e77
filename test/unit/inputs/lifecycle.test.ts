/** Inputs of the life of a connection: what they mean, and where they would mislead. */
import { describe, expect, test } from 'vitest';
import { readInputs } from '../../../src/inputs.ts';
import { given, passwordInputs, surroundings } from '../given-inputs.ts';

type Given = Readonly<Record<string, string>>;

const digest = 'ab'.repeat(32);

async function read(inputs: Given) {
  return await readInputs(given({ ...passwordInputs, 'github-token': '', ...inputs }), () => {}, surroundings());
}

async function problems(inputs: Given): Promise<string> {
  return await read(inputs).then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
}

const exporting = { mode: 'export', 'connection-file': '', 'connection-name': 'office-bonn' };

test('an apply has none of it by default', async () => {
  expect(await read({})).toMatchObject({
    ...{ mode: 'apply', connectionNames: [], comment: false, failOnChanges: false, driftIssue: false, prune: false },
    ...{ confirmDestroy: [], destroyVpnservice: false, commentKey: 'vpn/office-bonn.yml' },
  });
  expect(await read({})).not.toHaveProperty('expectPlan');
  expect(await read({})).not.toHaveProperty('githubToken');
});

test('export: names, a line each, and a path with a default', async () => {
  expect(await read({ ...exporting, 'connection-name': 'a\n b \n\na' })).toMatchObject({
    ...{ mode: 'export', connectionFiles: [], connectionNames: ['a', 'b'], exportFile: 'ipsec-connection.yml' },
  });
  expect(await read({ ...exporting, 'export-file': 'vpn/{name}.yml' })).toMatchObject({ exportFile: 'vpn/{name}.yml' });
});

test('destroy: names that confirm it', async () => {
  const inputs = { mode: 'destroy', 'confirm-destroy': 'a\nb', 'destroy-vpnservice': 'true' };
  expect(await read(inputs)).toMatchObject({ mode: 'destroy', confirmDestroy: ['a', 'b'], destroyVpnservice: true });
});

test('the key of comments: as given, else the files', async () => {
  expect((await read({ 'comment-key': ' bonn ' })).commentKey).toBe('bonn');
  expect((await read({ 'connection-file': 'b.yml\n a.yml' })).commentKey).toBe('b.yml\na.yml');
});

test('the token for GitHub is masked before anything else, and no text', async () => {
  const masked: string[] = [];
  const reader = given({ ...passwordInputs, 'github-token': ' ghs_token ' });
  const { githubToken } = await readInputs(reader, (secret) => masked.push(secret), surroundings());
  expect(masked).toContain(' ghs_token ');
  expect([githubToken?.reveal(), String(githubToken)]).toEqual(['ghs_token', expect.not.stringContaining('ghs_')]);
});

describe('expect-plan', () => {
  const json = JSON.stringify({ format: 1, digest, changes: [{ action: 'create', kind: 'ikepolicy', name: 'x' }] });

  test.each([
    [digest, { digest }],
    [`sha256:${digest.toUpperCase()}`, { digest }],
    [json, { digest, changes: [{ action: 'create', kind: 'ikepolicy', name: 'x', impact: 'none' }] }],
  ])('%s', async (text, expected) => {
    expect((await read({ 'expect-plan': text })).expectPlan).toEqual(expected);
  });

  test.each([
    'abc',
    digest.slice(1),
    `${digest}0`,
    '{',
    '[]',
    '{}',
    `{"digest":"${digest}"}`,
    '{"digest":"abc","changes":[]}',
  ])('%s is neither', async (text) => {
    expect(await problems({ 'expect-plan': text })).toMatch(/^Input expect-plan: is no digest of a plan/);
  });

  test.each(['plan', 'destroy', 'export'])('has no meaning in mode: %s, and says so', async (mode) => {
    const of = mode === 'export' ? exporting : { mode };
    expect(await problems({ ...of, 'expect-plan': digest })).toContain(`in mode: ${mode} it has no meaning`);
  });
});

test.each<[string, Given, RegExp]>([
  ['export without a name', { ...exporting, 'connection-name': '' }, /^Input connection-name: is empty/],
  ['export of a file', { ...exporting, 'connection-file': 'a.yml' }, /^Input connection-file: is not read in mode/],
  ['a name elsewhere', { 'connection-name': 'a' }, /^Input connection-name: is for mode: export alone/],
  ['a path elsewhere', { mode: 'plan', 'export-file': 'a.yml' }, /^Input export-file: is for mode: export alone/],
  ['no files', { mode: 'destroy', 'connection-file': '' }, /^Input connection-file: is empty/],
  ['a key of two lines', { 'comment-key': 'a\nb' }, /^Input comment-key: has to be one line/],
  ['a long key', { 'comment-key': 'a'.repeat(201) }, /at most 200 characters/],
  ['a token with blanks', { 'github-token': 'ghs a' }, /^Input github-token: contains characters that no token has/],
  [
    'a mode that is none',
    { mode: 'delete' },
    /^Input mode: "delete" is not allowed. Use apply, plan, export or destroy/,
  ],
  ['a removal by max-impact', { 'max-impact': 'removal' }, /^Input max-impact: "removal" is not allowed/],
])('%s', async (_, inputs, message) => {
  expect(await problems(inputs)).toMatch(message);
});

test('one with: block serves several modes: what has no meaning in one is without effect', async () => {
  const all = {
    ...{ comment: 'true', 'drift-issue': 'true', 'fail-on-changes': 'true', prune: 'true' },
    ...{ 'confirm-destroy': 'office-bonn', 'destroy-vpnservice': 'true' },
  };
  for (const mode of ['apply', 'plan', 'destroy']) expect(await problems({ ...all, mode })).toBe('none');
  expect(await problems({ ...all, ...exporting })).toBe('none');
});
