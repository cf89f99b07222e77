/** Whatever text stands in the cloud: any reader of YAML takes the scalar for the same text. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readSpec } from '../../../../src/spec/read.ts';
import { dialects } from '../../../../src/vpn/dialects.ts';
import { keyScalar, remark, textScalar } from '../../../../src/vpn/export/scalar.ts';

const odd = fc.constantFrom(
  ...['$', '${', '${A}', '$$', '#', ' #', ': ', ':', '- ', '"', "'", '\\', '\n', '\r\n', '\t', '\u0000', '\u001b[31m'],
  ...['\u007f', '\u0085', '\u2028', '\u202e', '\ufeff', '\ufffe', '\ud800', '\u{1f600}', '{', '}', '[', ']', ',', '&a'],
  ...['*a', '!t', '|', '>', '%', '@', '`', '---', '...', '<<', '=', '~', ' ', '\u00a0', 'ä', '日本', '0x1f', '1e3'],
);
const anyText = fc.oneof(
  fc.array(fc.oneof(odd, fc.string({ unit: 'binary' }), fc.string()), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom(
    'true',
    'No',
    'null',
    '~',
    '',
    '1',
    '0o14',
    '1.5',
    'E0',
    'e1_0',
    '.inf',
    '2026-08-01',
    '12:30',
    'y',
    '10.0.0.0/8',
  ),
);

test('a text reads back as it is, on one line, with nothing that does not show', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { yaml } = textScalar(text);
      expect(yaml).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      for (const version of ['1.1', '1.2'] as const) {
        // A lone half of a pair is no text, and a parser may do with it what it likes.
        if (!text.isWellFormed()) continue;
        const { x } = parse(`x: ${yaml} # words\ny: 1\n`, { version });
        expect(x).toBe(text.replaceAll('$', () => '$$'));
        expect(parse(`l:\n  - ${yaml}\n`, { version })).toEqual({ l: [x] });
      }
    }),
    { numRuns: 600 },
  );
});

test('the reader of files takes it for the same, or refuses it at its line', () => {
  const quick = 'ipsec_site_connection:\n  name: a\n  vpnservice: gw\n  ipsecpolicy: {}\n  ikepolicy: {}\n';
  const rest = '  local_ep_group: [net]\n  peer_ep_group: [10.80.0.0/24]\n  peer_address: 198.51.100.20\n';
  const options = { variables: new Map([['A', 'other']]), secrets: new Map(), knownSecrets: [] };
  fc.assert(
    fc.property(anyText, (text) => {
      const file = `${quick}${rest}  peer_id: ${textScalar(text).yaml}\n`;
      const { connections, problems } = readSpec([{ name: 'vpn.yml', text: file }], {
        ...{ ...options, dialect: dialects.openstack, undefinedSecrets: 'not needed' },
      });
      const read = connections[0]?.fields.peer_id;
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (read === undefined) expect(errors).toMatchObject([{ at: { line: 9 }, title: 'peer_id' }]);
      else if (!/^[0-9a-f:.]+$/i.test(text)) expect(read.value).toBe(text);
      const isPlain = /^[\x20-\x7e]{1,200}$/.test(text);
      expect(read !== undefined || !isPlain, text).toBe(true);
    }),
    { numRuns: 300 },
  );
});

describe('what a person reads', () => {
  test.each([
    ['office-bonn', 'office-bonn'],
    ['sha2-256', 'sha2-256'],
    ['10.80.0.0/24', '10.80.0.0/24'],
    ['198.51.100.20', '198.51.100.20'],
    ['90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f', '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f'],
    ['2001:db8::', '"2001:db8::"'],
    ['on', '"on"'],
    ['', '""'],
    ['Büro Köln', '"Büro Köln"'],
    ['3des', '"3des"'],
    ['cost: $5', '"cost: $$5"'],
    ['${SECRET}', '"$${SECRET}"'],
    ['a\nb', '"a\\u000ab"'],
    ['\u{e0041}', '"\\U000e0041"'],
  ])('%j is %s', (text, yaml) => {
    expect(textScalar(text)).toEqual({ yaml, raw: text });
  });

  test('a key has no variables', () => {
    expect([keyScalar('env'), keyScalar('no'), keyScalar('a: ${b}\n')]).toEqual(['env', '"no"', '"a: ${b}\\u000a"']);
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(text.isWellFormed() && text.length < 1000);
        const [document] = parseAllDocuments(`${keyScalar(text)}: 1\n`, { version: '1.2' });
        expect(document?.toJS()).toEqual({ [text]: 1 });
      }),
    );
  });

  test('a remark is one short line', () => {
    expect(remark(`a\n${'x'.repeat(500)}`)).toMatch(/^a\\u\{a\}x+…$/);
  });
});
