/** TLS as operators have it: Apache httpd with mod_ssl in front of the real Keystone and Neutron. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { officeFile } from '../../scenarios/fixtures/office.ts';
import { type Credentials, makeAuthority } from '../../scenarios/harness/certificates.ts';
import { asFailure } from '../../scenarios/harness/stage.ts';
import { holdPort, isListening } from '../server/ports.ts';
import { useStage } from './stage.ts';

const stage = useStage('tls');
const authority = makeAuthority();
const other = makeAuthority('Another Root CA');
const day = 86_400_000;
const between = (from: number, to: number) => ({
  from: new Date(Date.now() + from * day),
  to: new Date(Date.now() + to * day),
});

/** What stands in front of Keystone; Neutron has the good one always. */
const certificates: Readonly<Record<string, Credentials>> = {
  good: authority.issue(['localhost']),
  'of another authority': other.issue(['localhost']),
  expired: authority.issue(['localhost'], between(-30, -1)),
  'not valid yet': authority.issue(['localhost'], between(1, 30)),
  'for another host': authority.issue(['keystone.example.org']),
};

const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'socache_shmcb', 'ssl'];
const urls = new Map<string, string>();
let networkUrl = '';
let stop = async (): Promise<void> => undefined;

function virtualHost(
  port: number,
  behind: string,
  { key, cert }: { key: string; cert: string },
  old: boolean,
): string[] {
  return [
    `Listen 127.0.0.1:${port}`,
    `<VirtualHost 127.0.0.1:${port}>`,
    '  SSLEngine on',
    // What no client should speak any more.
    ...(old ? ['  SSLProtocol TLSv1 TLSv1.1', '  SSLCipherSuite ALL:@SECLEVEL=0'] : ['  SSLProtocol TLSv1.2 TLSv1.3']),
    `  SSLCertificateKeyFile ${key}`,
    `  SSLCertificateFile ${cert}`,
    `  ProxyPass / ${behind}/`,
    '</VirtualHost>',
  ];
}

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tls-'));
  chmodSync(directory, 0o755);
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o644 });
    return join(directory, name);
  };
  const identity = new URL(stage.stack.authUrl).origin;
  const places = [
    ...Object.entries(certificates).map(([name, one]) => ({ name, one, behind: identity, old: false })),
    { name: 'old protocols', one: authority.issue(['localhost']), behind: identity, old: true },
    { name: 'network', one: authority.issue(['localhost']), behind: stage.stack.networkUrl, old: false },
  ];
  const hosts: string[] = [];
  const ports: number[] = [];
  for (const [at, { name, one, behind, old }] of places.entries()) {
    const port = await holdPort();
    const pair = { key: file(`${at}.key`, one.key), cert: file(`${at}.pem`, one.cert) };
    hosts.push(...virtualHost(port.number, behind, pair, old));
    ports.push(port.number);
    urls.set(name, `https://localhost:${port.number}`);
    await port.release();
  }
  networkUrl = urls.get('network') ?? '';
  const configuration = [
    ...[
      `ServerRoot ${directory}`,
      'ServerName localhost',
      `PidFile ${directory}/pid`,
      `ErrorLog ${directory}/log`,
      'Mutex sem',
    ],
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    ...[
      'User www-data',
      'Group www-data',
      'StartServers 1',
      'ServerLimit 1',
      'ThreadsPerChild 16',
      'MaxRequestWorkers 16',
    ],
    ...hosts,
    '',
  ].join('\n');
  const apache = spawn('/usr/sbin/apache2', ['-f', file('apache.conf', configuration), '-DFOREGROUND'], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => apache.once('exit', resolve));
  stop = async () => {
    apache.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true });
  };
  for (let looks = 0; looks < 100 && !(await isListening(ports.at(-1) ?? 0)); looks += 1) await sleep(100);
});

afterAll(() => stop());

const at = (name: string, ca?: string) => ({
  'auth-url': `${urls.get(name)}/v3`,
  'network-endpoint': networkUrl,
  ...(ca === undefined ? {} : { 'ca-certificate': ca }),
});

test('a private authority: one that is given is trusted, also in a bundle', async () => {
  const run = await stage.apply(officeFile(), at('good', `${other.cert}\n${authority.cert}`));
  expect(run.outputs['operation']).toBe('created');
  expect((await stage.apply(officeFile(), at('good', authority.cert))).outputs['operation']).toBe('unchanged');
});

describe('refused, with the host and what to do, and no password is sent', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['good', undefined, /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['good', other.cert, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['of another authority', authority.cert, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['expired', authority.cert, /CERT_HAS_EXPIRED/],
    ['not valid yet', authority.cert, /CERT_NOT_YET_VALID/],
    ['for another host', authority.cert, /ERR_TLS_CERT_ALTNAME_INVALID/],
    ['old protocols', authority.cert, /protocol version|UNSUPPORTED_PROTOCOL|EPROTO|ERR_SSL/i],
  ])('%s', async (name, ca, words) => {
    const failure = asFailure(
      await stage.run({
        files: { 'vpn.yml': officeFile() },
        inputs: { 'connection-file': 'vpn.yml', ...at(name, ca) },
      }),
    );
    expect(failure.code).toBe('TLS');
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain(new URL(urls.get(name) ?? '').host);
  });
});
