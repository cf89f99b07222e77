import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Changes, file, lines, list, readText } from './support.ts';

const secret = 'Hunter2hunter2';

const keys = [
  ...[
    'name',
    'id',
    'psk',
    'psk_version',
    'tags',
    'mtu',
    'dpd',
    'peer_address',
    'peer_id',
    'peer_cidrs',
    'admin_state_up',
  ],
  ...[
    'vpnservice',
    'ikepolicy',
    'ipsecpolicy_id',
    'local_ep_group',
    'peer_ep_group',
    'router',
    'subnet',
    'endpoints',
    'type',
  ],
  ...['lifetime', 'units', 'value', 'pfs', 'interval', 'timeout', 'x-y', '<<', '__proto__', 'ipsec_site_connection'],
];

const words = fc.constantFrom(
  ...[
    'app',
    'group14',
    '10.80.0.0/24',
    '10.80.0.5/24',
    '198.51.100.20',
    '2001:db8::/48',
    'yes',
    '${A}',
    '${B:-x}',
    '${',
    '$$',
  ],
  ...[
    secret,
    `x${secret}y`,
    '${S}',
    '${HIDDEN}',
    '*a',
    '&a x',
    '|',
    '- ',
    '[',
    '{',
    '"',
    "'",
    '#',
    '%',
    '\t',
    '\u0000',
    '\r',
  ],
);

const scalar = fc.oneof(words, fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));

const tree = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('node'), { maxLength: 4 }), tie('mapping')),
  mapping: fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('node'), { maxKeys: 8 }),
})).node;

/** Text that looks like YAML, mostly broken. */
const scribble = fc
  .array(
    fc.oneof(
      fc.constantFrom(...keys.map((key) => `${key}: `)),
      words,
      fc.constantFrom('\n', '\n  ', '\n    ', ', ', ']', '}', ': '),
    ),
    {
      maxLength: 60,
    },
  )
  .map((pieces) => pieces.join(''));

const given = { variables: { A: 'value', HIDDEN: secret }, secrets: { S: secret }, known: [secret] } as const;

/** Reading never throws, has a place in the text for every problem, and never shows the secret. */
function holds(text: string): void {
  for (const dialect of ['otc', 'openstack'] as const) {
    for (const psk of [undefined, secret]) {
      const { connections, problems } = readText(text, { ...given, dialect, ...(psk === undefined ? {} : { psk }) });
      expect(JSON.stringify([connections, problems])).not.toContain(secret);
      const count = text.split('\n').length;
      for (const { at, title, message } of problems) {
        expect(at.line >= 1 && at.line <= count && at.column >= 1).toBe(true);
        expect(title.length > 0 && title.length <= 60 && message.length > 0).toBe(true);
        expect(`${title}${message}`).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }
    }
  }
}

describe('readSpec', () => {
  it('survives any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), scribble, fc.string({ unit: 'binary' })), holds), { numRuns: 300 });
  });

  it('survives any document', () => {
    const documents = tree.map((node) => stringify({ ipsec_site_connection: node }, { aliasDuplicateObjects: false }));
    fc.assert(fc.property(documents, holds), { numRuns: 300 });
  });

  it('survives any value of any key of a valid file', () => {
    const changes = fc.dictionary(fc.constantFrom(...keys), tree, { minKeys: 1, maxKeys: 3 });
    const asText = (entries: Readonly<Record<string, unknown>>): Changes =>
      Object.fromEntries(Object.entries(entries).map(([key, value]) => [JSON.stringify(key), JSON.stringify(value)]));
    fc.assert(
      fc.property(changes, (entries) => {
        holds(file(asText(entries)));
        holds(list(asText(entries), { name: 'second' }));
      }),
      { numRuns: 200 },
    );
  });

  it('never shows a literal psk, known or not', () => {
    const psk = fc.string({ minLength: 8, unit: fc.constantFrom(...'qzjx79') });
    const forms = fc.constantFrom(
      (text: string) => text,
      (text: string) => `"${text}"`,
      (text: string) => `|\n    ${text}`,
      (text: string) => `|${text}`,
      (text: string) => `*${text}`,
      (text: string) => `&${text}`,
      (text: string) => `!${text}`,
      (text: string) => `[${text}]`,
      (text: string) => `{ ${text}: ${text} }`,
      (text: string) => `"${text}`,
      (text: string) => `\${A:-${text}}`,
      (text: string) => `\${${text}`,
      (text: string) => `${text}: ${text}`,
      (text: string) => `"\\${text}"`,
    );
    fc.assert(
      fc.property(psk, forms, (text, form) => {
        for (const input of [undefined, 'From-The-Input']) {
          const result = readText(file({ psk: form(text) }), {
            ...given,
            ...(input === undefined ? {} : { psk: input }),
          });
          expect(lines(result).join('\n')).not.toContain(text);
        }
      }),
    );
  });

  it('is pure: the same text gives the same result', () => {
    fc.assert(
      fc.property(scribble, (text) => {
        expect(readText(text, given)).toEqual(readText(text, given));
      }),
      { numRuns: 50 },
    );
  });
});
