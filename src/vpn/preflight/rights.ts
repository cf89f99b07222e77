/** Whether the login may write, as far as its token tells. Pure. */
import type { ConnectionSpec } from '../desired.ts';
import type { Dialect } from '../dialects.ts';
import type { Observed } from '../observe.ts';
import { Refusal } from '../plan/refusal.ts';
import type { Plan } from '../plan/steps.ts';
import type { Notice } from '../report.ts';
import type { Findings } from './neighbours.ts';

/** Roles that read and do no more: Keystone's default `reader`, OTC's Tenant Guest. */
const readingRoles = ['reader', 'readonly'];

/** OTC lists the switched-on features of an account among the roles. */
function isFeature(role: string): boolean {
  return role.startsWith('op_gated_');
}

/** @param roles of the token; undefined where there is none, as with an access key */
export function rightsFindings(
  plan: Plan,
  specs: readonly ConnectionSpec[],
  dialect: Dialect,
  roles: readonly string[] | undefined,
): Findings {
  const own = (roles ?? []).filter((role) => !isFeature(role));
  if (plan.steps.length === 0 || own.length === 0 || !own.every((role) => readingRoles.includes(role))) {
    return { refusals: [], notices: [] };
  }
  const words = `The login has no role in this project but ${own.join(', ')}, which only reads`;
  if (dialect.name === 'openstack') {
    // Neutron lets it write before its release 2025.2, and where its policy was changed.
    const text = `${words}: unless the cloud's policy allows more, it will refuse the changes. Have the role member granted.`;
    return { refusals: [], notices: [{ level: 'warning', text }] };
  }
  const hint = 'Give the user the roles VPN Administrator and VPC Administrator in this project. Nothing was written.';
  return {
    refusals: [new Refusal(specs, 'RIGHTS', `${words}, and the plan writes.`, { hint, at: specs[0]?.at })],
    notices: [],
  };
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
