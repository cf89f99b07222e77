import { randomBytes, randomUUID } from 'node:crypto';
import { keystoneError, type Refusal } from './answer.ts';
import { type ApplicationCredential, ApplicationCredentials } from './application-credentials.ts';
import { FederatedUsers, type Federation } from './federated-users.ts';
import { Keys } from './otc/keys.ts';
import type { Receipt } from './second-factor.ts';
import type { Settings } from './settings.ts';
import { Passcodes } from './totp.ts';
import type { Account, IssueOptions } from './types.ts';

/** On OTC: an account. */
export interface Domain {
  id: string;
  name: string;
}

export interface Project {
  id: string;
  name: string;
  domain: Domain;
}

export interface User {
  id: string;
  name: string;
  domain: Domain;
  /** undefined: nobody can log in by one. */
  password: string | undefined;
  /** Ids of projects the user has the roles in. */
  projects: string[];
  /** With those that they imply. */
  roles: string[];
  admin: boolean;
  /** otc: wrong passwords so far; five lock the user. */
  failures: number;
  lockedAt?: number;
  /** The user has to give one, too. */
  passcodes?: Passcodes;
  /** Who vouches for the user. */
  federation?: Federation;
}

/** Who a request is from, and which project it is for. */
export interface Principal {
  user: User;
  project: Project | null;
}

/** otc: what an account has created so that another one's users can act in it. */
export interface Agency {
  name: string;
  /** Id of the account whose users may. */
  trusted: string;
  /** As whom they act. */
  user: User;
}

/** A token that was handed out. */
export interface Token extends Principal {
  id: string;
  /** Who acts by the agency. */
  assumedBy?: User;
  /** What it was obtained with: no other token can be had for it. */
  credential?: ApplicationCredential;
  methods: string[];
  auditIds: string[];
  issuedAt: number;
  expiresAt: number;
  /** Refused by Keystone from then on. */
  revoked: boolean;
  /** openstack: the network service asks Keystone again only after this time. */
  cachedUntil?: number;
}

/** The role with the one that it implies. */
const MEMBER = ['member', 'reader'];
/** Base32, as in an authenticator app. */
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** Name of the identity provider that the cloud knows. */
export const PROVIDER = 'github-ci';

/** Name of the provider's protocol. */
export function protocolOf(dialect: 'openstack' | 'otc'): string {
  return dialect === 'otc' ? 'oidc' : 'openid';
}

/** Agent Operator: its holders may use agencies. */
export const AGENT_OPERATOR = 'te_agency';

