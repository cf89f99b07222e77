/** A login in use: sends requests with its token, and ends. */
import { ActionError } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import type { Tokens } from './tokens.ts';

export interface Session {
  readonly project: { readonly id: string; readonly name?: string };
  /** Names of the roles that the token has in the project; undefined if it does not tell, or there is none. */
  readonly roles?: readonly string[];
  /** Normalised, ends in /v2.0. */
  readonly networkUrl: URL;
  /**
   * Sends with authentication, to the network origin and the auth origin alone. After a 401 for an expired or invalid token
   * it logs in again where the way can, and repeats the request once.
   */
  readonly send: Send;
  /** Revokes what this run obtained; never throws. A sentence for a warning if that failed. */
  close(withinMs: number): Promise<string | undefined>;
}

/** Codes of 401 answers that are about the token (VPC layer, gateway, IAM, and RFC 6750); others are about the user or the account. */
const tokenCodes = /^(?:VPC\.0008|APIGW?\.030[157]|IAM\.00(?:01|66|67)|invalid_token)$/;

/** A 401 of Keystone's middleware has no code, and words that are the same for every reason. */
function speaksOfToken({ status, serverCode, serverWords }: ResponseError): boolean {
  return status === 401 && (serverCode === undefined || tokenCodes.test(serverCode) || /\btoken\b/i.test(serverWords));
}

/** The `send` of a session whose requests carry a token. @throws ActionError ENDPOINT_REFUSED for any other origin. */
export function tokenSend(http: HttpClient, tokens: Tokens, origins: readonly string[]): Send {
  const withToken = async (request: HttpRequest, token: string): Promise<HttpResponse> => {
    const response = await http.send({ ...request, headers: { ...request.headers, 'x-auth-token': token } });
    tokens.accepted(token);
    return response;
  };
  return async (request) => {
    if (!origins.includes(request.url.origin)) {
      throw new ActionError(
        'ENDPOINT_REFUSED',
        `Could not ${request.what}: the token is not sent to ${request.url.origin}.`,
      );
    }
    // What must not fail now waits for no login that it does not need.
    const token = await tokens.current(request.critical !== true);
    try {
      return await withToken(request, token);
    } catch (error) {
      if (!(error instanceof ResponseError) || !speaksOfToken(error)) {
        throw error;
      }
      await tokens.renew(token, error);
      return await withToken(request, await tokens.current(false));
    }
  };
}
