/** Runs the bundled action in its own process exactly as GitHub's runner would, and reads what it wrote as the runner does. */
export { calls, counts, identityCalls, writes } from './calls.ts';
export { type ActionOptions, type ActionRun, runAction } from './run-action.ts';
