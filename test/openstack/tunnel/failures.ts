import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { measured, seconds } from './measurements.ts';
import { dpd, firstOffice, type Office } from './office.ts';
import { ping, pingUntilAnswered } from './ping.ts';
import type { Site } from './site.ts';

const psk = 'Ex4mple-Only_Right.4';
const newPsk = 'Ex4mple-Only_Later.7';
const wrongPsk = 'Ex4mple-Only_Wrong.5';

/** What goes wrong between two gateways, and what the action says of it. */
export function failures(current: () => Site): void {
  test('a wrong psk: DOWN with the explanation, never up', async () => {
    const site = current();
    const office = firstOffice(site.plane);
    await site.clear();
    const settled = await site.apply(office, {
      psk,
      inputs: { 'wait-for': 'settled', timeout: '1m' },
      onPeerConfig: (config) => site.configureFar(config, wrongPsk),
    });
    expect(settled.exitCode, settled.log).toBe(0);
    expect(settled.outputs).toMatchObject({ status: 'DOWN', up: 'false', settled: 'true' });
    expect(settled.summary).toContain('same pre-shared key');
    await site.far.redial();
    const refusal = /MAC mismatched|AUTHENTICATION_FAILED/;
    await eventually('a refused key in the log', () => (refusal.test(site.far.log) ? true : undefined));

    const active = await site.apply(office, { psk, inputs: { 'wait-for': 'active', timeout: '6s' } });
    expect(active.exitCode, active.log).toBe(1);
    expect(active.outputs).toMatchObject({ status: 'DOWN', up: 'false', operation: 'unchanged' });
    expect(active.log).toMatch(/is DOWN, not ACTIVE, at the end of the timeout \(6s\)\..*same psk/);
    expect(await site.status()).toBe('DOWN');

    await site.configureFar(settled.peerConfig, psk);
    measured('right psk at the far side: DOWN to ACTIVE', seconds(await site.untilStatus('ACTIVE')));
  });

  test('the psk rotated in the cloud alone: an old ACTIVE is no success', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    const office = firstOffice(site.plane);
    await site.up(office, psk);

    const rotated = await site.apply(office, { psk: wrongPsk, inputs: { 'wait-for': 'active', timeout: '8s' } });
    expect(rotated.exitCode, rotated.log).toBe(1);
    expect(rotated.outputs).toMatchObject({ status: 'ACTIVE', 'status-stale': 'true', operation: 'updated' });
    expect(rotated.log).toContain('which may still be the status before the update');
    // The tunnel lives on with the keys that it has negotiated before.
    expect(await ping(host, far.address, 1)).toBe(1);
    measured('psk rotated in the cloud alone', 'the tunnel stays up with the old key until the next negotiation');

    await site.far.redial();
    measured('… and after that negotiation: ACTIVE to DOWN', seconds(await site.untilStatus('DOWN')));
    expect(await ping(host, far.address, 1)).toBe(0);
    const later = await site.apply(office, { psk: wrongPsk, inputs: { 'wait-for': 'active', timeout: '6s' } });
    expect(later.exitCode, later.log).toBe(1);
    expect(later.outputs).toMatchObject({ status: 'DOWN', up: 'false', operation: 'unchanged' });
  });

  test('a dead peer is noticed, and the tunnel comes back with it', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    // Of IKEv2's peers strongSwan thinks well for longer: its dpd timeout is the one of all retransmissions.
    const office: Office = { ...firstOffice(site.plane), version: 'v1' };
    const { peerConfig } = await site.up(office, psk);

    await site.far.kill();
    const died = performance.now();
    expect(await site.status()).toBe('ACTIVE');
    // Nothing is written meanwhile: only the checks of the peer can tell.
    await site.untilStatus('DOWN');
    const noticed = (performance.now() - died) / 1000;
    measured(`dead peer, IKEv1, dpd ${dpd.interval}/${dpd.timeout} s: ACTIVE to DOWN`, seconds(noticed));

    await site.far.boot();
    const back = performance.now();
    await site.configureFar(peerConfig, psk);
    await site.untilStatus('ACTIVE');
    await pingUntilAnswered(host, far.address);
    measured('the peer starts again: to ACTIVE and answered ping', seconds((performance.now() - back) / 1000));
  });

  test('an update while a dead peer is still called ACTIVE is no success', async () => {
    const site = current();
    const office: Office = { ...firstOffice(site.plane), version: 'v1' };
    const { peerConfig } = await site.up(office, psk);
    await site.far.kill();
    const early = await site.apply(office, { psk: newPsk, inputs: { 'wait-for': 'active', timeout: '4s' } });
    expect(early.exitCode, early.log).toBe(1);
    expect(early.outputs).toMatchObject({ operation: 'updated', status: 'ACTIVE', 'status-stale': 'true' });
    await site.untilStatus('DOWN');
    await site.far.boot();
    await site.configureFar(peerConfig, newPsk);
    await site.untilStatus('ACTIVE');
  });
}
