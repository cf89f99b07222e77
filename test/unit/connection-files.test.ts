/** Reading the files of a run: what is told where, and what fails. */
import { expect, test } from 'vitest';
import { type FileInputs, readConnections } from '../../src/connection-files.ts';
import { ActionError } from '../../src/errors.ts';
import type { LoginWay } from '../../src/identity/way.ts';
import type { Identity } from '../../src/inputs.ts';
import { Secret } from '../../src/secret.ts';
import { office, officeFile, officesFile, psk } from '../scenarios/fixtures/office.ts';
import { Diary } from './quick.ts';
import { filesOf } from './stage.ts';

const identityOf = (way: LoginWay): Identity => ({
  authUrl: new URL('https://keystone.example.org/v3'),
  login: { way },
});

const inputs: FileInputs = {
  mode: 'apply',
  connectionFiles: ['a.yml'],
  dialect: 'openstack',
  identity: identityOf({ way: 'token', token: new Secret('gAAAAA-given') }),
  variables: new Map(),
  secrets: new Map([['PSK', new Secret(psk)]]),
};

async function read(files: Readonly<Record<string, string>>, more: Partial<FileInputs> = {}) {
  const diary = new Diary();
  const names: string[] = [];
  const workspace = filesOf(files, (name) => names.push(name));
  const given = { ...inputs, connectionFiles: Object.keys(files), ...more };
  const result = await readConnections(given, { workspace, log: diary }).catch((error: Error) => error);
  const error = result instanceof ActionError ? result : undefined;
  const read = result instanceof Error ? undefined : result;
  const connections = read?.specs.map(({ name }) => name.value);
  return { error, connections, rejected: read?.rejected, names, lines: diary.lines, annotations: diary.annotations };
}

/** Another connection, which overlaps the first in nothing. */
const mainz = { name: 'office-mainz', psk: '${PSK}', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] };
const weak = officeFile({ psk: '${PSK}', admin_state_up: false });

test('connections of all files, by name in the log', async () => {
  const { connections, names, lines } = await read({
    'a.yml': officeFile({ psk: '${PSK}' }),
    'b.yml': officeFile(mainz),
  });
  expect(connections).toEqual(['office-bonn', 'office-mainz']);
  expect(names).toEqual(['a.yml', 'b.yml']);
  expect(lines).toEqual(['Read 2 connections from 2 files: office-bonn, office-mainz']);
});

test('a warning is told at its line and stops nothing', async () => {
  const { connections, annotations, lines } = await read({ 'a.yml': weak });
  expect(connections).toEqual(['office-bonn']);
  const line = weak.split('\n').findIndex((text) => text.includes('admin_state_up')) + 1;
  expect(annotations).toMatchObject([{ level: 'warning', at: { file: 'a.yml', line }, title: 'admin_state_up' }]);
  expect(annotations[0]?.text).toMatch(/^admin_state_up: /);
  expect(lines.at(-1)).toBe('Read 1 connection from 1 file: office-bonn');
});

test('one error is told by the failure alone, with its place', async () => {
  const { error, annotations, lines } = await read({ 'b.yml': officeFile({ psk: '${PSK}', mtu: 'x' }) });
  expect(error).toMatchObject({ code: 'SPEC_INVALID', hint: 'Nothing was asked of the cloud.', at: { file: 'b.yml' } });
  expect(error?.message).toMatch(/^mtu: /);
  expect([annotations, lines]).toEqual([[], []]);
});

test('a connection with an error does not stop the others; warnings as ever', async () => {
  const { connections, rejected, annotations, lines } = await read({
    'a.yml': weak,
    'b.yml': officeFile({ ...mainz, mtu: 'x' }),
  });
  expect(connections).toEqual(['office-bonn']);
  expect(rejected).toMatchObject([
    {
      failure: { code: 'SPEC_INVALID', hint: 'Left as it is: office-mainz.', at: { file: 'b.yml' } },
      connections: [{ name: 'office-mainz', at: { file: 'b.yml' } }],
    },
  ]);
  expect(rejected?.[0]?.failure.message).toMatch(/^mtu: /);
  expect(annotations.map(({ level }) => level)).toEqual(['warning']);
  expect(lines.at(-1)).toBe('Read 1 connection from 2 files: office-bonn; 1 error in the others');
});

test('a file that is no YAML is one failure, and nothing of it is used', async () => {
  const { connections, rejected } = await read({
    'a.yml': officeFile({ psk: '${PSK}' }),
    'b.yml': 'ipsec_site_connection: [',
  });
  expect(connections).toEqual(['office-bonn']);
  expect(rejected).toMatchObject([
    { failure: { hint: expect.stringMatching(/^Nothing of this file/), at: { file: 'b.yml' } }, connections: [] },
  ]);
});