/** Projects, users and tokens of the cloud. */
export class Identities {
  readonly domain: Domain;
  readonly projects: Project[];
  readonly users: User[];
  readonly agencies: Agency[];
  readonly keys: Keys;
  readonly federated: FederatedUsers;
  readonly credentials = new ApplicationCredentials();
  /** By their ids. */
  readonly receipts = new Map<string, Receipt>();
  private readonly tokens = new Map<string, Token>();
  private readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
    const region = settings.regions[0] ?? 'eu-nl';
    const otc = settings.dialect === 'otc';
    this.domain = { id: hexId(), name: otc ? 'OTC00000000001000000999' : 'acme' };
    const elsewhere = { id: hexId(), name: otc ? 'OTC00000000001000000777' : 'neighbour' };
    const own = { id: hexId(), name: `${region}_prod`, domain: this.domain };
    const other = { id: hexId(), name: `${region}_other`, domain: this.domain };
    // On OTC every account has projects of the same names.
    const theirs = { id: hexId(), name: own.name, domain: elsewhere };
    const second = { id: hexId(), name: `${region}_stage`, domain: this.domain };
    this.projects = [own, other, theirs, second];
    const able = otc ? [...MEMBER, AGENT_OPERATOR] : MEMBER;
    const operators = { id: hexId(), name: 'vpn-operators', projects: [own.id, second.id], roles: able };
    this.federated = new FederatedUsers(otc ? this.domain : { id: hexId(), name: 'github' }, [operators]);
    const user = (name: string, password: string, project: Project, roles: string[]) =>
      newUser(this.domain, name, password, [project.id], roles);
    this.users = [
      user('ci-bot', 'Ci-bot_Pass.w0rd', own, able),
      user('other-bot', 'Other_Pass.w0rd', other, MEMBER),
      user('cloud-admin', 'Admin_Pass.w0rd', own, ['admin', ...MEMBER]),
      user('look-bot', 'Look_Pass.w0rd', own, ['reader']),
      // IAM takes a passcode once, Keystone 22 again and again.
      { ...user('careful-bot', 'Careful_Pass.w0rd', own, able), passcodes: new Passcodes(SEED, otc) },
    ];
    for (const one of this.users.slice(0, 2)) one.projects.push(second.id);
    this.agencies = [newAgency('ci-agency', this.domain.id, theirs), newAgency('private-agency', elsewhere.id, theirs)];
    this.keys = new Keys(settings.now);
    for (const one of this.users) this.keys.create(one);
  }

  account(): Account {
    const [user, otherUser, admin, reader, careful] = this.users;
    const [project, other, theirs, second] = this.projects;
    const [agency] = this.agencies;
    if (!user || !otherUser || !admin || !reader || !careful || !project || !other || !theirs || !second || !agency) {
      throw new Error('the cloud has no account');
    }
    const { access: accessKey, secret: secretKey } = this.keys.of(user);
    return {
      ...{ username: user.name, password: user.password ?? '', userId: user.id },
      ...{ domain: this.domain.name, domainId: this.domain.id, region: this.settings.regions[0] ?? 'eu-nl' },
      ...{ project: project.name, projectId: project.id, otherProject: other.name, otherProjectId: other.id },
      ...{ secondProject: second.name, secondProjectId: second.id },
      ...{ otherUsername: otherUser.name, otherPassword: otherUser.password ?? '' },
      ...{ adminUsername: admin.name, adminPassword: admin.password ?? '' },
      ...{ readerUsername: reader.name, readerPassword: reader.password ?? '' },
      ...{ accessKey, secretKey, identityProvider: PROVIDER, protocol: protocolOf(this.settings.dialect) },
      applicationCredential: publicPart(this.credentials.create(user, project, 'ci')),
      totp: { name: careful.name, id: careful.id, password: careful.password ?? '', seed: SEED },
      agency: {
        ...{ name: agency.name, domain: theirs.domain.name, domainId: theirs.domain.id },
        ...{ project: theirs.name, projectId: theirs.id },
      },
    };
  }

  /** Hands out a token; `parent` is the one it was obtained with: its end is the new one's too. */
  issue(
    user: User,
    project: Project | null,
    methods = ['password'],
    parent?: Token,
    ttlMs = this.settings.tokenTtlMs,
  ): Token {
    const now = this.settings.now();
    const token: Token = {
      id: tokenId(this.settings.dialect),
      user,
      project,
      methods: [...new Set([...(parent?.methods ?? []), ...methods])],
      // Keystone doesn't name the parent of a federated user's token.
      auditIds: [auditId(), ...(user.federation ? [] : (parent?.auditIds.slice(-1) ?? []))],
      issuedAt: now,
      expiresAt: parent?.expiresAt ?? now + ttlMs,
      revoked: false,
    };
    this.tokens.set(token.id, token);
    return token;
  }

  /** A token as if obtained elsewhere. */
  issueFor({ project, ttlMs, admin = false }: IssueOptions): string {
    const wanted = project === undefined ? this.projects[0]?.id : project;
    const scope = wanted === null ? null : this.projects.find(({ id, name }) => id === wanted || name === wanted);
    const users = [...this.users, ...this.agencies.map((agency) => agency.user)];
    const user = users.find((one) => one.admin === admin && (!scope || admin || one.projects.includes(scope.id)));
    if (!user || scope === undefined) throw new Error(`the cloud has no project ${project}`);
    return this.issue(user, scope, undefined, undefined, ttlMs).id;
  }

  /** One more application credential of the first user's. */
  issueCredential(ttlMs?: number): Account['applicationCredential'] {
    const [user, project] = [this.users[0], this.projects[0]];
    if (!user || !project) throw new Error('the cloud has no account');
    const expiresAt = ttlMs === undefined ? undefined : this.settings.now() + ttlMs;
    return publicPart(this.credentials.create(user, project, `ci-${hexId()}`, expiresAt));
  }

  /** The token as long as nothing but its end is known against it. */
  known(id: string | undefined): Token | undefined {
    return id === undefined ? undefined : this.tokens.get(id);
  }

  /** The token if it's neither revoked nor expired. */
  valid(id: string | undefined): Token | undefined {
    const token = this.known(id);
    return token && !token.revoked && token.expiresAt > this.settings.now() ? token : undefined;
  }

  /** Keystone's words for a token that isn't valid. */
  unusable(id: string): Refusal {
    const message = this.known(id) ? 'Failed to validate token' : 'Could not recognize Fernet token';
    return keystoneError(404, 'Not Found', message);
  }

  /** The token if the network service takes it: openstack's keeps what it has seen for 300 s, also when revoked. */
  validForNetwork(id: string | undefined): Token | undefined {
    const token = this.known(id);
    const now = this.settings.now();
    if (!token || token.expiresAt <= now) return undefined;
    if (token.cachedUntil !== undefined && now < token.cachedUntil) return token;
    if (token.revoked) return undefined;
    if (this.settings.dialect === 'openstack') token.cachedUntil = now + 300_000;
    return token;
  }

  /** Refused everywhere, caches included. */
  kill(id: string): void {
    const token = this.known(id);
    if (!token) return;
    token.revoked = true;
    delete token.cachedUntil;
  }
}

function publicPart({ id, name, secret }: ApplicationCredential): Account['applicationCredential'] {
  return { id, name, secret };
}

/** Project, user and domain ids: 32 hex digits. */
export function hexId(): string {
  return randomUUID().replaceAll('-', '');
}

function newUser(domain: Domain, name: string, password: string, projects: string[], roles: string[]): User {
  return { id: hexId(), name, domain, password, projects, roles, admin: roles.includes('admin'), failures: 0 };
}

/** An agency that has rights in this project, and in its account. */
function newAgency(name: string, trusted: string, { id, domain }: Project): Agency {
  // Not among the users, so that nobody can log in by the password.
  return { name, trusted, user: newUser(domain, `${domain.name}/${name}`, hexId(), [id], MEMBER) };
}

/** Fernet-like and short on openstack; on otc like its PKI tokens, 8 kB. */
function tokenId(dialect: 'openstack' | 'otc'): string {
  if (dialect === 'otc') return `MIIT${randomBytes(6000).toString('base64').replaceAll('/', '-')}`;
  return `gAAAAA${randomBytes(134).toString('base64url')}`;
}

function auditId(): string {
  return randomBytes(16).toString('base64url');
}
