/** Several connections in one run: one that is bad does not stop the others, and the run names it at the end. */
import { describe, expect } from 'vitest';
import { office, officeFile, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

const secrets = { secrets: `OFFICE_PSK=${psk}` };

/** An office with a peer and networks of its own. */
function named(name: string, index: number, more: object = {}): string {
  return officeFile({
    ...office,
    ...{ name, psk: '${OFFICE_PSK}', peer_address: `198.51.100.${index}`, peer_ep_group: [`10.8${index}.0.0/24`] },
    ...more,
  });
}

const files = { 'vpn/bonn.yml': named('bonn', 1), 'vpn/ulm.yml': named('ulm', 2), 'vpn/kiel.yml': named('kiel', 3) };
const inputs = { ...secrets, 'connection-file': 'vpn/*.yml' };

describe('a file with an error', () => {
  scenario('does not stop the others', 'otc', async ({ cloud, run }) => {
    const broken = { ...files, 'vpn/ulm.yml': named('ulm', 2, { mtu: 'wide' }) };
    const failure = asFailure(await run({ files: broken, inputs }));
    expect(failure).toMatchObject({ code: 'SPEC_INVALID', place: expect.stringMatching(/^vpn\/ulm\.yml:\d+$/) });
    expect(
      ours(cloud, 'ipsec_site_connection')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['bonn', 'kiel']);
    const connections = JSON.parse(failure.outputs.connections ?? '');
    expect(connections).toMatchObject({
      bonn: { operation: 'created', status: 'DOWN' },
      kiel: { operation: 'created' },
      ulm: { operation: 'unchanged', changed: false },
    });
    expect(failure.outputs).not.toHaveProperty('plan-digest');
    expect(failure.summary).toMatch(/`ulm` \| failed/);
  });

  scenario('and is in the plan, which fails', 'openstack', async ({ cloud, run }) => {
    const broken = { ...files, 'vpn/ulm.yml': 'ipsec_site_connection: [' };
    const failure = asFailure(await run({ files: broken, inputs: { ...inputs, mode: 'plan' } }));
    expect(failure).toMatchObject({ code: 'SPEC_INVALID', place: 'vpn/ulm.yml:1' });
    expect(failure.log).toContain('+ IPsec connection kiel');
    expect(writes(cloud.requests)).toEqual([]);
  });
});

scenario('a connection beyond max-impact is left as it is', 'openstack', async ({ cloud, run }) => {
  await run({ files, inputs });
  const [before] = ours(cloud, 'ipsec_site_connection').filter(({ name }) => name === 'ulm');
  const changed = {
    'vpn/bonn.yml': named('bonn', 1, { mtu: 1400 }),
    'vpn/ulm.yml': named('ulm', 2, { ikepolicy: { pfs: 'group19' } }),
    'vpn/kiel.yml': named('kiel', 3, { mtu: 1400 }),
  };
  const failure = asFailure(await run({ files: changed, inputs }));
  expect(failure).toMatchObject({ code: 'IMPACT', place: expect.stringMatching(/^vpn\/ulm\.yml:/) });
  expect(failure.message).toContain('Connection ulm: the plan does more than max-impact');
  expect(JSON.parse(failure.outputs.connections ?? '')).toMatchObject({
    ...{ bonn: { operation: 'updated' }, kiel: { operation: 'updated' } },
    ulm: { operation: 'unchanged', 'connection-id': before?.id },
  });
  const [after] = ours(cloud, 'ipsec_site_connection').filter(({ name }) => name === 'ulm');
  expect(after).toEqual(before);
});

scenario('a connection that the cloud refuses fails alone', 'openstack', async ({ cloud, run }) => {
  cloud.addFault({
    ...{ method: 'POST', path: 'ipsec-site-connections', when: 'once' },
    effect: {
      kind: 'answer',
      status: 400,
      body: { NeutronError: { type: 'HTTPBadRequest', message: 'No.', detail: '' } },
    },
  });
  const failure = asFailure(await run({ files, inputs }));
  expect(failure.code).toBe('API_REFUSED');
  const connections: Record<string, { operation: string }> = JSON.parse(failure.outputs.connections ?? '');
  expect(
    Object.values(connections)
      .map(({ operation }) => operation)
      .sort(),
  ).toEqual(['created', 'created', 'unchanged']);
  const again = await run({ files, inputs });
  expect(again.exitCode, again.log).toBe(0);
  expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(3);
});
