import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { encodeBody } from '../../../src/http/body.ts';
import { Secret } from '../../../src/secret.ts';
import { createVpnApi, type VpnApi } from '../../../src/vpn/api.ts';
import { type DialectName, dialects } from '../../../src/vpn/dialects.ts';
import { place, projectId, psk, uuid } from './build.ts';
import { answered, fakeSend, lost } from './fakes.ts';

function api(answers: readonly unknown[], dialect: DialectName = 'otc') {
  const send = fakeSend(answers);
  const networkUrl = new URL('https://vpc.eu-nl.otc.t-systems.com/v2.0');
  const options = { send, networkUrl, projectId, dialect: dialects[dialect] };
  return { api: createVpnApi(options), requests: send.requests };
}

const base = '/v2.0/vpn';
const internal = 'http://192.168.0.3:9696/v2.0/vpn/ikepolicies';

function policies(numbers: readonly number[], marker?: string, rel = 'next'): Readonly<Record<string, unknown>> {
  const ikepolicies = numbers.map((number) => ({ id: uuid(number), name: `p${number}` }));
  const links = [
    { rel: 'previous', href: `${internal}?marker=x` },
    { rel, href: `${internal}?limit=2&marker=${marker}` },
  ];
  return { ikepolicies, ...(marker === undefined ? {} : { ikepolicies_links: links }) };
}

