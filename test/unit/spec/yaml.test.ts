import { describe, expect, it, test } from 'vitest';
import { file, lines, list, placeOf, readFiles, readText } from './support.ts';

/** The only problem's place and message. */
function only(text: string): string {
  const found = lines(readText(text));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

describe('documents', () => {
  it('reads one connection, and says where its parts stand', () => {
    const { connections, problems } = readText(file());
    expect(problems).toEqual([]);
    const [spec] = connections;
    expect(connections).toHaveLength(1);
    expect(spec?.at).toEqual({ file: 'vpn.yml', line: 1, column: 1, endColumn: 22 });
    expect(spec?.name).toEqual({ value: 'office-bonn', at: { file: 'vpn.yml', line: 2, column: 9, endColumn: 20 } });
  });

  it('reads lists, several documents, both keys in one document, and several files', () => {
    const found = readFiles({
      'a.yml': list({ name: 'a' }, { name: 'b' }),
      'b.yml': `---\n${file({ name: 'c', vpnservice: 'c' })}---\n${file({ name: 'd', vpnservice: 'd' })}...\n---\n`,
      'c.yml': `${file({ name: 'e', vpnservice: 'e' })}${list({ name: 'f', vpnservice: 'f' })}`,
    });
    expect(lines(found)).toEqual([]);
    expect(found.connections.map(({ name }) => name.value)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(found.connections.map(({ at }) => `${at.file}:${at.line}`)).toEqual([
      'a.yml:2',
      'a.yml:9',
      'b.yml:2',
      'b.yml:11',
      'c.yml:1',
      'c.yml:10',
    ]);
  });

  test.each([
    ['', 'nothing'],
    ['# only a comment\n', 'a comment'],
    ['---\n---\n', 'empty documents'],
    ['x-free: 1\n', 'a free key'],
    ['ipsec_site_connections: []\n', 'an empty list'],
    ['ipsec_site_connection:\n', 'a key without a value'],
  ])('%j (%s) describes no connection', (text) => {
    expect(only(text)).toBe(
      'vpn.yml:1:1 error file: The file describes no connection. Add the key ipsec_site_connection or ipsec_site_connections.',
    );
  });

  test.each([
    ['just words\n', '1:1', /Expected a mapping .* found a text/],
    ['42\n', '1:1', /found a text/],
    ['- a\n- b\n', '1:1', /found a list/],
    ['ipsec_site_connection: text\n', '1:24', /Expected a mapping, found the text "text"/],
    ['ipsec_site_connection: [a]\n', '1:24', /Expected a mapping, found a list/],
    [
      'ipsec_site_connections: {name: a}\n',
      '1:25',
      /Expected a list of connections, found a mapping.*ipsec_site_connection"/,
    ],
    ['ipsec_site_connections: [a]\n', '1:26', /Expected a mapping, found the text "a"/],
    ['ipsec_site_conection: {}\n', '1:1', /Unknown key. Did you mean "ipsec_site_connection"\?/],
    ['peer_address: 198.51.100.20\n', '1:1', /belongs under the key "ipsec_site_connection"/],
    ['vpnservice_id: x\n', '1:1', /belongs under the key/],
  ])('%j: the root must be a mapping with our keys', (text, place, message) => {
    const found = only(text);
    expect(found).toMatch(message);
    expect(found.startsWith(`vpn.yml:${place} error `)).toBe(true);
  });

  it('takes a byte order mark, CR LF, and the directive of the version that it reads', () => {
    const { connections, problems } = readText(`\ufeff%YAML 1.2\n---\n${file()}`.replaceAll('\n', '\r\n'));
    expect(problems).toEqual([]);
    expect(connections[0]?.name.at).toEqual({ file: 'vpn.yml', line: 4, column: 9, endColumn: 20 });
  });

  it('sorts problems by file, line and column', () => {
    const bad = file({ peer_address: 'x y', name: '[]' });
    const found = lines(readFiles({ 'b.yml': bad, 'a.yml': bad })).map((line) => line.split(' ')[0]);
    expect(found).toEqual(['b.yml:2:9', 'b.yml:8:17', 'a.yml:2:9', 'a.yml:8:17']);
  });
});

describe('syntax errors', () => {
  test.each([
    ['a: [1, 2', '2:1', /a missing \] or \}/],
    ['a: "x', '1:4', /This quote has no closing quote/],
    ["a: [b, 'c]\nd: e", '1:8', /This quote has no closing quote/],
    ['a: b: c', '1:4', /A second ": " on one line/],
    ['a: 1\n b: 2', '1:4', /": "/],
    ['a:\n\tb: 1', '2:1', /tab as indentation/],
    ['a: @x', '1:4', /unless it is in quotes/],
    ['a: "\\q"', '1:5', /Unknown escape/],
    ['a: |x\n  y', '1:5', /does not belong here/],
    ['%YAML 1.1\n---\na: yes', '1:1', /Directives/],
    ['a: 1\n...\n%TAG ! tag:x,2000:\n---\nb: 1', '3:1', /Directives/],
    ['a: !secret x', '1:12', /Tags \(!name\) are not supported/],
    ['a: !!binary aGk=', '1:13', /Tags/],
    ['a: !!set {b}', '1:10', /Tags/],
    ['a: *nowhere', '1:4', /has no anchor/],
    ['a: &x [*x]', '1:8', /inside the very value/],
    ['a: 1\nb: 2\na: 3', '3:1', /already on line 1/],
    ['x: {a: 1, a: 2}', '1:11', /already on line 1/],
    ['1: a', '1:1', /A key must be a text. Write it in quotes/],
    ['true: a', '1:1', /A key must be a text/],
    ['? [a]\n: b', '1:3', /A key must be a text/],
    ['? \n: b', '1:1', /A key must be a text/],
    ['a: \u0007', '1:4', /U\+0007 is not allowed/],
    ['a: x\rb: y', '1:5', /U\+000D/],
    ['a: \ud800', '1:4', /U\+D800/],
  ])('%j', (text, place, message) => {
    const found = lines(readText(`${text}\n`));
    const first = found.find((line) => line.includes(' YAML: ')) ?? '';
    expect(first).toMatch(message);
    expect(first.startsWith(`vpn.yml:${place} error YAML: `)).toBe(true);
  });

  it('does not tell what only follows from a variable without quotes', () => {
    const found = lines(readText('a: { b: ${B} }\nc: 1\nd: [1, ${D}]\ne: 1\n'));
    expect(found.map((line) => line.split(' ')[0])).toEqual(['vpn.yml:1:10', 'vpn.yml:3:8']);
  });

  test.each(['a: [${A}]', 'a: {b: ${B}}', 'a: [x, n-${A:-d}, y]', 'a: {b: n-${B}, c: d}', 'a: ${A:-x: y}'])(
    'says that the variable in %j needs quotes',
    (text) => {
      expect(only(text)).toMatch(/A variable inside \[ \] or \{ \}.* needs quotes/);
    },
  );

  it('tells one error a line, at most ten a file, and goes on with the next document and file', () => {
    const broken = Array.from({ length: 30 }, () => '  - [${A}, ${B}]').join('\n');
    const found = readFiles({
      'a.yml': `x-a:\n${broken}\n---\n${file({ name: 'a', mtu: '9' })}`,
      'b.yml': file({ name: 'b', vpnservice: 'other', mtu: '8' }),
    });
    const places = lines(found).map((line) => line.split(' ')[0]);
    expect(places.filter((place) => place?.startsWith('a.yml'))).toHaveLength(11);
    expect(new Set(places).size).toBe(places.length);
    expect(places.slice(-2)).toEqual(['a.yml:41:8', 'b.yml:9:8']);
  });

  it('never shows what stands in the file', () => {
    const hidden = 'Hunter2hunter2';
    for (const psk of [
      `|${hidden}`,
      `*${hidden}`,
      `!${hidden} x`,
      `"${hidden}`,
      `@${hidden}`,
      `{${hidden}: 1}`,
      `[${hidden}`,
    ]) {
      const found = lines(readText(file({ psk })));
      expect(found).not.toEqual([]);
      expect(found.join('\n')).not.toContain(hidden);
    }
  });
});

