import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { described, readmeWithTables, tableIn } from '../../scripts/readme-tables.ts';
import { readInputs } from '../../src/inputs.ts';
import { outputNames } from '../../src/runner/output-values.ts';
import { given, passwordInputs, surroundings } from './given-inputs.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const actionYml = read('action.yml');
const readme = read('README.md');
const inputs = described(actionYml, 'inputs');
const outputs = described(actionYml, 'outputs');
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

/** The first column of a table. */
function firstColumn(section: 'inputs' | 'outputs'): readonly string[] {
  return [...tableIn(readme, section).matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => String(name));
}

describe('three lists are one', () => {
  test('inputs: what the code reads, what action.yml declares', async () => {
    const seen = new Set<string>();
    await readInputs(given(passwordInputs, seen), () => {}, surroundings());
    expect([...seen].sort()).toEqual([...names(inputs)].sort());
  });

  test('outputs: what the code sets, what action.yml declares', () => {
    expect(outputNames).toEqual(names(outputs));
  });

  test.each(['inputs', 'outputs'] as const)('%s: the table of the README', (section) => {
    expect(firstColumn(section)).toEqual(names(section === 'inputs' ? inputs : outputs));
  });

  test('the tables are as they would be written now', () => {
    expect(readmeWithTables(readme, actionYml)).toBe(readme);
  });
});

describe('action.yml', () => {
  const document: unknown = parse(actionYml);

  test('has what the Marketplace wants', () => {
    expect(document).toMatchObject({
      name: expect.any(String),
      description: expect.stringMatching(/^.{20,120}$/),
      author: expect.any(String),
      branding: { icon: 'link-2', color: 'purple' },
      runs: { using: 'node24', main: 'dist/index.js' },
    });
  });

  test.each([...inputs, ...outputs])(
    '$name: a kebab-case name and a description that says something',
    ({ name, description }) => {
      expect(name).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
      expect(description).toMatch(/^.{40,}[.)]$/s);
    },
  );

  test('no input is required and has a default, which means nothing', () => {
    expect(inputs.filter((input) => input.required && input.default !== undefined)).toEqual([]);
    expect(names(inputs.filter(({ required }) => required))).toEqual([]);
  });

  test('every default is a text: YAML would make a boolean of true', () => {
    expect(
      Object.fromEntries(inputs.flatMap((input) => (input.default === undefined ? [] : [[input.name, input.default]]))),
    ).toEqual({
      mode: 'apply',
      comment: 'false',
      'github-token': '${{ github.token }}',
      'fail-on-changes': 'false',
      'drift-issue': 'false',
      prune: 'false',
      'destroy-vpnservice': 'false',
      cloud: 'auto',
      'update-psk': 'auto',
      'wait-for': 'settled',
      timeout: '10m',
      'status-interval': '65s',
      'max-impact': 'interruption',
      'allow-shared': 'false',
      summary: 'true',
    });
  });

  test.each([
    ['mode', ['apply', 'plan']],
    ['cloud', ['auto', 'otc', 'openstack']],
    ['update-psk', ['auto', 'always']],
    ['wait-for', ['settled', 'active', 'none']],
    ['max-impact', ['none', 'rekey', 'interruption', 'replacement']],
    ['allow-shared', ['true', 'false']],
    ['summary', ['true', 'false']],
  ])('%s names each value that it takes', async (name, values) => {
    const description = String(inputs.find((input) => input.name === name)?.description);
    for (const value of values) {
      expect(description).toContain(`\`${value}\``);
      const inputs = given({ ...passwordInputs, 'auth-url': 'https://iam.example.org', [name]: value });
      expect(await readInputs(inputs, () => {}, surroundings())).toBeDefined();
    }
  });
});

describe('readmeWithTables', () => {
  const text = 'a\n<!-- inputs -->old<!-- /inputs -->\nb\n<!-- outputs --><!-- /outputs -->\n';
  const manifest = [
    'inputs:',
    '  must: { description: "One | two\\nthree.", required: true }',
    '  may: { description: Four., default: a|b }',
    '  can: { description: Five. }',
    'outputs:',
    '  out: { description: $& six. }',
  ].join('\n');

  test('fills in both tables and nothing else', () => {
    const written = readmeWithTables(text, manifest);
    expect(written).toBe(`a
<!-- inputs -->

| Input | Description | Default |
| --- | --- | --- |
| \`must\` | One \\| two<br>three. | **required** |
| \`may\` | Four. | \`a\\|b\` |
| \`can\` | Five. |  |

<!-- /inputs -->
b
<!-- outputs -->

| Output | Description |
| --- | --- |
| \`out\` | $& six. |

<!-- /outputs -->
`);
    expect(readmeWithTables(written, manifest)).toBe(written);
  });

  test.each([
    ['without markers', 'a', manifest, /lacks the markers/],
    ['without the end', '<!-- inputs -->', manifest, /lacks the markers/],
    ['without inputs', text, 'outputs: {}', /inputs is no mapping/],
    ['without a description', text, 'inputs: { x: {} }\noutputs: {}', /x has no description/],
  ])('%s it says so', (_, page, yaml, message) => {
    expect(() => readmeWithTables(page, yaml)).toThrow(message);
  });
});
