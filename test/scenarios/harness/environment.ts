import { arch, platform } from 'node:process';
import type { Manifest } from './manifest.ts';
import type { Sandbox } from './sandbox.ts';

/** The variable that carries an input: upper case, spaces to underscores, hyphens kept (runner: `Handler.cs`). */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** What `${{ github.token }}` is where no fake of GitHub's API gives another. */
export const jobToken = 'ghs_9rVxkq3Zt7LmWc2Yp5BnHd8SfJg4KaUe1oXi';

/** Fills in the expressions that a workflow uses in `with:` and `env:`, and action.yml as a default. */
function evaluated(text: string, { temp, workspace }: Sandbox, token: string): string {
  const values: Readonly<Record<string, string>> = {
    'runner.temp': temp,
    'github.workspace': workspace,
    'github.token': token,
  };
  return text.replace(/\$\{\{ *([\w.]+) *\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/**
 * The environment of a step, built from nothing: what the runner sets, every declared input with its default,
 * and neither a proxy variable nor one that logs in.
 * @param inputs values of the step's `with:`; an undeclared name is set too, as the runner does
 * @param changes variables to set, or with undefined to leave out
 * @param token the job's own
 */
export function stepEnvironment(
  manifest: Manifest,
  sandbox: Sandbox,
  inputs: Readonly<Record<string, string | undefined>>,
  changes: Readonly<Record<string, string | undefined>> = {},
  token = jobToken,
): Record<string, string> {
  const declared = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? ''] as const);
  const given = Object.entries(inputs).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const variables: Record<string, string | undefined> = {
    ...Object.fromEntries([...declared, ...given].map(([name, value]) => [inputVariable(name), value])),
    ...runnerVariables(sandbox),
    ...sandbox.commandFiles,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(variables)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, value]) => [name, evaluated(value, sandbox, token)]),
  );
}

function runnerVariables(sandbox: Sandbox): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: sandbox.home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: 'vpn',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REPOSITORY: 'example/network',
    GITHUB_REPOSITORY_OWNER: 'example',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '7142230001',
    GITHUB_RUN_NUMBER: '42',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c',
    GITHUB_WORKFLOW: 'vpn',
    GITHUB_WORKSPACE: sandbox.workspace,
    RUNNER_ARCH: arch.toUpperCase(),
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'runner-1',
    RUNNER_OS: systems[platform] ?? 'Linux',
    RUNNER_TEMP: sandbox.temp,
  };
}
