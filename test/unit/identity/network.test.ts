import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import { failure, json, raw, serve } from '../http/support.ts';
import { calls, cloud, issue, list, trying } from './support.ts';

test('is asked for where the login has none', async () => {
  const server = await cloud({
    post: issue('tok-1', { catalog: undefined }),
    catalog: (response, request, n) => {
      const endpoints = [{ interface: 'public', region: null, url: `http://${request.headers.host}/net` }];
      json(200, { catalog: [{ type: 'network', endpoints }] })(response, request, n);
    },
  });
  const session = await login(trying(server).options);
  expect(session.networkUrl.pathname).toBe('/net/v2.0');
  expect(server.requests[1]?.headers['x-auth-token']).toBe('tok-1');
});

test.each([
  ['the service has none', raw(404), 'CATALOGUE'],
  ['it is empty', json(200, { catalog: [] }), 'CATALOGUE'],
  ['it is no catalogue', json(200, []), 'CATALOGUE'],
  ['the service is down', raw(500), 'API_UNAVAILABLE'],
])('%s', async (_name, catalog, code) => {
  const server = await cloud({ post: issue('tok-1', { catalog: [] }), catalog });
  expect(await failure(login(trying(server, { dialect: 'otc' }).options))).toMatchObject({ code });
  expect(calls(server).at(-1)).toBe('DELETE /v3/auth/tokens');
});

test('is not asked where network-endpoint is given, and its connections are opened early', async () => {
  const server = await cloud({ post: issue('tok-1', { catalog: undefined }) });
  const other = await serve(json(200, {}));
  const networkEndpoint = new URL('/neutron/', other.url);
  const session = await login(trying(server, { networkEndpoint, region: 'r1' }).options);
  expect(session.networkUrl).toEqual(new URL('/neutron/v2.0', other.url));
  expect(calls(server)).toEqual(['POST /v3/auth/tokens']);
  await expect.poll(() => other.connections()).toBe(5);
  await Promise.all(Array.from({ length: 5 }, () => session.send(list(session))));
  expect(other.connections()).toBe(5);
});

test.each([
  [
    { authUrl: new URL('http://keystone.example.org/v3') },
    'The auth URL http://keystone.example.org is not used: it is not https.',
  ],
  [
    { authUrl: new URL('https://iam.example.org/'), dialect: 'otc' },
    'The auth URL https://iam.example.org is not used: on OTC its host must end in .otc.t-systems.com.',
  ],
  [
    { networkEndpoint: new URL('https://169.254.169.254/') },
    'The network endpoint https://169.254.169.254 is not used: it is a link-local address, as metadata services have.',
  ],
] as const)('nothing is sent to a host that is refused: %#', async (more, message) => {
  const server = await cloud();
  const error = await failure(login(trying(server, more).options));
  expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', message });
  expect(server.requests).toEqual([]);
});

test('on OTC the network connections are opened while the login is under way', async () => {
  const opened: string[] = [];
  const server = await cloud();
  const { options } = trying(server);
  const http = {
    ...options.http,
    openEarly: (url: URL, connections: number) => void opened.push(`${connections} ${url.href}`),
    send: () => Promise.reject(new Error('not here')),
  };
  const otc = { ...options, http, dialect: 'otc', authUrl: new URL('https://iam.eu-nl.otc.t-systems.com') } as const;
  await failure(login({ ...otc, region: 'eu-nl' }));
  await failure(login(otc));
  await failure(login({ ...otc, region: 'eu-xx' }));
  expect(opened).toEqual(['5 https://vpc.eu-nl.otc.t-systems.com/']);
});
