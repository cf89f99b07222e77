/** What GitHub would put in place of the expressions of a recipe. */
import type { Step } from './workflow-files.ts';

const digest = '5f3c'.repeat(16);

/** By the text between the braces; names of secrets and variables are told apart by their form. */
const values: Readonly<Record<string, string>> = {
  'inputs.connection': 'office-bonn',
  'inputs.confirm': 'office-bonn',
  'inputs.reviewed-plan || needs.plan.outputs.plan-digest': digest,
  'needs.plan.outputs.plan-digest': digest,
  'matrix.file': 'vpn/office-bonn.yml',
  'vars.OTC_DOMAIN': 'OTC00000000001000000999',
  'vars.OTC_USER': 'ci',
};

/** @throws Error for an expression that nobody has thought of */
function valueFor(expression: string, others: Readonly<Record<string, string>>): string {
  const usual = /^secrets\.[A-Z_]+$/.test(expression) ? 'Ex4mple-Only_Key' : values[expression];
  const value = others[expression] ?? usual;
  if (value === undefined) throw new Error(`test/package/recipe-values.ts has no value for: ${expression}`);
  return value;
}

/**
 * The inputs of a step as the runner would give them to the action.
 * @param others values by expression, in place of the usual ones
 */
export function recipeInputs(
  { with: inputs = {} }: Step,
  others: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => valueFor(expression, others)),
    ]),
  );
}
