/** What the proofs run: each situation is the office's connection at a moment of its life. */
import { stringify } from 'yaml';
import type { CloudOptions, VpnKind } from '../cloud/index.ts';
import { office, officeFile, psk } from '../scenarios/fixtures/office.ts';

export type Dialect = CloudOptions['dialect'];

/** One run of the action: files of the workspace, and inputs besides the login. */
export interface Step {
  readonly files: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string | undefined>>;
}

export interface Situation {
  readonly name: string;
  readonly dialect: Dialect;
  /** Makes what the step finds. */
  readonly before?: Step;
  readonly step: Step;
  /** The connections are the same at the end as at the beginning, by their ids. */
  readonly keepsId: boolean;
  /** What is there at the end, of what the action manages: counted by hand, beside what a run without faults gives. */
  readonly leaves: Readonly<Record<VpnKind, number>>;
}

const none = { ipsec_site_connection: 0, ikepolicy: 0, ipsecpolicy: 0, endpoint_group: 0, vpnservice: 0 };
const one = { ipsec_site_connection: 1, ikepolicy: 1, ipsecpolicy: 1, endpoint_group: 2, vpnservice: 1 };
const two = { ipsec_site_connection: 2, ikepolicy: 1, ipsecpolicy: 1, endpoint_group: 3, vpnservice: 1 };

/** Waiting for the old status to pass is another matter than faults. */
const usual = { 'connection-file': 'vpn.yml', psk, 'status-interval': '0s', 'wait-for': 'settled' };
const nextPsk = 'N3xt-Only_Key.2';

function step(file: string, inputs: Step['inputs'] = {}): Step {
  return { files: { 'vpn.yml': file }, inputs: { ...usual, ...inputs } };
}

/** On Open Telekom Cloud, where the key is hidden, its version tells whether it was sent. */
function file(dialect: Dialect, changes: Readonly<Record<string, unknown>> = {}): string {
  return officeFile({ ...(dialect === 'otc' ? { psk_version: 1 } : {}), ...changes });
}

/** Two offices that share policies and the local networks. */
function pair(dialect: Dialect, changes: Readonly<Record<string, unknown>> = {}): string {
  const shared = {
    ...office,
    ...(dialect === 'otc' ? { psk_version: 1 } : {}),
    psk: '${OFFICE_PSK}',
    ikepolicy: { name: 'offices-ike', encryption_algorithm: 'aes-256' },
    ipsecpolicy: { name: 'offices-ipsec', encryption_algorithm: 'aes-256' },
    local_ep_group: { name: 'offices-local', type: 'subnet', endpoints: ['subnet-app'] },
    ...changes,
  };
  const ulm = { ...shared, name: 'office-ulm', peer_address: '198.51.100.21', peer_ep_group: ['10.82.0.0/24'] };
  return stringify({ ipsec_site_connections: [shared, ulm] }, { aliasDuplicateObjects: false });
}

const severalInputs = { psk: undefined, secrets: `OFFICE_PSK=${psk}` };
const replacing = { 'max-impact': 'replacement' };
const weak = { encryption_algorithm: 'aes-128' };

function of(dialect: Dialect): Situation[] {
  const plain = (changes?: Readonly<Record<string, unknown>>): string => file(dialect, changes);
  const both = (changes?: Readonly<Record<string, unknown>>): Step => step(pair(dialect, changes), severalInputs);
  // Open Telekom Cloud has one MTU.
  const unusual = dialect === 'otc' ? {} : { mtu: 1400 };
  const common = { dialect, keepsId: true, leaves: one };
  return [
    { ...common, name: 'create', step: step(plain()), keepsId: false },
    {
      ...common,
      name: 'group swap',
      before: step(plain()),
      step: step(
        plain({ local_ep_group: ['subnet-app', 'subnet-db'], peer_ep_group: ['10.80.0.0/24', '10.90.0.0/16'] }),
      ),
    },
    {
      ...common,
      name: 'policy change',
      before: step(plain({ ikepolicy: weak, ipsecpolicy: weak })),
      step: step(plain(), dialect === 'otc' ? {} : replacing),
      // In use, a policy can be changed on Open Telekom Cloud alone.
      keepsId: dialect === 'otc',
    },
    {
      ...common,
      name: 'replacement',
      before: step(plain({ ikepolicy: { name: 'old-ike', ...weak }, ...unusual })),
      step: step(plain({ ikepolicy: { name: 'new-ike' }, ...unusual }), replacing),
      keepsId: false,
    },
    {
      ...common,
      name: 'field update',
      before: step(plain()),
      step: step(plain({ peer_address: '198.51.100.30', ...(dialect === 'otc' ? { psk_version: 2 } : unusual) }), {
        psk: nextPsk,
      }),
    },
    { ...common, name: 'two connections', step: both(), keepsId: false, leaves: two },
    {
      ...common,
      name: 'shared group swap',
      before: both(),
      step: both({ local_ep_group: { name: 'offices-local', type: 'subnet', endpoints: ['subnet-app', 'subnet-db'] } }),
      leaves: two,
    },
    {
      ...common,
      name: 'destroy',
      before: step(plain()),
      step: step(plain(), {
        ...{ psk: undefined, mode: 'destroy', 'confirm-destroy': 'office-bonn', 'destroy-vpnservice': 'true' },
      }),
      keepsId: false,
      leaves: none,
    },
  ];
}

export const situations: readonly Situation[] = [...of('openstack'), ...of('otc')];

/** @throws Error if there is none */
export function situation(name: string, dialect: Dialect): Situation {
  const found = situations.find((one) => one.name === name && one.dialect === dialect);
  if (found === undefined) throw new Error(`no situation "${name}" on ${dialect}`);
  return found;
}
