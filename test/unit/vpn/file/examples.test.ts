import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { lines, readText } from '../../spec/support.ts';

const folder = new URL('../../../../examples/', import.meta.url);

interface Use {
  readonly dialects: readonly DialectName[];
  readonly secrets: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** What each example says about itself: the clouds that it is for, and what it takes. */
const uses: Readonly<Record<string, Use>> = {
  'office-bonn.yml': { dialects: ['otc', 'openstack'], secrets: [] },
  'api-body.yml': { dialects: ['otc', 'openstack'], secrets: ['OFFICE_BONN_PSK'] },
  'several.yml': {
    dialects: ['otc', 'openstack'],
    secrets: ['BONN_PSK', 'KOELN_PSK'],
    variables: { BONN_ADDRESS: '198.51.100.20' },
  },
  'legacy.yml': { dialects: ['openstack'], secrets: ['BRANCH_PSK'] },
  'ipv6.yml': { dialects: ['otc', 'openstack'], secrets: ['OFFICE_V6_PSK'] },
  'otc-full.yml': { dialects: ['otc'], secrets: ['OFFICE_BONN_PSK'] },
};

function read(name: string, dialect: DialectName) {
  const { secrets = [], variables = {} } = uses[name] ?? {};
  return readText(readFileSync(new URL(name, folder), 'utf8'), {
    dialect,
    variables,
    secrets: Object.fromEntries(secrets.map((secret) => [secret, `Ex4mple-${secret}`])),
  });
}

describe('examples', () => {
  it('are all known here', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
    expect(files.sort()).toEqual(Object.keys(uses).sort());
  });

  test.each(
    Object.entries(uses).flatMap(([name, { dialects }]) => dialects.map((dialect) => [name, dialect] as const)),
  )('%s is a valid file on %s', (name, dialect) => {
    const { connections, problems } = read(name, dialect);
    expect(problems).toEqual([]);
    expect(connections.length).toBeGreaterThan(0);
  });

  test.each(Object.entries(uses).filter(([, { secrets }]) => secrets.length > 0))(
    '%s names its secrets',
    (name, use) => {
      const { dialects, secrets, variables = {} } = use;
      const [dialect = 'otc'] = dialects;
      const found = lines(readText(readFileSync(new URL(name, folder), 'utf8'), { dialect, variables }));
      expect(found).toHaveLength(secrets.length);
      for (const secret of secrets) {
        expect(found.join('\n')).toContain(`The secret "${secret}" is not defined`);
      }
    },
  );

  it('api-body.yml is the body of the API’s own example', () => {
    const [spec] = read('api-body.yml', 'otc').connections;
    const stated = Object.fromEntries(Object.entries(spec?.fields ?? {}).map(([key, { value }]) => [key, value]));
    const refs = Object.fromEntries(
      Object.entries(spec?.parts ?? {}).map(([part, reference]) => [
        `${part}_id`,
        reference.by === 'id' ? reference.id : '',
      ]),
    );
    expect({ name: spec?.name.value, psk: spec?.psk?.value.reveal(), ...stated, ...refs }).toEqual({
      name: 'office-bonn',
      vpnservice_id: 'b71d2a44-93c0-4a57-8d0b-2f7a5e0d9c31',
      ikepolicy_id: '2f0e1c55-5c3e-4a0c-8f0e-7f3f0a9f1b21',
      ipsecpolicy_id: '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f',
      local_ep_group_id: 'c3b2a190-1111-4222-8333-944455566677',
      peer_ep_group_id: 'e1f6ad0c-4d5a-4b0c-9a5a-0f4c8f7b6e02',
      peer_address: '198.51.100.20',
      peer_id: '198.51.100.20',
      psk: 'Ex4mple-OFFICE_BONN_PSK',
      initiator: 'bi-directional',
      admin_state_up: true,
      mtu: 1500,
    });
  });

  it('office-bonn.yml describes all five objects', () => {
    const parts = Object.values(read('office-bonn.yml', 'otc').connections[0]?.parts ?? {});
    expect(parts.map(({ by }) => by)).toEqual(Array(5).fill('description'));
  });

  it('several.yml shares its policies', () => {
    const [bonn, koeln] = read('several.yml', 'otc').connections;
    expect(bonn?.parts.ikepolicy).toBe(koeln?.parts.ikepolicy);
    expect(koeln?.fields['peer_address']?.value).toBe('203.0.113.40');
  });

  it('otc-full.yml states what a connection on Open Telekom Cloud can have', () => {
    const [spec] = read('otc-full.yml', 'otc').connections;
    expect(Object.keys(spec ?? {}).sort()).toEqual(['at', 'fields', 'name', 'parts', 'psk', 'pskVersion', 'tags']);
    expect(Object.keys(spec?.fields ?? {}).sort()).toEqual(
      ['admin_state_up', 'dpd', 'initiator', 'mtu', 'peer_address', 'peer_id'].sort(),
    );
    expect(spec?.tags?.['old-tag']?.value).toBeNull();
  });
});
