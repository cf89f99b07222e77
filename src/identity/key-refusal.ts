/** What a refusal of keys or of their signature means, in words. Pure. */
import { ResponseError } from '../http/errors.ts';
import { hintForCode } from '../http/hints.ts';
import { apart } from '../http/server-time.ts';
import type { KeysWay } from './way.ts';

/**
 * Codes that are about keys or their signature, or about a user who may not use them at all (IAM and API gateway
 * references, error codes); whatever else would be signed is refused alike.
 */
const keyCodes = /^(?:IAM\.(?:0001|008[012]|110[4-8])|APIGW?\.030[135])$/;

/** Whether a refusal is one of the keys or the signature, and not of what was asked for. */
export function isOfKeys({ status, serverCode = '' }: ResponseError): boolean {
  return status === 401 || keyCodes.test(serverCode);
}

export interface Circumstances {
  readonly keys: KeysWay;
  /** The service has accepted a signature of these keys in this run. */
  readonly accepted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const minute = 60_000;

/** From where on a wrong clock is the likeliest cause; the service allows 15 minutes. */
const noticeableMs = 5 * minute;

const renewed =
  'Temporary keys live from 15 minutes to 24 hours: get new ones that outlive the run, and give all three of them ' +
  '(access-key, secret-key, security-token).';

/** Empty where the clocks agree, or the service does not tell its time. */
function clockWords(serverTime: number | undefined, now: number): string {
  const aheadMs = serverTime === undefined ? 0 : now - serverTime;
  if (Math.abs(aheadMs) <= noticeableMs) {
    return '';
  }
  return (
    `Likeliest cause: the clock of this runner is ${apart(aheadMs)} the service's, which accepts signatures from 15 minutes ` +
    'before to 15 minutes after its own time. Set the clock right (NTP). Else: '
  );
}

/** An access key as OTC makes them; anything else may be the secret in the wrong input. */
function keyWords({ accessKey }: KeysWay): string {
  return /^[A-Z0-9]{20}$/.test(accessKey) ? `the access key ${accessKey}` : 'the access key';
}

const blocked =
  'The access key is blocked for about five minutes after five refused signatures in a row. Check access-key and ' +
  'secret-key, wait, then run it again.';

/** The gateway has one code for all of its refusals of a signature (its FAQ lists these words). */
function byWords(words: string, keys: KeysWay): string | undefined {
  if (/signature (?:has )?expired|x-sdk-date/i.test(words)) {
    return (
      'The clock of this runner is wrong: the service accepts signatures from 15 minutes before to 15 minutes after its ' +
      'own time. Set the clock right (NTP).'
    );
  }
  if (/reach the limit/i.test(words)) {
    return blocked;
  }
  if (/\bak\b.*\bnot exist/i.test(words)) {
    return `The service does not know ${keyWords(keys)}: it was deleted, or it is of another cloud. Check access-key and auth-url.`;
  }
  return /security ?-?token/i.test(words)
    ? `The security token has expired, is missing, or is not of ${keyWords(keys)}. ${renewed}`
    : undefined;
}

function byCode(code: string | undefined, status: number): string | undefined {
  if (code === 'IAM.1104') {
    return blocked;
  }
  if (code === 'IAM.1108') {
    return `The security token has expired. ${renewed}`;
  }
  // These say no more than a 401.
  const known = code !== undefined && code !== 'IAM.0001' && !code.startsWith('APIG');
  return known ? hintForCode(code, status) : undefined;
}

function firstCauses(keys: KeysWay): string {
  const temporary =
    keys.securityToken === undefined
      ? 'the keys are temporary and need their security-token too.'
      : `the temporary keys have expired, or security-token is not of the same three. ${renewed}`;
  return (
    `The service does not say which of these it is, likeliest first: secret-key is not the secret of ${keyWords(keys)}; ` +
    `that key was disabled or deleted, or is of another cloud; the account refuses this runner's address (API ACL); ${temporary}`
  );
}

function laterCauses(keys: KeysWay): string {
  return keys.securityToken === undefined
    ? `Before, the service accepted ${keyWords(keys)}: it was disabled or deleted during the run. Use another key.`
    : `Before, the service accepted these keys: they have expired, and a signature cannot be renewed. ${renewed}`;
}

/** The refusal as LOGIN_REFUSED, or as LOGIN_TOKEN after the keys were accepted, with what can be done about it. */
export function keyRefusal(error: ResponseError, { keys, accepted, now }: Circumstances): ResponseError {
  const { serverCode, serverWords, serverTime, status } = error;
  const causes = byWords(serverWords, keys) ?? (accepted ? laterCauses(keys) : firstCauses(keys));
  const hint = byCode(serverCode, status) ?? `${clockWords(serverTime, now)}${causes}`;
  const once = 'Nothing more is signed in this run, because about five refused signatures in a row block a key.';
  return new ResponseError(accepted ? 'LOGIN_TOKEN' : 'LOGIN_REFUSED', error.message, error, `${hint} ${once}`);
}

/** Whether a refusal can mean that the project is not one of the keys' account. */
export function isOfProject({ status, serverCode }: ResponseError): boolean {
  return status === 403 || serverCode === 'IAM.1109';
}

/** The refusal of a project that the keys have not been accepted for yet. */
export function projectRefusal(error: ResponseError, projectId: string): ResponseError {
  const hint =
    `The project with id ${projectId} is not of the account of the access key, or the user of the key lacks rights in ` +
    'it: check project-id, and the roles that the README lists under Permissions. An account can also refuse addresses (API ACL).';
  return new ResponseError('LOGIN_REFUSED', error.message, error, hint);
}
