/** Whether the login may write, as far as its token tells: that can be doubted beforehand, never be known. Pure. */
import type { Dialect, DialectName } from '../dialects.ts';
import type { Observed } from '../observe.ts';
import type { Plan } from '../plan/steps.ts';
import type { Notice } from '../report.ts';

/**
 * The role of each cloud that reads and does no more: OTC's Tenant Guest, Keystone's default `reader`. A token that has more
 * roles may write for all that can be said: names of other roles differ from cloud to cloud, and OTC's from region to region.
 */
const readingRole: Readonly<Record<DialectName, string>> = { otc: 'readonly', openstack: 'reader' };

/**
 * No error: it is not documented whether OTC's tokens list the policies that an account has made itself. Neutron lets a
 * reader write before its release 2025.2, and where its policy was changed.
 */
const doubt: Readonly<Record<DialectName, string>> = {
  otc: 'unless a policy of the account allows more, the cloud will refuse the changes. Give the user the roles VPN Administrator and VPC Administrator in this project',
  openstack:
    "unless the cloud's policy allows more, it will refuse the changes, and may not even show what is there. Have the role member granted",
};

/** OTC lists the switched-on features of an account among the roles. */
function isFeature(role: string): boolean {
  return role.startsWith('op_gated_');
}

/** @param roles of the token; undefined where there is none, as with an access key */
function onlyReads({ name }: Dialect, roles: readonly string[] = []): boolean {
  const own = roles.filter((role) => !isFeature(role));
  return own.length > 0 && own.every((role) => role === readingRole[name]);
}

/** A login that can only read is told before the first write. */
export function roleNotices(plan: Plan, dialect: Dialect, roles: readonly string[] | undefined): readonly Notice[] {
  if (plan.steps.length === 0 || !onlyReads(dialect, roles)) {
    return [];
  }
  const words = `The login has no role in this project but ${readingRole[dialect.name]}, which only reads`;
  return [{ level: 'warning', text: `${words}: ${doubt[dialect.name]}.` }];
}

/** OTC answers a user without the right to read with empty lists: what is there would then be made again. */
export function emptyNotice(plan: Plan, observed: Observed, dialect: Dialect): readonly Notice[] {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections } = observed;
  const lists = [vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections];
  if (dialect.name !== 'otc' || plan.steps.length === 0 || lists.some(({ length }) => length > 0)) {
    return [];
  }
  const text =
    'The cloud shows no VPN object at all in this project. If there should be some, the login lacks the right to read them (role Tenant Guest): stop this run, since it would make them again.';
  return [{ level: 'notice', text }];
}
