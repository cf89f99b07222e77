/** The action's own client against the contract's cloud: login, session, API. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient, type HttpClient } from '../../src/http/client.ts';
import { ResponseError } from '../../src/http/errors.ts';
import { noProxy } from '../../src/http/proxy.ts';
import { login } from '../../src/identity/login.ts';
import type { Session } from '../../src/identity/session.ts';
import type { IdTokenRequest, Login as Way } from '../../src/identity/way.ts';
import type { Clock, Log } from '../../src/ports.ts';
import { Secret } from '../../src/secret.ts';
import { createVpnApi, type VpnApi } from '../../src/vpn/api.ts';
import { dialects } from '../../src/vpn/dialects.ts';
import { vpnHint } from '../../src/vpn/hints.ts';
import type { ContractCloud, Login } from './cloud.ts';

export interface Client {
  readonly session: Session;
  readonly api: VpnApi;
  /** Those that the login obtained. */
  readonly tokens: readonly string[];
}

const opened: HttpClient[] = [];
const never = new AbortController().signal;
const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { signal });
  },
};
const silent: Pick<Log, 'debug' | 'info' | 'warning'> = {
  debug: () => undefined,
  info: () => undefined,
  warning: () => undefined,
};

/** The login's way with a password. */
export function byPassword({ username, password, domain, project }: Login): Way {
  const user = { name: username, domain: { name: domain } };
  return { way: { way: 'password', user, password: new Secret(password) }, project: { name: project } };
}

export function byToken(token: string): Way {
  return { way: { way: 'token', token: new Secret(token) } };
}

export interface ConnectOptions {
  readonly region?: string;
  /** Where GitHub gives ID tokens to the job; the way leads through the web server then that verifies them. */
  readonly idTokens?: IdTokenRequest;
}

/**
 * Logs in as the action does; `closeAll` closes what it opened.
 * @throws ActionError as `login` does
 */
export async function connect(
  cloud: ContractCloud,
  way: Way,
  { region = cloud.region, idTokens }: ConnectOptions = {},
): Promise<Client> {
  const dialect = dialects.openstack;
  const tokens: string[] = [];
  const http = createHttpClient({
    ...{ clock, log: silent, random: Math.random, hints: vpnHint, proxy: noProxy },
    // A server error is as certain at the second try as at the fifth.
    limits: { tries: 2, backoffMs: 10 },
    userAgent: 'ipsec-connection-action/contract',
    cancellation: { reads: never, writes: never },
  });
  opened.push(http);
  const mask = (secret: string): void => void tokens.push(secret);
  const session = await login({
    ...{ login: way, http, clock, log: silent, mask, region },
    ...{ deadline: Date.now() + 600_000, idTokens: idTokens ?? { url: undefined, token: undefined } },
    authUrl: new URL(idTokens === undefined ? cloud.authUrl : cloud.federation.authUrl),
    dialect: dialect.name,
  });
  const { send, networkUrl, project } = session;
  return { session, tokens, api: createVpnApi({ send, networkUrl, projectId: project.id, dialect }) };
}

/** Ends the connections of every client that was made in this file. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((http) => http.close()));
}

/** What a call that must fail throws. */
export async function thrown(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => 'nothing',
    (error: unknown) => error,
  );
}

/** What a person is told first. */
export function told(error: unknown): object {
  if (!(error instanceof ResponseError)) return { error };
  return { code: error.code, status: error.status, serverCode: error.serverCode };
}
