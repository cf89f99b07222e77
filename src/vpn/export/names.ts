/** How an export calls connections, and the secrets that hold their keys. Pure. */
import type { Dialect } from '../dialects.ts';
import type { Connection } from '../objects.ts';
import type { Observed } from '../observe.ts';

/** A connection as the file has it. */
export interface Named {
  readonly connection: Connection;
  readonly name: string;
  /** The name is not the one in the cloud, which a file cannot have. */
  readonly isProposed: boolean;
  /** The name alone does not say which connection is meant. */
  readonly needsId: boolean;
  /** Of the secret with its key. */
  readonly variable: string;
}

/** Characters of an id that tell connections apart. */
const shortId = 8;

/** Whether a file can state the text as a name: one line, neither empty nor too long (in code points, as the servers count). */
export function isNameable(text: string, max: number): boolean {
  const { length } = Array.from(text);
  return length >= 1 && length <= max && !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

/** For a connection without a name of its own in the file. */
function proposed({ name, id }: Connection, max: number, used: ReadonlySet<string>): string {
  const tail = `-${id.slice(0, shortId)}`;
  const base = isNameable(name, max)
    ? Array.from(name)
        .slice(0, max - tail.length)
        .join('')
    : 'connection';
  const isFree = (candidate: string): boolean => !used.has(candidate);
  return [`${base}${tail}`, `connection-${id}`].find(isFree) ?? id;
}

/** Room for the names that GitHub and other tools allow. */
const longestVariable = 60;

/** What the name of the secret begins with. */
function stemOf(name: string): string {
  const letters = name.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
  const plain = letters.replace(/[^A-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  // No secret of GitHub begins with a digit or with GITHUB_.
  const base = /^(?:\d|GITHUB_|$)/.test(`${plain}`) || plain === 'GITHUB' ? `VPN_${plain}`.replace(/_$/, '') : plain;
  return base.slice(0, longestVariable).replace(/_+$/, '');
}

/**
 * @param isShared whether another connection of the project would get the same, exported now or another day: two keys under
 *   one name would be one key
 */
function variableOf(name: string, id: string, isShared: boolean, used: ReadonlySet<string>): string {
  const stem = isShared ? `${stemOf(name)}_${id.slice(0, shortId).toUpperCase()}` : stemOf(name);
  let candidate = `${stem}_PSK`;
  for (let number = 2; used.has(candidate); number += 1) {
    candidate = `${stem}_${number}_PSK`;
  }
  return candidate;
}

/** Each connection with a name that no other one of the export has. */
export function nameConnections(
  chosen: readonly Connection[],
  { connections }: Pick<Observed, 'connections'>,
  { nameLength }: Pick<Dialect, 'nameLength'>,
): readonly Named[] {
  const inCloud = connections.map(({ name }) => name);
  const stems = connections.map((connection) => ({ id: connection.id, stem: stemOf(connection.name) }));
  const taken = new Set<string>();
  const variables = new Set<string>();
  return chosen.map((connection) => {
    const isProposed = !isNameable(connection.name, nameLength) || taken.has(connection.name);
    const name = isProposed ? proposed(connection, nameLength, new Set([...inCloud, ...taken])) : connection.name;
    const needsId = isProposed || inCloud.filter((one) => one === name).length > 1;
    const own = stemOf(name);
    const isShared = stems.some(({ id, stem }) => id !== connection.id && stem === own);
    const variable = variableOf(name, connection.id, isShared, variables);
    taken.add(name);
    variables.add(variable);
    return { connection, name, isProposed, needsId, variable };
  });
}
