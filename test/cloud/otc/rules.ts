import { OPENSTACK_RULES } from '../openstack/rules.ts';
export const OTC_RULES = OPENSTACK_RULES;
