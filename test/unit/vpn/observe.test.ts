import { describe, expect, test } from 'vitest';
import { dialects } from '../../../src/vpn/dialects.ts';
import { observe } from '../../../src/vpn/observe.ts';
import { described, local, spec, uuid } from './build.ts';
import { script, scriptedApi, settled } from './fakes.ts';
import { addConnection, standardCloud } from './standard-cloud.ts';

const lists = ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'ipsec_site_connection'].map(
  (kind) => `list ${kind}`,
);

function watched(connections: readonly unknown[] = []) {
  const nothing = Object.fromEntries(lists.map((key) => [key, [[]]]));
  const tags = new Map([[uuid(1), new Map([['env', 'prod']])]]);
  return scriptedApi(
    script({ ...nothing, 'list ipsec_site_connection': [connections], routers: [[]], subnets: [[]], allTags: [tags] }),
  );
}

describe('what is read', () => {
  const cases = [
    ['ids and names of parts alone', { local: uuid(9) }, []],
    ['a router by id', { service: described({}, { router: uuid(9) }) }, []],
    ['a router by name', { service: described({}, { router: 'vpc' }) }, ['routers']],
    ['a subnet of the service by name', { service: described({}, { router: uuid(9), subnet: 'app' }) }, ['subnets']],
    ['subnets by id', { local: local([uuid(9)]) }, []],
    ['a subnet by name', { local: local([uuid(9), 'app']) }, ['subnets']],
    ['a subnet by CIDR', { local: local(['10.0.0.0/24']) }, ['subnets']],
    ['a group by its id', { local: described({}, { id: uuid(9) }) }, []],
  ] as const;
  test.each(cases)('with %s', async (_, parts, more) => {
    const api = watched();
    await observe(api, [spec('a', parts), spec('b')], dialects.otc);
    expect(api.calls.map(({ method, kind }) => (kind === undefined ? method : `${method} ${kind}`))).toEqual([
      ...lists,
      ...more,
    ]);
  });

  test('with subnets by id, too, where their networks are wanted', async () => {
    const api = watched();
    await observe(api, [spec('a', { local: local([uuid(9)]) })], dialects.openstack, true);
    expect(api.calls.map(({ method }) => method)).toContain('subnets');
  });

  test('all at once', async () => {
    const api = watched();
    const observing = observe(api, [spec('a', { service: described({}, { router: 'vpc' }) })], dialects.openstack);
    expect(api.calls).toHaveLength(6);
    await settled();
    expect(await observing).toMatchObject({ connections: [], routers: [] });
  });
});

describe('tags', () => {
  function connections(dialect: 'otc' | 'openstack', tags: boolean) {
    const standard = standardCloud(dialect);
    addConnection(standard, 'a');
    return standard.cloud
      .observed()
      .connections.map((one) => ({ ...one, id: uuid(1), tags: tags ? new Map() : undefined }));
  }

  test('are asked for once where the lists do not carry them', async () => {
    const [one] = connections('otc', false);
    const api = watched([one, { ...one, id: uuid(2) }]);
    const { connections: found } = await observe(api, [spec('a')], dialects.otc);
    expect(found.map(({ tags }) => tags)).toEqual([new Map([['env', 'prod']]), new Map()]);
    expect(api.calls.filter(({ method }) => method === 'allTags')).toHaveLength(1);
  });

  test.each([
    ['otc', true],
    ['openstack', false],
  ] as const)('%s: are not asked for otherwise', async (dialect, tags) => {
    const api = watched(connections(dialect, tags));
    await observe(api, [spec('a')], dialects[dialect]);
    expect(api.calls.map(({ method }) => method)).not.toContain('allTags');
  });
});
