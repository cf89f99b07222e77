import { describe, expect } from 'vitest';
import type { Cloud, Fault } from '../cloud/index.ts';
import { officeFile, only, ours } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const connections = '/ipsec-site-connections';
const post: Pick<Fault, 'method' | 'path'> = { method: 'POST', path: connections };
const lists: Pick<Fault, 'method' | 'path'> = { method: 'GET', path: '/ikepolicies' };
const many = (requests: Parameters<typeof calls>[0], call: string): number =>
  calls(requests).filter((one) => one === call).length;

describe('a list that fails and then works', () => {
  const effects: [string, Fault['effect']][] = [
    ['429 with Retry-After', { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '' }],
    [
      '502 with HTML',
      { kind: 'answer', status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' },
    ],
    ['503', { kind: 'answer', status: 503, body: '' }],
    ['504', { kind: 'answer', status: 504, body: '' }],
    ['a connection reset before the answer', { kind: 'reset-before' }],
    ['a connection reset after it', { kind: 'reset-after' }],
    ['a body cut in the middle', { kind: 'cut-body' }],
  ];
  for (const [words, effect] of effects) {
    scenario(`${words} is repeated`, 'openstack', async ({ cloud, apply }) => {
      cloud.addFault({ ...lists, effect });
      const run = await apply(officeFile());
      expect(run.outputs['operation']).toBe('created');
      expect(many(run.requests, 'GET /v2.0/vpn/ikepolicies')).toBe(2);
    });
  }

  scenario('Retry-After is obeyed', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({ ...lists, effect: { kind: 'answer', status: 429, headers: { 'retry-after': '2' }, body: '' } });
    const run = await apply(officeFile());
    const [first, second] = run.requests.filter(
      ({ path, method }) => method === 'GET' && path.includes('/ikepolicies'),
    );
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(1990);
  });
});

describe('a POST whose answer is lost', () => {
  const effects: [string, Fault['effect']][] = [
    ['reset after it was carried out', { kind: 'reset-after' }],
    ['answered 500 although it was carried out', { kind: 'answer', status: 500, body: '', handled: true }],
    [
      'answered 504 with HTML although it was carried out',
      { kind: 'answer', status: 504, body: '<html>', handled: true },
    ],
    ['cut in the middle of the body', { kind: 'cut-body' }],
  ];
  for (const [words, effect] of effects) {
    scenario(`${words}: the connection is found, not doubled`, 'openstack', async ({ cloud, apply }) => {
      cloud.addFault({ ...post, effect });
      const run = await apply(officeFile());
      expect(many(run.requests, 'POST /v2.0/vpn/ipsec-site-connections')).toBe(1);
      expect(run.outputs).toMatchObject({
        operation: 'created',
        'connection-id': only(cloud, 'ipsec_site_connection').id,
      });
    });
  }

  scenario('reset before it was carried out: repeated after looking', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({ ...post, effect: { kind: 'reset-before' } });
    const run = await apply(officeFile());
    expect(many(run.requests, 'POST /v2.0/vpn/ipsec-site-connections')).toBe(2);
    expect(only(cloud, 'ipsec_site_connection').id).toBe(run.outputs['connection-id']);
  });

  scenario('the same for a part', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({ method: 'POST', path: '/ikepolicies', effect: { kind: 'reset-after' } });
    await apply(officeFile());
    expect(ours(cloud, 'ikepolicy')).toHaveLength(1);
  });

  scenario('on Open Telekom Cloud, where the connection carries no mark yet', 'otc', async ({ cloud, apply }) => {
    cloud.addFault({ ...post, effect: { kind: 'reset-after' } });
    const run = await apply(officeFile({ psk_version: 1 }));
    expect(run.outputs['connection-id']).toBe(only(cloud, 'ipsec_site_connection').id);
  });

  scenario('429 is repeated as it is', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({ ...post, effect: { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '' } });
    const run = await apply(officeFile());
    expect(many(run.requests, 'POST /v2.0/vpn/ipsec-site-connections')).toBe(2);
    expect(only(cloud, 'ipsec_site_connection').id).toBe(run.outputs['connection-id']);
  });
});

