/** The classic VPN API in a file: its top-level keys, and the way from bodies to connections. */
import type { Value } from '../../spec/node.ts';
import { shown } from '../../spec/show.ts';
import type { ConnectionSpec, Stated } from '../desired.ts';
import { fields } from '../fields.ts';
import { parts } from '../kinds.ts';
import { type Draft, readConnection } from './connection.ts';
import type { FileContext } from './context.ts';
import { checkNetworks } from './networks.ts';
import { unify } from './one-object.ts';

const one = 'ipsec_site_connection';
const many = 'ipsec_site_connections';

const bodyKeys = new Set([...Object.keys(fields[one]), ...parts, ...parts.map((part) => `${part}_id`), 'psk', 'tags']);

/** One name, and one id, is one connection. */
function checkUnique(context: FileContext, drafts: readonly Draft[], key: 'name' | 'id', fix: string): void {
  const { problems } = context;
  const known = new Map<string, { readonly stated: Stated<string>; readonly body: Value }>();
  for (const { spec, body } of drafts) {
    const stated = spec[key];
    const first = stated === undefined ? undefined : known.get(stated.value);
    if (stated !== undefined && first !== undefined) {
      const where = `${first.stated.at.file}:${first.stated.at.line}`;
      const words = `Another connection has the ${key} ${shown(stated.value)} (${where}). ${fix}`;
      problems.about([first.body, body], () => problems.error(stated.at, key, words));
    } else if (stated !== undefined) {
      known.set(stated.value, { stated, body });
    }
  }
}

/** One input `psk` cannot be the key of several connections. */
function checkPskInput({ problems, psk, undefinedSecrets }: FileContext, values: readonly Value[]): void {
  const [, second] = values;
  if (psk !== undefined && second !== undefined && undefinedSecrets !== 'not needed') {
    const fix =
      'Remove the input; write "psk: ${NAME}" in each connection, and pass the lines NAME=… by the input "secrets".';
    const words = `The input "psk" is for one connection, but there are ${values.length}. ${fix}`;
    problems.about(values, () => problems.error(second.keyAt, 'psk', words));
  }
}

function read(context: FileContext, values: readonly Value[]): ReadonlyMap<Value, ConnectionSpec> {
  const drafts = values
    .map((value) => context.problems.about([value], () => readConnection(context, value)))
    .filter((draft) => draft !== undefined);
  checkPskInput(context, values);
  checkUnique(
    context,
    drafts,
    'name',
    'A connection is found by its name, so it must be unique in all files of a run.',
  );
  checkUnique(context, drafts, 'id', 'Each connection in the cloud is described once.');
  const unified = unify(context, drafts);
  checkNetworks(context, unified);
  return new Map(unified.map(({ body, spec }) => [body, spec]));
}

export const classicBodies = {
  one,
  many,
  keys: [one, many],
  /** Whether a key at the top of a file was meant for the body. */
  isBodyKey: (key: string): boolean => bodyKeys.has(key),
  /** All connections of a run, in the order of the files, by their bodies. Problems are in the context. */
  read,
} as const;
