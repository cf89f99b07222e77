/**
 * The two dialects of the classic VPN API as data: names, limits and behaviours that differ.
 * OTC: the vendor's API reference (VPN, classic). OpenStack: neutron-lib's attribute maps; for enumerations the union of all releases.
 */
export type DialectName = 'otc' | 'openstack';

/** Closed lists of values; the key is the name that the field table uses. */
export type ChoiceName =
  | 'auth_algorithm'
  | 'encryption_algorithm'
  | 'ike_pfs'
  | 'ipsec_pfs'
  | 'ike_version'
  | 'phase1_negotiation_mode'
  | 'transform_protocol'
  | 'encapsulation_mode'
  | 'initiator'
  | 'dpd_action'
  | 'lifetime_units';

export interface Dialect {
  readonly name: DialectName;
  readonly words: string;
  readonly choices: Readonly<Record<ChoiceName, readonly string[]>>;
  /** Longest name and description; shortest name is 1 on both for what a file describes. */
  readonly nameLength: number;
  readonly descriptionLength: number;
  /** Seconds. */
  readonly lifetime: { readonly min: number; readonly max: number };
  readonly mtu: { readonly min: number; readonly max: number };
  readonly psk: {
    readonly min: number;
    readonly max: number;
    readonly alphabet: RegExp;
    readonly words: string;
    /** Answers that stand for a psk that is not shown. */
    readonly hidden: RegExp;
  };
  readonly peerLength: number;
  /** Some values may only be true or only false. */
  readonly adminStateUp: readonly boolean[];
  readonly localSubnets: number;
  /** Local times remote networks of one connection. */
  readonly networkPairs: number;
  /** A remote network must not touch these. */
  readonly refusedRemotes: readonly string[];
  /** Whether a VPN service may have a subnet, and its connections `peer_cidrs` instead of endpoint groups. */
  readonly legacyModel: boolean;
  /** Whether connections carry a description of the user's (on OTC the service occupies it). */
  readonly connectionDescription: boolean;
  /** Whether a request may say `project_id` as well as `tenant_id`. */
  readonly projectId: boolean;
  /** Whether connections have tags, which then also carry our mark. */
  readonly tags: boolean;
  /** What becomes of a policy's update while a connection uses it. */
  readonly policyInUse: 'update, then touch the connections' | 'refused: replace the connection';
  readonly overlap: 'error' | 'warning';
  /** A VPN service takes each peer address only once. */
  readonly peerOnce: boolean;
  /** A router (VPC) has one VPN service at most. */
  readonly oneServicePerRouter: boolean;
  /** dpd is sent for a new connection although the file does not state it. */
  readonly sendsDefaultDpd: boolean;
}

const aead = (mode: string): string[] =>
  ['128', '192', '256'].flatMap((bits) => ['8', '12', '16'].map((icv) => `aes-${bits}-${mode}-${icv}`));

const openstackGroups = ['group2', 'group5', 'group14'].concat(
  Array.from({ length: 17 }, (_, index) => `group${index + 15}`),
);

const otcGroups = ['group1', 'group2', 'group5', 'group14', 'group15', 'group16', 'group19', 'group20', 'group21'];

