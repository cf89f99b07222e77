/** Which connections are exported, and how they and their secrets are called. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseConnections } from '../../../../src/vpn/export/choose.ts';
import { isNameable, nameConnections } from '../../../../src/vpn/export/names.ts';
import type { Connection } from '../../../../src/vpn/objects.ts';
import { uuid } from '../build.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';

function connectionsOf(names: readonly string[]): readonly Connection[] {
  const standard = standardCloud('openstack');
  for (const name of names) addConnection(standard, name);
  return standard.cloud.observed().connections;
}

describe('connection-name', () => {
  const found = connectionsOf(['koeln', 'bonn', 'twin', 'twin', '', '*', uuid(1)]);
  const [koeln, bonn, twin, twin2, nameless, star, odd] = found.map(({ id }) => id);
  const chosen = (...wanted: string[]) => chooseConnections(wanted, found).map(({ id }) => id);

  test.each([
    ['a name', ['bonn'], [bonn]],
    ['an id, in any letters', [String(koeln).toUpperCase()], [koeln]],
    ['one twice', ['bonn', String(bonn)], [bonn]],
    ['several, sorted by name', ['koeln', 'bonn'], [bonn, koeln]],
    ['all', ['*'], [nameless, star, odd, bonn, koeln, twin, twin2]],
    ['one of namesakes by its id', [String(twin2)], [twin2]],
    ['one that has no name', [String(nameless)], [nameless]],
    ['a name that looks like an id', [uuid(1)], [odd]],
  ])('%s', (_title, wanted, ids) => {
    expect(chosen(...wanted)).toEqual(ids);
  });

  test('a name that several have: their ids', () => {
    expect(() => chosen('twin')).toThrow(
      expect.objectContaining({ code: 'AMBIGUOUS', message: expect.stringContaining(`${twin} (ACTIVE), ${twin2}`) }),
    );
  });

  test('one that is not there: what there is', () => {
    expect(() => chosen('Bonn')).toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        message: 'connection-name: this project has no IPsec connection "Bonn".',
        hint: expect.stringContaining('"bonn", "twin", "twin"'),
      }),
    );
  });

  test('of many, the first', () => {
    const many = connectionsOf(Array.from({ length: 23 }, (_, index) => `office-${index}`));
    expect(() => chooseConnections(['x'], many)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/"office-19" and 3 more\./) }),
    );
  });

  test.each(['*', 'bonn'])('%s in an empty project: the right to read may be missing', (wanted) => {
    expect(() => chooseConnections([wanted], [])).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', hint: expect.stringContaining('the right to read') }),
    );
  });
});

describe('names in the file', () => {
  const named = (names: readonly string[], nameLength = 64) => {
    const connections = connectionsOf(names);
    return nameConnections(connections, { connections }, { nameLength });
  };
  const short = (names: readonly string[], nameLength?: number) =>
    named(names, nameLength).map(({ name, needsId, isProposed }) => [name, needsId, isProposed]);

  test('its own, without an id', () => {
    expect(short(['bonn', 'köln'])).toEqual([
      ['bonn', false, false],
      ['köln', false, false],
    ]);
  });

  test.each(['', 'a\nb', '\ud800', '\u2028', 'x'.repeat(65)])('for %j one is proposed, beside the id', (name) => {
    expect(short([name])).toEqual([['connection-00000000', true, true]]);
  });

  test('the second of a name gets a longer one; the first needs its id', () => {
    const long = 'x'.repeat(64);
    expect(short([long, long])).toEqual([
      [long, true, false],
      [`${'x'.repeat(55)}-00000000`, true, true],
    ]);
    expect(short(['', ''])[1]).toEqual([`connection-${uuid(107)}`, true, true]);
    expect(short(['', '', `connection-${uuid(107)}`])[1]).toEqual([uuid(107), true, true]);
  });

  test('one of two namesakes alone keeps the name, beside its id', () => {
    const connections = connectionsOf(['twin', 'twin']);
    const [only] = nameConnections(connections.slice(1), { connections }, { nameLength: 64 });
    expect(only).toMatchObject({ name: 'twin', needsId: true, isProposed: false });
  });

  test('code points count', () => {
    expect(isNameable('\u{1f600}'.repeat(64), 64)).toBe(true);
  });
});

describe('names of secrets', () => {
  const variables = (...names: string[]) => {
    const connections = connectionsOf(names);
    return nameConnections(connections, { connections }, { nameLength: 255 }).map(({ variable }) => variable);
  };

  test.each([
    ['office-bonn', 'OFFICE_BONN_PSK'],
    ['Büro Köln (neu)', 'BURO_KOLN_NEU_PSK'],
    ['7 hills', 'VPN_7_HILLS_PSK'],
    ['github_x', 'VPN_GITHUB_X_PSK'],
    ['GitHub', 'VPN_GITHUB_PSK'],
    ['githubber', 'GITHUBBER_PSK'],
    ['日本', 'VPN_PSK'],
    [`${'x'.repeat(59)}-y`, `${'X'.repeat(59)}_PSK`],
  ])('%s: %s', (name, variable) => {
    expect(variables(name)).toEqual([variable]);
  });

  test('each its own', () => {
    expect(variables('a b', 'a-b', 'c')).toEqual(['A_B_00000000_PSK', 'A_B_00000000_2_PSK', 'C_PSK']);
  });

  test.each([
    ['a-b', 'a_b', 'A_B'],
    ['東京', '大阪', 'VPN'],
  ])('%s and %s, exported one by one, do not get one secret', (first, second, stem) => {
    const connections = connectionsOf([first, second]).map((one, index) => ({
      ...one,
      id: `${index}f3e9a1c-${one.id}`,
    }));
    const alone = connections.map((one) => nameConnections([one], { connections }, { nameLength: 255 })[0]?.variable);
    expect(alone).toEqual([`${stem}_0F3E9A1C_PSK`, `${stem}_1F3E9A1C_PSK`]);
  });

  test('whatever the names are, they are names of secrets, and no two are alike', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 6 }), (names) => {
        const all = variables(...names);
        expect(new Set(all).size).toBe(names.length);
        for (const one of all) expect(one).toMatch(/^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,69}$/);
      }),
      { numRuns: 40 },
    );
  });
});
