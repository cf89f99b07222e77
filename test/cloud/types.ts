import type { MappingRule } from './mapping.ts';
import type { Store } from './store.ts';

/** How the embedded cloud is to behave; everything but the dialect has a default. */
export interface CloudOptions {
  dialect: 'openstack' | 'otc';
  /** Added to every answer, ms. */
  latencyMs?: number;
  /** A new connection leaves PENDING_CREATE for DOWN after this, ms (default 50); its service becomes ACTIVE then. */
  downAfterMs?: number;
  /** DOWN becomes ACTIVE after this, ms (default null: never, the peer is not there). */
  activeAfterMs?: number | null;
  /** After a PUT the old status is shown for this long, ms; then the next one (default: a PUT doesn't change the status). */
  statusLagMs?: number;
  /** After a PUT the status is PENDING_UPDATE for this long, ms (default 0: never shown). */
  pendingUpdateMs?: number;
  /** A deleted connection shows PENDING_DELETE for this long, ms, before it's gone (default 0). */
  deleteAfterMs?: number;
  /** How the psk is returned (default 'no' on openstack, 'stars' on otc). */
  hidePsk?: 'no' | 'stars' | 'missing' | 'garbage';
  /** otc: connections carry `tags` in GET and lists (default true). */
  tagsInLists?: boolean;
  /** Every list is cut to this many; the links point to an internal host that cannot be reached. */
  pageSize?: number;
  /** Regions of the catalogue (default ['eu-nl']); each has its own network endpoint and its own objects. */
  regions?: string[];
  catalogue?: 'full' | 'no-network' | 'none';
  /** Serve https with this key and certificate (PEM). */
  tls?: { key: string; cert: string };
  /** Validity of a token, ms (default 1 h). */
  tokenTtlMs?: number;
  /** VPN services and connections a project may have (default: 2 and 12 on otc, no limit on openstack). */
  quota?: { services: number; connections: number };
  /** openstack: how long an endpoint group with a repeated CIDR takes to fail with 500, ms (default 1500). */
  repeatedCidrMs?: number;
  /** openstack: names that the server can resolve, besides localhost. */
  hosts?: Record<string, string>;
  /** The clock, ms since 1970 (default Date.now). */
  now?: () => number;
  /** Port of the identity service; the network service takes the next one (default: two random ports). */
  port?: number;
  /** Whose ID tokens are taken (default: nobody's). */
  federation?: FederationOptions;
  /** Called at each moment of each request, which goes on once the result is there; with `drop` it never does. */
  watch?: Watch;
}

/** With its body read; carried out, but not answered; its answer given to the network. */
export type Moment = 'arrived' | 'carried out' | 'answered';

export type Watch = (request: RecordedRequest, moment: Moment) => Promise<'drop' | undefined>;

/** An identity provider, as its name `Account.identityProvider` is set up in the cloud. */
export interface FederationOptions {
  /** The claim `iss`. */
  issuer: string;
  /** The key set (RFC 7517) as text: a copy. */
  jwks: string;
  /** The claim `aud` (default: the address of the identity service, without /v3). */
  audience?: string;
  /**
   * Who the claims stand for. The type of a remote rule is the claim's name on otc, and HTTP_OIDC_ and the name in capital
   * letters on openstack. There is one group: vpn-operators has the user's projects.
   * (default: ref refs/heads/main of repository acme/network is in vpn-operators)
   */
  rules?: readonly MappingRule[];
}

/** One request as it arrived, and what became of it. */
export interface RecordedRequest {
  n: number;
  at: number;
  /** Which of the two servers it came to. */
  service: 'identity' | 'network';
  method: string;
  /** Path with query, as sent. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Decoded JSON; the text when it isn't JSON; undefined without a body. */
  body: unknown;
  /** 'pending' until answered, and for good when it never is. */
  status: number | 'reset' | 'pending';
  startedAt: number;
  endedAt?: number;
}

