import { describe, expect, it, test } from 'vitest';
import { file, lines, list, placeOf, readText } from '../../spec/support.ts';

const secret = 'Ex4mple-Only_Key';
const secrets = { A: secret, B: '-more', EMPTY: '' };

function pskOf(psk: string | null, given: Parameters<typeof readText>[1] = { secrets }) {
  const { connections, problems } = readText(file({ psk }), given);
  expect(problems).toEqual([]);
  return connections[0]?.psk;
}

describe('psk', () => {
  it('comes from the input "secrets", and does not show', () => {
    const psk = pskOf('${A}');
    expect(psk?.value.reveal()).toBe(secret);
    expect(psk?.at).toEqual({ file: 'vpn.yml', line: 9, column: 8, endColumn: 12 });
    expect(JSON.stringify(psk)).not.toContain(secret);
    expect(pskOf('${A}${B}')?.value.reveal()).toBe(`${secret}-more`);
    expect(pskOf('"${A}"')?.value.reveal()).toBe(secret);
  });

  it('need not be there: the plan knows whether it is needed', () => {
    for (const psk of [null, '', 'null', '""', '${EMPTY:-}', '${UNSET:-}']) {
      expect(pskOf(psk)).toBeUndefined();
    }
  });

  test.each([
    [
      'Hunter2hunter2',
      /A psk must not stand in the file.*psk: \$\{NAME\}.*input "psk".*Change the key if this file was ever committed/,
    ],
    ['"Hunter2 ${A}"', /must not stand in the file/],
    ['${UNSET:-Hunter2hunter2}', /must not stand in the file/],
    ['${A:-Hunter2hunter2}', /must not stand in the file/],
    ['Hunter2$$hunter2', /must not stand in the file/],
    ['123456789', /must not stand in the file/],
    ['true', /must not stand in the file/],
    ['[Hunter2hunter2]', /Expected a variable, found a list\./],
    ['{ Hunter2hunter2: 1 }', /Expected a variable, found a mapping\./],
    ['"${Hunter2hunter2"', /In the psk a variable has no closing brace/],
    ['"${Hunter2-hunter2}"', /In the psk this is no variable/],
    ['${{ secrets.A }}', /Only workflows know GitHub's expressions. Keep the key as a secret/],
    ['${AA}', /The secret "AA" is not defined. Did you mean "A"\? Add a line AA=…/],
    ['${EMPTY}', /The secret "EMPTY" is empty, which counts as undefined.*for a secret that does not exist/],
    ['${V}', /"V" is no secret.*move this line to the input "secrets"/],
  ])('%s is refused without showing it', (psk, message) => {
    const found = lines(readText(file({ psk }), { secrets, variables: { V: 'Hunter2hunter2' } }));
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found[0]?.startsWith(`${placeOf({ psk }, 'psk')} error psk: `)).toBe(true);
    expect(found.join()).not.toMatch(/Hunter2|123456789/);
  });

  test.each([
    ['otc', '12345', /The psk is too short. Open Telekom Cloud takes 6 to 128 characters/],
    ['otc', 'x'.repeat(129), /too long/],
    ['otc', 'with blanks', /a character that is not possible. Open Telekom Cloud takes letters, digits and/],
    ['otc', 'quote"quote', /character that is not possible/],
    ['otc', 'schlüssel', /character that is not possible/],
    ['otc', 'line\nbreak', /contains a line break. Store it as one line/],
    ['openstack', 'line\rbreak', /contains a line break/],
    ['openstack', 'quote"quote', /OpenStack takes printable ASCII/],
    ['openstack', 'x'.repeat(256), /too long. OpenStack takes 1 to 255/],
  ] as const)('%s: %j cannot be one, from either input', (dialect, psk, message) => {
    const fromSecrets = lines(readText(file({ psk: '${A}' }), { dialect, secrets: { A: psk } }));
    const fromInput = lines(readText(file(), { dialect, psk }));
    expect(fromSecrets).toEqual([expect.stringMatching(message)]);
    expect(fromInput).toEqual([expect.stringMatching(message)]);
    expect([...fromSecrets, ...fromInput].join()).not.toContain(psk);
  });

  test.each([
    ['otc', '~`!@#$%^()-_+=[]{}|\\,./:;aZ9'],
    ['openstack', "it's 1 key & more <>?*"],
  ] as const)('%s takes %j', (dialect, psk) => {
    expect(pskOf(null, { dialect, psk })?.value.reveal()).toBe(psk);
  });
});

describe('the input psk', () => {
  it('overrides the file, whatever stands there', () => {
    const psk = 'From-The-Input';
    for (const value of [null, '${A}', '${UNSET}']) {
      expect(pskOf(value, { psk, secrets })?.value.reveal()).toBe(psk);
    }
    expect(pskOf(null, { psk })?.at).toMatchObject({ line: 1 });
    expect(pskOf('${A}', { psk })?.at).toMatchObject({ line: 9 });
  });

  test.each(['Hunter2hunter2', '123456', '[Hunter2]'])('warns of the literal %s', (value) => {
    const { connections, problems } = readText(file({ psk: value }), { psk: 'From-The-Input' });
    expect(connections[0]?.psk?.value.reveal()).toBe('From-The-Input');
    expect(problems).toMatchObject([{ severity: 'warning', title: 'psk', at: { line: 9, column: 8 } }]);
    expect(problems[0]?.message).toMatch(/a key must not stand in the file: remove it/);
    expect(problems[0]?.message).not.toContain(value);
  });

  it('may stand in the file as well, once it is warned of', () => {
    const found = lines(readText(file({ psk: secret }), { psk: secret, known: [secret] }));
    expect(found).toEqual([expect.stringMatching(/ warning psk: /)]);
    expect(found.join()).not.toContain(secret);
  });

  it('is for one connection', () => {
    const found = lines(readText(list({ name: 'a' }, { name: 'b' }, { name: 'c' }), { psk: secret }));
    expect(found).toEqual([
      expect.stringMatching(/^vpn.yml:9:5 error psk: The input "psk" is for one connection, but there are 3/),
    ]);
  });
});
