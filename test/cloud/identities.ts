import { randomBytes, randomUUID } from 'node:crypto';
import { keystoneError, type Refusal } from './answer.ts';
import type { Settings } from './settings.ts';
import type { Account, IssueOptions } from './types.ts';

export interface Project {
  id: string;
  name: string;
}

export interface User {
  id: string;
  name: string;
  password: string;
  /** Ids of projects the user has the roles in. */
  projects: string[];
  /** With those that they imply. */
  roles: string[];
  admin: boolean;
  /** otc: wrong passwords so far; five lock the user. */
  failures: number;
  lockedAt?: number;
}

/** A token that was handed out. */
export interface Token {
  id: string;
  user: User;
  project: Project | null;
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

/** Projects, users and tokens of the cloud. */
export class Identities {
  readonly domain: Project;
  readonly projects: Project[];
  readonly users: User[];
  private readonly tokens = new Map<string, Token>();
  private readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
    const region = settings.regions[0] ?? 'eu-nl';
    this.domain = { id: hexId(), name: settings.dialect === 'otc' ? 'OTC00000000001000000999' : 'acme' };
    const own = { id: hexId(), name: `${region}_prod` };
    const other = { id: hexId(), name: `${region}_other` };
    this.projects = [own, other];
    this.users = [
      newUser('ci-bot', 'Ci-bot_Pass.w0rd', [own.id], MEMBER),
      newUser('other-bot', 'Other_Pass.w0rd', [other.id], MEMBER),
      newUser('cloud-admin', 'Admin_Pass.w0rd', [own.id], ['admin', ...MEMBER]),
      newUser('look-bot', 'Look_Pass.w0rd', [own.id], ['reader']),
    ];
  }

  account(): Account {
    const [user, otherUser, admin, reader] = this.users;
    const [project, other] = this.projects;
    if (!user || !otherUser || !admin || !reader || !project || !other) throw new Error('the cloud has no account');
    return {
      ...{ username: user.name, password: user.password, userId: user.id },
      ...{ domain: this.domain.name, domainId: this.domain.id, region: this.settings.regions[0] ?? 'eu-nl' },
      ...{ project: project.name, projectId: project.id, otherProject: other.name, otherProjectId: other.id },
      ...{ otherUsername: otherUser.name, otherPassword: otherUser.password },
      ...{ adminUsername: admin.name, adminPassword: admin.password },
      ...{ readerUsername: reader.name, readerPassword: reader.password },
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
      auditIds: [auditId(), ...(parent?.auditIds.slice(-1) ?? [])],
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
    const user = this.users.find((one) => one.admin === admin && (!scope || admin || one.projects.includes(scope.id)));
    if (!user || scope === undefined) throw new Error(`the cloud has no project ${project}`);
    return this.issue(user, scope, undefined, undefined, ttlMs).id;
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

/** Project, user and domain ids: 32 hex digits. */
export function hexId(): string {
  return randomUUID().replaceAll('-', '');
}

function newUser(name: string, password: string, projects: string[], roles: string[]): User {
  return { id: hexId(), name, password, projects, roles, admin: roles.includes('admin'), failures: 0 };
}

/** Fernet-like and short on openstack; on otc like its PKI tokens, 8 kB. */
function tokenId(dialect: 'openstack' | 'otc'): string {
  if (dialect === 'otc') return `MIIT${randomBytes(6000).toString('base64').replaceAll('/', '-')}`;
  return `gAAAAA${randomBytes(134).toString('base64url')}`;
}

function auditId(): string {
  return randomBytes(16).toString('base64url');
}
