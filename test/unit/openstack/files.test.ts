import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeStack } from '../../openstack/server/describe.ts';
import { formatIni } from '../../openstack/server/ini.ts';
import { logTail } from '../../openstack/server/log-tail.ts';
import { namesOf } from '../../openstack/server/names.ts';
import { missingPackages } from '../../openstack/server/packages.ts';
import { listLinks } from '../../openstack/server/proc.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test('a file of oslo.config', () => {
  const text = formatIni({ DEFAULT: { debug: false, workers: 1 }, database: { connection: 'mysql://x?y=z' } });
  expect(text).toBe('[DEFAULT]\ndebug = false\nworkers = 1\n\n[database]\nconnection = mysql://x?y=z\n');
});

describe('the end of a log', () => {
  test('the last forty lines', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
    expect(logTail(file('long', `${lines.join('\n')}\n`)).split('\n')).toEqual(lines.slice(-40));
  });

  test.each([
    ['an empty one', file('empty', ''), '(an empty log)'],
    ['none', join(folder, 'none'), '(no log)'],
  ])('%s', (_, path, expected) => {
    expect(logTail(path)).toBe(expected);
  });
});

test('a package counts as installed only when dpkg finished with it', () => {
  const paragraph = (name: string, status: string) => `Package: ${name}\nStatus: ${status}\nVersion: 1\n`;
  const status = file(
    'status',
    [
      paragraph('here', 'install ok installed'),
      paragraph('held', 'hold ok installed'),
      paragraph('half', 'install ok half-configured'),
      paragraph('removed', 'deinstall ok config-files'),
    ].join('\n'),
  );
  expect(missingPackages(['here', 'held', 'half', 'removed', 'unknown'], status)).toEqual([
    'half',
    'removed',
    'unknown',
  ]);
});

test('links are no longer than the kernel takes, and no name comes twice', () => {
  const { namespaces, links } = namesOf('abcdef');
  expect(links.filter((name) => name.length > 15)).toEqual([]);
  expect(new Set([...namespaces, ...links]).size).toBe(6);
});

test('every link is found, whatever the length of its name', () => {
  const table = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs',
    '    lo: 1038 75 0 0 0 0 0 0 1038 75 0',
    '  eth0:1972285534 52526 0 0 0 0 0 0 404 33 0',
    'brq3daf45d5-6d:   24252     424    0    0    0     0          0       292     1444      18',
  ].join('\n');
  expect(listLinks(table)).toEqual(['lo', 'eth0', 'brq3daf45d5-6d']);
});

test('the description of a stack has what the openstack command needs', () => {
  const text = describeStack({
    mode: 'api',
    authUrl: 'http://127.0.0.1:1/v3',
    shortLivedAuthUrl: 'http://127.0.0.1:2/v3',
    networkUrl: 'http://127.0.0.1:3',
    controlUrl: 'http://127.0.0.1:4',
    region: 'eu-de',
    admin: { username: 'admin', password: 'pw', projectName: 'admin' },
    externalNetworkId: 'net',
    directory: '/tmp/stack',
  });
  expect(text.split('\n').filter((line) => line.startsWith('export '))).toEqual([
    'export OS_AUTH_URL=http://127.0.0.1:1/v3',
    'export OS_IDENTITY_API_VERSION=3',
    'export OS_REGION_NAME=eu-de',
    'export OS_USERNAME=admin',
    'export OS_PASSWORD=pw',
    'export OS_PROJECT_NAME=admin',
    'export OS_USER_DOMAIN_ID=default',
    'export OS_PROJECT_DOMAIN_ID=default',
  ]);
});
