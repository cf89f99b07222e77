/** The tables of inputs and outputs for the README, as text. */
import { parse } from 'yaml';

export interface Described {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly default: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no mapping.`);
  return Object.fromEntries(Object.entries(value));
}

/** The inputs or outputs of an action.yml, in its order. */
export function described(manifest: string, section: 'inputs' | 'outputs'): readonly Described[] {
  return Object.entries(fields(fields(parse(manifest), 'action.yml')[section], section)).map(([name, value]) => {
    const entry = fields(value, name);
    if (typeof entry['description'] !== 'string') throw new Error(`${section}: ${name} has no description.`);
    return {
      name,
      description: entry['description'].trim(),
      required: entry['required'] === true,
      default: typeof entry['default'] === 'string' ? entry['default'] : undefined,
    };
  });
}

/** A cell of a table: on one line, without an unescaped bar. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, '<br>').replaceAll('|', '\\|');
}

function inputsTable(inputs: readonly Described[]): readonly string[] {
  const rows = inputs.map(({ name, description, required, default: value }) => {
    const preset = value === undefined ? (required ? '**required**' : '') : `\`${cell(value)}\``;
    return `| \`${name}\` | ${cell(description)} | ${preset} |`;
  });
  return ['| Input | Description | Default |', '| --- | --- | --- |', ...rows];
}

function outputsTable(outputs: readonly Described[]): readonly string[] {
  const rows = outputs.map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`);
  return ['| Output | Description |', '| --- | --- |', ...rows];
}

/** The text between a section's markers, without them. */
export function tableIn(readme: string, section: 'inputs' | 'outputs'): string {
  const begin = `<!-- ${section} -->`;
  const start = readme.indexOf(begin);
  const end = readme.indexOf(`<!-- /${section} -->`, start);
  if (start === -1 || end === -1) throw new Error(`README.md lacks the markers ${begin} … <!-- /${section} -->.`);
  return readme.slice(start + begin.length, end);
}

/** The README with both tables as action.yml has them now. */
export function readmeWithTables(readme: string, manifest: string): string {
  const tables = {
    inputs: inputsTable(described(manifest, 'inputs')),
    outputs: outputsTable(described(manifest, 'outputs')),
  };
  return (['inputs', 'outputs'] as const).reduce((text, section) => {
    const old = tableIn(text, section);
    const marker = `<!-- ${section} -->`;
    return text.replace(marker + old, () => `${marker}\n\n${tables[section].join('\n')}\n\n`);
  }, readme);
}
