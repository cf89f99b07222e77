/** What is wrong in a clouds.yaml outside of the workspace, and what is done on purpose to hurt. */
import { describe, expect, test } from 'vitest';
import { type Reading, reading } from '../reading.ts';

const path = '/run/clouds.yaml';

async function read(text: string, name = '', more: Readonly<Record<string, string>> = {}): Promise<Reading> {
  const inputs = { 'clouds-file': path, ...(name === '' ? {} : { 'cloud-name': name }) };
  return await reading({ inputs, files: { [path]: text, ...more } });
}

describe('what is wrong', () => {
  const auth = 'auth: {auth_url: "https://k.example.org", token: gAAAAAB-token}';
  const at = '/run/clouds.yaml';

  test.each<[string, string, string, readonly (string | RegExp)[]]>([
    [
      'empty',
      '',
      '',
      [/^\/run\/clouds\.yaml: is empty\. If the value comes from secrets: workflows started from a fork/],
    ],
    [
      'a list',
      '- a',
      '',
      [/^\/run\/clouds\.yaml: is no clouds\.yaml: a mapping with the key "clouds" is expected, once\.$/],
    ],
    ['two documents', `clouds: {a: {${auth}}}\n---\nclouds: {a: {${auth}}}`, '', [/is no clouds\.yaml/]],
    ['no entries', 'cloud: {}', '', [`${at} (line 1): has no entries: a mapping is expected under the key "clouds".`]],
    ['a list of entries', 'clouds: [a]', '', [/has no entries/]],
    ['an empty mapping', 'clouds: {}', '', [/has no entries/]],
    [
      'several, none is named',
      `clouds:\n  prod: {${auth}}\n  test: {${auth}}`,
      '',
      [`${at} (line 2): has several entries: "prod", "test". Say which one by cloud-name or OS_CLOUD.`],
    ],
    [
      'a misspelt name',
      `clouds:\n  prod: {${auth}}\n  test: {${auth}}`,
      'prdo',
      [`${at} (line 2): has no entry "prdo". Did you mean "prod"? It has "prod", "test".`],
    ],
    [
      'quite another name',
      `clouds: {prod: {${auth}}}`,
      'wxyz',
      [`${at} (line 1): has no entry "wxyz". It has "prod".`],
    ],
    ['an inherited name', `clouds: {prod: {${auth}}}`, '__proto__', [/has no entry "__proto__"/]],
    [
      'more than anybody reads',
      `clouds: {${Array.from({ length: 30 }, (_, i) => `c${i}: 1`).join(', ')}}`,
      '',
      [/"c19" …\. Say/],
    ],
    ['an entry that is none', 'clouds: {prod: 1}', '', [`${at} (line 1): The entry "prod" is no mapping.`]],
    ['auth that is none', 'clouds: {prod: {auth: 1}}', '', [`${at} (line 1): "auth" of "prod" is no mapping.`]],
    [
      'a list for a value',
      'clouds:\n  prod:\n    auth: {auth_url: "https://k.example.org", token: [gAAAAAB-token]}',
      '',
      ['auth.token of "prod" in /run/clouds.yaml (line 3): has to be a single value.', /^There is no way to log in by/],
    ],
    [
      'a key twice',
      `clouds:\n  prod:\n    ${auth}\n    ${auth}`,
      '',
      [`${at} (line 4, column 5): This key is already on line 3 of the same mapping. Keep one of them.`],
    ],
    ['broken', 'clouds:\n  prod: {password: hunter2hunter2', '', [/^\/run\/clouds\.yaml \(line 2, column 34\): /]],
    ['a control character', 'clouds: \u0007', '', [/line 1, column 9\): The character U\+0007 is not allowed/]],
    ['a tag', 'clouds: !!python/object {}', '', [/Tags \(!name\) are not supported/]],
    [
      'several profiles',
      `clouds: {prod: {profile: ovh, auth: {token: gAAAAAB-token}, region_name: x}}`,
      '',
      [
        'profile of "prod" in /run/clouds.yaml (line 1): is none of otc or otc-swiss. Write auth_url instead.',
        /^region_name of "prod" .*: "x" is none of Open Telekom Cloud .* needs auth\.auth_url of "prod" in \/run\/clouds\.yaml\./,
      ],
    ],
    [
      'a profile without its region',
      'clouds: {prod: {profile: otc, auth: {token: gAAAAAB-token}}}',
      '',
      [
        'profile of "prod" in /run/clouds.yaml (line 1): needs the region_name eu-de or eu-nl.',
        /^auth\.auth_url of "prod" in \/run\/clouds\.yaml: is empty, and so is region_name of "prod"/,
      ],
    ],
    [
      'a region of another profile',
      'clouds: {prod: {profile: otc-swiss, region_name: eu-nl, auth: {token: gAAAAAB-token}}}',
      '',
      ['region_name of "prod" in /run/clouds.yaml (line 1): needs the region_name eu-ch2.'],
    ],
    [
      'several regions',
      `clouds: {prod: {regions: [R1, R2], ${auth}}}`,
      '',
      [/^regions of "prod" .*: has several: "R1", "R2"\. Say/],
    ],
    [
      'another region',
      `clouds: {prod: {regions: [R1], region_name: R2, ${auth}}}`,
      '',
      [/^region_name of "prod" .*: is none of the regions of the entry: "R1"\.$/],
    ],
    [
      'values of a region',
      `clouds: {prod: {regions: [{name: R1, values: {}}], ${auth}}}`,
      '',
      [/^regions of .*values of a region/],
    ],
    [
      'regions without a name',
      `clouds: {prod: {regions: [[R1]], ${auth}}}`,
      '',
      [/^regions of .*has to be a list of names/],
    ],
    ['one region as a text', `clouds: {prod: {regions: R1, ${auth}}}`, '', [/^regions of .*has to be a list of names/]],
    [
      'a nameless region',
      `clouds: {prod: {regions: [{id: R1}], ${auth}}}`,
      '',
      [/^regions of .*has to be a list of names/],
    ],
    ...['false', 'False', 'no', 'off', 'n', '"0"', '0', '"false"'].map(
      (word): [string, string, string, readonly RegExp[]] => [
        `verify: ${word}`,
        `clouds:\n  prod:\n    verify: ${word}\n    ${auth}`,
        '',
        [
          /^verify of "prod" in \/run\/clouds\.yaml \(line 3\): can only be true\. .* there is cacert of "prod" in \/run\/clouds\.yaml\.$/,
        ],
      ],
    ),
    ['insecure', `clouds: {prod: {insecure: yes, ${auth}}}`, '', [/^insecure of "prod" .*: cannot be true\./]],
    ['a certificate of the client', `clouds: {prod: {cert: a, key: b, ${auth}}}`, '', [/^cert of/, /^key of/]],
    ['another interface', `clouds: {prod: {interface: internal, ${auth}}}`, '', [/^interface of .*: is not public/]],
    [
      'version 2',
      `clouds: {prod: {identity_api_version: 2.0, ${auth}}}`,
      '',
      [/^identity_api_version of .*: is not 3\./],
    ],
    ['a type', `clouds: {prod: {auth_type: v3totp, ${auth}}}`, '', [/^auth_type of "prod" .*: is none of the types/]],
    [
      'two ways',
      `clouds: {prod: {password: correct horse, ${auth}}}`,
      '',
      [/^There are 2 ways .*password of "prod" in .*Or say which one in auth_type of "prod" in \/run\/clouds\.yaml\.$/],
    ],
    [
      'no way',
      'clouds: {prod: {auth: {auth_url: "https://k.example.org"}}}',
      '',
      [
        /^There is no way to log in by "prod" in \/run\/clouds\.yaml\. .*: auth\.identity_provider \(.*auth\.project_name or auth\.project_id too/,
      ],
    ],
  ])('%s', async (_, text, name, expected) => {
    const { problems, error, told } = await read(text, name);
    expect(error).toMatchObject({ code: 'CLOUDS_FILE', at: undefined });
    expect(problems).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
    for (const secret of ['gAAAAAB', 'hunter2']) expect(told).not.toContain(secret);
  });

  test('a bomb of aliases is refused, and soon', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
    );
    const bomb = ['a0: &a0 { password: correct horse }', ...levels, `clouds: {prod: {${auth}}}`].join('\n');
    const before = performance.now();
    const { problems, error } = await read(bomb);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(error?.code).toBe('CLOUDS_FILE');
    expect(problems.join()).toMatch(/at most 1000 aliases/);
  });

  test.each([
    ['blank lines', '\n'.repeat(1_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['dashes', '-'.repeat(1_000_000)],
    ['a long key', `${'a'.repeat(500_000)}: ${'b '.repeat(200_000)}`],
    ['a long secret', `password: ${'b '.repeat(400_000)}`],
    ['blanks in a secret', `password: a${' '.repeat(9000)}b`],
    ['blanks behind tags', `password: !a${' '.repeat(9000)}b\n`.repeat(100)],
    ['tags', `password: ${'!'.repeat(9000)}x\n`.repeat(100)],
    ['colons', ':'.repeat(1_000_000)],
    ['secrets on one line', 'token:'.repeat(150_000)],
    ['secrets on many lines', 'token: abcd\n'.repeat(40_000)],
    ['lines below a secret', `password:\n${'  x\n'.repeat(200_000)}`],
  ])(
    'a broken file of %s is refused, in a time that grows with its length alone',
    async (_, filling) => {
      const before = performance.now();
      const { error } = await read(`clouds: [\n${filling}\n}`);
      // About a second; with the square of the length it would be an hour.
      expect(performance.now() - before).toBeLessThan(15_000);
      expect(error?.code).toBe('CLOUDS_FILE');
    },
    20_000,
  );

  test('keys of prototypes are keys like others', async () => {
    const text = `clouds:\n  __proto__: {${auth}}\n  constructor: {__proto__: {verify: false}, toString: 1, ${auth}}`;
    expect((await read(text, 'constructor')).inputs).toBeDefined();
    expect((await read(text, '__proto__')).inputs).toBeDefined();
    expect((await read(text, 'toString')).problems).toEqual([expect.stringMatching(/has no entry "toString"/)]);
  });

  test('what is no YAML is masked line by line', async () => {
    const lines = [
      'clouds:',
      '  prod:',
      '    auth:',
      '      password: "hunter 22" # x',
      "      token: 'x': y",
      '    - sk: short-sk',
    ];
    const { masked, told } = await read([...lines, '    client-secret: s: t: [', 'secret_key:'].join('\n'));
    expect(masked).toEqual(expect.arrayContaining(['hunter 22', 'short-sk', 's: t: [']));
    expect(told).not.toContain('hunter');
  });

  test.each([
    ['in a flow', 'clouds: {prod: {auth: {password: hunter22, username: ci', ['hunter22']],
    ['quoted in a flow', `clouds: {prod: {auth: {"password": 'hunt,er22', username: ci`, ['hunt,er22']],
    ['two in a flow', 'clouds: [{token: hunter22, sk: hunter33}', ['hunter22', 'hunter33']],
    ['a block', 'clouds: [\npassword: |-\n  hunter22\n\n  hunter33\nother: x', ['hunter22', 'hunter33']],
    ['a folded block', 'clouds: [\n  - password: >2 # x\n      hunter22\n  - a: b', ['hunter22']],
    ['below a tag', 'password: !vault |\n  hunter22', ['hunter22']],
    ['what looks like a tag', 'clouds: [\npassword: !hunter22', ['!hunter22']],
    ['below its key', 'clouds: [\n  password:\n    hunter22', ['hunter22']],
    ['a list of them in a block', 'clouds: [\n  password:\n    - hunter22', ['- hunter22']],
  ])('a secret in what is no YAML is masked: %s', async (_, text, expected) => {
    const { masked, error } = await read(text);
    expect(error?.code).toBe('CLOUDS_FILE');
    expect(masked).toEqual(expect.arrayContaining(expected));
    for (const plain of ['|-', '>2 # x', 'x', 'other: x', 'a: b', 'ci']) expect(masked).not.toContain(plain);
  });

  test('problems of the entry and of the inputs', async () => {
    const inputs = { 'clouds-file': path, mode: 'x' };
    const { error } = await reading({ inputs, files: { [path]: `clouds: {prod: {verify: no, ${auth}}}` } });
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      hint: expect.stringMatching(/^Mend the clouds\.yaml.*Mend the inputs/),
    });
    expect(error?.message).toMatch(/^2 problems with clouds\.yaml and the inputs:\n- verify of .*\n- mode: /);
  });
});
