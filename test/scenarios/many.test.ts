import { expect } from 'vitest';
import { office, officesFile, ours, psk } from './fixtures/office.ts';
import { calls, counts, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const count = 50;
const offices = Array.from({ length: count }, (_, index) => ({
  ...office,
  name: `office-${String(index).padStart(2, '0')}`,
  psk: '${PSK}',
  peer_address: `198.51.100.${index + 1}`,
  peer_ep_group: [`10.80.${index}.0/24`],
}));
const files = { 'vpn.yml': officesFile(offices) };
const inputs = { secrets: `PSK=${psk}` };

scenario(
  'fifty connections: made with bounded concurrency, then unchanged with the requests of one',
  { dialect: 'openstack', latencyMs: 5 },
  async ({ cloud, run }) => {
    const first = await run({ files, inputs });
    expect(first.exitCode, first.log).toBe(0);
    expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(count);
    expect(ours(cloud, 'vpnservice')).toHaveLength(1);
    const marks = first.requests.flatMap(({ startedAt, endedAt }) => [
      { at: startedAt, by: 1 },
      { at: endedAt ?? startedAt, by: -1 },
    ]);
    let flying = 0;
    const peak = marks
      .toSorted((a, b) => a.at - b.at || a.by - b.by)
      .reduce((most, { by }) => {
        flying += by;
        return Math.max(most, flying);
      }, 0);
    expect(peak).toBeLessThanOrEqual(10);

    const second = await run({ files, inputs });
    expect(second.exitCode, second.log).toBe(0);
    expect(writes(second.requests)).toEqual([]);
    expect(Object.values(counts(calls(second.requests)))).toEqual(Array(9).fill(1));
    const connections: Record<string, { operation: string }> = JSON.parse(second.outputs['connections'] ?? '{}');
    expect(Object.values(connections).every(({ operation }) => operation === 'unchanged')).toBe(true);
    expect(Object.keys(connections)).toEqual(offices.map(({ name }) => name));
    expect(second.outputs['changed']).toBe('false');
  },
);
