import { describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../cloud/index.ts';
import { officeFile, psk } from './fixtures/office.ts';
import { type Authority, makeAuthority } from './harness/certificates.ts';
import { type ForwardProxy, startProxy } from './harness/proxy.ts';
import { type ActionRun, calls, runAction } from './harness/run.ts';
import { asFailure } from './harness/scenario.ts';

const authority = makeAuthority();
const otcHosts = ['iam.eu-nl.otc.t-systems.com', 'vpc.eu-nl.otc.t-systems.com'];

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function withTls<T>(
  issuer: Authority,
  names: readonly string[],
  body: (cloud: Cloud) => Promise<T>,
  dialect: 'openstack' | 'otc' = 'openstack',
): Promise<T> {
  const cloud = await startCloud({ dialect, tls: issuer.issue(names) });
  try {
    return await body(cloud);
  } finally {
    await cloud.close();
  }
}

async function withProxy<T>(
  ports: Record<string, number>,
  credentials: string | undefined,
  body: (proxy: ForwardProxy) => Promise<T>,
): Promise<T> {
  const proxy = await startProxy(ports, credentials);
  try {
    return await body(proxy);
  } finally {
    await proxy.close();
  }
}

async function run(
  cloud: Cloud,
  options: {
    inputs?: Record<string, string | undefined>;
    env?: Record<string, string>;
    files?: Record<string, string>;
    secrets?: string[];
  } = {},
): Promise<ActionRun> {
  const result = await runAction({
    cloud,
    inputs: { 'connection-file': 'vpn.yml', psk, 'network-endpoint': cloud.networkUrl, ...options.inputs },
    files: { 'vpn.yml': officeFile(), ...options.files },
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
  });
  expect(result.faults, result.log).toEqual([]);
  return result;
}

describe('certificates', () => {
  test('a private authority, as PEM text', async () => {
    await withTls(authority, ['127.0.0.1'], async (cloud) => {
      const result = await run(cloud, { inputs: { 'ca-certificate': authority.cert } });
      expect(result.exitCode, result.log).toBe(0);
      expect(result.outputs['operation']).toBe('created');
    });
  });

  test('the same as a file of the workspace', async () => {
    await withTls(authority, ['127.0.0.1'], async (cloud) => {
      const result = await run(cloud, {
        inputs: { 'ca-certificate': 'certs/ca.pem' },
        files: { 'certs/ca.pem': authority.cert },
      });
      expect(result.exitCode, result.log).toBe(0);
    });
  });

  test('without it the run fails, names the host and both ways to add an authority, and sends no password', async () => {
    await withTls(authority, ['127.0.0.1'], async (cloud) => {
      const failure = asFailure(await run(cloud));
      expect(failure.code).toBe('TLS');
      expect(failure.message).toContain('127.0.0.1');
      expect(failure.message).toContain('ca-certificate');
      expect(failure.message).toContain('NODE_EXTRA_CA_CERTS');
      expect(cloud.requests).toEqual([]);
    });
  });

  test('another authority than the given one', async () => {
    await withTls(authority, ['127.0.0.1'], async (cloud) => {
      const failure = asFailure(await run(cloud, { inputs: { 'ca-certificate': makeAuthority('Another CA').cert } }));
      expect(failure.code).toBe('TLS');
      expect(cloud.requests).toEqual([]);
    });
  });

  test('a certificate for another name', async () => {
    await withTls(authority, ['keystone.example.org'], async (cloud) => {
      const failure = asFailure(await run(cloud, { inputs: { 'ca-certificate': authority.cert } }));
      expect(failure.code).toBe('TLS');
      expect(failure.message).toContain('127.0.0.1');
    });
  });
});

test('a catalogue that leads the token out of Open Telekom Cloud is not followed', async () => {
  await withTls(
    authority,
    otcHosts,
    (cloud) =>
      withProxy({ [otcHosts[0] ?? '']: portOf(cloud.authUrl) }, undefined, async (proxy) => {
        const failure = asFailure(
          await run(cloud, {
            inputs: {
              'auth-url': undefined,
              region: 'eu-nl',
              'network-endpoint': undefined,
              'ca-certificate': authority.cert,
            },
            env: { https_proxy: proxy.url },
          }),
        );
        expect(failure.code).toBe('ENDPOINT_REFUSED');
        expect(failure.requests.filter(({ service }) => service === 'network')).toEqual([]);
        expect(calls(failure.requests).at(-1)).toBe('DELETE /v3/auth/tokens');
      }),
    'otc',
  );
});

describe('a proxy', () => {
  const env = (proxy: ForwardProxy) => ({ https_proxy: proxy.url });

  test('a region of Open Telekom Cloud by its real names, through a proxy, with a private authority', async () => {
    await withTls(
      authority,
      otcHosts,
      (cloud) => {
        const ports = { [otcHosts[0] ?? '']: portOf(cloud.authUrl), [otcHosts[1] ?? '']: portOf(cloud.networkUrl) };
        return withProxy(ports, undefined, async (proxy) => {
          const result = await run(cloud, {
            inputs: {
              'auth-url': undefined,
              region: 'eu-nl',
              'network-endpoint': `https://${otcHosts[1]}`,
              'ca-certificate': authority.cert,
            },
            env: env(proxy),
          });
          expect(result.exitCode, result.log).toBe(0);
          expect(result.outputs['operation']).toBe('created');
          expect(new Set(proxy.tunnels)).toEqual(new Set(otcHosts.map((host) => `${host}:443`)));
          expect(calls(result.requests)).toContain('DELETE /v3/auth/tokens');
        });
      },
      'otc',
    );
  });

  test('with user and password; the password shows nowhere', async () => {
    await withTls(
      authority,
      otcHosts,
      (cloud) => {
        const ports = { [otcHosts[0] ?? '']: portOf(cloud.authUrl), [otcHosts[1] ?? '']: portOf(cloud.networkUrl) };
        return withProxy(ports, 'ci:Pr0xy-Pass/word', async (proxy) => {
          const url = proxy.url.replace('http://', `http://ci:${encodeURIComponent('Pr0xy-Pass/word')}@`);
          const inputs = {
            'auth-url': undefined,
            region: 'eu-nl',
            'network-endpoint': `https://${otcHosts[1]}`,
            'ca-certificate': authority.cert,
          };
          const result = await run(cloud, { inputs, env: { HTTPS_PROXY: url }, secrets: ['Pr0xy-Pass/word'] });
          expect(result.exitCode, result.log).toBe(0);
          const wrong = proxy.url.replace('http://', 'http://ci:wrong-Pass@');
          const failure = asFailure(await run(cloud, { inputs, env: { HTTPS_PROXY: wrong }, secrets: ['wrong-Pass'] }));
          expect(failure.message).toContain('407');
          expect(failure.message).toMatch(/proxy/i);
        });
      },
      'otc',
    );
  });

  test('hosts in no_proxy and loopback go directly', async () => {
    await withTls(authority, ['127.0.0.1'], (cloud) =>
      withProxy({}, undefined, async (proxy) => {
        const result = await run(cloud, { inputs: { 'ca-certificate': authority.cert }, env: env(proxy) });
        expect(result.exitCode, result.log).toBe(0);
        expect(proxy.tunnels).toEqual([]);
        const failure = asFailure(
          await run(cloud, {
            inputs: { 'auth-url': 'https://keystone.invalid/v3', 'network-endpoint': undefined },
            env: { ...env(proxy), no_proxy: 'invalid' },
          }),
        );
        expect(failure.code).toBe('NETWORK');
        expect(proxy.tunnels).toEqual([]);
      }),
    );
  });

  test('that does not know the host: the error names the proxy', async () => {
    await withTls(authority, ['127.0.0.1'], (cloud) =>
      withProxy({}, undefined, async (proxy) => {
        const failure = asFailure(
          await run(cloud, {
            inputs: { 'auth-url': 'https://keystone.invalid/v3', 'network-endpoint': undefined },
            env: env(proxy),
          }),
        );
        expect(failure.code).toBe('NETWORK');
        expect(failure.message).toMatch(/proxy/i);
        expect(failure.message).toContain('keystone.invalid');
        expect(proxy.tunnels.length).toBeGreaterThan(0);
      }),
    );
  });
});
