import { describe, expect, it, test } from 'vitest';
import { file, lines, readText } from './support.ts';

const secret = 'Hunter2hunter2';
const words = /secret in the file: This contains the value of a secret/;

describe('a known secret in the file', () => {
  test.each([
    ['a name', file({ name: secret }), '2:9'],
    ['a part of a text', file({ name: `"x ${secret} y"` }), '2:9'],
    ['an escaped text', file({ name: '"Hunter2\\x68unter2"' }), '2:9'],
    ['a key', file({ [secret]: '1' }), '9:3'],
    ['a key of a part', file({ ikepolicy: `{${secret}: 1}` }), '4:15'],
    ['a list', file({ peer_ep_group: `[10.80.0.0/24, ${secret}]` }), '7:33'],
    ['a free key', `x-a: ${secret}\n${file()}`, '1:6'],
    ['below a free key', `x-a: {b: [${secret}]}\n${file()}`, '1:11'],
  ])('is an error: %s', (_, text, place) => {
    const found = lines(readText(text, { known: [secret] }));
    expect(found[0]).toMatch(words);
    expect(found.some((line) => line.startsWith(`vpn.yml:${place} error secret`))).toBe(true);
    expect(found.join('\n')).not.toContain(secret);
  });

  it('counts values of the input "secrets" and the input "psk" as known', () => {
    expect(lines(readText(file({ name: secret }), { secrets: { A: secret } }))).toEqual([expect.stringMatching(words)]);
    expect(lines(readText(file({ name: secret }), { psk: secret }))).toEqual([expect.stringMatching(words)]);
  });

  it('is found in numbers as well', () => {
    expect(lines(readText(file({ mtu: '1500' }), { known: ['1500'] }))[0]).toMatch(words);
  });

  it('is found once variables are replaced', () => {
    const given = { variables: { A: 'Hunter2', B: 'hunter2' }, known: [secret] };
    expect(lines(readText(file({ name: '${A}${B}' }), given))).toEqual([
      expect.stringMatching(/name: This contains the value of a secret once its variables are replaced/),
    ]);
  });

  it('does not count if it is shorter than four characters', () => {
    expect(lines(readText(file({ name: 'abc' }), { known: ['abc', ''] }))).toEqual([]);
  });

  it('is cut out of the names of variables, of files and of other messages', () => {
    const found = lines(readText(file({ name: '${Hunter2hunter2}' }), { known: [secret] }));
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).not.toContain(secret);
  });

  it('is found in a tag that is called psk', () => {
    const found = lines(readText(file({ tags: `{ psk: ${secret} }` }), { known: [secret] }));
    expect(found).toEqual([expect.stringMatching(/tags.psk: This contains the value of a secret/)]);
  });
});
