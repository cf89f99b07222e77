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
