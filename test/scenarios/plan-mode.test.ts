import { describe, expect } from 'vitest';
import { officeFile, only, ours } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

interface PlanJson {
  readonly changes: readonly {
    action: string;
    kind: string;
    name: string;
    impact: string;
    fields: { field: string; before?: string; after?: string }[];
  }[];
}

const planOf = (text: string | undefined): PlanJson => JSON.parse(text ?? '');
const reading = (call: string): boolean => call.startsWith('GET ') || call.endsWith('/v3/auth/tokens');

describe('mode: plan', () => {
  scenario('of a new connection: what would be made, and no write', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile(), { mode: 'plan' });
    expect(calls(run.requests).every(reading)).toBe(true);
    expect(ours(cloud, 'ipsec_site_connection')).toEqual([]);
    expect(run.outputs).toMatchObject({ operation: 'created', changed: 'true' });
    expect(run.outputs['connection-id'] ?? '').toBe('');
    const { changes } = planOf(run.outputs['plan']);
    expect(changes.map(({ action, kind }) => `${action} ${kind}`).toSorted()).toEqual([
      'create endpoint_group',
      'create endpoint_group',
      'create ikepolicy',
      'create ipsec_site_connection',
      'create ipsecpolicy',
      'create vpnservice',
    ]);
    expect(run.log).toMatch(/Nothing was written/);
    expect(run.summary).toContain('Plan');
  });

  scenario('without the psk of a new connection it fails as apply would', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { mode: 'plan', psk: undefined });
    expect(failure.message).toMatch(/psk/);
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario(
    'of a change: before and after, and the same changes that apply then makes',
    'openstack',
    async ({ cloud, apply }) => {
      await apply(officeFile());
      const changed = officeFile({ mtu: 1400, peer_ep_group: ['10.80.0.0/24'] });
      const run = await apply(changed, { mode: 'plan' });
      expect(calls(run.requests).every(reading)).toBe(true);
      const plan = planOf(run.outputs['plan']);
      const mtu = plan.changes.flatMap(({ fields }) => fields).find(({ field }) => field === 'mtu');
      expect(mtu).toMatchObject({ before: '1500', after: '1400' });
      expect(run.outputs).toMatchObject({
        operation: 'updated',
        'connection-id': only(cloud, 'ipsec_site_connection').id,
        status: 'DOWN',
      });
      const applied = await apply(changed, { 'status-interval': '0s' });
      expect(planOf(applied.outputs['plan']).changes).toEqual(plan.changes);
    },
  );

  scenario('of nothing to do', 'openstack', async ({ apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile(), { mode: 'plan' });
    expect(run.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(planOf(run.outputs['plan']).changes).toEqual([]);
  });

  scenario('of a replacement that max-impact forbids: shows it and fails', 'openstack', async ({ apply, refused }) => {
    await apply(officeFile());
    const failure = await refused(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }), { mode: 'plan' });
    expect(failure.code).toBe('IMPACT');
    expect(failure.log).toContain('aes-128');
    expect(failure.outputs['operation']).toBe('replaced');
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario('of another psk: words, never the key', 'openstack', async ({ apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile(), { mode: 'plan', psk: 'An0ther-Only_Key' });
    const [change] = planOf(run.outputs['plan']).changes;
    expect(change?.fields.map(({ field }) => field)).toEqual(['psk']);
    expect(run.outputs['operation']).toBe('updated');
  });
});

describe('max-impact', () => {
  scenario('none allows a new connection and refuses any harm', 'openstack', async ({ apply, refused }) => {
    await apply(officeFile(), { 'max-impact': 'none' });
    const failure = await refused(officeFile({ initiator: 'response-only' }), { 'max-impact': 'none' });
    expect(failure.code).toBe('IMPACT');
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario('rekey allows dpd, and refuses another peer address', 'openstack', async ({ apply, refused }) => {
    await apply(officeFile());
    await apply(officeFile({ dpd: { action: 'clear' } }), { 'max-impact': 'rekey', 'status-interval': '0s' });
    const failure = await refused(officeFile({ peer_address: '198.51.100.99' }), { 'max-impact': 'rekey' });
    expect(failure.code).toBe('IMPACT');
    expect(failure.message).toContain('interruption');
  });
});
