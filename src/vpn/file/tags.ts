/** `tags` and `psk_version`, which becomes a tag. */
import { type MappingReader, openMapping } from '../../spec/mapping.ts';
import { isNull, type Value } from '../../spec/node.ts';
import { readText } from '../../spec/scalars.ts';
import { shown } from '../../spec/show.ts';
import type { Stated } from '../desired.ts';
import { dialects } from '../dialects.ts';
import { ownTagPrefix, tagKeys } from '../tags.ts';
import type { FileContext } from './context.ts';

/** Limits of the tag API. */
const keyLength = 36;
const valueLength = 43;
const perResource = 10;
const alphabet = /^[A-Za-z0-9_-]*$/;
const alphabetWords = 'letters, digits, - and _';

/** The tag also says whether the cloud hides the psk. */
const versionLength = 30;

type Tags = Readonly<Record<string, Stated<string | null>>>;

function keyFault(key: string): string | undefined {
  if (key === '' || key.length > keyLength || !alphabet.test(key)) {
    return `A key has 1 to ${keyLength} characters: ${alphabetWords}.`;
  }
  return key.startsWith(ownTagPrefix) ? `Keys that begin with "${ownTagPrefix}" are used by this action.` : undefined;
}

function readTag(context: FileContext, value: Value): Stated<string | null> | undefined {
  if (isNull(value.node)) {
    return { value: null, at: value.node.at };
  }
  const read = readText(context, value);
  if (read !== undefined && (read.value.length > valueLength || !alphabet.test(read.value))) {
    const words = `A value has at most ${valueLength} characters: ${alphabetWords}.`;
    context.problems.error(read.at, value.path, `${shown(read.value)} is not possible. ${words}`);
    return undefined;
  }
  return read;
}

/** The tags by key; null removes one. */
export function readTags(context: FileContext, reader: MappingReader): Tags | undefined {
  const value = reader.take('tags', context.dialect.tags);
  if (value === undefined) {
    return undefined;
  }
  if (!context.dialect.tags) {
    const words = `Not possible on ${context.dialect.words}. Only ${dialects.otc.words} has tags. Remove them.`;
    reader.error(value.keyAt, 'tags', words);
    return undefined;
  }
  const tags: [string, Stated<string | null>][] = [];
  const inner = openMapping(context, value, 'tags: { env: prod }');
  for (const { key, ...tag } of inner?.rest() ?? []) {
    const fault = keyFault(key);
    const read = readTag(context, tag);
    if (fault !== undefined) {
      context.problems.error(tag.keyAt, tag.path, fault);
    } else if (read !== undefined) {
      tags.push([key, read]);
    }
  }
  const most = perResource - Object.keys(tagKeys).length;
  const set = tags.filter(([, tag]) => tag.value !== null);
  if (set.length > most) {
    const words = `${set.length} tags; allowed: ${most} (a connection has at most ${perResource}, some of which this action needs).`;
    reader.error(value.keyAt, 'tags', words);
  }
  return Object.fromEntries(tags);
}

/** A text or a number that changes with each new psk. */
export function readPskVersion(context: FileContext, reader: MappingReader): Stated<string> | undefined {
  const value = reader.take('psk_version');
  if (value === undefined) {
    return undefined;
  }
  const { node } = value;
  const isNumber = node.is === 'scalar' && typeof node.value === 'number';
  const read = isNumber ? { value: node.source, at: node.at } : readText(context, value, 'a text or a number');
  if (read === undefined) {
    return undefined;
  }
  if (read.value === '' || read.value.length > versionLength || !alphabet.test(read.value)) {
    const words = `Allowed: 1 to ${versionLength} characters: ${alphabetWords}, such as 3 or 2026-08.`;
    reader.error(read.at, 'psk_version', `${shown(read.value)} is not possible. ${words}`);
    return undefined;
  }
  return read;
}
