import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { officeFile, only, ours, psk } from './fixtures/office.ts';
import { calls } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

const files = { 'vpn.yml': officeFile() };
const inputs = { psk };

/** True once a request of this kind has arrived. */
const arrived = (cloud: Cloud, method: string, path: string) => (): boolean =>
  cloud.requests.some((request) => request.method === method && request.path.includes(path));

describe('the first signal', () => {
  scenario(
    'while waiting for a status: outputs, summary and revocation still come',
    { dialect: 'openstack', downAfterMs: 3_600_000 },
    async ({ cloud, run }) => {
      const signals = [
        { signal: 'SIGINT' as const, when: arrived(cloud, 'GET', '/ipsec-site-connections/'), afterMs: 200 },
      ];
      const failure = asFailure(await run({ files, inputs, signals }));
      expect(failure.code).toBe('CANCELLED');
      expect(failure.message).toContain('office-bonn');
      expect(failure.outputs).toMatchObject({
        'connection-id': only(cloud, 'ipsec_site_connection').id,
        operation: 'created',
      });
      expect(failure.summary).toContain('office-bonn');
      expect(calls(failure.requests).at(-1)).toBe('DELETE /v3/auth/tokens');
      expect(failure.endedAfterSignalMs[0]).toBeLessThan(2500);
    },
  );

  scenario('SIGTERM does the same', { dialect: 'openstack', downAfterMs: 3_600_000 }, async ({ cloud, run }) => {
    const signals = [{ signal: 'SIGTERM' as const, when: arrived(cloud, 'GET', '/ipsec-site-connections/') }];
    const failure = asFailure(await run({ files, inputs, signals }));
    expect(failure.code).toBe('CANCELLED');
    expect(failure.endedAfterSignalMs[0]).toBeLessThan(2500);
  });

  scenario('while reading: ends at once and writes nothing', { dialect: 'openstack' }, async ({ cloud, run }) => {
    cloud.addFault({ path: '/ikepolicies', when: 'always', effect: { kind: 'hang' } });
    const signals = [{ signal: 'SIGINT' as const, when: arrived(cloud, 'GET', '/ikepolicies') }];
    const failure = asFailure(await run({ files, inputs, signals }));
    expect(failure.code).toBe('CANCELLED');
    expect(ours(cloud, 'ikepolicy')).toEqual([]);
    expect(failure.endedAfterSignalMs[0]).toBeLessThan(2500);
  });

  scenario(
    'while a write is in flight: its result is awaited and told, and no new write starts',
    { dialect: 'openstack' },
    async ({ cloud, run }) => {
      cloud.addFault({ method: 'POST', path: '/ikepolicies', effect: { kind: 'delay', ms: 1500 } });
      const signals = [{ signal: 'SIGINT' as const, when: arrived(cloud, 'POST', '/ikepolicies'), afterMs: 100 }];
      const failure = asFailure(await run({ files, inputs, signals }));
      expect(failure.code).toBe('CANCELLED');
      expect(ours(cloud, 'ikepolicy')).toHaveLength(1);
      expect(ours(cloud, 'ipsec_site_connection')).toEqual([]);
      expect(calls(failure.requests)).not.toContain('POST /v2.0/vpn/ipsec-site-connections');
      expect(failure.endedAfterSignalMs[0]).toBeLessThan(4000);
    },
  );

  scenario(
    'a write that is never answered: 3.5 s, then "result unknown", within 6 s',
    { dialect: 'openstack' },
    async ({ cloud, run }) => {
      cloud.addFault({
        method: 'POST',
        path: '/ipsec-site-connections',
        when: 'always',
        effect: { kind: 'hang-after' },
      });
      const signals = [
        { signal: 'SIGINT' as const, when: arrived(cloud, 'POST', '/ipsec-site-connections'), afterMs: 100 },
      ];
      const failure = asFailure(await run({ files, inputs, signals }));
      expect(failure.code).toMatch(/^(RESULT_UNKNOWN|CANCELLED)$/);
      expect(failure.message).toMatch(/unknown/);
      expect(failure.message).toMatch(/run( it)? again/i);
      expect(failure.endedAfterSignalMs[0]).toBeGreaterThan(3000);
      expect(failure.endedAfterSignalMs[0]).toBeLessThan(6000);
    },
  );

  scenario(
    'a server that answers nothing at all any more, not even the revocation: within 6 s',
    { dialect: 'openstack', downAfterMs: 3_600_000 },
    async ({ cloud, run }) => {
      const waiting = arrived(cloud, 'GET', '/ipsec-site-connections/');
      let silenced = false;
      const silence = (): boolean => {
        if (waiting() && !silenced) {
          silenced = true;
          cloud.addFault({ when: 'always', effect: { kind: 'hang' } });
        }
        return silenced;
      };
      const failure = asFailure(
        await run({ files, inputs, signals: [{ signal: 'SIGINT', when: silence, afterMs: 300 }] }),
      );
      expect(failure.code).toBe('CANCELLED');
      expect(failure.endedAfterSignalMs[0]).toBeLessThan(6000);
    },
  );

  scenario(
    'during a replacement: the new connection is still made',
    { dialect: 'openstack' },
    async ({ cloud, apply, run }) => {
      await apply(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }));
      const before = only(cloud, 'ipsec_site_connection').id;
      cloud.clearRequests();
      cloud.addFault({ method: 'POST', path: '/ipsec-site-connections', effect: { kind: 'delay', ms: 500 } });
      const signals = [{ signal: 'SIGINT' as const, when: arrived(cloud, 'DELETE', '/ipsec-site-connections/') }];
      const result = await run({ files, inputs: { ...inputs, 'max-impact': 'replacement' }, signals });
      const after = only(cloud, 'ipsec_site_connection');
      expect(after.id).not.toBe(before);
      expect(result.outputs['connection-id']).toBe(after.id);
      expect(result.endedAfterSignalMs[0]).toBeLessThan(6000);
    },
  );

  scenario('before the login: nothing was asked', { dialect: 'openstack' }, async ({ cloud, run }) => {
    cloud.addFault({ path: '/auth/tokens', when: 'always', effect: { kind: 'hang' } });
    const failure = asFailure(
      await run({ files, inputs, signals: [{ signal: 'SIGINT', when: arrived(cloud, 'POST', '/auth/tokens') }] }),
    );
    expect(failure.code).toBe('CANCELLED');
    expect(failure.endedAfterSignalMs[0]).toBeLessThan(6000);
  });
});

scenario('a second signal ends the run now', { dialect: 'openstack' }, async ({ cloud, run }) => {
  cloud.addFault({ method: 'POST', path: '/ipsec-site-connections', when: 'always', effect: { kind: 'hang' } });
  const posted = arrived(cloud, 'POST', '/ipsec-site-connections');
  const signals = [
    { signal: 'SIGINT' as const, when: posted },
    { signal: 'SIGTERM' as const, when: posted, afterMs: 300 },
  ];
  const result = await run({ files, inputs, signals });
  expect(result.exitCode === 0 && result.signal === null).toBe(false);
  expect(result.endedAfterSignalMs[1]).toBeLessThan(1500);
});
