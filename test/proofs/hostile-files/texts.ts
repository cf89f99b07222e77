/** Texts of files that nobody means well with: generated from a seed. */
import { readdirSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { root } from '../../scenarios/harness/manifest.ts';

/** A key that is known to the run, and must show nowhere. */
export const secret = 'Hunter2hunter2';

type Random = () => number;

const pick = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

const times = <Item>(most: number, random: Random, make: () => Item): Item[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, make);

const keys = [
  ...['name', 'id', 'psk', 'psk_version', 'tags', 'mtu', 'dpd', 'peer_address', 'peer_id', 'peer_cidrs', 'initiator'],
  ...[
    'vpnservice',
    'vpnservice_id',
    'ikepolicy',
    'ipsecpolicy_id',
    'local_ep_group',
    'peer_ep_group',
    'router',
    'subnet',
  ],
  ...['lifetime', 'units', 'value', 'pfs', 'interval', 'timeout', 'action', 'endpoints', 'type', 'description'],
  ...['x-y', '<<', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'ipsec_site_connection'],
  // Look like a key and are none: Cyrillic, full width, decomposed, invisible.
  ...['nаme', 'ｐｓｋ', 'pѕk', 'na\u200bme', 'name\u00a0', 'n\u0061\u0301me', 'PSK', 'Name', 'peer-address'],
];

const scalars = [
  ...[
    'app',
    'group14',
    '10.80.0.0/24',
    '10.80.0.5/24',
    '198.51.100.20',
    '2001:db8::/48',
    '::ffff:10.0.0.1',
    '0.0.0.0/0',
  ],
  ...[
    'yes',
    'no',
    'null',
    '~',
    'true',
    '0x1f',
    '0o17',
    '1e400',
    '-.inf',
    '.nan',
    '1_000',
    '60:60',
    '1.',
    '99999999999999999999',
  ],
  ...['${A}', '${B:-x}', '${', '$$', '${S}', '${HIDDEN}', '${A:-${S}}', '${__proto__}', '${A}${A}'],
  ...[
    secret,
    `x${secret}y`,
    `"${secret}"`,
    `|\n    ${secret}`,
    `*${secret}`,
    `&${secret} x`,
    `!${secret} x`,
    `'${secret}`,
  ],
  ...[
    '*a',
    '&a x',
    '&a [*a]',
    '|',
    '>-',
    '- ',
    '[',
    '{',
    '"',
    "'",
    '#',
    '%YAML 9.9',
    '---',
    '...',
    '? ',
    '!!binary QUJD',
  ],
  ...[
    '!!python/object/apply:os.system [id]',
    '!!set {a}',
    '!<tag:x> y',
    '\t',
    '\u0000',
    '\r',
    '\u2028::error::x',
    '\ufeff',
  ],
  ...[
    '::set-output name=id::x',
    '##[error]x',
    '\u001b[31mred',
    '<img src=x>',
    '| a | b |',
    '@octocat',
    '\ud800',
    '../../etc/passwd',
  ],
  ...['a'.repeat(300), '9'.repeat(400), '💥', 'é', 'e\u0301', '\u202ename'],
];

const glue = ['\n', '\n  ', '\n    ', '\n  - ', ', ', ': ', ']', '}', ' ', ''];

/** Text that looks like YAML, and mostly is broken. */
function scribble(random: Random): string {
  return times(50, random, () => {
    const kind = random();
    if (kind < 0.35) return `${pick(keys, random)}: `;
    return kind < 0.7 ? pick(scalars, random) : pick(glue, random);
  }).join('');
}

function node(random: Random, depth: number): unknown {
  const kind = random();
  if (depth === 0 || kind < 0.5) {
    return pick([pick(scalars, random), random() * 1e6, Math.floor(random() * 4096), true, false, null, ''], random);
  }
  if (kind < 0.7) return times(4, random, () => node(random, depth - 1));
  return Object.fromEntries(times(6, random, () => [pick(keys, random), node(random, depth - 1)]));
}

/** Any document whose first key is right. */
function document(random: Random): string {
  const body = node(random, 4);
  const top = random() < 0.5 ? { ipsec_site_connection: body } : { ipsec_site_connections: [body, node(random, 3)] };
  return stringify(top, { aliasDuplicateObjects: false });
}

const folder = `${root}examples/`;
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.yml'))
  .map((name) => readFileSync(folder + name, 'utf8'));

/** Characters that mean something to a parser, a terminal or a page. */
const characters = [
  ...'\n\r\t :-?[]{}&*!|>\'"%@`#,$~\\/<=^_0aZ',
  '\u0000',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u200b',
  '\ufeff',
  '💥',
];

/** One of the examples, a little wrong. */
function mutated(random: Random): string {
  let text = pick(examples, random);
  for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
    const at = Math.floor(random() * text.length);
    const lines = text.split('\n');
    const line = Math.floor(random() * lines.length);
    const change = Math.floor(random() * 7);
    if (change === 0) text = text.slice(0, at) + pick(characters, random) + text.slice(at);
    if (change === 1) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 5));
    if (change === 2) text = text.slice(0, at) + pick(scalars, random) + text.slice(at);
    if (change === 3) lines.splice(line, 0, lines[line] ?? '');
    if (change === 4) lines.splice(line, 1);
    if (change === 5) lines[line] = (lines[line] ?? '').replace(/:.*/, `: ${pick(scalars, random)}`);
    if (change === 6) lines[line] = (lines[line] ?? '').replace(/\w+:/, `${pick(keys, random)}:`);
    if (change > 2) text = lines.join('\n');
  }
  return text;
}

