import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Claims, claimsOf, GITHUB_ISSUER, type Run } from './claims.ts';
import { jwtOf, type Signature } from './jwt.ts';
import { currentKey, type GivenKey, keySet } from './keys.ts';

export { type Claims, GITHUB_ISSUER, type Run } from './claims.ts';
export type { Signature } from './jwt.ts';
export type { GivenKey } from './keys.ts';

/** How the fake GitHub is to behave; everything has a default. */
export interface GitHubOptions {
  /** What the run is about. */
  run?: Run;
  /** Signs the tokens (default: a key of this process). */
  key?: GivenKey;
  /** The clock, ms since 1970 (default Date.now). */
  now?: () => number;
}

/** What may be wrong; to be changed at any time. */
export interface GitHubKnobs {
  /** These instead of the usual claims; undefined leaves one out. */
  claims: Claims;
  /** `expired` 10 minutes ago; `early`: valid only in an hour. */
  time: 'valid' | 'expired' | 'early';
  signature: Signature;
  /** Instead of a token: a status with GitHub's error body, no JSON, a page, or JSON without a token. */
  answer: 'token' | number | 'garbage' | 'html' | 'empty';
}

/** One request as it arrived, and what was answered. */
export interface GitHubRequest {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly audience: string | undefined;
  readonly status: number;
  /** The ID token that was handed out. */
  readonly idToken: string | undefined;
}

/** A running fake GitHub. */
export interface GitHub {
  /** For ACTIONS_ID_TOKEN_REQUEST_URL. */
  readonly requestUrl: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestToken: string;
  /** The `iss` of the tokens. */
  readonly issuer: string;
  /** The key set, JSON. */
  readonly jwks: string;
  readonly requests: GitHubRequest[];
  readonly knobs: GitHubKnobs;
  /** A token as a job would get it now, without a request. */
  idToken(audience: string): string;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly idToken?: string;
}

const PATH = '/1234/00000000-0000-0000-0000-000000000000/_apis/distributedtask/hubs/Actions/plans/p1/jobs/j1/idtoken';
const PAGE =
  '<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body>This page is taking too long to load.</body></html>\n';
const MINUTE = 60_000;

/** Starts GitHub's service for the ID tokens of a job on 127.0.0.1. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { run = {}, now = Date.now } = options;
  const key = currentKey(options.key);
  const requestToken = `ghs-request-${randomBytes(30).toString('base64url')}`;
  const knobs: GitHubKnobs = { claims: {}, time: 'valid', signature: 'right', answer: 'token' };
  const requests: GitHubRequest[] = [];
  const idToken = (audience: string): string => {
    const shift = { valid: 0, expired: -15 * MINUTE, early: 70 * MINUTE }[knobs.time];
    return jwtOf({ ...claimsOf(run, audience, now() + shift), ...knobs.claims }, key, knobs.signature);
  };
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    const { pathname, searchParams } = new URL(path, 'http://github');
    const audience = searchParams.get('audience') ?? undefined;
    const token = /^bearer (.*)$/i.exec(headers.authorization ?? '')?.[1];
    const right = { path: pathname === PATH && method === 'GET', token: token === requestToken };
    const reply = answer(knobs, right, () => idToken(audience ?? 'https://github.com/acme'));
    requests.push({ method, path, headers, audience, status: reply.status, idToken: reply.idToken });
    send(response, reply);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    requestUrl: `http://127.0.0.1:${address.port}${PATH}?api-version=2.0`,
    ...{ requestToken, issuer: GITHUB_ISSUER, jwks: keySet([key]), requests, knobs, idToken },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param right whether the request has the right path and the right request token */
function answer(knobs: GitHubKnobs, right: { path: boolean; token: boolean }, idToken: () => string): Reply {
  if (!right.path) return refused(404, 'NotFoundException', 'The resource cannot be found.');
  if (!right.token) return refused(401, 'UnauthorizedRequestException', 'The request is not authorized.');
  if (typeof knobs.answer === 'number') return refused(knobs.answer, 'Exception', `Refused with ${knobs.answer}.`);
  if (knobs.answer === 'garbage') return { status: 200, body: '{"value":"eyJ' };
  if (knobs.answer === 'html') return { status: 200, body: PAGE, type: 'text/html; charset=utf-8' };
  if (knobs.answer === 'empty') return { status: 200, body: '{}' };
  const value = idToken();
  return { status: 200, body: JSON.stringify({ value }), idToken: value };
}

function refused(status: number, typeKey: string, message: string): Reply {
  return { status, body: JSON.stringify({ message, typeKey, errorCode: 0, eventId: 3000 }) };
}

function send(response: ServerResponse, { status, body, type = 'application/json; charset=utf-8' }: Reply): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
