/** How a file names what must exist: `x` (name, or id in UUID form) or `x_id`. */

import { readLine } from '../../spec/line.ts';
import type { MappingReader } from '../../spec/mapping.ts';
import { found, type Value } from '../../spec/node.ts';
import { type Read, readText } from '../../spec/scalars.ts';
import { shown } from '../../spec/show.ts';
import type { Reference } from '../desired.ts';
import type { FileContext } from './context.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const example = '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f';

/** Names of routers and subnets are not ours to limit: the longest that any server keeps. */
const foreignName = 255;

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** An id in UUID form, in lower case as the servers write it. */
export function readId(context: FileContext, value: Value, otherwise = ''): Read<string> | undefined {
  const read = readText(context, value, 'an id');
  if (read === undefined) {
    return undefined;
  }
  if (!isUuid(read.value)) {
    const words = `${shown(read.value)} is no id: ids have the form ${example}.`;
    context.problems.error(read.at, value.path, otherwise === '' ? words : `${words} ${otherwise}`);
    return undefined;
  }
  return { value: read.value.toLowerCase(), at: read.at };
}

/** A name, or an id in UUID form. */
export function readNameOrId(context: FileContext, value: Value, what: string): Reference | undefined {
  const read = readLine(context, value, { what, min: 1, max: foreignName });
  if (read === undefined) {
    return undefined;
  }
  const { value: text, at } = read;
  return isUuid(text) ? { by: 'id', id: text.toLowerCase(), at } : { by: 'name', name: text, at };
}

/** The values of `x` and `x_id`; both at once are an error. */
export function takeEither(
  reader: MappingReader,
  key: string,
  offered = true,
): { readonly named?: Value; readonly byId?: Value } {
  const named = reader.take(key, offered);
  const byId = reader.take(`${key}_id`, offered);
  if (named !== undefined && byId !== undefined) {
    reader.error(byId.keyAt, `${key}_id`, `"${key}" and "${key}_id" say the same. Keep one of them.`);
    return { named };
  }
  return { ...(named === undefined ? {} : { named }), ...(byId === undefined ? {} : { byId }) };
}

/** The reference of an `x_id`. */
export function readIdReference(context: FileContext, value: Value, key: string): Reference | undefined {
  const read = readId(context, value, `For a name write "${key}" instead of "${key}_id".`);
  return read === undefined ? undefined : { by: 'id', id: read.value, at: read.at };
}

/** A router or subnet: `x` or `x_id`. */
export function readReference(context: FileContext, reader: MappingReader, key: string): Reference | undefined {
  const { named, byId } = takeEither(reader, key);
  if (byId !== undefined) {
    return readIdReference(context, byId, key);
  }
  if (named === undefined) {
    return undefined;
  }
  if (named.node.is !== 'scalar') {
    reader.error(named.node.at, key, `Expected the name or id of a ${key}, ${found(named.node)}.`);
    return undefined;
  }
  return readNameOrId(context, named, `the name or id of a ${key}`);
}