/** What makes parsers slow, deep or fat. */
function bomb(random: Random): string {
  const size = 2 ** (4 + Math.floor(random() * 11));
  const level = (n: number): string =>
    `a${n}: &a${n} [${Array(9)
      .fill(`*a${n - 1}`)
      .join(', ')}]`;
  return pick(
    [
      () => '['.repeat(size),
      () => '{a: '.repeat(size),
      () => '- '.repeat(size),
      () => '? '.repeat(size),
      () => `psk: ${'abcd psk: '.repeat(size / 16)}`,
      () => Array.from({ length: size / 8 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      () => `a0: &a0 [x, x]\n${Array.from({ length: 12 }, (_, n) => level(n + 1)).join('\n')}`,
      () =>
        `ipsec_site_connection: &a {name: *a, x-y: [${Array(size / 4)
          .fill('*a')
          .join(', ')}]}`,
      () => `ipsec_site_connection:\n  name: "${'x'.repeat(size * 8)}"`,
      () => Array.from({ length: size / 4 }, (_, n) => `k${n}: ${n}`).join('\n'),
      () => Array.from({ length: size / 8 }, () => '--- {}').join('\n'),
      () =>
        `<<: [${Array(size / 8)
          .fill('{a: 1}')
          .join(', ')}]`,
      () => `peer_ep_group: [${Array.from({ length: size / 4 }, (_, n) => `10.${n % 256}.${n >> 8}.0/24`).join(', ')}]`,
      () => '"'.repeat(size),
      () => '&a '.repeat(size / 4),
      () => '!a '.repeat(size / 4),
      () => `${'\n'.repeat(size)}:`,
      () => `a: |\n${'  x\n'.repeat(size / 4)}`,
      () => '${'.repeat(size / 2),
      () => `name: ${'${A:-'.repeat(size / 8)}${'}'.repeat(size / 8)}`,
    ],
    random,
  )();
}

/** The kinds of texts, with how often each comes. */
const kinds = [
  { share: 0.42, make: mutated },
  { share: 0.34, make: scribble },
  { share: 0.22, make: document },
  { share: 0.02, make: bomb },
];

/** Always the same for the same random numbers. */
export function hostileText(random: Random): string {
  let left = random();
  const kind = kinds.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return (kind?.make ?? mutated)(random);
}
