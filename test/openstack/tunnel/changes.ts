import { expect, test } from 'vitest';
import { measured, seconds } from './measurements.ts';
import { aes128, aes256, firstOffice, type Office, suiteText } from './office.ts';
import { type PingResult, ping, pingUntilAnswered, RunningPing, type Source } from './ping.ts';
import type { Site } from './site.ts';

const psk = 'Ex4mple-Only_Before.2';
const newPsk = 'Ex4mple-Only_After.3';

/**
 * The most that a change of networks or key may cost, as docs/testing.md has it: pings, at five a second. Room for one
 * retransmission of IKE, which comes after four seconds; without one it is none or a few.
 */
const mostLost = 25;
/** Of a replacement, seconds: some two as a rule, and room for the same retransmission on a busy machine. */
const longestOutage = 20;

function lossText({ sent, lost, outage }: PingResult): string {
  return `${lost} of ${sent} pings lost, longest outage ${seconds(outage)}`;
}

/**
 * Loads the far side's new configuration, which dials, and dials again until a host answers: a busy agent may not have
 * its own yet, and what is negotiated before that is for the old networks alone.
 * @returns how often the far side dialled
 */
async function renegotiate(site: Site, load: () => Promise<void>, host: Source): Promise<number> {
  await load();
  for (let dialled = 1; ; dialled += 1) {
    try {
      await pingUntilAnswered(site.cloudHosts[0], host.address, 3_000);
      return dialled;
    } catch (error) {
      if (dialled === 8) throw error;
      await site.far.redial();
    }
  }
}

/** What people change while the tunnel is in use. */
export function changes(current: () => Site): void {
  test('a remote network added in the file: same connection, the new network answers', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far, further] = site.peerHosts;
    const before = firstOffice(site.plane);
    await site.clear();
    const { outputs } = await site.up(before, psk);
    expect(await ping(host, further.address, 1), 'not yet in the tunnel').toBe(0);

    const all = await RunningPing.during(host, far.address, async (running) => {
      const after: Office = { ...before, remote: [...before.remote, further.cidr] };
      const applied = await site.apply(after, { psk, inputs: { 'wait-for': 'active', 'status-interval': '5s' } });
      expect(applied.exitCode, applied.log).toBe(0);
      expect(applied.outputs).toMatchObject({ 'connection-id': outputs['connection-id'], operation: 'updated' });
      await running.untilAnswered();
      measured('remote network added: during the run', lossText(running.result));
      const started = performance.now();
      const dialled = await renegotiate(site, () => site.configureFar(applied.peerConfig, psk), further);
      measured(
        '… then the new file at the far side: answer from there after',
        seconds((performance.now() - started) / 1000),
      );
      measured('… which had to dial', dialled === 1 ? 'once' : `${dialled} times`);
      await site.untilSteady();
      expect(await ping(further, host.address, 1), 'from there, too').toBe(1);
    });
    measured('… on the old network, all in all', lossText(all));
    expect(all.lost).toBeLessThanOrEqual(mostLost);
  });

  test('the psk rotated on both sides', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    const office = firstOffice(site.plane);
    await site.up(office, psk);
    const all = await RunningPing.during(host, far.address, async (running) => {
      const applied = await site.up(office, newPsk);
      expect(applied.outputs['operation']).toBe('updated');
      expect(applied.summary).toContain('The other end needs the same one');
      await running.untilAnswered();
      // Only a new negotiation shows that both have the new key.
      expect(await site.far.redial()).toContain('initiate completed successfully');
      await running.untilAnswered();
      await site.untilStatus('ACTIVE');
    });
    measured('psk rotated on both sides, dialled anew', lossText(all));
    expect(all.lost).toBeLessThanOrEqual(mostLost);
  });

  test('a replacement comes back ACTIVE', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    const before: Office = { ...firstOffice(site.plane), policy: aes256 };
    const { outputs } = await site.up(before, psk);
    const all = await RunningPing.during(host, far.address, async () => {
      const after: Office = { ...before, policy: aes128 };
      const applied = await site.up(after, psk);
      expect(applied.outputs['operation']).toBe('replaced');
      expect(applied.outputs['connection-id']).not.toBe(outputs['connection-id']);
      measured('replacement', `${suiteText(before)} → ${suiteText(after)}`);
    });
    measured('replacement: outage', lossText(all));
    expect(all.sent).toBeGreaterThan(all.lost);
    expect(all.outage).toBeLessThan(longestOutage);
  });
}
