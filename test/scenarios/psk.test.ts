import { describe, expect } from 'vitest';
import { office, officeFile, officesFile, only, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

const quick = { 'status-interval': '0s' };
const put = 'PUT /v2.0/vpn/ipsec-site-connections/{id}';
const next = 'N3xt-Only_Key.2';

describe('a cloud that returns the key in clear', () => {
  scenario('another key is sent', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile(), { psk: next, ...quick });
    expect(writes(run.requests)).toEqual([put]);
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(next);
    expect(run.outputs['operation']).toBe('updated');
    expect(run.log).toMatch(/psk/);
  });

  scenario('the same key is not, unless update-psk: always', 'openstack', async ({ apply }) => {
    await apply(officeFile());
    expect(writes((await apply(officeFile())).requests)).toEqual([]);
    expect(writes((await apply(officeFile(), { 'update-psk': 'always', ...quick })).requests)).toEqual([put]);
  });

  scenario('no key given for an existing connection: it is left as it is', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile(), { psk: undefined });
    expect(run.outputs['operation']).toBe('unchanged');
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(psk);
  });

  scenario('no key given for a new one: an error before anything is written', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { psk: undefined });
    expect(failure.message).toMatch(/psk/);
    expect(failure.message).toMatch(/fork|Dependabot/);
    expect(writes(failure.requests)).toEqual([]);
  });
});

describe.each(['stars', 'missing', 'garbage'] as const)('a cloud that hides it (%s)', (hidePsk) => {
  scenario('psk_version tells a rotation', { dialect: 'otc', hidePsk }, async ({ cloud, apply }) => {
    await apply(officeFile({ psk_version: 1 }));
    const same = await apply(officeFile({ psk_version: 1 }));
    expect(writes(same.requests)).toEqual([]);
    expect(same.outputs['operation']).toBe('unchanged');
    const run = await apply(officeFile({ psk_version: 2 }), { psk: next, ...quick });
    expect(writes(run.requests)).toContain(put);
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(next);
    expect(writes((await apply(officeFile({ psk_version: 2 }), { psk: next })).requests)).toEqual([]);
  });

  scenario('without psk_version the run says that it is unverified', { dialect: 'otc', hidePsk }, async ({ apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile(), { psk: next });
    expect(run.log).toMatch(/psk.*unverified/i);
    expect(run.summary).toMatch(/unverified/);
    expect(writes(run.requests)).toEqual([]);
  });
});

/** What a person at the other end reads. */
const ahead = 'Have the new key ready at the other end.';
const now = 'Set the new key at the other end now';

describe('a rotation is a step of the plan, and says what to do at the other end', () => {
  scenario('by another key', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const planned = await apply(officeFile(), { psk: next, mode: 'plan' });
    expect(planned.log).toContain('psk (another key) → (sent anew) (the tunnel re-keys: under a second if both ends');
    expect(planned.log).toMatch(
      /this order:\n {2}1\. Have .*\n {2}2\. Run mode: apply.*\n {2}3\. At once set .*\n {2}4\. When/,
    );
    expect(planned.summary).toContain(`  1. ${ahead}`);
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(psk);
    const reviewed = { 'expect-plan': planned.outputs['plan-digest'] };
    const applied = await apply(officeFile(), { psk: next, ...reviewed, ...quick });
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(next);
    for (const text of [applied.log, applied.summary]) expect(text).toContain(`  1. ${now}`);
  });

  scenario('by psk_version, where the cloud hides the key', { dialect: 'otc', hidePsk: 'stars' }, async ({ apply }) => {
    await apply(officeFile({ psk_version: 1 }));
    const planned = await apply(officeFile({ psk_version: 2 }), { psk: next, mode: 'plan' });
    expect(planned.log).toContain('psk (hidden by the cloud) → (sent anew)');
    expect(planned.log).toContain('; psk_version says that the psk was rotated');
    expect(planned.log).toContain('psk_version 1 → 2');
    expect(planned.summary).toContain(`  1. ${ahead}`);
    const applied = await apply(officeFile({ psk_version: 2 }), { psk: next, ...quick });
    expect(applied.summary).toContain(`  1. ${now}`);
  });

  scenario('update-psk: always with the same key: nothing to do there', 'openstack', async ({ apply }) => {
    await apply(officeFile());
    const always = { 'update-psk': 'always' };
    const planned = await apply(officeFile(), { ...always, mode: 'plan' });
    expect(planned.log).toContain('psk (the same key) → (sent anew)');
    expect(planned.log).toContain('; update-psk: always sends the psk in every run');
    const applied = await apply(officeFile(), { ...always, ...quick });
    for (const { log } of [planned, applied]) expect(log).toContain('nothing to do at the other end');
    expect(applied.summary).not.toContain(now);
  });
});

describe('where the key comes from', () => {
  scenario(
    'a literal key in the file is refused, with the ways out, and is not shown',
    'openstack',
    async ({ run }) => {
      const failure = asFailure(
        await run({
          files: { 'vpn.yml': officeFile({ psk: 'Lit3ral-Key.in_file' }) },
          secrets: ['Lit3ral-Key.in_file'],
        }),
      );
      expect(failure.code).toBe('SPEC_INVALID');
      expect(failure.log).toMatch(/secrets/);
      expect(failure.requests).toEqual([]);
    },
  );

  scenario('the input psk overrides it', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ psk: 'Lit3ral-Key.in_file' }), {}, { secrets: ['Lit3ral-Key.in_file'] });
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(psk);
  });

  scenario('the input psk with two connections is an error', 'openstack', async ({ refused }) => {
    const failure = await refused(
      officesFile([office, { ...office, name: 'office-2', peer_address: '198.51.100.21' }]),
    );
    expect(failure.log).toMatch(/psk/);
    expect(failure.requests).toEqual([]);
  });

  scenario('a secret may stand in psk alone', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({
        files: { 'vpn.yml': officeFile({ name: 'office-${KEY}', psk: '${KEY}' }) },
        inputs: { secrets: `KEY=${psk}` },
      }),
    );
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.place).toBe('vpn.yml:2');
    expect(failure.requests).toEqual([]);
  });

  scenario('odd characters arrive unchanged and are masked in every form', 'openstack', async ({ cloud, run }) => {
    const odd = `a'b%25"c\\d &<e>*(f)!/=+é`.replace(/["é]/g, '');
    const result = await run({
      files: { 'vpn.yml': officeFile({ psk: '${KEY}' }) },
      inputs: { secrets: `KEY=${odd}` },
      debug: true,
    });
    expect(result.exitCode, result.log).toBe(0);
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(odd);
  });
});
