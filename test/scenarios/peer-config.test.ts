import { describe, expect } from 'vitest';
import { officeFile } from './fixtures/office.ts';
import { scenario } from './harness/scenario.ts';

const path = 'vpn/office-bonn.conf';
const strongswan = { 'peer-config': 'strongswan', 'peer-config-file': path };

describe('peer-config', () => {
  scenario('writes what the other end needs', 'openstack', async ({ apply }) => {
    const run = await apply(officeFile(), strongswan, { writes: [path] });
    expect(run.outputs['peer-config-file']).toBe(path);
    expect(run.written[path]).toContain('remote_addrs = 203.0.113.17');
  });
});