const openstack: Dialect = {
  name: 'openstack',
  words: 'OpenStack',
  choices: {
    auth_algorithm: ['sha1', 'sha256', 'sha384', 'sha512', 'aes-xcbc', 'aes-cmac'],
    encryption_algorithm: [
      '3des',
      'aes-128',
      'aes-192',
      'aes-256',
      ...aead('ccm'),
      ...aead('gcm'),
      'aes-128-ctr',
      'aes-192-ctr',
      'aes-256-ctr',
    ],
    ike_pfs: openstackGroups,
    ipsec_pfs: openstackGroups,
    ike_version: ['v1', 'v2'],
    phase1_negotiation_mode: ['main', 'aggressive'],
    transform_protocol: ['esp', 'ah', 'ah-esp'],
    encapsulation_mode: ['tunnel', 'transport'],
    initiator: ['bi-directional', 'response-only'],
    dpd_action: ['hold', 'clear', 'restart', 'restart-by-peer', 'disabled'],
    lifetime_units: ['seconds'],
  },
  nameLength: 255,
  descriptionLength: 255,
  // No upper bound in the API; the database column is a signed 32-bit integer and a larger value is answered 500.
  lifetime: { min: 60, max: 2_147_483_647 },
  mtu: { min: 68, max: 2_147_483_647 },
  // The API has no rule; the database column has 255 characters (256 is answered 500).
  // Control characters and quotes would end the line of the daemon's secrets file.
  psk: {
    min: 1,
    max: 255,
    alphabet: /^[\x20-\x21\x23-\x7e]+$/,
    words: 'printable ASCII characters except the double quote',
    // Neutron takes an empty psk, and then shows it: that is one, and has to be replaced.
    hidden: /^\*+$/,
  },
  peerLength: 255,
  adminStateUp: [true, false],
  localSubnets: Number.POSITIVE_INFINITY,
  networkPairs: Number.POSITIVE_INFINITY,
  refusedRemotes: [],
  legacyModel: true,
  connectionDescription: true,
  projectId: true,
  tags: false,
  policyInUse: 'refused: replace the connection',
  overlap: 'warning',
  peerOnce: false,
  oneServicePerRouter: false,
  sendsDefaultDpd: true,
};

const otc: Dialect = {
  name: 'otc',
  words: 'Open Telekom Cloud',
  choices: {
    auth_algorithm: ['md5', 'sha1', 'sha2-256', 'sha2-384', 'sha2-512'],
    encryption_algorithm: ['3des', 'aes-128', 'aes-192', 'aes-256'],
    // The page lists `disable` for IKE too, but phase 1 cannot do without a group.
    ike_pfs: otcGroups,
    ipsec_pfs: [...otcGroups, 'disable'],
    ike_version: ['v1', 'v2'],
    phase1_negotiation_mode: ['main', 'aggressive'],
    transform_protocol: ['esp', 'ah', 'ah-esp'],
    encapsulation_mode: ['tunnel'],
    initiator: ['bi-directional', 'response-only'],
    dpd_action: ['hold', 'clear', 'restart', 'restart-by-peer', 'disabled'],
    lifetime_units: ['seconds'],
  },
  nameLength: 64,
  descriptionLength: 255,
  lifetime: { min: 60, max: 604_800 },
  mtu: { min: 1500, max: 1500 },
  psk: {
    min: 6,
    max: 128,
    alphabet: /^[0-9A-Za-z~`!@#$%^()\-_+=[\]{}|\\,./:;]+$/,
    words: 'letters, digits and ~ ` ! @ # $ % ^ ( ) - _ + = [ ] { } | \\ , . / : ; (no spaces, quotes, & < > ? *)',
    hidden: /^\**$/,
  },
  peerLength: 250,
  adminStateUp: [true],
  localSubnets: 5,
  networkPairs: 2500,
  // Class D and E and loopback, and what they are in IPv6.
  refusedRemotes: ['127.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::1/128', 'ff00::/8'],
  legacyModel: false,
  connectionDescription: false,
  projectId: false,
  tags: true,
  policyInUse: 'update, then touch the connections',
  overlap: 'error',
  peerOnce: true,
  oneServicePerRouter: true,
  sendsDefaultDpd: false,
};

export const dialects: Readonly<Record<DialectName, Dialect>> = { otc, openstack };

/**
 * A value in the dialect's own spelling: `sha256` and `sha2-256` are the same hash, and a pasted upper-case
 * algorithm name means what it says. A value that is in no list comes back unchanged.
 */
export function spelled(dialect: Dialect, choice: ChoiceName, value: string): string {
  const allowed = dialect.choices[choice];
  const lower = value.toLowerCase();
  const other = lower.startsWith('sha2-')
    ? lower.replace('sha2-', 'sha')
    : lower.replace(/^sha(?=256|384|512)/, 'sha2-');
  return [lower, other].find((candidate) => allowed.includes(candidate)) ?? value;
}
