import { createServer as createTlsServer } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { HttpRequest } from '../../../src/http/client.ts';
import { resolveProxy } from '../../../src/http/proxy.ts';
import { makeAuthority } from '../../scenarios/harness/certificates.ts';
import { startProxy } from '../../scenarios/harness/proxy.ts';
import { client, failure, json, listen, serve, visible } from './support.ts';

const authority = makeAuthority();
const other = makeAuthority('Another CA');
const names = ['localhost', 'cloud.test', '127.0.0.1'];
const get = (url: URL): HttpRequest => ({ method: 'GET', url, what: 'look', repeat: 'freely' });

function past(): { from: Date; to: Date } {
  return { from: new Date('2020-01-01'), to: new Date('2021-01-01') };
}

const addCa = /ca-certificate.*NODE_EXTRA_CA_CERTS/;

describe('direct', () => {
  test('a CA that is added is trusted, and the same connection serves the next request', async () => {
    const server = await serve(json(200, { ok: 1 }), authority.issue(names));
    const { http } = client({}, { extraCa: `Our CA\n${other.cert}\n${authority.cert}` });
    expect(await http.send(get(server.url))).toMatchObject({ body: { ok: 1 } });
    await http.send(get(server.url));
    expect(server.connections()).toBe(1);
  });

  test.each([
    [
      'without the CA',
      undefined,
      authority.issue(names),
      'SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      addCa,
    ],
    ['with another CA', other.cert, authority.issue(names), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', addCa],
    [
      'an expired certificate',
      authority.cert,
      authority.issue(names, past()),
      'CERT_HAS_EXPIRED',
      /clock of this runner/,
    ],
    ['another name', authority.cert, authority.issue(['elsewhere.test']), 'ERR_TLS_CERT_ALTNAME_INVALID', addCa],
  ])(
    '%s: the error names the host and what helps, and is not repeated',
    async (_name, extraCa, credentials, code, hint) => {
      const server = await serve(json(200, {}), credentials);
      const { http, waits } = client({}, extraCa === undefined ? {} : { extraCa });
      const error = await failure(http.send({ ...get(server.url), method: 'POST', repeat: 'if not carried out' }));
      expect(error).toMatchObject({
        name: 'UnreachableError',
        code: 'TLS',
        message: expect.stringMatching(new RegExp(`localhost:${server.port} .*\\((?:${code})\\)`)),
        hint: expect.stringMatching(hint),
      });
      expect(waits).toEqual([]);
      expect(server.requests).toEqual([]);
    },
  );

  test('something that does not speak TLS', async () => {
    const plain = await serve(json(200, {}));
    const error = await failure(client({ tries: 2 }).http.send(get(new URL(`https://localhost:${plain.port}/`))));
    expect(error).toMatchObject({ code: 'TLS', message: expect.stringContaining('no secure connection') });
  });

  test('a handshake that never ends is given up', async () => {
    const port = await listen(createServer());
    const { http } = client({ connectMs: 100, tries: 1 });
    const error = await failure(http.send(get(new URL(`https://localhost:${port}/`))));
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/no connection to localhost:\d+ in time/),
    });
  });

  test.each([
    ['no certificate', 'hello', 'holds no certificate'],
    ['an end without a beginning', '-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----', 'holds no certificate'],
    [
      'a broken one',
      `${authority.cert}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
      'Certificate 2 ',
    ],
  ])('ca-certificate with %s', (_name, extraCa, words) => {
    expect(() => client({}, { extraCa })).toThrow(words);
  });
});

test('ca-certificate with a megabyte of beginnings is read at once', () => {
  const started = Date.now();
  expect(() => client({}, { extraCa: '-----BEGIN CERTIFICATE-----\n'.repeat(36_000) })).toThrow('holds no certificate');
  expect(Date.now() - started).toBeLessThan(1000);
});

describe('verification', () => {
  beforeEach(() => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    // Node says that it is insecure.
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    return () => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    };
  });

  test('cannot be switched off by the environment', async () => {
    const server = await serve(json(200, {}), authority.issue(names));
    expect(await failure(client().http.send(get(server.url)))).toMatchObject({ code: 'TLS' });
    expect(server.requests).toEqual([]);
  });

  test('nor that of a proxy', async () => {
    const front = createTlsServer(authority.issue(['127.0.0.1']));
    const asked: unknown[] = [];
    front.on('connect', (request) => asked.push(request.url));
    const port = await listen(front);
    const proxy = resolveProxy({ https_proxy: `https://127.0.0.1:${port}` });
    const url = new URL('https://cloud.test/');
    expect(await failure(client({ tries: 1 }, { proxy }).http.send(get(url)))).toMatchObject({ code: 'TLS' });
    expect(asked).toEqual([]);
  });
});

describe('early connections', () => {
  test('are used by the first requests', async () => {
    const server = await serve(json(200, {}), authority.issue(names));
    const { http } = client({}, { extraCa: authority.cert });
    http.openEarly(server.url, 1);
    http.openEarly(server.url, 1);
    await expect.poll(() => server.connections()).toBe(2);
    await Promise.all([http.send(get(server.url)), http.send(get(server.url)), http.send(get(server.url))]);
    expect(server.connections()).toBe(3);
  });

  test('that failed or died are replaced', async () => {
    const credentials = authority.issue(names);
    const server = await serve(json(200, {}), credentials);
    const sockets: Socket[] = [];
    // The first connection is cut before its handshake.
    const front = createServer((socket) => {
      if (sockets.push(socket) === 1) socket.destroy();
      else socket.pipe(connect(server.port, '127.0.0.1')).pipe(socket);
    });
    const url = new URL(`https://localhost:${await listen(front)}/`);
    const { http } = client({}, { extraCa: authority.cert });
    http.openEarly(url, 1);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
    expect(await http.send(get(url))).toMatchObject({ status: 200, tries: 1 });

    http.openEarly(url, 1);
    await expect.poll(() => sockets.length).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    sockets[2]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([http.send(get(url)), http.send(get(url))]);
    expect(server.requests).toHaveLength(3);
  });
});

