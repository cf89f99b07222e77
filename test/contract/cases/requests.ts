/** The network service before any rule of VPN: bodies, methods, paths, discovery. */
import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError, methodNotAllowed, neutron, noSuchPath, unauthorized } from '../envelopes.ts';
import { facts, kinds, nobody } from '../kinds.ts';
import { type Said, said, send } from '../raw.ts';

const bench = useBench();
const ike = '/ikepolicies';
const notJson = neutron(400, 'MalformedRequestBody', 'Malformed request body: Cannot understand JSON.');
const bodyRequired = badRequest('Resource body required');

describe('the body of a POST', () => {
  test.each<[string, Said]>([
    ['', bodyRequired],
    ['{', notJson],
    ['not JSON', notJson],
    ['{"ikepolicy": {}', notJson],
    ["{'ikepolicy': {}}", notJson],
    ['{}', bodyRequired],
    ['[]', bodyRequired],
    ['null', bodyRequired],
    ['0', bodyRequired],
    ['5', badRequest('Body contains invalid data')],
    ['"text"', badRequest('Body contains invalid data')],
    ['[1]', badRequest('Body contains invalid data')],
    ['{"name": "x"}', badRequest("Unable to find 'ikepolicy' in request body")],
    ['{"ipsecpolicy": {}}', badRequest("Unable to find 'ikepolicy' in request body")],
    ['{"ikepolicy": null}', badRequest("Unable to find 'ikepolicy' in request body")],
    ['{"ikepolicy": 5}', badRequest("Object 'ikepolicy' contains invalid data")],
    ['{"ikepolicy": []}', badRequest("Object 'ikepolicy' contains invalid data")],
    ['{"ikepolicy": "x"}', badRequest("Object 'ikepolicy' contains invalid data")],
    ['{"ikepolicies": [{}]}', badRequest("Unable to find 'ikepolicy' in request body")],
  ])('%s', async (body, answer) => {
    expect(said(await bench.vpn('POST', ike, body === '' ? undefined : body))).toEqual(answer);
  });

  test.each(['ipsecpolicy', 'vpnservice', 'endpoint_group', 'ipsec_site_connection'] as const)(
    'of %s: one at a time',
    async (kind) => {
      const { path, plural } = facts[kind];
      const answer = await bench.vpn('POST', path, { [plural]: [{}] });
      expect(answer.status).toBe(400);
      expect(at(answer.body, 'NeutronError', 'type')).toBe('HTTPBadRequest');
    },
  );

  test('further keys beside the envelope are ignored', async () => {
    const answer = await bench.vpn('POST', ike, { ikepolicy: { name: 'x' }, other: 1 });
    expect(at(answer.body, 'ikepolicy', 'name')).toBe('x');
  });

  test('of a key that comes twice the last counts', async () => {
    const answer = await bench.vpn('POST', ike, '{"ikepolicy": {"name": "x", "name": "y"}}');
    expect(at(answer.body, 'ikepolicy', 'name')).toBe('y');
  });

  test.each(['text/plain', 'application/xml', 'application/json; charset=utf-8', 'nonsense'])(
    'is JSON, whatever the content type says: %s',
    async (type) => {
      const headers = { 'content-type': type, 'x-auth-token': await bench.tokenOf(bench.cloud.member) };
      const url = `${bench.cloud.networkUrl}/v2.0/vpn${ike}`;
      expect((await send('POST', url, headers, '{"ikepolicy": {}}')).status).toBe(201);
    },
  );

  test('the answer is JSON, whatever is accepted', async () => {
    const headers = { accept: 'application/xml', 'x-auth-token': await bench.tokenOf(bench.cloud.member) };
    const answer = await send('GET', `${bench.cloud.networkUrl}/v2.0/vpn${ike}`, headers);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('the body of a PUT', () => {
  test.each<[string, Said]>([
    ['', neutron(400, 'BadRequest', "Bad body request: Invalid format: b''.")],
    ['{', notJson],
    ['{}', bodyRequired],
    ['null', neutron(400, 'BadRequest', "Bad body request: Invalid format: b'null'.")],
    ['5', neutron(400, 'BadRequest', "Bad body request: Invalid format: b'5'.")],
    ['"x"', neutron(400, 'BadRequest', `Bad body request: Invalid format: b'"x"'.`)],
    ['[]', internalError],
    ['{"name": "x"}', badRequest("Unable to find 'ikepolicy' in request body")],
    ['{"ikepolicy": 5}', badRequest("Object 'ikepolicy' contains invalid data")],
  ])('%s', async (body, answer) => {
    const { id } = await bench.create('ikepolicy', {});
    expect(said(await bench.vpn('PUT', `${ike}/${id}`, body === '' ? undefined : body))).toEqual(answer);
  });
});

describe('methods', () => {
  test.each(['PATCH', 'HEAD'])('%s is allowed nowhere', async (method) => {
    const { id } = await bench.create('ikepolicy', {});
    const body = method === 'HEAD' ? undefined : { ikepolicy: { name: 'x' } };
    for (const path of [ike, `${ike}/${id}`]) {
      const answer = await bench.vpn(method, path, body);
      expect(said(answer)).toEqual(method === 'HEAD' ? { status: 405, body: undefined } : methodNotAllowed);
    }
  });

  test('OPTIONS answers as GET', async () => {
    const { id } = await bench.create('ikepolicy', {});
    for (const path of [`${ike}?fields=id`, `${ike}/${id}`]) {
      expect(said(await bench.vpn('OPTIONS', path))).toEqual(said(await bench.vpn('GET', path)));
    }
  });

  test('POST on an object is not allowed, but values are read first', async () => {
    const { id } = await bench.create('ikepolicy', {});
    for (const body of [{}, { name: 'x' }, { ikepolicy: {} }]) {
      expect(said(await bench.vpn('POST', `${ike}/${id}`, body))).toEqual(methodNotAllowed);
    }
    const wrong = badRequest('Invalid input for pfs. Reason: x is not in valid_values.');
    expect(said(await bench.vpn('POST', `${ike}/${id}`, { ikepolicy: { pfs: 'x' } }))).toEqual(wrong);
  });

  test.each(kinds)('PUT and DELETE of all %s: one called None is not there', async (kind) => {
    const { path, notFound } = facts[kind];
    expect(said(await bench.vpn('PUT', path, { [kind]: {} }))).toEqual(notFound('None'));
    expect(said(await bench.vpn('DELETE', path))).toEqual(notFound('None'));
  });
});

describe('what is not there', () => {
  test.each(kinds)('%s', async (kind) => {
    const { path, notFound } = facts[kind];
    for (const id of [nobody, 'name', '42', nobody.toUpperCase()]) {
      expect(said(await bench.vpn('GET', `${path}/${id}`))).toEqual(notFound(id));
      expect(said(await bench.vpn('DELETE', `${path}/${id}`))).toEqual(notFound(id));
      expect(said(await bench.vpn('PUT', `${path}/${id}`, { [kind]: {} }))).toEqual(notFound(id));
    }
  });

  test('an object is found by its id in capitals, not by its name', async () => {
    const { id } = await bench.create('ikepolicy', { name: 'mine' });
    expect((await bench.get('ikepolicy', id.toUpperCase())).status).toBe(200);
    expect((await bench.get('ikepolicy', 'mine')).status).toBe(404);
  });

  test('an object of another kind', async () => {
    const { id } = await bench.create('ikepolicy', {});
    expect(said(await bench.get('ipsecpolicy', id))).toEqual(facts.ipsecpolicy.notFound(id));
  });

  test.each(['/v2.0/nothing', '/v2.0/vpn', '/v2.0/vpn/nothing', '/v2.0/vpn/ikepolicy', '/v2.0/nothing/x', '/v2.0'])(
    'the path %s',
    async (path) => {
      expect(said(await bench.network('GET', path))).toEqual(noSuchPath);
      expect(said(await bench.network('GET', path, undefined, null))).toEqual(unauthorized);
    },
  );

  test('a path below an object', async () => {
    const { id } = await bench.create('ikepolicy', {});
    expect(said(await bench.vpn('GET', `${ike}/${id}/tags`))).toEqual(noSuchPath);
  });
});

describe('discovery', () => {
  test.each(['/', ''])('the versions at "%s", for everyone', async (path) => {
    const { networkUrl } = bench.cloud;
    const links = [{ rel: 'self', href: `${networkUrl}/v2.0/` }];
    for (const as of [null, 'garbage']) {
      const answer = await bench.network('GET', path, undefined, as);
      expect(said(answer)).toEqual({ status: 200, body: { versions: [{ id: 'v2.0', status: 'CURRENT', links }] } });
    }
  });

  test('the resources of the version', async () => {
    const { body } = await bench.network('GET', '/v2.0/');
    const self = (name: string): object => ({ rel: 'self', href: `${bench.cloud.networkUrl}/v2.0/${name}` });
    expect(at(body, 'resources')).toEqual(
      expect.arrayContaining([
        { name: 'network', collection: 'networks', links: [self('networks')] },
        { name: 'subnet', collection: 'subnets', links: [self('subnets')] },
      ]),
    );
  });

  test.each([
    ['vpnaas', 'VPN service', 'Extension for VPN service', '2013-05-29T10:00:00-00:00'],
    ['vpn-endpoint-groups', 'VPN Endpoint Groups', 'VPN endpoint groups support', '2015-08-04T10:00:00-00:00'],
  ])('the extension %s', async (alias, name, description, updated) => {
    const extension = { name, alias, description, updated, links: [] };
    const one = await bench.network('GET', `/v2.0/extensions/${alias}`);
    expect(said(one)).toEqual({ status: 200, body: { extension } });
    const all = await bench.network('GET', '/v2.0/extensions');
    expect(at(all.body, 'extensions')).toEqual(expect.arrayContaining([extension]));
  });

  test('an extension that is not there has an envelope of its own', async () => {
    for (const [method, alias, why] of [
      ['GET', 'nothing', 'Extension with alias nothing does not exist'],
      ['DELETE', 'vpnaas', 'Resource not found.'],
    ] as const) {
      const message = `The resource could not be found.<br /><br />\n${why}\n\n`;
      const answer = await bench.network(method, `/v2.0/extensions/${alias}`);
      expect(said(answer)).toEqual({ status: 404, body: { code: '404 Not Found', title: 'Not Found', message } });
    }
  });
});

test('every answer has a request id, also a refusal', async () => {
  const form = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  for (const [path, as] of [
    [ike, undefined],
    [`${ike}/${nobody}`, undefined],
    [ike, null],
  ] as const) {
    expect((await bench.vpn('GET', path, undefined, as)).headers.get('x-openstack-request-id')).toMatch(form);
  }
});
