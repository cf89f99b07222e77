/** Decides whether the psk has to be sent. No hash of it is kept anywhere. */
import type { ConnectionSpec } from '../desired.ts';
import type { Connection } from '../objects.ts';
import type { ConnectionReport } from '../report.ts';
import { readPskTag, tagKeys } from '../tags.ts';
import type { Context } from './context.ts';

export interface PskDecision {
  readonly send: boolean;
  readonly state: ConnectionReport['psk'];
  /** Set where the tag has to say another version than it does. */
  readonly newVersion: boolean;
}

/**
 * In clear: compared. Hidden (missing, stars, or known not to be echoed and not equal by chance): on OTC the stated psk_version against its tag
 * decides; elsewhere nobody knows, and the plan says so.
 */
export function decidePsk(context: Context, spec: ConnectionSpec, existing: Connection): PskDecision {
  const { psk, pskVersion } = spec;
  const tag = readPskTag(existing.tags?.get(tagKeys.psk));
  const versioned = context.dialect.tags && pskVersion !== undefined;
  const newVersion = versioned && tag.version !== pskVersion.value;
  if (psk === undefined) {
    if (newVersion) {
      context.refuse(
        [spec],
        'INPUT_INVALID',
        `Connection ${spec.name.value}: psk_version is ${pskVersion.value}, the cloud has ${tag.version ?? 'none'}, and no psk is given to send.`,
        'Give the psk through the input psk or secrets, or restore the old psk_version.',
        pskVersion.at,
      );
    }
    return { send: false, state: 'not compared', newVersion: false };
  }
  if (context.options.updatePsk === 'always') {
    return { send: true, state: 'sent', newVersion };
  }
  if (existing.psk !== 'hidden' && existing.psk.equals(psk.value)) {
    return { send: false, state: 'equal', newVersion };
  }
  if (existing.psk !== 'hidden' && !tag.hidden) {
    return { send: true, state: 'sent', newVersion };
  }
  if (versioned) {
    return newVersion ? { send: true, state: 'sent', newVersion } : { send: false, state: 'equal', newVersion };
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
