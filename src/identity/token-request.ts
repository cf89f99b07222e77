/** Asks the identity service for a token: one request, the same for every way that gets one. */
import { ActionError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http/client.ts';
import { CancelledError, LostAnswerError, ResponseError } from '../http/errors.ts';
import { hintForCode } from '../http/hints.ts';
import { decodeTokenBody, type TokenBody } from './token-body.ts';
import type { Grant, WayContext } from './way.ts';

export interface TokenRequest extends Pick<HttpRequest, 'url' | 'body' | 'headers' | 'what'> {
  /** What a refusal means. */
  refused(error: ResponseError): ResponseError;
  /** Sends it; default: as it is. */
  readonly send?: (request: HttpRequest) => Promise<HttpResponse>;
}

/** Printable ASCII: it becomes a header. Its length has no limit. */
const tokenForm = /^[\x21-\x7e]+$/;

/** Keystone's 404 for a user or an application credential that is not there; any other 404 is of another service. */
const notFound = /^Could not find (?:application credential|user|domain|project)\b/i;

/**
 * A refused login as LOGIN_REFUSED: the service's own code says most, then what the way makes of a 401; an answer that no
 * Keystone gives is of another address.
 * @param causes what can be wrong when the service says no more than 401
 */
export function loginRefused(error: ResponseError, causes: string, { authUrl }: WayContext): ResponseError {
  const known = error.serverCode !== undefined && error.serverCode !== 'IAM.0001';
  const byCode = known ? hintForCode(error.serverCode, error.status) : undefined;
  const wrongPlace = `There is no identity service (Keystone v3) at ${authUrl.href}: check auth-url.`;
  const byStatus: Readonly<Record<number, string>> = {
    401: causes,
    404: notFound.test(error.serverWords) ? causes : wrongPlace,
    405: wrongPlace,
  };
  const hint = byCode ?? byStatus[error.status] ?? error.hint;
  return new ResponseError('LOGIN_REFUSED', error.message, error, hint);
}

/** What a failed login means; nothing in the cloud depends on whether it was carried out. */
function explain(error: unknown, { what, refused }: TokenRequest): unknown {
  if (error instanceof ResponseError) {
    return error.code === 'API_REFUSED' ? refused(error) : error;
  }
  if (error instanceof LostAnswerError) {
    const { status, requestId, reason } = error;
    const code = status === undefined ? 'NETWORK' : 'API_UNAVAILABLE';
    const hint =
      'A login is not repeated by itself, because each refused one may count towards a lock. A token that it gave after all lives until it expires. Run it again.';
    return new LostAnswerError(code, `Could not ${what}: ${reason}`, { status, requestId, reason }, hint);
  }
  return error instanceof CancelledError ? new CancelledError('CANCELLED', `Cancelled: ${what}.`) : error;
}

/** Milliseconds that a token has left, by the clock of the service, since this machine's may be wrong. */
export function remainingLife(response: HttpResponse, body: TokenBody | undefined, now: number): number | undefined {
  const date = Date.parse(response.header('date') ?? '');
  const serverNow = Number.isNaN(date) ? now : date;
  return body?.expiresAt === undefined ? undefined : body.expiresAt - serverNow;
}

/**
 * Asks once. A refused secret is never sent again.
 * @throws what `refused` makes of a refusal; errors of the connection; API_UNAVAILABLE for an answer without a token
 */
export async function requestToken(request: TokenRequest, context: WayContext): Promise<Grant> {
  const { url, body, headers, what, send = context.http.send } = request;
  const { critical, clock, authUrl } = context;
  const response = await send({
    ...{ method: 'POST', url, body, what, repeat: 'if not carried out or 503', critical },
    ...(headers === undefined ? {} : { headers }),
    onHeader(header) {
      const token = header('x-subject-token') ?? '';
      if (token !== '') {
        context.obtained(token);
      }
    },
  }).catch((error: unknown) => {
    throw explain(error, request);
  });
  const token = response.header('x-subject-token') ?? '';
  if (!tokenForm.test(token)) {
    throw new ActionError('API_UNAVAILABLE', `Could not ${what}: the answer has no token (header X-Subject-Token).`, {
      hint: `Check that auth-url (${authUrl.href}) is the URL of Keystone v3.`,
    });
  }
  const described = decodeTokenBody(response.body);
  return { token, body: described, lifeMs: remainingLife(response, described, clock.now()) };
}
