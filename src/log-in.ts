/** From the identity settings to a session, told in their own names. */
import { ActionError, asActionError } from './errors.ts';
import type { HttpClient } from './http/client.ts';
import { login } from './identity/login.ts';
import type { Session } from './identity/session.ts';
import type { IdTokenRequest } from './identity/way.ts';
import { inNamesOf } from './inputs/source-names.ts';
import type { Identity } from './inputs.ts';
import type { Clock, Log } from './ports.ts';
import type { Workspace } from './spec/files.ts';
import type { DialectName } from './vpn/dialects.ts';

export interface LoginPorts {
  readonly clock: Clock;
  readonly log: Log;
  mask(secret: string): void;
  readonly idTokens: IdTokenRequest;
}

/**
 * The certificates that the input gives, as text.
 * @throws ActionError INPUT_INVALID if it is a file that cannot be read
 */
export async function extraCa({ caCertificate }: Identity, workspace: Workspace): Promise<string | undefined> {
  if (caCertificate?.kind !== 'path') {
    return caCertificate?.text;
  }
  try {
    return await workspace.read(caCertificate.path);
  } catch (error) {
    throw new ActionError('INPUT_INVALID', `Input ca-certificate: ${asActionError(error).message}`, {
      hint: 'Give the path of a PEM file in the workspace, or its text.',
      cause: error,
    });
  }
}

/** @param deadline of the run, milliseconds since the epoch */
export async function logIn(
  dialect: DialectName,
  identity: Identity,
  http: HttpClient,
  deadline: number,
  ports: LoginPorts,
): Promise<Session> {
  const { clock, log, idTokens } = ports;
  const mask = (secret: string): void => ports.mask(secret);
  const session = await login({ dialect, ...identity, http, deadline, clock, log, mask, idTokens });
  const { id, name } = session.project;
  log.info(`Logged in at ${identity.authUrl.host} to project ${name === undefined ? id : `${name} (${id})`}.`);
  return session;
}

/** Codes of errors that are about the settings of the login. */
const aboutLogin = /^(?:LOGIN_.*|CATALOGUE|ENDPOINT_REFUSED|TLS)$/;

/** The failure in the names that the settings of the login have in their source. */
export function told(failure: ActionError, identity: Identity | undefined): ActionError {
  const names = identity?.sourceNames;
  return names === undefined || !aboutLogin.test(failure.code)
    ? failure
    : failure.hinting((hint) => `${inNamesOf(names, hint)} The settings are those of ${names.source}.`.trimStart());
}
