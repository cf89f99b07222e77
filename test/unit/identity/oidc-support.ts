/** GitHub's service for ID tokens and a cloud that takes them, on one loopback origin. */

import { oidcGrant } from '../../../src/identity/oidc.ts';
import type { Grant, OidcWay, ProjectChoice } from '../../../src/identity/way.ts';
import { createRedactor, type Redactor } from '../../../src/redact.ts';
import { Secret } from '../../../src/secret.ts';
import { type Answer, client, json, serve, type TestServer } from '../http/support.ts';

export const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'https://iam.eu-nl.otc.t-systems.com',
  sub: 'repo:acme/infra:environment:production',
  repository: 'acme/infra',
  repository_id: '123456',
  ref: 'refs/heads/main',
  event_name: 'push',
  environment: 'production',
  job_workflow_ref: 'acme/infra/.github/workflows/vpn.yml@refs/heads/main',
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Of GitHub's form, with a signature that is none. */
export function jwt(
  payload: unknown = claims,
  header: unknown = { typ: 'JWT', alg: 'RS256', kid: '1F2AB83404C0' },
): string {
  return `${part(header)}.${part(payload)}.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg`;
}

export const requestToken = 'request-token-of-the-job';

export interface Routes {
  /** GitHub's answer. */
  readonly idToken?: Answer;
  /** The cloud's answer to the exchange. */
  readonly exchange?: Answer;
}

export const issued: Answer = json(
  201,
  { token: { expires_at: '2099-01-01T00:00:00.000000Z' } },
  { 'x-subject-token': 'tok-1' },
);

export async function gitHubAndCloud({
  idToken = json(200, { value: jwt() }),
  exchange = issued,
}: Routes = {}): Promise<TestServer> {
  return await serve((response, request, n) => {
    const answer = request.path.startsWith('/idtoken') ? idToken : exchange;
    answer(response, request, n);
  });
}

export interface Exchanging {
  readonly otc?: boolean;
  readonly way?: Partial<OidcWay>;
  readonly project?: ProjectChoice;
  readonly critical?: boolean;
}

export interface Exchanged {
  readonly grant: Promise<Grant>;
  readonly masked: readonly string[];
  readonly obtained: readonly string[];
  readonly lines: readonly string[];
  readonly reads: AbortController;
}

/** Exchanges an ID token with the server. */
export function exchanging(
  server: TestServer,
  { otc = true, way, project, critical = false }: Exchanging = {},
): Exchanged {
  const masked: string[] = [];
  const obtained: string[] = [];
  const redactor: Redactor = createRedactor();
  const { http, lines, reads } = client({}, { redactor });
  const { origin } = server.url;
  const full: OidcWay = {
    way: 'oidc',
    identityProvider: 'github',
    audience: claims.aud,
    ...(otc ? {} : { protocol: 'openid' }),
    ...way,
  };
  const grant = oidcGrant(full, project, {
    ...{ http, otc, critical, clock: { now: Date.now }, authUrl: new URL(`${origin}/identity/v3`) },
    idTokens: { url: `${origin}/idtoken?api-version=2.0`, token: new Secret(requestToken) },
    obtained: (token) => obtained.push(token),
    mask: (secret) => {
      masked.push(secret);
      redactor.add(secret);
    },
  });
  return { grant, masked, obtained, lines, reads };
}
