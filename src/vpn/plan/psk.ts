/** Decides whether the psk has to be sent. No hash of it is kept anywhere. */
import type { Secret } from '../../secret.ts';
import type { ConnectionSpec, Stated } from '../desired.ts';
import type { Connection } from '../objects.ts';
import type { FoundPsk } from '../psk-words.ts';
import type { ConnectionReport } from '../report.ts';
import { readPskTag, tagKeys } from '../tags.ts';
import type { Context } from './context.ts';

export interface PskDecision {
  readonly send: boolean;
  readonly state: ConnectionReport['psk'];
  /** Set where the tag has to say another version than it does. */
  readonly newVersion: boolean;
  /** Why the key of a connection that is there is sent, and what is known of the one that it replaces. */
  readonly rotation?: { readonly found: FoundPsk; readonly reason: string };
}

/** Hidden: missing, stars, or known not to be echoed and not equal by chance. */
export function findPsk(given: Secret, { psk, tags }: Connection): FoundPsk {
  if (psk !== 'hidden' && psk.equals(given)) {
    return 'same';
  }
  return psk === 'hidden' || readPskTag(tags?.get(tagKeys.psk)).hidden ? 'hidden' : 'other';
}

/** The stated psk_version, where it is another than the tag has. */
function versionMoved(context: Context, { pskVersion }: ConnectionSpec, { tags }: Connection): boolean {
  const { version } = readPskTag(tags?.get(tagKeys.psk));
  return context.dialect.tags && pskVersion !== undefined && version !== pskVersion.value;
}

/** What a replacement, which sends the key in any case, does to it: undefined if it is no other one as far as is known. */
export function replacedPsk(context: Context, spec: ConnectionSpec, existing: Connection): FoundPsk | undefined {
  const found = spec.psk && findPsk(spec.psk.value, existing);
  return found === 'other' || (found === 'hidden' && versionMoved(context, spec, existing)) ? found : undefined;
}

function refuseWithoutPsk(context: Context, spec: ConnectionSpec, version: Stated<string>, had: string): void {
  context.refuse(
    [spec],
    'INPUT_INVALID',
    `Connection ${spec.name.value}: psk_version is ${version.value}, the cloud has ${had}, and no psk is given to send.`,
    'Give the psk through the input psk or secrets, or restore the old psk_version.',
    version.at,
  );
}

/** Why it is sent; undefined if it is not. */
function reasonToSend(context: Context, found: FoundPsk, newVersion: boolean): string | undefined {
  const isAlways = context.options.updatePsk === 'always';
  if (newVersion && (found !== 'same' || isAlways)) {
    return 'psk_version says that the psk was rotated';
  }
  if (isAlways) {
    return 'update-psk: always sends the psk in every run';
  }
  return found === 'other' ? 'the psk in the cloud is another one' : undefined;
}

/**
 * In clear: compared. Hidden: on OTC the stated psk_version against its tag decides; elsewhere nobody knows, and the plan
 * says so.
 */
export function decidePsk(context: Context, spec: ConnectionSpec, existing: Connection): PskDecision {
  const { psk, pskVersion } = spec;
  const newVersion = versionMoved(context, spec, existing);
  if (psk === undefined) {
    if (newVersion && pskVersion !== undefined) {
      refuseWithoutPsk(context, spec, pskVersion, readPskTag(existing.tags?.get(tagKeys.psk)).version ?? 'none');
    }
    if (context.options.updatePsk === 'always') {
      const words = 'update-psk is always, but no psk is given, so none is sent. Is the name of the secret right?';
      context.notice('warning', `Connection ${spec.name.value}: ${words}`, spec.name.at);
    }
    return { send: false, state: 'not compared', newVersion: false };
  }
  const found = findPsk(psk.value, existing);
  const reason = reasonToSend(context, found, newVersion);
  if (reason !== undefined) {
    return { send: true, state: 'sent', newVersion, rotation: { found, reason } };
  }
  if (found === 'same' || (context.dialect.tags && pskVersion !== undefined)) {
    return { send: false, state: 'equal', newVersion };
  }
  context.notice(
    'notice',
    `Connection ${spec.name.value}: the cloud does not show the psk, so whether it equals yours is unverified. ${
      context.dialect.tags ? 'Set psk_version beside it and raise it with each rotation, or' : 'To send it anyway,'
    } run once with update-psk: always.`,
    psk.at,
  );
  return { send: false, state: 'unverified', newVersion };
}