scenario('a DELETE that finds 404 on its second try has succeeded', 'openstack', async ({ cloud, apply }) => {
  await apply(officeFile());
  cloud.addFault({ method: 'DELETE', path: '/endpoint-groups/', effect: { kind: 'reset-after' } });
  const run = await apply(officeFile({ peer_ep_group: ['10.90.0.0/24'] }), { 'status-interval': '0s' });
  expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
  expect(run.log).not.toMatch(/not deleted/);
});

describe('refusals: the server’s words, the request id, the line, what to do', () => {
  const refusals: [string, Fault['effect'], RegExp[]][] = [
    [
      'Neutron 400',
      {
        kind: 'answer',
        status: 400,
        headers: { 'X-Openstack-Request-Id': 'req-11111111-2222-3333-4444-555555555555' },
        body: {
          NeutronError: {
            type: 'RouterIsNotExternal',
            message: 'Router x has no external network gateway set.',
            detail: '',
          },
        },
      },
      [/has no external network gateway/, /req-11111111-2222-3333-4444-555555555555/, /400/],
    ],
    [
      '403 of the policy',
      {
        kind: 'answer',
        status: 403,
        body: {
          NeutronError: { type: 'PolicyNotAuthorized', message: 'rule:create_x is disallowed by policy', detail: '' },
        },
      },
      [/disallowed by policy/, /role|right|permission/i],
    ],
    [
      '404 of a gateway without the product',
      {
        kind: 'answer',
        status: 404,
        headers: { 'X-Openstack-Request-Id': '' },
        body: {
          error_code: 'APIGW.0101',
          error_msg: 'The API does not exist or has not been published in the environment',
          request_id: '77aa',
        },
      },
      [/APIGW\.0101/, /77aa/],
    ],
    [
      'OTC quota',
      { kind: 'answer', status: 400, body: { code: 'VPC.1003', message: 'Quota exceeded.' } },
      [/VPC\.1003/, /quota/i],
    ],
    [
      'nested JSON',
      {
        kind: 'answer',
        status: 400,
        body: {
          error_code: 'VPC.0002',
          error_msg: '{"NeutronError":{"type":"X","message":"inner words","detail":""}}',
          request_id: 'r',
        },
      },
      [/inner words/],
    ],
    [
      'HTML',
      {
        kind: 'answer',
        status: 403,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>Blocked by <b>WAF</b></body></html>',
      },
      [/403/, /WAF/],
    ],
    ['an empty body', { kind: 'answer', status: 403, body: '' }, [/403/]],
  ];
  for (const [words, effect, patterns] of refusals) {
    scenario(words, 'openstack', async ({ cloud, refused }) => {
      cloud.addFault({ ...post, when: 'always', effect });
      const failure = await refused(officeFile());
      expect(failure.code).toBe(words === '403 of the policy' ? 'RIGHTS' : 'API_REFUSED');
      expect(failure.message).toContain('office-bonn');
      for (const pattern of patterns) expect(failure.message).toMatch(pattern);
      expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
      expect(failure.message).not.toContain('<');
      expect(many(failure.requests, 'POST /v2.0/vpn/ipsec-site-connections')).toBe(1);
    });
  }

  scenario('a real server refuses a router without gateway', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile({ vpnservice: { router: 'vpc-closed' }, local_ep_group: ['subnet-app'] }));
    expect(failure.code).toBe('API_REFUSED');
    expect(failure.message).toMatch(/gateway/);
  });
});

describe('answers that make no sense', () => {
  const answers: [string, Fault['effect']][] = [
    ['not JSON', { kind: 'invalid-json' }],
    ['another shape', { kind: 'answer', status: 200, body: { ikepolicies: 'none' } }],
    ['a huge body', { kind: 'huge', bytes: 30_000_000 }],
  ];
  for (const [words, effect] of answers) {
    scenario(words, 'openstack', async ({ cloud, refused }) => {
      cloud.addFault({ ...lists, when: 'always', effect });
      const failure = await refused(officeFile());
      expect(failure.code).toMatch(/^(API_|NETWORK)/);
      expect(failure.message).toMatch(/ikepolicies|IKE polic/);
      expect(writes(failure.requests)).toEqual([]);
    });
  }
});

