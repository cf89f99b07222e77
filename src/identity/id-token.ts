/**
 * Gets the ID token of this job from GitHub (GitHub's documentation, "OpenID Connect reference", "Using the environment
 * variables"), as @actions/core's getIDToken does, but through the one HTTP client: proxy, limits, cancellation.
 */
import { ActionError } from '../errors.ts';
import type { HttpResponse } from '../http/client.ts';
import { LostAnswerError, ResponseError } from '../http/errors.ts';
import { isThisMachine } from '../http/loopback.ts';
import { isFields } from '../http/server-words.ts';
import { Secret } from '../secret.ts';
import { isIdToken } from './claims.ts';
import type { WayContext } from './way.ts';

const missing = [
  'GitHub gives this job no ID token, because it has no permission to ask for one. Add to the job:',
  '    permissions:',
  '      id-token: write',
  '      contents: read',
].join('\n');

const missingHint =
  "A job's permissions replace the workflow's: list what else the job needs, too. A reusable workflow has no more " +
  'rights than the job that calls it, so these lines belong there as well. Pull requests from forks never get an ID ' +
  'token, and runs that Dependabot starts are treated like them.';

const again = 'Run it again in a few minutes.';

const server =
  'Is it GitHub Enterprise Server, it must have OpenID Connect for Actions; is a proxy on the way, it must let this ' +
  'address through.';

function problem(message: string, hint: string): ActionError {
  return new ActionError('ID_TOKEN', message, { hint });
}

/** @throws ActionError ID_TOKEN */
function requestUrl(text: string, audience: string): URL {
  const url = URL.parse(text);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname)))) {
    const words =
      'The address at which the runner says that ID tokens are (ACTIONS_ID_TOKEN_REQUEST_URL) is no https URL.';
    throw problem(words, 'GitHub sets this variable: look for a step or a runner that changes it.');
  }
  url.search += `${url.search === '' ? '?' : '&'}audience=${encodeURIComponent(audience)}`;
  return url;
}

function refusalHint(status: number): string {
  if (status === 401 || status === 403) {
    return `The right to ask for ID tokens is gone, or was never given: it needs "id-token: write" in the job's permissions, and ends with the job. ${again}`;
  }
  return status === 429 || status >= 500 ? `GitHub's service for ID tokens has a problem. ${again}` : server;
}

/** Errors of the connection stay what they are. */
function explain(error: unknown): unknown {
  if (error instanceof ResponseError) {
    return new ResponseError('ID_TOKEN', error.message, error, refusalHint(error.status));
  }
  if (error instanceof LostAnswerError && error.status !== undefined) {
    return new LostAnswerError('ID_TOKEN', error.message, error, server);
  }
  return error;
}

function tokenIn({ body }: HttpResponse, mask: (secret: string) => void): Secret {
  const value = isFields(body) ? body['value'] : undefined;
  if (typeof value === 'string') {
    mask(value);
  }
  if (typeof value !== 'string' || !isIdToken(value)) {
    throw problem('GitHub answered the request for an ID token, but with none.', `${again} ${server}`);
  }
  return new Secret(value);
}

/**
 * An ID token for the audience, which lives for some minutes: to be used at once, and once only.
 * @param mask called with what has to stay secret before anything else can happen
 * @throws ActionError ID_TOKEN when there is none to be had; errors of the connection
 */
export async function requestIdToken(
  audience: string,
  context: Pick<WayContext, 'http' | 'idTokens' | 'critical'>,
  mask: (secret: string) => void,
): Promise<Secret> {
  const { http, idTokens, critical } = context;
  const { url, token } = idTokens;
  if (url === undefined || token === undefined) {
    throw problem(missing, missingHint);
  }
  mask(token.reveal());
  const response = await http
    .send({
      ...{
        method: 'GET',
        url: requestUrl(url, audience),
        what: 'get an ID token from GitHub',
        repeat: 'freely',
        critical,
      },
      headers: { authorization: `bearer ${token.reveal()}` },
    })
    .catch((error: unknown) => {
      throw explain(error);
    });
  return tokenIn(response, mask);
}
