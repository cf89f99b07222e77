import { ActionError } from '../../../src/errors.ts';
import type { Change, ConnectionReport, Report } from '../../../src/vpn/report.ts';

export const at = { file: 'vpn/office-bonn.yml', line: 2, column: 3 };

export function connection(over: Partial<ConnectionReport> = {}): ConnectionReport {
  return { name: 'office-bonn', at, operation: 'unchanged', impact: 'none', psk: 'equal', ...over };
}

export function change(over: Partial<Change> = {}): Change {
  return {
    action: 'update',
    kind: 'ipsec_site_connection',
    name: 'office-bonn',
    fields: [],
    impact: 'none',
    connections: ['office-bonn'],
    ...over,
  };
}

export function report(over: Partial<Report> = {}): Report {
  return {
    mode: 'apply',
    dialect: 'otc',
    connections: [connection()],
    changes: [],
    progress: 'done',
    notices: [],
    ...over,
  };
}

export const refused = new ActionError(
  'API_REFUSED',
  'Could not create the IPsec connection office-bonn: 400 Bad Request',
  {
    hint: 'Check the peer address.',
    at: { file: 'vpn/office-bonn.yml', line: 18, column: 17 },
  },
);

/** Nothing existed; the tunnel isn't up yet. */
export const created = report({
  project: { id: '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e', name: 'eu-nl_prod' },
  region: 'eu-nl',
  connections: [
    connection({
      operation: 'created',
      id: 'd54c7a80-2d2f-4b3a-9a57-3a7a1cf0b8e9',
      status: 'DOWN',
      settled: true,
      up: false,
      statusStale: false,
      psk: 'sent',
      peerAddress: '198.51.100.20',
      vpnserviceId: 'b71d2a44-93c0-4a57-8d0b-2f7a5e0d9c31',
      gatewayAddress: '203.0.113.17',
    }),
  ],
  changes: [
    change({
      action: 'create',
      kind: 'ikepolicy',
      name: 'office-bonn-ike',
      fields: [
        { field: 'ike_version', after: 'v2', impact: 'none' },
        { field: 'encryption_algorithm', after: 'aes-256', impact: 'none' },
      ],
    }),
    change({
      action: 'create',
      fields: [
        { field: 'peer_address', after: '198.51.100.20', impact: 'none' },
        { field: 'psk', after: '(given)', impact: 'none' },
      ],
    }),
  ],
});

/** A network of the peer was added, the key rotated. */
export const updated = report({
  ...created,
  connections: created.connections.map((one) => ({
    ...one,
    operation: 'updated' as const,
    impact: 'interruption' as const,
    status: 'ACTIVE',
    up: true,
    statusStale: true,
  })),
  changes: [
    change({
      action: 'create',
      kind: 'endpoint_group',
      name: 'office-bonn-peer',
      fields: [{ field: 'endpoints', after: '10.80.0.0/24, 10.81.0.0/16', impact: 'none' }],
    }),
    change({
      impact: 'interruption',
      fields: [
        {
          field: 'peer_ep_group',
          before: '10.80.0.0/24',
          after: '10.80.0.0/24, 10.81.0.0/16',
          impact: 'interruption',
        },
        { field: 'psk', before: '(another key)', after: '(sent anew)', impact: 'rekey' },
      ],
    }),
    change({
      action: 'delete',
      kind: 'endpoint_group',
      name: 'office-bonn-peer',
      reason: 'replaced by the new one',
    }),
  ],
  notices: [
    { level: 'warning', text: 'sha1 is weak; use sha2-256', at: { file: 'vpn/office-bonn.yml', line: 7, column: 21 } },
    { level: 'notice', text: 'The VPN service vpc-prod-gw is used by 2 more connections.' },
  ],
});