describe('anchors and merge keys', () => {
  it('takes shared values, and explicit keys win', () => {
    const text = `x-shared: &shared
  initiator: response-only
  mtu: 1400
  ikepolicy: &ike { pfs: group16 }
x-more: &more { mtu: 1300, admin_state_up: true }
${file({ '<<': '[*shared, *more]', mtu: '1450', ikepolicy: null, ipsecpolicy: '*ike' })}`;
    const { connections, problems } = readText(text, { dialect: 'openstack' });
    expect(problems).toEqual([]);
    const { fields, parts } = connections[0] ?? {};
    expect(fields?.['mtu']?.value).toBe(1450);
    expect(fields?.['initiator']).toMatchObject({ value: 'response-only', at: { line: 2 } });
    expect(fields?.['admin_state_up']?.value).toBe(true);
    expect(parts?.ikepolicy).toMatchObject({ fields: { pfs: { value: 'group16', at: { line: 4, column: 26 } } } });
    expect(parts?.ipsecpolicy).toMatchObject({ fields: { pfs: { value: 'group16' } } });
  });

  it('prefers the earlier of several mappings', () => {
    const text = `x-a: &a {mtu: 1400}\nx-b: &b {mtu: 1300}\n${file({ '<<': '[*b, *a]' })}`;
    expect(readText(text, { dialect: 'openstack' }).connections[0]?.fields['mtu']?.value).toBe(1300);
  });

  test.each([
    [{ '<<': 'text' }, /A merge key \(<<\) takes a mapping/],
    [{ '<<': '[text]' }, /A merge key/],
    [{ '"<<"': '{mtu: 1500}' }, /Unknown key/],
  ])('%j is refused', (changes, message) => {
    expect(only(file(changes))).toMatch(message);
  });

  it('refuses two merge keys with the way to write it', () => {
    const text = `x-a: &a {mtu: 1500}\n${file({ '<<': '*a' })}  <<: *a\n`;
    expect(only(text)).toMatch(/^vpn.yml:11:3 .*<<: \[\*a, \*b\]/);
  });

  it('tells a fault behind an alias once, at its own line', () => {
    const text = `x-ike: &ike { pfs: group99 }\n${list({ name: 'a', ikepolicy: '*ike' }, { name: 'b', ikepolicy: '*ike' })}`;
    expect(only(text)).toMatch(/^vpn.yml:1:20 error ikepolicy.pfs/);
  });

  it('does not know anchors of another document', () => {
    expect(lines(readText(`x-a: &a 1500\n---\n${file({ mtu: '*a' })}`))).toEqual([
      expect.stringMatching(/^vpn.yml:11:8 error YAML: This alias/),
    ]);
  });
});

