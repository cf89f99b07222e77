/** Values of the field table as entries of a file. Pure. */

import { isSettings } from '../compare.ts';
import type { FieldValue, Settings } from '../desired.ts';
import { fields } from '../fields.ts';
import type { Kind } from '../kinds.ts';
import type { Refused } from './exporting.ts';
import type { Content, Entry } from './layout.ts';
import { plainScalar, type Scalar, textScalar } from './scalar.ts';

/** What the reader knows of `lifetime` and `dpd`; servers may have more. */
const settingKeys = ['units', 'value', 'action', 'interval', 'timeout'] as const;

export function scalarOf(value: string | number | boolean): Scalar {
  return typeof value === 'string' ? textScalar(value) : plainScalar(value);
}

export function text(key: string, value: string, comment?: string): Entry {
  return {
    key,
    content: { is: 'scalar', scalar: textScalar(value) },
    ...(comment === undefined ? {} : { comment }),
  };
}

export function mapping(key: string, entries: readonly Entry[], comment?: string): Entry {
  return { key, content: { is: 'mapping', entries }, ...(comment === undefined ? {} : { comment }) };
}

/** An entry without which the file is still valid, and means the same for what is there. */
export function optional(path: string, key: string, content: Content, refused: Refused): Entry {
  const omitted = refused.get(path);
  return { key, content, leave: path, ...(omitted === undefined ? {} : { omitted }) };
}

function settingsContent(path: string, settings: Settings, refused: Refused): Content {
  const entries = settingKeys.flatMap((key): Entry[] => {
    const value = settings[key];
    return value === undefined
      ? []
      : [optional(`${path}.${key}`, key, { is: 'scalar', scalar: scalarOf(value) }, refused)];
  });
  return { is: 'mapping', entries };
}

/** @param path of the value in the connection */
export function contentOf(path: string, value: FieldValue, refused: Refused): Content {
  if (isSettings(value)) {
    return settingsContent(path, value, refused);
  }
  return typeof value === 'object'
    ? { is: 'list', items: value.map((one) => ({ scalar: textScalar(one) })) }
    : { is: 'scalar', scalar: scalarOf(value) };
}

/**
 * Every field that the cloud has a value for, in the order of the API reference.
 * @param path of the object in the connection; empty for the connection itself
 */
export function fieldEntries(
  kind: Kind,
  path: string,
  values: Readonly<Record<string, FieldValue>>,
  refused: Refused,
): readonly Entry[] {
  return Object.keys(fields[kind]).flatMap((key): Entry[] => {
    const value = values[key];
    const own = path === '' ? key : `${path}.${key}`;
    return value === undefined ? [] : [optional(own, key, contentOf(own, value, refused), refused)];
  });
}