describe('through a proxy', () => {
  test('the tunnel leads to the host and port, with the CA that was added; loopback is direct', async () => {
    const server = await serve(json(200, { ok: 1 }), authority.issue(names));
    const proxy = await startProxy({ 'cloud.test': server.port });
    const { http } = client({}, { proxy: resolveProxy({ https_proxy: proxy.url }), extraCa: authority.cert });
    expect(await http.send(get(new URL('https://cloud.test/v3')))).toMatchObject({ body: { ok: 1 } });
    await http.send(get(new URL('https://cloud.test/v3')));
    await http.send(get(new URL('https://cloud.test:8443/v3')));
    await http.send(get(server.url));
    expect(proxy.tunnels).toEqual(['cloud.test:443', 'cloud.test:8443']);
    expect(server.requests.map(({ headers }) => headers.host)).toEqual([
      'cloud.test',
      'cloud.test',
      'cloud.test:8443',
      server.url.host,
    ]);
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
    await http.close();
    await proxy.close();
  });

  test('a CA that is not added is refused there too', async () => {
    const server = await serve(json(200, {}), authority.issue(names));
    const proxy = await startProxy({ 'cloud.test': server.port });
    const { http } = client({}, { proxy: resolveProxy({ https_proxy: proxy.url }) });
    const error = await failure(http.send(get(new URL('https://cloud.test/v3'))));
    expect(error).toMatchObject({ code: 'TLS', message: expect.stringContaining('the certificate of cloud.test ') });
    await http.close();
    await proxy.close();
  });

  test('user and password are sent to the proxy, and show nowhere', async () => {
    const server = await serve(json(200, {}), authority.issue(names));
    const proxy = await startProxy({ 'cloud.test': server.port }, 'bob:p@ss word');
    const settings = (user: string) => resolveProxy({ https_proxy: proxy.url.replace('//', `//${user}`) });
    const good = client({}, { proxy: settings('bob:p%40ss%20word@'), extraCa: authority.cert });
    expect(await good.http.send(get(new URL('https://cloud.test/v3')))).toMatchObject({ status: 200 });
    for (const user of ['', 'bob:Wrong1@']) {
      const { http, waits, lines } = client({}, { proxy: settings(user), extraCa: authority.cert });
      const error = await failure(http.send(get(new URL('https://cloud.test/v3'))));
      expect(error).toMatchObject({
        code: 'NETWORK',
        message: `Could not look: the proxy ${new URL(proxy.url).host} refused the way to cloud.test (HTTP 407)`,
        hint: expect.stringContaining('user and password'),
      });
      expect(visible(error) + lines.join()).not.toMatch(/Wrong1|p@ss/);
      expect(waits).toEqual([]);
      await http.close();
    }
    await good.http.close();
    await proxy.close();
  });

  test('a host that the proxy cannot reach is tried again', async () => {
    const proxy = await startProxy({});
    const { http, waits } = client({ tries: 2 }, { proxy: resolveProxy({ https_proxy: proxy.url }) });
    const error = await failure(http.send(get(new URL('https://cloud.test/v3'))));
    expect(error).toMatchObject({ message: expect.stringContaining('(HTTP 502) (after 2 tries)') });
    expect(waits).toHaveLength(1);
    await proxy.close();
  });

  test('a proxy that is not there, and one that never answers', async () => {
    const gone = client({ tries: 1 }, { proxy: resolveProxy({ https_proxy: 'http://127.0.0.1:1' }) });
    expect(await failure(gone.http.send(get(new URL('https://cloud.test/'))))).toMatchObject({
      message: 'Could not look: the proxy 127.0.0.1:1 refused the connection (ECONNREFUSED)',
    });
    const port = await listen(createServer());
    const dead = client({ tries: 1, connectMs: 100 }, { proxy: resolveProxy({ https_proxy: `127.0.0.1:${port}` }) });
    expect(await failure(dead.http.send(get(new URL('https://cloud.test/'))))).toMatchObject({
      message: `Could not look: the proxy 127.0.0.1:${port} did not answer in time`,
    });
  });

  test.each(['localhost', '127.0.0.1'])('a proxy that is spoken to over TLS: %s', async (host) => {
    const server = await serve(json(200, { ok: 1 }), authority.issue(names));
    const proxy = createTlsServer(authority.issue([host]));
    proxy.on('connect', (_request, socket: Socket) => {
      const upstream = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
    });
    const settings = resolveProxy({ https_proxy: `https://${host}:${await listen(proxy)}` });
    const trusted = client({}, { proxy: settings, extraCa: authority.cert });
    expect(await trusted.http.send(get(new URL('https://cloud.test/')))).toMatchObject({ body: { ok: 1 } });
    const untrusted = client({}, { proxy: settings });
    expect(await failure(untrusted.http.send(get(new URL('https://cloud.test/'))))).toMatchObject({
      code: 'TLS',
      message: expect.stringContaining(`the certificate of the proxy ${host}:`),
    });
  });

  test('a proxy that talks before the tunnel begins is not trusted', async () => {
    const port = await listen(
      createServer((socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}')),
      ),
    );
    const { http } = client({ tries: 1 }, { proxy: resolveProxy({ https_proxy: `127.0.0.1:${port}` }) });
    expect(await failure(http.send(get(new URL('https://cloud.test/'))))).toMatchObject({
      message: expect.stringContaining('refused the way to cloud.test (HTTP 200)'),
    });
  });
});
