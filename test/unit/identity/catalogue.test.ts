import { expect, test } from 'vitest';
import { findNetworkUrl, knownNetworkUrl, type Wanted } from '../../../src/identity/catalogue.ts';
import type { Endpoint, Service } from '../../../src/identity/token-body.ts';

const project = { id: 'p1', name: 'prod', domain: { id: undefined, name: undefined } };
const wanted: Wanted = { region: undefined, project, dialect: 'openstack' };

function endpoint(url: string, region?: string, side = 'public'): Endpoint {
  return { url, interface: side, regions: region === undefined ? [] : [region] };
}

function network(...endpoints: Endpoint[]): Service[] {
  const identity = { type: 'identity', endpoints: [endpoint('https://k.test', 'other')] };
  return [identity, { type: 'network', endpoints }, { type: 'vpc2.0', endpoints: [endpoint('https://x.test', 'r1')] }];
}

const two = network(endpoint('https://r1.test/', 'r1'), endpoint('https://r2.test', 'r2'));
const sides = [
  endpoint('https://i.test', 'r1', 'internal'),
  endpoint('https://p.test', 'r1'),
  endpoint('https://a.test', 'r1', 'admin'),
];

test.each<[string, Service[], Partial<Wanted>, string]>([
  ['the only one', network(endpoint('https://n.test:9696', 'r1')), {}, 'https://n.test:9696/v2.0'],
  ['the public one', network(...sides), {}, 'https://p.test/v2.0'],
  ['the one of the region', two, { region: 'r2' }, 'https://r2.test/v2.0'],
  ['one for all regions', network(endpoint('https://all.test')), { region: 'r9' }, 'https://all.test/v2.0'],
  [
    'the region before all regions',
    network(endpoint('https://all.test'), ...(two[1]?.endpoints ?? [])),
    { region: 'r1' },
    'https://r1.test/v2.0',
  ],
  [
    'the first of several in a region',
    network(endpoint('https://a.test', 'r1'), endpoint('https://b.test', 'r1')),
    { region: 'r1' },
    'https://a.test/v2.0',
  ],
  [
    'one URL for several regions',
    network(endpoint('https://n.test', 'r1'), endpoint('https://n.test', 'r2')),
    {},
    'https://n.test/v2.0',
  ],
  ['with its version', network(endpoint('https://n.test/net/v2.0/')), {}, 'https://n.test/net/v2.0'],
  ['a template', network(endpoint('https://n.test/$(project_id)s/%(tenant_id)s')), {}, 'https://n.test/p1/p1/v2.0'],
  [
    'the region of an OTC project',
    network(endpoint('https://de.test', 'eu-de'), endpoint('https://nl.test', 'eu-nl')),
    { dialect: 'otc', project: { ...project, name: 'eu-nl_x' } },
    'https://nl.test/v2.0',
  ],
])('%s', (_name, catalogue, more, url) => {
  expect(findNetworkUrl(catalogue, { ...wanted, ...more }).href).toBe(url);
});

test.each<[string, Service[], Partial<Wanted>, RegExp, RegExp]>([
  [
    'no network service',
    [
      { type: 'compute', endpoints: [] },
      { type: 'identity', endpoints: [] },
    ],
    {},
    /no service of type "network": it has compute, identity\.$/,
    /network-endpoint/,
  ],
  ['an empty catalogue', [], {}, /it is empty/, /network-endpoint/],
  [
    'no public endpoint',
    network(endpoint('https://i.test', 'r1', 'internal')),
    {},
    /no public endpoint/,
    /network-endpoint/,
  ],
  ['a wrong region', two, { region: 'R1' }, /no endpoint in region R1; it has: r1, r2\.$/, /input region/],
  ['several regions', two, {}, /several endpoints, in the regions r1, r2\.$/, /input region/],
  ['a broken URL', network(endpoint('https://')), {}, /is none: https:\/\/$/, /network-endpoint/],
  [
    'many types',
    Array.from({ length: 30 }, (_, n) => ({ type: `t${n + 10}`, endpoints: [] })),
    {},
    /t10, .*t29, …\.$/,
    /network-endpoint/,
  ],
])('%s', (_name, catalogue, more, message, hint) => {
  const find = (): unknown => findNetworkUrl(catalogue, { ...wanted, ...more });
  expect(find).toThrow(expect.objectContaining({ code: 'CATALOGUE' }));
  expect(find).toThrow(message);
  expect(find).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) }));
});

const otcAuth = new URL('https://iam.eu-nl.otc.t-systems.com/v3');

test.each([
  ['by region', 'eu-ch2', 'prod', 'https://vpc.eu-ch2.sc.otc.t-systems.com/v2.0'],
  ['by the project', undefined, 'eu-nl_prod', 'https://vpc.eu-nl.otc.t-systems.com/v2.0'],
])('OTC without a catalogue, %s', (_name, region, name, url) => {
  expect(knownNetworkUrl(otcAuth, { region, project: { ...project, name }, dialect: 'otc' }).href).toBe(url);
});

test.each([
  ['an unknown region', otcAuth, 'eu-xx'],
  ['no region', otcAuth, undefined],
  ['a login elsewhere', new URL('http://127.0.0.1:5000/v3'), 'eu-nl'],
])('no catalogue and %s', (_name, authUrl, region) => {
  expect(() => knownNetworkUrl(authUrl, { region, project, dialect: 'otc' })).toThrow(/no service catalogue/);
});
