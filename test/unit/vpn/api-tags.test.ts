import { describe, expect, test } from 'vitest';
import { createVpnApi } from '../../../src/vpn/api.ts';
import { type DialectName, dialects } from '../../../src/vpn/dialects.ts';
import { projectId, uuid } from './build.ts';
import { fakeSend } from './fakes.ts';

function api(answers: readonly unknown[], dialect: DialectName = 'otc') {
  const send = fakeSend(answers);
  const networkUrl = new URL('https://vpc.eu-nl.otc.t-systems.com/v2.0');
  const options = { send, networkUrl, projectId, dialect: dialects[dialect] };
  return { api: createVpnApi(options), requests: send.requests };
}

describe('tags', () => {
  const path = `/v2.0/${projectId}/ipsec-site-connections`;

  test('are set and removed in batches of ten', async () => {
    const { api: vpn, requests } = api(Array.from({ length: 5 }));
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k${index}`, `v${index}`]));
    await vpn.setTags(uuid(1), tags, { name: 'office', critical: true });
    await vpn.removeTags(uuid(1), Object.keys(tags));
    await vpn.setTags(uuid(1), {});
    expect(requests.map(({ method, url, what, critical }) => [method, url.pathname, what, critical])).toEqual([
      ['POST', `${path}/${uuid(1)}/tags/action`, 'tag the IPsec connection office', true],
      ['POST', `${path}/${uuid(1)}/tags/action`, 'tag the IPsec connection office', true],
      ['POST', `${path}/${uuid(1)}/tags/action`, `remove tags of the IPsec connection ${uuid(1)}`, false],
      ['POST', `${path}/${uuid(1)}/tags/action`, `remove tags of the IPsec connection ${uuid(1)}`, false],
    ]);
    expect(requests.map(({ body }) => body)).toMatchObject([
      { action: 'create', tags: Array.from({ length: 10 }, (_, index) => ({ key: `k${index}`, value: `v${index}` })) },
      { action: 'create', tags: [{ key: 'k10', value: 'v10' }, { key: 'k11' }] },
      { action: 'delete', tags: Array.from({ length: 10 }, (_, index) => ({ key: `k${index}` })) },
      { action: 'delete', tags: [{ key: 'k10' }, { key: 'k11' }] },
    ]);
  });

  function resources(from: number, count: number): unknown {
    const all = Array.from({ length: count }, (_, index) => ({
      resource_id: uuid(from + index),
      tags: [{ key: 'env', value: 'prod' }],
    }));
    return { resources: all, total_count: 99 };
  }

  test('of all connections are one query', async () => {
    const odd = [{ resource_id: 'x' }, 'x', { resource_id: uuid(9) }];
    const { api: vpn, requests } = api([
      { resources: [...odd, { resource_id: uuid(8), tags: [{ key: 'env' }, { value: 1 }, 3] }] },
    ]);
    expect(await vpn.allTags()).toEqual(
      new Map([
        [uuid(9), new Map()],
        [uuid(8), new Map([['env', '']])],
      ]),
    );
    expect(requests).toMatchObject([
      { method: 'POST', body: { action: 'filter', limit: 1000, offset: 0 }, repeat: 'freely' },
    ]);
    expect(requests[0]?.url.pathname).toBe(`${path}/resource_instances/action`);
  });

  test('come in pages of a thousand, also from a server that does not page', async () => {
    const { api: vpn, requests } = api([resources(0, 1000), resources(1000, 1)]);
    expect((await vpn.allTags()).size).toBe(1001);
    expect(requests.map(({ body }) => body)).toMatchObject([{ offset: 0 }, { offset: 1000 }]);
    const { api: stubborn, requests: asked } = api([resources(0, 1000), resources(0, 1000), resources(0, 1000)]);
    expect((await stubborn.allTags()).size).toBe(1000);
    expect(asked).toHaveLength(2);
  });

  test.each([[undefined], [{}], [{ resources: {} }]])('answered as %j are an error', async (body) => {
    await expect(api([body]).api.allTags()).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
  });
});
