import { describe, expect } from 'vitest';
import { officeFile, only } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const action = 'POST /v2.0/{project}/ipsec-site-connections/{id}/tags/action';

describe('tags (Open Telekom Cloud)', () => {
  const file = (tags: Record<string, string | null> | undefined): string => officeFile({ psk_version: 1, tags });

  scenario('compared key by key: others stay, null removes', 'otc', async ({ cloud, apply }) => {
    await apply(file({ env: 'prod', team: 'net' }));
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.setTags(id, { ...cloud.store.tags(id), cost: '42' });
    const run = await apply(file({ env: 'test', team: null }));
    expect(new Set(writes(run.requests))).toEqual(new Set([action]));
    const { env, team, cost } = cloud.store.tags(id);
    expect({ env, team, cost }).toEqual({ env: 'test', team: undefined, cost: '42' });
    expect(run.outputs['operation']).toBe('updated');
    expect((await apply(file({ env: 'test', team: null }))).outputs['operation']).toBe('unchanged');
  });

  scenario('tags that differ in nothing are not written', 'otc', async ({ apply }) => {
    await apply(file({ env: 'prod' }));
    const run = await apply(file({ env: 'prod' }));
    expect(writes(run.requests)).toEqual([]);
  });

  scenario('one query where the lists do not carry them', { dialect: 'otc', tagsInLists: false }, async ({ apply }) => {
    await apply(file({ env: 'prod' }));
    const run = await apply(file({ env: 'prod' }));
    expect(run.outputs['operation']).toBe('unchanged');
    const queries = calls(run.requests).filter((call) => call.includes('resource_instances'));
    expect(queries).toHaveLength(1);
    expect(run.requests).toHaveLength(10);
  });

  scenario('on OpenStack they are refused on their line', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile({ tags: { env: 'prod' } }));
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.log).toContain('tags');
    expect(failure.requests).toEqual([]);
  });
});
