import { keystoneError, Refusal, unauthorized } from './answer.ts';
import { hexId, type User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { expecting, type Named } from './login-body.ts';
import { namedUser } from './named.ts';
import type { Incoming } from './request.ts';
import { keystoneTime } from './values.ts';

/** What somebody who needs two factors has proved so far. */
export interface Receipt {
  user: User;
  methods: string[];
  expiresAt: number;
}

/** Those that the users with a passcode have to give. */
const FACTORS = ['password', 'totp'];
const RECEIPT_MS = 5 * 60_000;

/** The user whose passcode it is; 401 (otc: IAM.1061) for a wrong one. */
export function passcodeUser(service: IdentityService, given: Named & { passcode?: string }): User {
  const { settings } = service;
  const otc = settings.dialect === 'otc';
  // The name is not enough (IAM reference, 8).
  if (otc && given.id === undefined) throw expecting('id', 'user');
  if (given.id === undefined && given.name === undefined) throw expecting('id or name', 'user');
  const user = namedUser(service, given);
  if (user?.passcodes?.take(given.passcode, settings.now())) return user;
  if (!otc) throw unauthorized();
  const message = 'The MFA verification code is incorrect.';
  throw keystoneError(400, 'Bad Request', message, { error_code: 'IAM.1061', error_msg: message });
}

/**
 * All methods that the user has proved, those of an earlier request's receipt among them. Whoever has passcodes and gives
 * one factor alone is refused: by Keystone with a receipt, with which the other one is enough.
 */
export function provenMethods(service: IdentityService, user: User, methods: string[], request: Incoming): string[] {
  const earlier = service.settings.dialect === 'otc' ? [] : receiptMethods(service, user, request);
  const proven = [...new Set([...earlier, ...methods])];
  if (user.passcodes === undefined || FACTORS.every((one) => proven.includes(one))) return proven;
  if (service.settings.dialect === 'otc') throw unauthorized();
  throw receipt(service, user, proven);
}

function receiptMethods({ identities, settings }: IdentityService, user: User, request: Incoming): string[] {
  const id = request.headers['openstack-auth-receipt'];
  if (id === undefined) return [];
  const found = identities.receipts.get(id);
  if (found !== undefined && found.user === user && found.expiresAt > settings.now()) return found.methods;
  throw keystoneError(401, 'Unauthorized', `Could not find auth receipt: ${id}.`);
}

/** Keystone's answer to one factor of two; it isn't of the usual form. */
function receipt({ identities, settings }: IdentityService, user: User, methods: string[]): Refusal {
  const now = settings.now();
  const id = `gAAAAA${hexId()}${hexId()}${hexId()}`;
  const expiresAt = now + RECEIPT_MS;
  identities.receipts.set(id, { user, methods, expiresAt });
  const whose = { id: user.id, name: user.name, domain: user.domain };
  const times = { expires_at: keystoneTime(expiresAt), issued_at: keystoneTime(now) };
  const required_auth_methods = methods.some((one) => FACTORS.includes(one)) ? [FACTORS] : [];
  const body = { receipt: { methods, user: whose, ...times }, required_auth_methods };
  return new Refusal({ status: 401, body, headers: { 'Openstack-Auth-Receipt': id } });
}
