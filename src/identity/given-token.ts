/** A token that the user gives: learns its project and catalogue (`GET /v3/auth/tokens` with itself). It is never revoked. */
import { ActionError } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import { decodeTokenBody } from './token-body.ts';
import { remainingLife } from './token-request.ts';
import type { Grant, TokenWay, WayContext } from './way.ts';

export const tokenRemedy =
  'Tokens live from one hour (stock OpenStack) to 24 hours (OTC): get a new one for the input token, or let the action log in itself, with GitHub OIDC, say, or username and password.';

function refused(error: ResponseError, { authUrl }: WayContext): ResponseError {
  const hint =
    error.status === 404
      ? `The token has expired, or there is no identity service (Keystone v3) at ${authUrl.href}. ${tokenRemedy}`
      : `The token is expired, revoked, or of another cloud or region. ${tokenRemedy}`;
  return new ResponseError('LOGIN_TOKEN', error.message, error, hint);
}

/**
 * @throws ResponseError LOGIN_TOKEN if the token is not valid here; errors of the connection.
 */
export async function givenGrant(way: TokenWay, context: WayContext): Promise<Grant> {
  const { http, authUrl, clock } = context;
  const token = way.token.reveal();
  const what = `read what the given token is for, at ${authUrl.href}`;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ActionError(
      'LOGIN_TOKEN',
      'The input token contains blanks, line breaks or other characters no token has.',
      {
        hint: tokenRemedy,
      },
    );
  }
  const response = await http
    .send({
      method: 'GET',
      url: new URL(`${authUrl.href}/auth/tokens`),
      // Without the last one Keystone hides tokens of application credentials that have access rules.
      headers: { 'x-auth-token': token, 'x-subject-token': token, 'openstack-identity-access-rules': '1.0' },
      what,
      repeat: 'freely',
    })
    .catch((error: unknown) => {
      throw error instanceof ResponseError && error.code === 'API_REFUSED' ? refused(error, context) : error;
    });
  const body = decodeTokenBody(response.body);
  return { token, body, lifeMs: remainingLife(response, body, clock.now()) };
}
