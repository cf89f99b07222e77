import { describe, expect, test } from 'vitest';
import { devices, encryption, groups, integrity, tokensOf } from '../../../src/peer/proposals.ts';
import { dialects } from '../../../src/vpn/dialects.ts';

const common = (name: string): string => name.replace(/^sha2-/, 'sha');

describe.each(Object.values(dialects))('$words', ({ choices }) => {
  test('has no algorithm that the table lacks', () => {
    const lists = [
      [choices.encryption_algorithm, encryption],
      [choices.auth_algorithm.map(common), integrity],
      [choices.ike_pfs, groups],
      [choices.ipsec_pfs.filter((name) => name !== 'disable'), groups],
    ] as const;
    for (const [names, table] of lists) {
      expect(names.filter((name) => !Object.hasOwn(table, name))).toEqual([]);
    }
  });
});

describe.each(devices)('%s', (device) => {
  test.each([
    ['encryption', encryption],
    ['integrity', integrity],
    ['groups', groups],
  ])('has a word of its own for each of %s', (_, table) => {
    const words = Object.values(table).map((row) => row[device]);
    expect(words.filter((word) => !/^[a-z0-9]+$/.test(word))).toEqual([]);
    expect(new Set(words).size).toBe(words.length);
  });

  test('tells combined modes from others', () => {
    const of = (name: string) =>
      tokensOf({ encryption: name, integrity: 'sha256', group: 'group14' }, { device, ikeVersion: 2, phase: 1 });
    const combined = Object.keys(encryption).filter((name) => of(name).isCombined);
    expect(combined).toEqual(Object.keys(encryption).filter((name) => /-[cg]cm-/.test(name)));
  });
});
