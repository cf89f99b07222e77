/** `lifetime` and `dpd`: small mappings of which any key may be stated. */

import { type MappingReader, openMapping } from '../../spec/mapping.ts';
import type { Value } from '../../spec/node.ts';
import { readInteger } from '../../spec/scalars.ts';
import type { Settings, Stated } from '../desired.ts';
import { readChoice } from './choice.ts';
import type { FileContext } from './context.ts';

/** The largest number that the servers' databases keep. */
export const largest = 2_147_483_647;

/** What the servers fill in for the key of `dpd` that a body leaves out. */
const dpdDefaults = { interval: 30, timeout: 120 } as const;

type Entries = readonly (readonly [string, Stated<string | number> | undefined])[];

/** The stated keys; undefined if there is none. */
function settingsOf(entries: Entries, value: Value): Stated<Settings> | undefined {
  const stated = entries.flatMap(([key, read]) => (read === undefined ? [] : [[key, read.value] as const]));
  return stated.length === 0 ? undefined : { value: Object.fromEntries(stated), at: value.node.at };
}

function open(
  context: FileContext,
  value: Value,
  example: (number: string) => string,
  number: string,
): MappingReader | undefined {
  const { node } = value;
  const given = node.is === 'scalar' && /^\d{1,10}$/.test(node.source) ? node.source : number;
  return openMapping(context, value, example(given));
}

export function readLifetime(context: FileContext, value: Value): Stated<Settings> | undefined {
  const reader = open(context, value, (number) => `lifetime: { units: seconds, value: ${number} }`, '3600');
  if (reader === undefined) {
    return undefined;
  }
  const units = reader.take('units');
  const length = reader.take('value');
  reader.finish();
  return settingsOf(
    [
      ['units', units === undefined ? undefined : readChoice(context, units, 'lifetime_units')],
      [
        'value',
        length === undefined
          ? undefined
          : readInteger(context, length, { ...context.dialect.lifetime, unit: 'seconds' }),
      ],
    ],
    value,
  );
}

export function readDpd(context: FileContext, value: Value): Stated<Settings> | undefined {
  const reader = open(context, value, (number) => `dpd: { action: restart, interval: ${number}, timeout: 120 }`, '30');
  if (reader === undefined) {
    return undefined;
  }
  const seconds = (key: string): Stated<number> | undefined => {
    const stated = reader.take(key);
    return stated === undefined ? undefined : readInteger(context, stated, { min: 1, max: largest, unit: 'seconds' });
  };
  const stated = reader.take('action');
  const action = stated === undefined ? undefined : readChoice(context, stated, 'dpd_action');
  const interval = seconds('interval');
  const timeout = seconds('timeout');
  reader.finish();
  const [low, high] = [interval?.value ?? dpdDefaults.interval, timeout?.value ?? dpdDefaults.timeout];
  const late = timeout ?? interval;
  if (late !== undefined && high <= low) {
    const words = `timeout ${high}${timeout === undefined ? ' (the default)' : ''} must be greater than`;
    reader.error(
      late.at,
      timeout === undefined ? 'interval' : 'timeout',
      `${words} interval ${low}${interval === undefined ? ' (the default)' : ''}.`,
    );
  }
  return settingsOf(
    [
      ['action', action],
      ['interval', interval],
      ['timeout', timeout],
    ],
    value,
  );
}
