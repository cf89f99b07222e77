/** The pre-shared key: from the input `psk` or from variables of the input `secrets`, never from the file itself. */
import type { Place } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import type { MappingReader } from '../../spec/mapping.ts';
import type { Value } from '../../spec/node.ts';
import { shown } from '../../spec/show.ts';
import { didYouMean } from '../../spec/suggest.ts';
import { type Piece, parseTemplate } from '../../spec/variables.ts';
import type { Stated } from '../desired.ts';
import type { FileContext } from './context.ts';

const key = 'psk';

const waysOut =
  'Keep the key as a secret of the repository; then either write "psk: $' +
  '{NAME}" and pass a line NAME=… by the input "secrets", or leave psk out and use the input "psk" (for one connection).';

const literalWords = `A psk must not stand in the file: whoever can read the repository would know it. ${waysOut} Change the key if this file was ever committed.`;

function resolve(context: FileContext, reader: MappingReader, at: Place, piece: Piece): string | undefined {
  if ('literal' in piece || (piece.fallback ?? '') !== '') {
    reader.error(at, key, literalWords);
    return undefined;
  }
  const { name, fallback } = piece;
  const value = context.secrets.get(name)?.reveal() ?? '';
  if (value !== '') {
    return value;
  }
  if ((context.variables.get(name) ?? '') !== '') {
    const fix = 'Values of the input "variables" are not masked: move this line to the input "secrets".';
    reader.error(at, key, `${shown(name)} is no secret. ${fix}`);
    return undefined;
  }
  if (fallback !== undefined) {
    return fallback;
  }
  if (context.undefinedSecrets === 'not checked') {
    context.problems.notice(at, key, `The secret ${shown(name)} is not known to this run, so the psk was not checked.`);
  }
  if (context.undefinedSecrets !== 'error') {
    return undefined;
  }
  const state = context.secrets.has(name) ? 'is empty, which counts as undefined' : 'is not defined';
  const hint = context.secrets.has(name) ? '' : didYouMean(name, [...context.secrets.keys()]);
  const fix = `Add a line ${name}=… to the input "secrets" (a workflow gets an empty text for a secret that does not exist).`;
  reader.error(at, key, `The secret ${shown(name)} ${state}.${hint} ${fix}`);
  return undefined;
}

function expand(context: FileContext, reader: MappingReader, at: Place, text: string): string | undefined {
  const { pieces, error } = parseTemplate(text);
  if (error !== undefined) {
    const expression = `Only workflows know GitHub's expressions. ${waysOut}`;
    reader.error(at, key, text.includes('${{') ? expression : `In the psk ${error}`);
    return undefined;
  }
  const values = pieces.map((piece) => resolve(context, reader, at, piece));
  return values.includes(undefined) ? undefined : values.join('');
}

/** Length and alphabet of the cloud; the message says nothing about the key but what is wrong with it. */
function fault(context: FileContext, text: string): string | undefined {
  const { psk, words } = context.dialect;
  if (/[\r\n]/.test(text)) {
    return 'The psk contains a line break. Store it as one line.';
  }
  if (text.length < psk.min || text.length > psk.max) {
    return `The psk is too ${text.length < psk.min ? 'short' : 'long'}. ${words} takes ${psk.min} to ${psk.max} characters.`;
  }
  return psk.alphabet.test(text)
    ? undefined
    : `The psk contains a character that is not possible. ${words} takes ${psk.words}.`;
}

function fromFile(context: FileContext, reader: MappingReader, { node }: Value): Stated<string> | undefined {
  if (node.is !== 'scalar' || typeof node.value !== 'string') {
    reader.error(
      node.at,
      key,
      node.is === 'scalar' ? literalWords : `Expected a variable, found a ${node.is}. ${waysOut}`,
    );
    return undefined;
  }
  const text = expand(context, reader, node.at, node.value);
  return text === undefined ? undefined : { value: text, at: node.at };
}

function fromInput(reader: MappingReader, value: Value | undefined, psk: Secret): Stated<string> {
  const isTemplate = value?.node.is === 'scalar' && String(value.node.value).startsWith('${');
  if (value !== undefined && !isTemplate) {
    const words = 'The input "psk" is used, and not what stands here. But a key must not stand in the file: remove it';
    reader.warning(value.node.at, key, `${words}, and change it wherever it is used.`);
  }
  return { value: psk.reveal(), at: value?.node.at ?? reader.at };
}

/** The key, if one is stated: whether one is needed, the plan decides. The input `psk` overrides the file. */
export function readPsk(context: FileContext, reader: MappingReader): Stated<Secret> | undefined {
  const value = reader.take(key);
  const { psk } = context;
  const stated = psk !== undefined ? fromInput(reader, value, psk) : value && fromFile(context, reader, value);
  if (stated === undefined || stated.value === '') {
    return undefined;
  }
  const wrong = fault(context, stated.value);
  if (wrong !== undefined) {
    reader.error(stated.at, key, wrong);
  }
  return { value: new Secret(stated.value), at: stated.at };
}
