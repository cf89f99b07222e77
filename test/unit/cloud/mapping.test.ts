import { expect, test } from 'vitest';
import { applyMapping, type MappingRule, type RemoteRule } from '../../cloud/mapping.ts';

const ASSERTION = new Map([
  ['sub', ['repo:acme/network:ref:refs/heads/main']],
  ['repository', ['acme/network']],
  ['teams', ['net', 'ops']],
  ['empty', []],
]);
const LOCAL = [{ user: { name: 'ci' } }, { group: { name: 'vpn' } }];

function isMet(...remote: RemoteRule[]): boolean {
  return applyMapping([{ local: LOCAL, remote }], ASSERTION) !== undefined;
}

test.each<[string, boolean, RemoteRule]>([
  ['a claim that is there', true, { type: 'sub' }],
  ['a claim that is not', false, { type: 'environment' }],
  ['a claim without a value', false, { type: 'empty' }],
  ['one of the values', true, { type: 'repository', any_one_of: ['acme/other', 'acme/network'] }],
  ['none of the values', false, { type: 'repository', any_one_of: ['acme/other'] }],
  ['no values at all', false, { type: 'repository', any_one_of: [] }],
  ['a part of the value', false, { type: 'repository', any_one_of: ['acme'] }],
  ['another spelling', false, { type: 'repository', any_one_of: ['Acme/Network'] }],
  ['one of several', true, { type: 'teams', any_one_of: ['ops'] }],
  ['an excluded value', false, { type: 'teams', not_any_of: ['ops'] }],
  ['no excluded value', true, { type: 'teams', not_any_of: ['dev'] }],
  ['no value to exclude', false, { type: 'environment', not_any_of: ['dev'] }],
  ['a pattern', true, { type: 'repository', any_one_of: ['^acme/'], regex: true }],
  ['a pattern that does not fit', false, { type: 'repository', any_one_of: ['^network'], regex: true }],
  ['a pattern where none is meant', false, { type: 'repository', any_one_of: ['^acme/'] }],
  ['an excluded pattern', false, { type: 'repository', not_any_of: ['net'], regex: true }],
])('%s: %s', (_what, expected, rule) => {
  expect(isMet(rule)).toBe(expected);
});

test('every condition of a rule has to be met', () => {
  expect(isMet({ type: 'sub' }, { type: 'repository', any_one_of: ['acme/network'] })).toBe(true);
  expect(isMet({ type: 'sub' }, { type: 'repository', any_one_of: ['acme/other'] })).toBe(false);
});

test('without a rule nobody is let in', () => {
  expect(applyMapping([], ASSERTION)).toBeUndefined();
});

test('placeholders: the values of the claims without condition, in their order', () => {
  const rule: MappingRule = {
    local: [{ user: { name: '{1} by {0}' } }, { group: { id: '{2}' } }],
    remote: [{ type: 'sub' }, { type: 'teams', any_one_of: ['net'] }, { type: 'repository' }, { type: 'teams' }],
  };
  const user = 'acme/network by repo:acme/network:ref:refs/heads/main';
  expect(applyMapping([rule], ASSERTION)).toEqual({ user, groups: ['net;ops'] });
});

test('a placeholder for nothing is an error of the server', () => {
  const rule: MappingRule = { local: [{ user: { name: '{1}' } }], remote: [{ type: 'sub' }] };
  expect(() => applyMapping([rule], ASSERTION)).toThrow('unexpected error');
});

test('the user of the first rule that is met, the groups of all', () => {
  const rule = (name: string, group: string, type: string): MappingRule => {
    return { local: [{ user: { name }, group: { name: group } }], remote: [{ type }] };
  };
  const rules = [
    rule('x', 'x', 'environment'),
    rule('a', 'one', 'sub'),
    rule('b', 'two', 'sub'),
    rule('c', 'one', 'sub'),
  ];
  expect(applyMapping(rules, ASSERTION)).toEqual({ user: 'a', groups: ['one', 'two'] });
});

test('a rule that names no user', () => {
  const rule: MappingRule = { local: [{ group: { name: 'vpn' } }], remote: [{ type: 'sub' }] };
  expect(applyMapping([rule], ASSERTION)).toEqual({ user: undefined, groups: ['vpn'] });
});