describe('lists', () => {
  scenario(
    'of several pages are followed by marker, never by the address in the link',
    { dialect: 'openstack', pageSize: 2 },
    async ({ cloud, apply }) => {
      for (let index = 0; index < 5; index += 1) cloud.store.seed('ikepolicy', { name: `filler-${index}` });
      await apply(officeFile());
      const run = await apply(officeFile());
      expect(run.outputs['operation']).toBe('unchanged');
      expect(many(run.requests, 'GET /v2.0/vpn/ikepolicies')).toBeGreaterThanOrEqual(3);
    },
  );
});

scenario(
  'a server that never answers a list: the run ends by itself with the reason',
  'openstack',
  async ({ cloud, refused }) => {
    cloud.addFault({ ...lists, when: 'always', effect: { kind: 'hang' } });
    const failure = await refused(officeFile(), { timeout: '3s' });
    expect(failure.code).toMatch(/TIMEOUT|NETWORK|API_UNAVAILABLE/);
    expect(failure.durationMs).toBeLessThan(20_000);
  },
);

scenario('nothing listens at the address', 'openstack', async ({ cloud, refused }) => {
  const failure = await refused(officeFile(), { 'auth-url': 'http://127.0.0.1:9/v3' });
  expect(failure.code).toBe('NETWORK');
  expect(failure.message).toContain('127.0.0.1:9');
  expect(cloud.requests).toEqual([]);
});

scenario('slow answers are waited for', 'openstack', async ({ cloud, apply }) => {
  for (const path of ['/auth/tokens', '/subnets', '/ikepolicies', '/ipsec-site-connections']) {
    cloud.addFault({ path, effect: { kind: 'delay', ms: 700 } });
  }
  expect((await apply(officeFile())).outputs['operation']).toBe('created');
});

describe('another run made a namesake meanwhile', () => {
  /** Puts it there while the POST is under way: after this run has looked, and before it looks again. */
  function rival(cloud: Cloud, id: string): void {
    cloud.addFault({ ...post, effect: { kind: 'delay', ms: 400 } });
    const watcher = setInterval(() => {
      const posted = cloud.requests.some(({ method, path }) => method === 'POST' && path.endsWith(connections));
      if (!posted) return;
      clearInterval(watcher);
      const part = (kind: 'vpnservice' | 'ikepolicy' | 'ipsecpolicy') => ours(cloud, kind)[0]?.id;
      const group = (type: string) => ours(cloud, 'endpoint_group').find((one) => one['type'] === type)?.id;
      cloud.store.seed('ipsec_site_connection', {
        ...{ id, name: 'office-bonn', psk: 'R1val-Only_Key', peer_address: '198.51.100.20', peer_id: '198.51.100.20' },
        ...{ vpnservice_id: part('vpnservice'), ikepolicy_id: part('ikepolicy'), ipsecpolicy_id: part('ipsecpolicy') },
        ...{ local_ep_group_id: group('subnet'), peer_ep_group_id: group('cidr') },
      });
    }, 5);
  }

  scenario(
    'with a smaller id: this run deletes its own and goes on with that one',
    'openstack',
    async ({ cloud, apply }) => {
      const id = '00000000-0000-4000-8000-000000000001';
      rival(cloud, id);
      const run = await apply(officeFile());
      expect(run.outputs['connection-id']).toBe(id);
      expect(ours(cloud, 'ipsec_site_connection').map((one) => one.id)).toEqual([id]);
      expect(run.log).toMatch(/concurrency/);
    },
  );

  scenario(
    'with a larger id, and its maker had looked before this one was there: one is left',
    'openstack',
    async ({ cloud, apply }) => {
      rival(cloud, 'ffffffff-ffff-4fff-bfff-ffffffffffff');
      const run = await apply(officeFile());
      expect(ours(cloud, 'ipsec_site_connection').map((one) => one.id)).toEqual([run.outputs['connection-id']]);
    },
  );
});