export type FaultEffect =
  /** Handled normally, but later. */
  | { kind: 'delay'; ms: number }
  /** The connection is reset before or after the request was carried out. */
  | { kind: 'reset-before' }
  | { kind: 'reset-after' }
  /** Carried out; the answer's body is cut in the middle and the connection destroyed. */
  | { kind: 'cut-body' }
  /** Never answered, not carried out. */
  | { kind: 'hang' }
  /** Carried out, never answered. */
  | { kind: 'hang-after' }
  /** This answer; a string body is sent raw. handled: carried out first. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: unknown; handled?: boolean }
  /** Carried out; the answer's status with a body that isn't JSON any more. */
  | { kind: 'invalid-json' }
  /** Carried out; the answer's body is preceded by this many blanks. */
  | { kind: 'huge'; bytes: number };

/** A misbehaviour: the first matching one that applies wins, delays add up. */
export interface Fault {
  method?: string;
  /** Which paths (with query): a substring or a pattern. */
  path?: RegExp | string;
  /** Which of the matching requests, counted from 1 since the fault was added (default 'once': the first). */
  when?: 'once' | 'always' | { nth: number } | { from: number; count: number };
  effect: FaultEffect;
}

/** Who may log in, and where to. */
export interface Account {
  username: string;
  password: string;
  userId: string;
  domain: string;
  domainId: string;
  project: string;
  projectId: string;
  region: string;
  /** A project that the user has no role in, with its own objects. */
  otherProject: string;
  otherProjectId: string;
  /** Another project of the user, and of the other user; it has no objects. */
  secondProject: string;
  secondProjectId: string;
  /** The user of the other project. */
  otherUsername: string;
  otherPassword: string;
  /** A user who has the role admin in the account's project: sees the objects of all projects. */
  adminUsername: string;
  adminPassword: string;
  /** A user who has the role reader, and no other, in the account's project. */
  readerUsername: string;
  readerPassword: string;
  /** openstack: the user's, for the project. */
  applicationCredential: { id: string; name: string; secret: string };
  /** A user of the project who has to give a passcode beside the password; the seed of the passcodes is base32. */
  totp: { name: string; id: string; password: string; seed: string };
  /** Name of the provider that vouches for GitHub's jobs, once the option `federation` says what it signs with. */
  identityProvider: string;
  /** The provider's protocol. */
  protocol: string;
  /** otc: a pair of keys of the user. */
  accessKey: string;
  secretKey: string;
  /** otc: by it the user can act in a project of another account; that project has objects of its own. */
  agency: { name: string; domain: string; domainId: string; project: string; projectId: string };
}

/** What a token is wanted for; the project by id or name, null for none (unscoped). */
export interface IssueOptions {
  project?: string | null;
  ttlMs?: number;
  admin?: boolean;
}

/** Keys that end by themselves; each request takes the security token too. */
export interface TemporaryKeys {
  accessKey: string;
  secretKey: string;
  securityToken: string;
}

/** A running cloud. */
export interface Cloud {
  /** Identity service, with /v3. */
  readonly authUrl: string;
  /** Network service of the first region, without /v2.0. */
  readonly networkUrl: string;
  readonly requests: RecordedRequest[];
  /** Objects of the first region. */
  readonly store: Store;
  readonly account: Account;
  /** Objects of any region. */
  storeOf(region: string): Store;
  networkUrlOf(region: string): string;
  addFault(fault: Fault): void;
  clearFaults(): void;
  clearRequests(): void;
  /** Changes how long the statuses of later writes take. */
  pace(options: Pick<CloudOptions, 'downAfterMs' | 'activeAfterMs'>): void;
  /** A token as if obtained elsewhere. */
  issueToken(options?: IssueOptions): string;
  /** openstack: one more application credential of the user's, for the project; `ttlMs`: it ends after that. */
  issueApplicationCredential(options?: { ttlMs?: number }): { id: string; name: string; secret: string };
  /** The token is refused everywhere from now on, caches included. */
  revokeToken(token: string): void;
  /** otc: keys of the account's user that end after this, ms. */
  temporaryKeys(options: { ttlMs: number }): TemporaryKeys;
  /** otc: nobody's keys are known any more. */
  disableKeys(): void;
  /** Nothing listens any more, and open connections are destroyed; the result starts both services again. */
  suspend(): Promise<() => Promise<void>>;
  /** Ends at once and destroys open connections. */
  close(): Promise<void>;
}
