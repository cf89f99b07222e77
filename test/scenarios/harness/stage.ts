import { expect } from 'vitest';
import { psk } from '../fixtures/office.ts';
import { type ActionOptions, type ActionRun, runAction } from './run-action.ts';

/** Where a run goes is the stage's business. */
export type RunOptions = Omit<ActionOptions, 'cloud' | 'target'>;

/** The means to run the action against one cloud. */
export interface Stage {
  /**
   * Runs the action with this cloud's login and expects that no rule for every run is broken (no secret shows, stderr is
   * empty, the process ends by itself, …). `connection-file` defaults to the only file given.
   */
  run(options: RunOptions): Promise<ActionRun>;
  /** Runs it on one file, with the input `psk`, and expects exit code 0. */
  apply(file: string, inputs?: RunOptions['inputs'], options?: RunOptions): Promise<ActionRun>;
  /** The same, and expects exit code 1 and one failure. */
  refused(file: string, inputs?: RunOptions['inputs'], options?: RunOptions): Promise<Failure>;
}

/** A run that failed, and its one failure as a person sees it. */
export interface Failure extends ActionRun {
  readonly code: string;
  readonly message: string;
  /** `file:line`, empty if the failure is on no line. */
  readonly place: string;
}

/**
 * @param where the cloud, asked anew for each run
 * @param inputs what every run gets besides the login
 */
export function stageAt(
  where: () => Pick<ActionOptions, 'cloud' | 'target' | 'github'>,
  inputs: () => NonNullable<RunOptions['inputs']> = () => ({}),
): Stage {
  const run = async (options: RunOptions): Promise<ActionRun> => {
    const [file] = Object.keys(options.files ?? {});
    const result = await runAction({
      ...options,
      ...where(),
      inputs: { ...(file === undefined ? {} : { 'connection-file': file }), ...inputs(), ...options.inputs },
    });
    expect(result.faults, result.log).toEqual([]);
    return result;
  };
  const withFile = (file: string, given: RunOptions['inputs'], options: RunOptions): Promise<ActionRun> =>
    run({ ...options, files: { 'vpn.yml': file, ...options.files }, inputs: { psk, ...given } });
  return {
    run,
    apply: async (file, given = {}, options = {}) => {
      const result = await withFile(file, given, options);
      expect(result.exitCode, result.log).toBe(0);
      return result;
    },
    refused: async (file, given = {}, options = {}) => asFailure(await withFile(file, given, options)),
  };
}

/** Expects exit code 1 and takes the failure, which is the last thing that the run says. */
export function asFailure(run: ActionRun): Failure {
  expect(run.exitCode, run.log).toBe(1);
  const failures = run.annotations.filter((annotation) => annotation.level === 'error');
  const last = failures.at(-1);
  if (last === undefined) throw new Error(`no failure in the log:\n${run.log}`);
  const place = last.file === undefined ? '' : `${last.file}:${last.line}`;
  return { ...run, code: last.title ?? '', message: last.message, place };
}
