import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isLoopbackHost, isThisMachine } from '../../../src/http/loopback.ts';
import { proxyFor, proxySecrets, resolveProxy } from '../../../src/http/proxy.ts';
import { failure } from './support.ts';

function way(env: Record<string, string>, url: string): string {
  const server = proxyFor(new URL(url), resolveProxy(env));
  return server === undefined ? 'direct' : `${server.secure ? 'https' : 'http'}://${server.name}`;
}

const cloud = 'https://iam.cloud.test/v3';

test.each<[string, Record<string, string>, string, string]>([
  ['no variables', {}, cloud, 'direct'],
  ['lower case', { https_proxy: 'http://proxy:3128' }, cloud, 'http://proxy:3128'],
  ['upper case', { HTTPS_PROXY: 'http://proxy:3128' }, cloud, 'http://proxy:3128'],
  ['lower case wins', { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' }, cloud, 'http://a:1'],
  ['empty lower case hides nothing', { https_proxy: ' ', HTTPS_PROXY: 'http://b:2' }, cloud, 'http://b:2'],
  [
    'http_proxy is not for https',
    { http_proxy: 'http://proxy:3128', HTTP_PROXY: 'http://proxy:3128' },
    cloud,
    'direct',
  ],
  ['without a scheme', { https_proxy: 'proxy:3128' }, cloud, 'http://proxy:3128'],
  ['without a port', { https_proxy: 'http://proxy' }, cloud, 'http://proxy:80'],
  ['TLS without a port', { https_proxy: 'https://proxy' }, cloud, 'https://proxy:443'],
  ['an IPv6 proxy', { https_proxy: 'http://[2001:db8::1]:3128' }, cloud, 'http://[2001:db8::1]:3128'],
  ['loopback is direct', { https_proxy: 'http://proxy:3128' }, 'https://localhost:8443/v3', 'direct'],
  ['loopback by address', { https_proxy: 'http://proxy:3128' }, 'https://127.0.0.2/v3', 'direct'],
  ['loopback in IPv6', { https_proxy: 'http://proxy:3128' }, 'https://[::1]/v3', 'direct'],
  ['http is direct', { https_proxy: 'http://proxy:3128' }, 'http://127.0.0.1/v3', 'direct'],
  ['no_proxy: the host', { https_proxy: 'http://p:1', no_proxy: 'iam.cloud.test' }, cloud, 'direct'],
  ['no_proxy: a parent domain', { https_proxy: 'http://p:1', no_proxy: 'cloud.test' }, cloud, 'direct'],
  ['no_proxy: with a dot', { https_proxy: 'http://p:1', no_proxy: '.cloud.test' }, cloud, 'direct'],
  ['no_proxy: with a star', { https_proxy: 'http://p:1', no_proxy: '*.cloud.test' }, cloud, 'direct'],
  ['no_proxy: a dot means subdomains', { https_proxy: 'http://p:1', no_proxy: '.iam.cloud.test' }, cloud, 'http://p:1'],
  ['no_proxy: only whole labels', { https_proxy: 'http://p:1', no_proxy: 'oud.test' }, cloud, 'http://p:1'],
  ['no_proxy: in any case', { https_proxy: 'http://p:1', NO_PROXY: 'Cloud.TEST' }, cloud, 'direct'],
  ['no_proxy: all', { https_proxy: 'http://p:1', no_proxy: '*' }, cloud, 'direct'],
  ['no_proxy: the port fits', { https_proxy: 'http://p:1', no_proxy: 'cloud.test:443' }, cloud, 'direct'],
  ['no_proxy: another port', { https_proxy: 'http://p:1', no_proxy: 'cloud.test:8443' }, cloud, 'http://p:1'],
  ['no_proxy: a port in the URL', { https_proxy: 'http://p:1', no_proxy: 'c.test:99' }, 'https://c.test:99/', 'direct'],
  ['no_proxy: a list', { https_proxy: 'http://p:1', no_proxy: 'a.test, ,cloud.test ,b' }, cloud, 'direct'],
  ['no_proxy: an address', { https_proxy: 'http://p:1', no_proxy: '10.1.2.3' }, 'https://10.1.2.3/v3', 'direct'],
  ['no_proxy: another address', { https_proxy: 'http://p:1', no_proxy: '1.2.3' }, 'https://10.1.2.4/v3', 'http://p:1'],
  ['no_proxy: IPv6', { https_proxy: 'http://p:1', no_proxy: '2001:db8::5' }, 'https://[2001:db8::5]/v3', 'direct'],
  [
    'no_proxy: IPv6, port',
    { https_proxy: 'http://p:1', no_proxy: '[2001:db8::5]:443' },
    'https://[2001:db8::5]/',
    'direct',
  ],
  ['no_proxy: only a port', { https_proxy: 'http://p:1', no_proxy: ':443' }, cloud, 'http://p:1'],
  ['no_proxy alone', { no_proxy: 'x' }, cloud, 'direct'],
])('%s', (_name, env, url, expected) => {
  expect(way(env, url)).toBe(expected);
});

test.each([
  ...['socks5://proxy:1080', 'http://', 'http://proxy:port', 'ftp://u:geheim@x'],
  // A password that is not percent-encoded: what stands before its "/" would pass for a port.
  ...['http://u:12/geheim@proxy:3128', 'http://u:12?geheim@proxy:3128', 'u:12#geheim@proxy'],
])('%s is refused', async (value) => {
  const error = await failure(Promise.resolve().then(() => resolveProxy({ https_proxy: value })));
  expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('https_proxy') });
  expect(inspect(error)).not.toContain('geheim');
});

test('user and password are decoded, kept out of sight, and listed for masking', () => {
  const settings = resolveProxy({ https_proxy: "http://bob:p%40ss%20'w@proxy:3128" });
  expect(settings.https?.credentials?.reveal()).toBe("bob:p@ss 'w");
  expect(inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toMatch(/p@ss|p%40ss/);
  const base64 = Buffer.from("bob:p@ss 'w").toString('base64');
  expect(proxySecrets(settings)).toEqual(["p@ss 'w", "p%40ss%20'w", base64]);
});

test.each([
  ['http://bob@proxy', 'bob:', []],
  ['http://bob:50%@proxy', 'bob:50%', ['50%', '50%25', Buffer.from('bob:50%').toString('base64')]],
  ['http://:secret@proxy', ':secret', ['secret', Buffer.from(':secret').toString('base64')]],
])('%s', (value, credentials, secrets) => {
  const settings = resolveProxy({ https_proxy: value });
  expect(settings.https?.credentials?.reveal()).toBe(credentials);
  expect(proxySecrets(settings)).toEqual(secrets);
});

test('a proxy without a user has nothing to mask', () => {
  expect(proxySecrets(resolveProxy({ https_proxy: 'proxy:3128' }))).toEqual([]);
});

test.each([
  ['localhost', true],
  ['localhost.', true],
  ['iam.localhost', true],
  ['127.0.0.1', true],
  ['127.255.3.4', true],
  ['[::1]', true],
  ['[::ffff:7f00:1]', true],
  ['127.evil.test', false],
  ['notlocalhost', false],
  ['128.0.0.1', false],
  ['[::2]', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['[::ffff:7f00:1]', true],
  // Their meaning is up to a name server.
  ['localhost.', false],
  ['iam.localhost', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isThisMachine(host)).toBe(expected);
});
