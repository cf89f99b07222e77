/** What is known to fail is one message at its line, and nothing is written. */
import { expect } from 'vitest';
import { office, officeFile, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

const full = { services: 2, connections: 0 };

scenario('a quota that is used up', { dialect: 'otc', quota: full }, async ({ cloud, refused }) => {
  for (const mode of ['plan', 'apply']) {
    const failure = await refused(officeFile(), { mode });
    expect(failure).toMatchObject({ code: 'QUOTA', place: 'vpn.yml:1' });
    expect(failure.message).toContain('the quota of IPsec connections is 0, and 0 are in use');
  }
  expect(writes(cloud.requests)).toEqual([]);
});

scenario('a second VPN service for a VPC', 'otc', async ({ cloud, apply, run }) => {
  await apply(officeFile());
  const before = writes(cloud.requests).length;
  const second = { ...office, name: 'office-ulm', vpnservice: { name: 'second', router: 'vpc-prod' } };
  const others = { peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] };
  const file = officeFile({ ...second, ...others });
  const failure = asFailure(await run({ files: { 'vpn.yml': file }, inputs: { psk } }));
  expect(failure.code).toBe('CONFLICT');
  expect(failure.message).toMatch(/has one for each VPC, and the VPC .* has office-bonn-service \(/);
  expect(file.split('\n')[Number(failure.place.split(':')[1]) - 1]).toMatch(/vpnservice|second|router/);
  expect(writes(cloud.requests)).toHaveLength(before);
  expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(1);
});
