import { describe, expect, it, test } from 'vitest';
import { parseAssignments, parseTemplate } from '../../../src/spec/variables.ts';
import { file, lines, placeOf, readText } from './support.ts';

describe('parseAssignments', () => {
  it('takes everything after the first "=" as it stands', () => {
    const { values, errors } = parseAssignments(
      ['# comment', '', '  # indented comment', 'A=1', '  B=a=b ', 'C=', '_d9="quoted"', 'E= x'].join('\r\n'),
    );
    expect(errors).toEqual([]);
    expect(Object.fromEntries(values)).toEqual({ A: '1', B: 'a=b ', C: '', _d9: '"quoted"', E: ' x' });
  });

  test.each([
    ['Hunter2hunter2', /^line 1: there is no "="/],
    ['Hunter2 hunter2=x', /^line 1: what stands before the "=" is no name/],
    ['=Hunter2hunter2', /^line 1: what stands before/],
    ['9A=Hunter2hunter2', /^line 1: what stands before/],
    ['A =Hunter2hunter2', /no blank comes before the "="/],
  ])('%j: an error without any part of the line', (text, message) => {
    const { values, errors } = parseAssignments(text);
    expect(values.size).toBe(0);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(errors.join()).not.toMatch(/hunter/i);
  });

  it('refuses a name twice and goes on', () => {
    const { values, errors } = parseAssignments('A=1\nA=2\nnothing\nB=3');
    expect(Object.fromEntries(values)).toEqual({ A: '1', B: '3' });
    expect(errors).toEqual([
      expect.stringMatching(/^line 2: this name has a value already, on line 1/),
      expect.stringMatching(/^line 3/),
    ]);
  });

  it('knows names of the language as names', () => {
    expect(parseAssignments('__proto__=x\nconstructor=y').values.get('__proto__')).toBe('x');
  });
});

describe('parseTemplate', () => {
  test.each([
    ['', []],
    ['plain $ and $NAME', [{ literal: 'plain $ and $NAME' }]],
    ['${A}', [{ name: 'A', fallback: undefined }]],
    [
      'a${A}b${B:-c:-d $ e}',
      [{ literal: 'a' }, { name: 'A', fallback: undefined }, { literal: 'b' }, { name: 'B', fallback: 'c:-d $ e' }],
    ],
    ['${A:-}', [{ name: 'A', fallback: '' }]],
    ['$$', [{ literal: '$' }]],
    ['$${A}', [{ literal: '$' }, { literal: '{A}' }]],
    ['$$$${A}', [{ literal: '$' }, { literal: '$' }, { literal: '{A}' }]],
    ['$$${A}', [{ literal: '$' }, { name: 'A', fallback: undefined }]],
  ])('%j', (text, pieces) => {
    expect(parseTemplate(text)).toEqual({ pieces, error: undefined });
  });

  test.each([
    ['${', /no closing brace/],
    ['${A', /no closing brace/],
    ['${}', /is no variable/],
    ['${9A}', /is no variable/],
    ['${A-b}', /is no variable/],
    ['${A:+b}', /is no variable/],
    ['${ A }', /is no variable/],
    ['${A:-${B}}', /cannot hold another variable/],
  ])('%j is an error', (text, message) => {
    expect(parseTemplate(text).error).toMatch(message);
  });
});

describe('variables in a file', () => {
  const variables = { NAME: 'office-bonn', MTU: '1400', UP: 'False', EMPTY: '', TRICK: '${MTU} $$', NUMBER: '2024' };
  const given = { dialect: 'openstack', variables } as const;

  test.each([
    ['name', '${NAME}', 'office-bonn'],
    ['name', '"x-${NAME}-${MTU}"', 'x-office-bonn-1400'],
    ['name', '${NUMBER}', '2024'],
    ['name', '${EMPTY:-fallback}', 'fallback'],
    ['name', '${UNSET:-fallback}', 'fallback'],
    ['name', '${NAME:-unused}', 'office-bonn'],
    ['name', '$${NAME}', '${NAME}'],
    ['name', '${TRICK}', '${MTU} $$'],
    ['name', "'${NAME}'", 'office-bonn'],
  ])('%s: %s is %s', (key, value, expected) => {
    const { connections, problems } = readText(file({ [key]: value }), given);
    expect(problems).toEqual([]);
    expect(connections[0]?.name.value).toBe(expected);
  });

  test.each([
    ['mtu', '${MTU}', 1400],
    ['mtu', '${UNSET:-1300}', 1300],
    ['mtu', '"${MTU}"', 1400],
    ['admin_state_up', '${UP}', false],
    ['dpd', '{ timeout: "${MTU}" }', { timeout: 1400 }],
    ['initiator', '"${I:-response-only}"', 'response-only'],
  ])('%s: %s takes the type of the key', (key, value, expected) => {
    const { connections } = readText(file({ [key]: value }), given);
    expect(connections[0]?.fields[key]?.value).toEqual(expected);
  });

  it('works in lists, ids, references and descriptions of parts', () => {
    const text = file({
      vpnservice: '{ router: "${NAME}" }',
      ikepolicy: null,
      ikepolicy_id: '${ID}',
      local_ep_group: '["${NAME}"]',
      peer_ep_group: '["10.${NUMBER:-1}.0.0/16"]',
    });
    const { connections, problems } = readText(text, {
      variables: { ...variables, NUMBER: '9', ID: '90A4C7DE-0f4b-4c0b-9d7e-5a1e0b2c3d4f' },
    });
    expect(problems).toEqual([]);
    expect(connections[0]?.parts).toMatchObject({
      vpnservice: { router: { by: 'name', name: 'office-bonn' } },
      ikepolicy: { by: 'id', id: '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f' },
      local_ep_group: { endpoints: [{ is: 'name', text: 'office-bonn' }] },
      peer_ep_group: { endpoints: [{ is: 'cidr', text: '10.9.0.0/16' }] },
    });
  });

  test.each([
    ['${NAM}', /The variable "NAM" is not defined\. Did you mean "NAME"\?.*input "variables"/],
    ['${EMPTY}', /"EMPTY" is empty, which counts as undefined/],
    ['${A:+b}', /In "\$\{A:\+b\}" this is no variable\. Write \$\{NAME\} or/],
    ['${NAME', /no closing brace/],
    ['${PSK}', /"PSK" is a secret, and secrets are allowed in "psk" alone/],
    ['${PSK:-x}', /"PSK" is a secret/],
  ])('name: %s is an error at its value', (name, message) => {
    const found = lines(readText(file({ name }), { ...given, secrets: { PSK: 'Hunter2hunter2' } }));
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found[0]?.startsWith(placeOf({}, 'name'))).toBe(true);
  });

  test.each([
    [{ mtu: '${NAME}' }, /Expected a whole number.*found "office-bonn"/],
    [{ mtu: '${UNSET}' }, /"UNSET" is not defined/],
    [{ admin_state_up: '${NUMBER}' }, /"2024" is neither true nor false/],
    [{ admin_state_up: '${UNSET}' }, /"UNSET" is not defined/],
    [{ initiator: '${NAME}' }, /"office-bonn" is not possible/],
    [{ peer_address: '${NAME}' }, /"office-bonn" is a host name/],
  ])('%j: what a variable gives is checked', (changes, message) => {
    expect(lines(readText(file(changes), given))).toEqual([expect.stringMatching(message)]);
  });

  it('never replaces anything in keys', () => {
    expect(lines(readText(file({ '"${NAME}"': 'x' }), given))).toEqual([
      expect.stringMatching(/^vpn.yml:9:3 error \$\{NAME\}: Unknown key/),
    ]);
  });
});
