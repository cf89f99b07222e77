import { expect, test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/index.ts';
import { psk } from '../fixtures/office.ts';
import { type ActionOptions, type ActionRun, runAction } from './run-action.ts';

type RunOptions = Omit<ActionOptions, 'cloud'>;

/** A cloud and the means to run the action against it. */
export interface Stage {
  readonly cloud: Cloud;
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

const limitMs = 60_000;

/**
 * One test of the bundle as a process, with a cloud of its own.
 * @param options how the cloud behaves; the dialect alone is short for one that does nothing odd and, unlike a real one,
 * has configured a new connection at once
 */
export function scenario(
  name: string,
  options: CloudOptions | CloudOptions['dialect'],
  body: (stage: Stage) => Promise<void>,
): void {
  const settings = typeof options === 'string' ? { dialect: options, downAfterMs: 0 } : options;
  test(name, { timeout: limitMs }, async () => {
    const cloud = await startCloud(settings);
    try {
      await body(stageOn(cloud, settings));
    } finally {
      await cloud.close();
    }
  });
}

function stageOn(cloud: Cloud, settings: CloudOptions): Stage {
  const run = (options: RunOptions): Promise<ActionRun> => runChecked(cloud, settings, options);
  const withFile = (file: string, inputs: RunOptions['inputs'], options: RunOptions): Promise<ActionRun> =>
    run({ ...options, files: { 'vpn.yml': file, ...options.files }, inputs: { psk, ...inputs } });
  return {
    cloud,
    run,
    apply: async (file, inputs = {}, options = {}) => {
      const result = await withFile(file, inputs, options);
      expect(result.exitCode, result.log).toBe(0);
      return result;
    },
    refused: async (file, inputs = {}, options = {}) => asFailure(await withFile(file, inputs, options)),
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

async function runChecked(cloud: Cloud, settings: CloudOptions, options: RunOptions): Promise<ActionRun> {
  const names = Object.keys(options.files ?? {});
  const run = await runAction({
    ...options,
    cloud,
    inputs: {
      ...(names.length > 0 ? { 'connection-file': names[0] } : {}),
      // On loopback the address says nothing about the cloud, and its catalogue is not trusted with the token.
      ...(settings.dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': cloud.networkUrl } : {}),
      ...options.inputs,
    },
  });
  expect(run.faults, run.log).toEqual([]);
  return run;
}
