import type { Domain, User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { expecting, type Named } from './login-body.ts';

/** The user that a login names, by the name in a domain, or by the id whatever the domain; 400 for a name without domain. */
export function namedUser(service: IdentityService, given: Named): User | undefined {
  const { identities, settings } = service;
  const byId = given.id !== undefined && (settings.dialect === 'otc' || given.name === undefined);
  if (byId) return identities.users.find((one) => one.id === given.id);
  const { domain } = given;
  if (domain === undefined) throw expecting('domain', 'user');
  return identities.users.find(
    (one) => sameName(service, one.name, given.name) && isDomain(service, one.domain, domain),
  );
}

/** Whether this is the domain that is named. */
export function isDomain(service: IdentityService, domain: Domain, given: Named): boolean {
  const idFits = given.id === undefined || given.id === domain.id;
  return idFits && (given.name === undefined || sameName(service, domain.name, given.name));
}

/** Keystone's database doesn't tell upper from lower case. */
export function sameName({ settings }: IdentityService, name: string, given: string | undefined): boolean {
  if (settings.dialect === 'otc' || given === undefined) return name === given;
  return name.toLowerCase() === given.toLowerCase();
}
