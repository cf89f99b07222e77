import { describe, expect, it, test } from 'vitest';
import { file, lines, readText } from '../../spec/support.ts';

function tagsOf(tags: string) {
  const { connections, problems } = readText(file({ tags }), { variables: { ENV: 'prod' } });
  expect(problems).toEqual([]);
  return Object.fromEntries(Object.entries(connections[0]?.tags ?? {}).map(([key, { value }]) => [key, value]));
}

describe('tags', () => {
  it('are texts, or null to remove one', () => {
    expect(tagsOf('{ env: "${ENV}", old: null, gone: ~, empty: "", cost-center: "4711" }')).toEqual({
      env: 'prod',
      old: null,
      gone: null,
      empty: '',
      'cost-center': '4711',
    });
    expect(tagsOf(`{ ${'k'.repeat(36)}: ${'v'.repeat(43)} }`)).toEqual({ ['k'.repeat(36)]: 'v'.repeat(43) });
  });

  it('may be called like what JavaScript knows', () => {
    const { connections } = readText(file({ tags: '{ __proto__: a, constructor: b }' }));
    expect(Object.keys(connections[0]?.tags ?? {})).toEqual(['__proto__', 'constructor']);
  });

  it('have a place each', () => {
    expect(readText(file({ tags: '{ env: prod }' })).connections[0]?.tags?.['env']?.at).toMatchObject({
      line: 9,
      column: 16,
    });
  });

  test.each([
    ['[a]', /tags: Expected a mapping, found a list. Write tags: \{ env: prod \}/],
    ['{ cost: 4711 }', /tags.cost: Expected a text, found the number 4711. Write it in quotes: "4711"/],
    ['{ up: true }', /found true/],
    ['{ "a b": c }', /tags.a b: A key has 1 to 36 characters: letters, digits, - and _/],
    ['{ "": c }', /A key has 1 to 36/],
    [`{ ${'k'.repeat(37)}: v }`, /A key has 1 to 36/],
    [`{ a: ${'v'.repeat(44)} }`, /A value has at most 43 characters/],
    ['{ a: b.c }', /tags.a: "b.c" is not possible/],
    ['{ ipsec-action-mark: x }', /Keys that begin with "ipsec-action" are used by this action/],
    ['{ a: 1a, b: b, c: c, d: d, e: e, f: f, g: g, h: h }', /tags: 8 tags; allowed: 7/],
  ])('%s is refused', (tags, message) => {
    expect(lines(readText(file({ tags })))).toEqual([expect.stringMatching(message)]);
  });

  it('that are removed do not count', () => {
    expect(Object.keys(tagsOf('{ a: a, b: b, c: c, d: d, e: e, f: f, g: g, h: null }'))).toHaveLength(8);
  });
});

describe('psk_version', () => {
  test.each([
    ['3', '3'],
    ['007', '007'],
    ['"2026-08"', '2026-08'],
    ['2026-08_b', '2026-08_b'],
    ['${V}', 'x9'],
  ])('%s is %j', (text, version) => {
    for (const dialect of ['otc', 'openstack'] as const) {
      const { connections, problems } = readText(file({ psk_version: text }), { dialect, variables: { V: 'x9' } });
      expect(problems).toEqual([]);
      expect(connections[0]?.pskVersion?.value).toBe(version);
    }
  });

  test.each([
    ['3.1', /"3.1" is not possible. Allowed: 1 to 30 characters: letters, digits, - and _/],
    ['""', /is not possible/],
    ['x'.repeat(31), /is not possible/],
    ['[3]', /Expected a text or a number, found a list/],
    ['true', /found true/],
    ['${UNSET}', /is not defined/],
  ])('%s is refused', (text, message) => {
    expect(lines(readText(file({ psk_version: text })))).toEqual([expect.stringMatching(message)]);
  });
});