test('several errors of a connection are one failure', async () => {
  const { rejected, annotations } = await read({
    'a.yml': officeFile({ psk: '${PSK}' }),
    'b.yml': officeFile({ ...mainz, mtu: 'x', initiator: 'y' }),
  });
  expect(annotations.map(({ title }) => title)).toEqual(['mtu', 'initiator']);
  expect(rejected).toHaveLength(1);
  expect(rejected?.[0]?.failure.message).toMatch(/^2 errors in the connection files; the first at b\.yml:/);
});

test('several errors are told each at its line; the failure counts them and says where they begin', async () => {
  const file = officeFile({ psk: '${PSK}', mtu: 'x', initiator: 'y' });
  const { error, annotations } = await read({
    'a.yml': file,
    'b.yml': officeFile({ ...mainz, mtu: 'z' }),
  });
  expect(annotations.map(({ level, at, title }) => [level, at?.file, title])).toEqual([
    ['error', 'a.yml', 'mtu'],
    ['error', 'a.yml', 'initiator'],
    ['error', 'b.yml', 'mtu'],
  ]);
  const at = annotations[0]?.at;
  expect(error).toMatchObject({
    code: 'SPEC_INVALID',
    at,
    hint: expect.stringMatching(/in the log.*Nothing was asked/),
  });
  expect(error?.message).toBe(
    `3 errors in the connection files; the first at a.yml:${at?.line}:${at?.column}: ${annotations[0]?.text}`,
  );
});

test('the input psk counts, and needs exactly one connection', async () => {
  const given = { psk: new Secret(psk), secrets: new Map() };
  expect((await read({ 'a.yml': officeFile() }, given)).connections).toEqual(['office-bonn']);
  const two = officesFile([office, { ...office, name: 'office-mainz', peer_address: '198.51.100.21' }]);
  expect((await read({ 'a.yml': two }, given)).error).toMatchObject({ code: 'SPEC_INVALID' });
  expect((await read({ 'a.yml': two }, { ...given, mode: 'destroy' })).connections).toHaveLength(2);
});

test('variables count', async () => {
  const file = officeFile({ psk: '${PSK}', name: '${NAME}' });
  expect((await read({ 'a.yml': file }, { variables: new Map([['NAME', 'office-ulm']]) })).connections).toEqual([
    'office-ulm',
  ]);
});

const secret = new Secret('Sekret-Text-1');
const other = new Secret('another-text');

test.each<[string, LoginWay]>([
  ['the token', { way: 'token', token: secret }],
  ['the password', { way: 'password', user: { id: 'u1' }, password: secret }],
  ['the passcode', { way: 'password', user: { id: 'u1' }, password: other, passcode: secret }],
  ['the secret of an application credential', { way: 'application credential', credential: { id: 'c1' }, secret }],
  ['the secret key', { way: 'keys', accessKey: 'AK', secretKey: secret }],
  ['the security token', { way: 'keys', accessKey: 'AK', secretKey: other, securityToken: secret }],
])('%s must not stand in a file, nor in what is told of it', async (_what, way) => {
  const { error, lines } = await read(
    { 'a.yml': officeFile({ psk: '${PSK}', peer_id: 'Sekret-Text-1' }) },
    { identity: identityOf(way) },
  );
  expect(error).toMatchObject({ code: 'SPEC_INVALID', at: { file: 'a.yml' } });
  expect(`${error?.message} ${lines.join(' ')}`).not.toContain('Sekret-Text-1');
});

test('without a stored secret there is none to look for', async () => {
  const way: LoginWay = { way: 'oidc', identityProvider: 'github', audience: 'https://iam.example.org' };
  const { connections } = await read({ 'a.yml': officeFile({ psk: '${PSK}' }) }, { identity: identityOf(way) });
  expect(connections).toEqual(['office-bonn']);
});

test('the dialect counts: tags are for Open Telekom Cloud alone', async () => {
  const file = officeFile({ psk: '${PSK}', tags: { env: 'prod' } });
  expect((await read({ 'a.yml': file }, { dialect: 'otc' })).connections).toEqual(['office-bonn']);
  expect((await read({ 'a.yml': file })).error).toMatchObject({ code: 'SPEC_INVALID' });
});

test('a file that is not there', async () => {
  const { error, lines } = await read({}, { connectionFiles: ['vpn.yml'] });
  expect(error).toMatchObject({ code: 'SPEC_FILE' });
  expect(lines).toEqual([]);
});
