/** A valid file to be changed key by key, and problems as lines of text. */
import { Secret } from '../../../src/secret.ts';
import { readSpec, type SpecFile, type SpecOptions, type SpecResult } from '../../../src/spec/read.ts';
import { type DialectName, dialects } from '../../../src/vpn/dialects.ts';

export interface Given {
  readonly dialect?: DialectName;
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly psk?: string;
  readonly known?: readonly string[];
  readonly undefinedSecrets?: SpecOptions['undefinedSecrets'];
  readonly emptyVariables?: 'not checked';
}

export function options(given: Given = {}): SpecOptions {
  const { dialect = 'otc', variables = {}, secrets = {}, psk, known = [], undefinedSecrets = 'error' } = given;
  return {
    undefinedSecrets,
    dialect: dialects[dialect],
    variables: new Map(Object.entries(variables)),
    secrets: new Map(Object.entries(secrets).map(([name, text]) => [name, new Secret(text)])),
    ...(psk === undefined ? {} : { psk: new Secret(psk) }),
    ...(given.emptyVariables === undefined ? {} : { emptyVariables: given.emptyVariables }),
    knownSecrets: known.map((text) => new Secret(text)),
  };
}

export function readText(text: string, given?: Given): SpecResult {
  return readSpec([{ name: 'vpn.yml', text }], options(given));
}

export function readFiles(files: Readonly<Record<string, string>>, given?: Given): SpecResult {
  const list: SpecFile[] = Object.entries(files).map(([name, text]) => ({ name, text }));
  return readSpec(list, options(given));
}

/** `vpn.yml:3:9 error title: message` */
export function lines({ problems }: SpecResult): string[] {
  return problems.map(
    ({ severity, at, title, message }) => `${at.file}:${at.line}:${at.column} ${severity} ${title}: ${message}`,
  );
}

const valid: Readonly<Record<string, string>> = {
  name: 'office-bonn',
  vpnservice: 'gw',
  ikepolicy: '{}',
  ipsecpolicy: '{}',
  local_ep_group: '[app]',
  peer_ep_group: '[10.80.0.0/24]',
  peer_address: '198.51.100.20',
};

export type Changes = Readonly<Record<string, string | null>>;

/** The lines of a valid body with other values, more keys, or (null) fewer. */
export function body(changes: Changes = {}): string[] {
  const { name, ...rest } = { ...valid, ...changes };
  return Object.entries({ name: name ?? null, ...rest }).flatMap(([key, value]) =>
    value === null ? [] : [value === '' ? `${key}:` : `${key}: ${value}`],
  );
}

/** A file with one connection; the body begins on line 2, column 3. */
export function file(changes: Changes = {}): string {
  return ['ipsec_site_connection:', ...body(changes).map((line) => `  ${line}`), ''].join('\n');
}

/** A file with several connections, each with a peer and networks of its own. */
export function list(...connections: readonly Changes[]): string {
  const items = connections.flatMap((changes, number) => {
    const apart = { peer_ep_group: `[10.${80 + number}.0.0/24]`, peer_address: `198.51.100.${20 + number}` };
    return body({ ...apart, ...changes }).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`);
  });
  return ['ipsec_site_connections:', ...items, ''].join('\n');
}

/** Where the value of a key of `file(changes)` stands. */
export function placeOf(changes: Changes, key: string): string {
  const index = body(changes).findIndex((line) => line.startsWith(`${key}:`));
  return `vpn.yml:${index + 2}:${key.length + 5}`;
}