describe('limits', () => {
  function withAliases(count: number): string {
    return `x-a: &a 1500\nx-b: [${Array.from({ length: count - 1 }, () => '*a').join(', ')}]\n${file({ mtu: '*a' })}`;
  }

  it('takes 1000 aliases, and not 1001', () => {
    expect(lines(readText(withAliases(1000)))).toEqual([]);
    const { connections, problems } = readText(withAliases(1001));
    expect(connections).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/at most 1000 aliases .* nested ones counted/);
  });

  it('counts nested aliases as often as they stand', () => {
    const rows = Array.from(
      { length: 9 },
      (_, index) => `x-${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
    );
    expect(only(`x-0: &a0 [lol]\n${rows.join('\n')}\n`)).toMatch(/^vpn.yml:5:\d+ .*at most 1000 aliases/);
  });

  it('limits values, also those behind few aliases', () => {
    const many = `[${Array(40_000).fill('a').join(',')}]`;
    expect(only(`x-a: &a ${many}\nx-b: *a\nx-c: *a\n`)).toMatch(/at most 100000 values/);
  });

  test.each([
    ['[', 1 << 16],
    ['{a: ', 1 << 14],
    ['- ', 1 << 15],
    ['? ', 1 << 15],
  ])(
    'refuses %j repeated %i times as too deep',
    (piece, times) => {
      expect(only(piece.repeat(times))).toMatch(/levels of nesting/);
    },
    30_000,
  );

  test.each([
    ['a flood of errors', `[${','.repeat(20_000)}]`],
    ['closing brackets', ']}'.repeat(10_000)],
    ['quotes', '"'.repeat(20_001)],
    ['a huge text', `a: "${'x'.repeat(1_000_000)}"`],
    ['a huge key', `${'k'.repeat(1_000_000)}: 1`],
    ['many keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many documents', '---\n'.repeat(20_000)],
  ])(
    'survives %s',
    (_, text) => {
      const { connections, problems } = readText(text);
      expect(connections).toEqual([]);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.every(({ message, title }) => message.length < 500 && title.length <= 60)).toBe(true);
    },
    30_000,
  );

  it('lists a thousand problems, and says that there are more', () => {
    const { problems } = readText(Array.from({ length: 1500 }, (_, index) => `k${index}: 1`).join('\n'));
    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)).toMatchObject({ severity: 'error', at: { line: 1001 }, title: 'more problems' });
  });

  it('keeps names of the language apart from keys', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect(only(file({ [key]: '{mtu: 1}' }))).toMatch(new RegExp(`^vpn.yml:9:3 error ${key}: Unknown key`));
      expect(only(file({ ikepolicy: `{ ${key}: 1 }` }))).toMatch(/Unknown key/);
    }
    expect(placeOf({}, 'name')).toBe('vpn.yml:2:9');
  });
});
