import { randomBytes } from 'node:crypto';
import { keystoneError, type Refusal, unauthorized } from './answer.ts';
import { hexId, type Project, type User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { expecting, type Named } from './login-body.ts';
import { isDomain, namedUser } from './named.ts';

/** openstack: with which a program has a user's rights in one project. */
export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly user: User;
  readonly project: Project;
  /** ms since 1970; undefined: for ever. */
  readonly expiresAt: number | undefined;
}

/** As a login names it. */
export interface GivenCredential {
  id?: string;
  name?: string;
  secret?: string;
  user?: Named;
}

/** Those that exist. */
export class ApplicationCredentials {
  private readonly all = new Map<string, ApplicationCredential>();

  create(user: User, project: Project, name: string, expiresAt?: number): ApplicationCredential {
    const secret = randomBytes(64).toString('base64url');
    const credential = { id: hexId(), name, secret, user, project, expiresAt };
    this.all.set(credential.id, credential);
    return credential;
  }

  get(id: string): ApplicationCredential | undefined {
    return this.all.get(id);
  }

  named(user: User | undefined, name: string): ApplicationCredential | undefined {
    return [...this.all.values()].find((one) => one.user === user && one.name === name);
  }
}

/**
 * The application credential of a login, which has to be without scope: the project is the credential's. The answers are
 * those of Keystone 22, 404 for an unknown id and an unknown user's name among them.
 */
export function provenCredential(service: IdentityService, given: GivenCredential, hasScope: boolean) {
  if (hasScope) throw scopeRequested();
  const credential = find(service, given);
  const { expiresAt } = credential;
  const isOver = expiresAt !== undefined && expiresAt <= service.settings.now();
  if (given.secret !== credential.secret || isOver) throw unauthorized();
  return credential;
}

function find(service: IdentityService, { id, name, user }: GivenCredential): ApplicationCredential {
  const { credentials } = service.identities;
  if (id !== undefined) {
    const found = credentials.get(id);
    if (found === undefined) throw notFound(`Could not find Application Credential: ${id}.`);
    return found;
  }
  if (name === undefined) throw expecting('name or ID', 'application credential');
  if (user === undefined) throw expecting('user', 'application credential');
  const owner = namedUser(service, user);
  const inKnownDomain = user.domain !== undefined && isDomain(service, service.identities.domain, user.domain);
  if (owner === undefined && user.id === undefined && inKnownDomain) {
    throw notFound(`Could not find user: ${user.name}.`);
  }
  const found = credentials.named(owner, name);
  if (found === undefined) throw unauthorized();
  return found;
}

function scopeRequested(): Refusal {
  const detail = 'Application credentials cannot request a scope.';
  const refusal = unauthorized();
  const message = `Error authenticating with application credential: ${detail}`;
  refusal.answer.body = { error: { code: 401, identity: {}, message, title: 'Unauthorized' } };
  return refusal;
}

function notFound(message: string): Refusal {
  return keystoneError(404, 'Not Found', message);
}