describe('lists', () => {
  test('of one page are one request without a query', async () => {
    const { api: vpn, requests } = api([policies([1, 2])]);
    expect((await vpn.list('ikepolicy')).map(({ id }) => id)).toEqual([uuid(1), uuid(2)]);
    expect(requests).toMatchObject([
      { method: 'GET', what: 'list the IKE policies', repeat: 'freely', critical: false },
    ]);
    expect(requests[0]?.url.href).toBe('https://vpc.eu-nl.otc.t-systems.com/v2.0/vpn/ikepolicies');
  });

  test('follow pages by the marker alone, never to the host of the link', async () => {
    const { api: vpn, requests } = api([policies([1, 2], uuid(2)), policies([3], uuid(3)), policies([])]);
    expect(await vpn.list('ikepolicy', { critical: true })).toHaveLength(3);
    expect(requests.map(({ url }) => url.href)).toEqual([
      `https://vpc.eu-nl.otc.t-systems.com${base}/ikepolicies`,
      `https://vpc.eu-nl.otc.t-systems.com${base}/ikepolicies?marker=${uuid(2)}`,
      `https://vpc.eu-nl.otc.t-systems.com${base}/ikepolicies?marker=${uuid(3)}`,
    ]);
    expect(requests.every(({ critical }) => critical)).toBe(true);
  });

  test('end when a server does not page but says so; nothing is there twice', async () => {
    const page = policies([1, 2], uuid(2));
    const { api: vpn, requests } = api([page, page, page]);
    expect(await vpn.list('ikepolicy')).toHaveLength(2);
    expect(requests).toHaveLength(2);
  });

  test('are in one order, whatever order the database gives: a plan has one digest', async () => {
    const { api: vpn } = api([policies([3, 1], uuid(1)), policies([2])]);
    expect((await vpn.list('ikepolicy')).map(({ id }) => id)).toEqual([uuid(1), uuid(2), uuid(3)]);
  });

  test('end with an error when the pages would fill the memory', async () => {
    const page = (number: number): Readonly<Record<string, unknown>> => ({
      ...policies([], uuid(number)),
      ikepolicies: [{ id: uuid(number), description: 'x'.repeat(5_000_000) }],
    });
    const { api: vpn, requests } = api(Array.from({ length: 20 }, (_, index) => page(index + 1)));
    await expect(vpn.list('ikepolicy')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
    expect(requests).toHaveLength(7);
  });

  test('of hundreds of thousands of entries are an answer like any other', async () => {
    const { api: vpn } = api([{ ikepolicies: Array.from({ length: 500_000 }, () => 0) }]);
    await expect(vpn.list('ikepolicy')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
  });

  test('end with an error when markers go on and on', async () => {
    const pages = Array.from({ length: 1100 }, (_, index) => policies([1], uuid(index + 1)));
    const { api: vpn, requests } = api(pages);
    await expect(vpn.list('ikepolicy')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
    expect(requests).toHaveLength(1002);
  });

  test.each([
    ['no marker', { ikepolicies_links: [{ rel: 'next', href: internal }] }],
    ['a marker that is no id', { ikepolicies_links: [{ rel: 'next', href: `${internal}?marker=../x` }] }],
    ['no address', { ikepolicies_links: [{ rel: 'next' }] }],
  ])('with a next page that has %s are an error: half a list is none', async (_, links) => {
    const { api: vpn } = api([{ ...policies([1]), ...links }]);
    await expect(vpn.list('ikepolicy')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
  });

  test.each([
    ['a link to the previous page alone', policies([1], uuid(1), 'previous')],
    ['links that are no list', { ...policies([1]), ikepolicies_links: 'x' }],
  ])('with %s are whole', async (_, page) => {
    const { api: vpn } = api([page]);
    expect(await vpn.list('ikepolicy')).toHaveLength(1);
  });

  test.each([[undefined], [[]], [{ policies: [] }], [{ ikepolicies: {} }], ['text']])(
    'answered as %j are an error',
    async (body) => {
      const { api: vpn } = api([body]);
      await expect(vpn.list('ikepolicy')).rejects.toMatchObject({
        code: 'API_UNAVAILABLE',
        message: 'The answer to "list the IKE policies" is not what the VPN API documents.',
      });
    },
  );

  test('with an object without an id are an error', async () => {
    const { api: vpn } = api([{ ikepolicies: [{ name: 'x' }] }]);
    await expect(vpn.list('ikepolicy')).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
  });

  test('leave out what belongs to other projects', async () => {
    const owners = [
      { tenant_id: projectId },
      { tenant_id: 'f'.repeat(32) },
      { project_id: 'f'.repeat(32) },
      {},
      { tenant_id: '' },
    ];
    const { api: vpn } = api([{ ikepolicies: owners.map((owner, index) => ({ id: uuid(index), ...owner })) }]);
    expect((await vpn.list('ikepolicy')).map(({ id }) => id)).toEqual([0, 3, 4].map(uuid));
  });
});

describe('routers and subnets', () => {
  test('are lists of the network service itself', async () => {
    const { api: vpn, requests } = api([
      {
        routers: [
          { id: uuid(1), name: 'vpc' },
          { id: uuid(2), tenant_id: 'f'.repeat(32) },
          { id: 'x' },
          7,
          { id: uuid(3), name: 5 },
        ],
      },
      {
        subnets: [
          { id: uuid(4), name: 'app', cidr: '10.10.1.0/24', project_id: projectId },
          { id: uuid(5), name: 'shared', cidr: '10.10.9.0/24', project_id: 'f'.repeat(32) },
        ],
      },
    ]);
    expect(await vpn.routers()).toEqual([
      { id: uuid(1), name: 'vpc', cidr: undefined },
      { id: uuid(3), name: '', cidr: undefined },
    ]);
    expect(await vpn.subnets()).toEqual([
      { id: uuid(4), name: 'app', cidr: '10.10.1.0/24' },
      { id: uuid(5), name: 'shared', cidr: '10.10.9.0/24', isForeign: true },
    ]);
    expect(requests.map(({ url }) => url.pathname)).toEqual(['/v2.0/routers', '/v2.0/subnets']);
  });
});

describe('one object', () => {
  const one = { ikepolicy: { id: uuid(1), name: 'ike' } };

  test('is read, created, updated and deleted at its documented path', async () => {
    const { api: vpn, requests } = api([one, one, one, undefined], 'openstack');
    const options = { name: 'office-bonn-ike', critical: true };
    expect(await vpn.get('ikepolicy', uuid(1), options)).toMatchObject({ id: uuid(1) });
    expect(await vpn.create('ikepolicy', { name: 'ike' }, options)).toMatchObject({ name: 'ike' });
    expect(await vpn.update('ikepolicy', uuid(1), { pfs: 'group19' }, { name: 'office-bonn-ike' })).toMatchObject({
      id: uuid(1),
    });
    await vpn.remove('ikepolicy', uuid(1), options);
    const item = `${base}/ikepolicies/${uuid(1)}`;
    expect(
      requests.map(({ method, url, body, what, repeat, critical }) => [
        method,
        url.pathname,
        body,
        what,
        repeat,
        critical,
      ]),
    ).toEqual([
      ['GET', item, undefined, 'read the IKE policy office-bonn-ike', 'freely', true],
      [
        'POST',
        `${base}/ikepolicies`,
        { ikepolicy: { name: 'ike' } },
        'create the IKE policy office-bonn-ike',
        'if not carried out',
        true,
      ],
      ['PUT', item, { ikepolicy: { pfs: 'group19' } }, 'update the IKE policy office-bonn-ike', 'freely', false],
      ['DELETE', item, undefined, 'delete the IKE policy office-bonn-ike', 'freely', true],
    ]);
  });

  test('is called by its id where it has no name', async () => {
    const { api: vpn, requests } = api([one, one, undefined]);
    await vpn.get('ikepolicy', uuid(1));
    await vpn.create('ikepolicy', {});
    await vpn.remove('ikepolicy', uuid(1));
    expect(requests.map(({ what }) => what)).toEqual([
      `read the IKE policy ${uuid(1)}`,
      'create the IKE policy ',
      `delete the IKE policy ${uuid(1)}`,
    ]);
  });

  test('that is not there: undefined when read, done when deleted', async () => {
    const { api: vpn } = api([answered(404), answered(404)]);
    expect(await vpn.get('ikepolicy', uuid(1))).toBeUndefined();
    await vpn.remove('ikepolicy', uuid(1));
  });

  test.each([
    ['read', (vpn: VpnApi) => vpn.get('ikepolicy', uuid(1))],
    ['created', (vpn: VpnApi) => vpn.create('ikepolicy', {})],
    ['updated', (vpn: VpnApi) => vpn.update('ikepolicy', uuid(1), {})],
    ['deleted', (vpn: VpnApi) => vpn.remove('ikepolicy', uuid(1))],
  ])('refused when %s: the error as it came', async (_, call) => {
    for (const error of [answered(403), lost(), new TypeError('x')]) {
      await expect(call(api([error]).api)).rejects.toBe(error);
    }
  });

  test.each([[undefined], [{}], [{ ipsecpolicy: {} }], [{ ikepolicy: [] }]])(
    'answered as %j is an error',
    async (body) => {
      await expect(api([body]).api.get('ikepolicy', uuid(1))).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
      await expect(api([body]).api.create('ikepolicy', {})).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
      await expect(api([body]).api.update('ikepolicy', uuid(1), {})).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
    },
  );

  test('with an id that is none is never asked for', async () => {
    const { api: vpn, requests } = api([]);
    const ids = ['', '../x', `${uuid(1)}/tags`, `${uuid(1)}?x=1`, 'x'.repeat(60)];
    for (const id of ids) {
      await expect(vpn.get('ikepolicy', id)).rejects.toMatchObject({ code: 'BUG' });
      await expect(vpn.update('ikepolicy', id, {})).rejects.toThrow(ActionError);
      await expect(vpn.remove('ikepolicy', id)).rejects.toThrow(ActionError);
      await expect(vpn.setTags(id, { a: 'b' })).rejects.toThrow(ActionError);
    }
    expect(requests).toEqual([]);
  });
});

describe('a refusal for want of a right has a heading of its own', () => {
  const calls: [string, (vpn: VpnApi) => Promise<unknown>][] = [
    ['read', (vpn) => vpn.list('ikepolicy')],
    ['created', (vpn) => vpn.create('ikepolicy', {}, { at: place() })],
    ['tagged', (vpn) => vpn.setTags(uuid(1), { a: 'b' })],
  ];
  test.each([
    [403, 'PolicyNotAuthorized'],
    [400, 'VPC.1017'],
    [403, 'VPC.2701'],
    [403, 'APIGW.0302'],
    [403, 'APIG.0304'],
  ])('%d %s', async (status, code) => {
    for (const [, call] of calls) {
      const error = answered(status, code, 'No.');
      const { message, hint } = error;
      const facts = { code: 'RIGHTS', status, serverCode: code, serverWords: 'No.', message, hint };
      await expect(call(api([error]).api)).rejects.toMatchObject(facts);
    }
  });

  test.each([
    [403, undefined],
    [403, 'APIGW.0402'],
    [400, 'VPC.1001'],
    [404, 'HTTPNotFound'],
  ])('%d %s says nothing of rights', async (status, code) => {
    for (const [, call] of calls) {
      await expect(call(api([answered(status, code)]).api)).rejects.toMatchObject({ code: 'API_REFUSED' });
    }
  });
});

describe('a refusal is put on the line of the file', () => {
  const [whole, mtu, cidr, name] = [place(), place(), place(), place()];
  const options = { at: whole, lines: { mtu, '10.80.0.0/33': cidr, 'Subnet-App': cidr, name, description: name } };
  test.each([
    ['of the field that it names', "Invalid input for mtu. Reason: '-1' should be non-negative.", mtu],
    ['of the value that it quotes', "Endpoint '10.80.0.0/33' is invalid for group type 'cidr': Invalid CIDR", cidr],
    ['of the value that it quotes, in any case', 'No subnet SUBNET-APP', cidr],
    ['of a name only if it says so', 'Invalid input for name. Reason: too long.', name],
    ['of the object otherwise', 'The name of the game', whole],
  ])('%s', async (_, words, line) => {
    const { api: vpn } = api([answered(400, undefined, words)]);
    await expect(vpn.create('endpoint_group', {}, options)).rejects.toMatchObject({ at: line });
  });

  test('a lost answer, too', async () => {
    await expect(api([lost()]).api.update('ikepolicy', uuid(1), {}, options)).rejects.toMatchObject({ at: whole });
    await expect(api([lost()]).api.setTags(uuid(1), { a: 'b' }, { at: mtu })).rejects.toMatchObject({ at: mtu });
  });
});

test('the psk is a Secret until the HTTP client writes it', async () => {
  const answer = { ipsec_site_connection: { id: uuid(1), psk } };
  const { api: vpn, requests } = api([answer, answer]);
  await vpn.create('ipsec_site_connection', { name: 'x', psk: new Secret(psk) });
  const made = await vpn.update('ipsec_site_connection', uuid(1), { psk: new Secret(psk) });
  for (const { body } of requests) {
    expect(JSON.stringify(body)).not.toContain(psk);
    expect(encodeBody(body)).toMatchObject({ text: expect.stringContaining(psk), secrets: [psk] });
  }
  expect(JSON.stringify(made)).not.toContain(psk);
});
