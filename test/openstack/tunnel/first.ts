import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { measured, seconds } from './measurements.ts';
import { firstOffice } from './office.ts';
import { ping } from './ping.ts';
import type { Site } from './site.ts';
import { Wire } from './wire.ts';

const psk = 'Ex4mple-Only_First.1';
const pings = 5;

/** From a file to packets. */
export function first(current: () => Site): void {
  test('one file: ACTIVE, and hosts of both sides reach each other', async () => {
    const site = current();
    const started = performance.now();
    const applied = await site.up(firstOffice(site.plane), psk);
    measured('file to answered ping, new connection', seconds((performance.now() - started) / 1000));
    expect(applied.outputs).toMatchObject({ operation: 'created', 'gateway-address': site.gateway.address });
    expect(applied.peerConfig).not.toContain(psk);
    await site.untilSteady();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    expect(await ping(host, far.address, pings)).toBe(pings);
    expect(await ping(far, host.address, pings)).toBe(pings);
  });

  test('on the wire is ESP, and nothing in clear', async () => {
    const site = current();
    const [host] = site.cloudHosts;
    const [far] = site.peerHosts;
    await site.up(firstOffice(site.plane), psk);
    await site.untilSteady();
    const cloudWire = await Wire.listen(site.gateway.namespace, site.gateway.address);
    const farWire = await Wire.listen(site.plane.peer.namespace, site.plane.peer.address);
    try {
      expect(await ping(host, far.address, pings)).toBe(pings);
      expect(await ping(far, host.address, pings)).toBe(pings);
      for (const wire of [cloudWire, farWire]) {
        // Each gateway sent the requests of one direction and the answers of the other.
        await eventually('ESP on the wire', () => (wire.packets.esp.length >= 2 * pings ? true : undefined), 10_000);
      }
      expect([...cloudWire.packets.clear, ...farWire.packets.clear]).toEqual([]);
      // Something in clear would be seen: the gateways' own pings are.
      await ping(site.plane.peer, site.gateway.address, 1);
      for (const wire of [cloudWire, farWire]) {
        await eventually('a clear packet', () => (wire.packets.clear.length > 0 ? true : undefined), 10_000);
      }
    } finally {
      await Promise.all([cloudWire.stop(), farWire.stop()]);
    }
    const example = cloudWire.packets.esp[0] ?? '';
    expect(example).toContain(site.gateway.address);
    expect(example).toContain(site.plane.peer.address);
    measured('on the wire', example.replace(/^\d+\.\d+ /, ''));
    measured('clear packets on the wire', '0');
  });

  test('what the action reports is what a second run finds unchanged', async () => {
    const site = current();
    const applied = await site.up(firstOffice(site.plane), psk);
    expect(applied.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
  });
}
