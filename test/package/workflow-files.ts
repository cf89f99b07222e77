/** The workflows of the repository, its own and those of the recipes, as far as the tests look at them. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { root } from '../scenarios/harness/manifest.ts';

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress'?: boolean };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface WorkflowFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly workflow: Workflow;
}

/** The files of a folder, in the order of their names. */
function filesIn(folder: string): readonly WorkflowFile[] {
  return readdirSync(root + folder)
    .toSorted()
    .map((name) => {
      const path = `${folder}/${name}`;
      const text = readFileSync(root + path, 'utf8');
      return { path, text, workflow: parse(text) };
    });
}

export const ownWorkflows = filesIn('.github/workflows');
export const recipes = filesIn('examples/workflows');

/** How a user's workflow names this action. */
export const actionName = 'your-org/ipsec-connection-action@v1';

export function stepsOf({ workflow }: WorkflowFile): readonly Step[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}

export function isOwnAction({ uses }: Step): boolean {
  return uses === actionName;
}
