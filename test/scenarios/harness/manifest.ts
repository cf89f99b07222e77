import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The repository's root folder, absolute. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface InputDeclaration {
  readonly description: string;
  readonly required: boolean;
  readonly default: string | undefined;
}

/** What action.yml says, as far as running the action needs it. */
export interface Manifest {
  readonly inputs: Readonly<Record<string, InputDeclaration>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly main: string;
  readonly using: string;
}

/** @throws Error when action.yml lacks what the runner needs */
export function readManifest(text = readFileSync(`${root}action.yml`, 'utf8')): Manifest {
  const document: unknown = parse(text);
  const runs = record(record(document, 'action.yml')['runs'], 'runs');
  const inputs = Object.entries(record(record(document, 'action.yml')['inputs'] ?? {}, 'inputs'));
  const outputs = Object.entries(record(record(document, 'action.yml')['outputs'] ?? {}, 'outputs'));
  return {
    inputs: Object.fromEntries(inputs.map(([name, input]) => [name, declaration(record(input, name))])),
    outputs: Object.fromEntries(outputs.map(([name, output]) => [name, asText(record(output, name)['description'])])),
    main: asText(runs['main']),
    using: asText(runs['using']),
  };
}

function declaration(input: Record<string, unknown>): InputDeclaration {
  return {
    description: asText(input['description']),
    required: input['required'] === true,
    default: input['default'] === undefined ? undefined : asText(input['default']),
  };
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no mapping`);
  return { ...value };
}

/** As the runner turns YAML scalars into the text of an environment variable. */
function asText(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
