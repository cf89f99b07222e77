import { unauthorized } from './answer.ts';
import type { Principal } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { signedPrincipal } from './otc/gateway.ts';
import type { Incoming } from './request.ts';

/** Whose token or, on otc, whose signature a request to the identity service has. Throws a `Refusal` without either. */
export function callerOf(service: IdentityService, request: Incoming): Principal {
  const found = signedPrincipal(service, request) ?? service.identities.valid(request.headers['x-auth-token']);
  if (found === undefined) throw unauthorized();
  return found;
}
