import { expect, test } from 'vitest';
import { authUrlProblem, networkUrlProblem } from '../../../src/identity/hosts.ts';
import { dialectOf, otcRegion, otcRegions, regionOfProject } from '../../../src/identity/regions.ts';
import { normaliseAuthUrl, normaliseNetworkUrl } from '../../../src/identity/urls.ts';

test.each([
  ['https://k.test', 'https://k.test/v3'],
  ['https://k.test/', 'https://k.test/v3'],
  ['https://k.test/v3', 'https://k.test/v3'],
  ['https://k.test/v3//', 'https://k.test/v3'],
  ['https://k.test:5000/identity', 'https://k.test:5000/identity/v3'],
  ['https://k.test/identity/v3/', 'https://k.test/identity/v3'],
  ['https://k.test/v3/auth/tokens', 'https://k.test/v3'],
  ['https://k.test/v3/auth', 'https://k.test/v3'],
])('auth URL %s', (url, expected) => {
  expect(normaliseAuthUrl(new URL(url)).href).toBe(expected);
});

test.each([
  ['https://n.test', 'https://n.test/v2.0'],
  ['https://n.test:9696/', 'https://n.test:9696/v2.0'],
  ['https://n.test/v2.0/', 'https://n.test/v2.0'],
  ['https://n.test/networking', 'https://n.test/networking/v2.0'],
])('network URL %s', (url, expected) => {
  expect(normaliseNetworkUrl(new URL(url)).href).toBe(expected);
});

test.each([
  ['https://iam.eu-de.otc.t-systems.com/v3', 'otc'],
  ['https://IAM-pub.EU-CH2.sc.otc.t-systems.com./v3', 'otc'],
  ['https://otc.t-systems.com/v3', 'openstack'],
  ['https://keystone.example.org/v3', 'openstack'],
])('%s speaks %s', (url, dialect) => {
  expect(dialectOf(new URL(url))).toBe(dialect);
});

test('the table of regions is in its normal form, and its hosts may be given secrets', () => {
  expect(Object.keys(otcRegions)).toEqual(['eu-de', 'eu-nl', 'eu-ch2']);
  for (const { authUrl, networkUrl } of Object.values(otcRegions)) {
    const host = { authUrl: new URL(authUrl), dialect: 'otc', networkGiven: false } as const;
    expect(normaliseAuthUrl(host.authUrl).href).toBe(authUrl);
    expect(authUrlProblem(host)).toBeUndefined();
    expect(networkUrlProblem(new URL(networkUrl), host)).toBeUndefined();
    expect(dialectOf(host.authUrl)).toBe('otc');
  }
  expect(otcRegion('eu-xx')).toBeUndefined();
  expect(otcRegion('constructor')).toBeUndefined();
});

test.each([
  ['eu-nl', 'eu-nl'],
  ['eu-nl_prod', 'eu-nl'],
  ['eu-de_a_b', 'eu-de'],
  ['prod', undefined],
  ['', undefined],
  [undefined, undefined],
])('the region of project %s', (name, region) => {
  expect(regionOfProject(name)).toBe(region);
});
