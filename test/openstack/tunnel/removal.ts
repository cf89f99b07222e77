import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { measured, seconds } from './measurements.ts';
import { firstOffice } from './office.ts';
import { ping, type Source } from './ping.ts';
import type { Site } from './site.ts';

const psk = 'Ex4mple-Only_Last.8';
const destroy = { mode: 'destroy', 'confirm-destroy': 'office-bonn', 'wait-for': 'none' };

async function noAnswer(from: Source, to: string): Promise<void> {
  await eventually('no answer any more', async () => ((await ping(from, to, 1)) === 0 ? true : undefined));
}

function since(started: number): string {
  return seconds((performance.now() - started) / 1000);
}

/** What becomes of a tunnel whose connection is removed. */
export function removal(current: () => Site): void {
  test('the only connection of its service: the tunnel ends', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    const office = firstOffice(site.plane);
    await site.clear();
    await site.up(office, psk);
    const run = await site.apply(office, { psk, inputs: destroy });
    expect(run.exitCode, run.log).toBe(0);
    expect(run.outputs['operation']).toBe('deleted');
    expect(run.log).not.toContain('may stay up');
    const started = performance.now();
    await noAnswer(host, far.address);
    measured('destroyed, the only connection: no answer after', since(started));
  });

  test('a service with another connection: the tunnel lingers, as the run warns, until the service is off for a moment', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    const office = firstOffice(site.plane);
    await site.clear();
    await site.up(office, psk);
    const service = await site.addConnection('office-ulm', '203.0.113.99', '10.99.0.0/24');
    const run = await site.apply(office, { psk, inputs: destroy });
    expect(run.exitCode, run.log).toBe(0);
    expect(run.log).toContain('The tunnel of office-bonn may stay up after the deletion');
    // The agent has taken note of the deletion long since.
    await sleep(15_000);
    expect(await ping(host, far.address, 1), 'a tunnel without a connection').toBe(1);
    await site.switchService(service, false);
    const started = performance.now();
    await noAnswer(host, far.address);
    measured('destroyed beside another one, then the service off: no answer after', since(started));
    await site.switchService(service, true);
    await sleep(10_000);
    expect(await ping(host, far.address, 2), 'with the service on again').toBe(0);
  });
}
