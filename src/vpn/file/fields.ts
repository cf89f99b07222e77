/** Reads the fields of an object by the field table. */

import { canonicalAddress } from '../../net/cidr.ts';
import { readLine } from '../../spec/line.ts';
import type { MappingReader } from '../../spec/mapping.ts';
import type { Value } from '../../spec/node.ts';
import { readFlag, readInteger } from '../../spec/scalars.ts';
import type { FieldValue, Stated, StatedFields } from '../desired.ts';
import { type Dialect, type DialectName, dialects, spelled } from '../dialects.ts';
import { type Field, fields, type Shape } from '../fields.ts';
import type { Kind } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import { readAddress } from './addresses.ts';
import { readChoice } from './choice.ts';
import type { FileContext } from './context.ts';
import { readId } from './references.ts';
import { readDpd, readLifetime } from './settings.ts';

/** An IKE identity: an address in canonical form, or a name as it stands. */
function readIdentity(context: FileContext, value: Value, min: number): Stated<string> | undefined {
  const read = readLine(context, value, { what: 'an IKE identity', min, max: context.dialect.peerLength });
  return read === undefined ? undefined : { value: canonicalAddress(read.value) ?? read.value, at: read.at };
}

/** A description as the user means it: the mark at the end of one that was pasted from the cloud is ours. */
function readDescription(context: FileContext, value: Value): Stated<string> | undefined {
  const max = context.dialect.descriptionLength;
  const read = readLine(context, value, { what: 'a description', min: 0, max });
  if (read !== undefined && splitDescription(read.value).mark !== undefined) {
    const words = 'The text in brackets at its end is added by this action. Remove it here.';
    context.problems.error(read.at, value.path, words);
    return undefined;
  }
  return read;
}

/** Shapes without a reader of their own elsewhere. */
type PlainShape = Exclude<Shape, 'name' | 'cidrs'>;

function readField(context: FileContext, value: Value, shape: PlainShape): Stated<FieldValue> | undefined {
  const { dialect } = context;
  if (typeof shape === 'object') {
    return readChoice(context, value, shape.choice);
  }
  switch (shape) {
    case 'description':
      return readDescription(context, value);
    case 'address':
      return readAddress(context, value);
    case 'peer identity':
      return readIdentity(context, value, 1);
    case 'local identity':
      return readIdentity(context, value, 0);
    case 'mtu':
      return readInteger(context, value, { ...dialect.mtu, unit: 'bytes' });
    case 'flag':
      return readFlag(context, value, dialect.adminStateUp);
    case 'lifetime':
      return readLifetime(context, value);
    case 'dpd':
      return readDpd(context, value);
    case 'id':
      return readId(context, value);
  }
}

/** Why a field is refused that only the other cloud knows. */
function foreignWords(dialect: Dialect, key: string, field: Field, only: DialectName): string {
  const reasons: Readonly<Record<string, string>> = {
    description: `${dialect.words} keeps the description of a connection for itself.`,
    peer_cidrs: `${dialect.words} takes the networks of the peer as "peer_ep_group: [10.80.0.0/24]".`,
    external_v4_ip: 'The server sets it.',
  };
  const reason = reasons[key] ?? `Only ${dialects[only].words} knows it (${field.words.replace(/\.$/, '')}).`;
  return `Not possible on ${dialect.words}. ${reason} Remove it.`;
}

/** The value of a field's key, if the dialect knows the field; if not, the error is told. */
export function takeField(context: FileContext, reader: MappingReader, kind: Kind, key: string): Value | undefined {
  const field = fields[kind][key];
  const { dialect } = context;
  if (field?.only === undefined || field.only === dialect.name) {
    return reader.take(key);
  }
  const value = reader.take(key, false);
  if (value !== undefined) {
    reader.error(value.keyAt, key, foreignWords(dialect, key, field, field.only));
  }
  return undefined;
}

function warnIfWeak(
  { dialect }: FileContext,
  reader: MappingReader,
  key: string,
  field: Field,
  stated: Stated<FieldValue>,
): void {
  const { value, at } = stated;
  if (value === false && field.weak?.includes(false) === true) {
    reader.warning(
      at,
      key,
      'false switches it off: no traffic passes, if the driver heeds it (see the status). Write true once it is to work.',
    );
  } else if (typeof value === 'string' && field.weak?.includes(value) === true) {
    const { shape, default: better } = field;
    const spelling =
      typeof shape === 'object' && typeof better === 'string' ? spelled(dialect, shape.choice, better) : '';
    reader.warning(at, key, `"${value}" works but is weak. Better: "${spelling}".`);
  }
}

/** The stated fields of an object, without those that have a place of their own: its name, and the legacy networks. */
export function readFields(context: FileContext, reader: MappingReader, kind: Kind): StatedFields {
  const stated: Record<string, Stated<FieldValue>> = {};
  for (const [key, field] of Object.entries(fields[kind])) {
    const { shape } = field;
    if (shape === 'name' || shape === 'cidrs') {
      continue;
    }
    const value = takeField(context, reader, kind, key);
    const read = value === undefined ? undefined : readField(context, value, shape);
    if (read !== undefined) {
      stated[key] = read;
      warnIfWeak(context, reader, key, field, read);
    }
  }
  return stated;
}

export function readName(context: FileContext, reader: MappingReader): Stated<string> | undefined {
  const value = reader.take('name');
  return value === undefined
    ? undefined
    : readLine(context, value, { what: 'a name', min: 1, max: context.dialect.nameLength });
}
