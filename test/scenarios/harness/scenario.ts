import { expect, test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/index.ts';
import { type ActionOptions, type ActionRun, runAction } from './run-action.ts';

/** A cloud and the means to run the action against it. */
export interface Stage {
  readonly cloud: Cloud;
  /**
   * Runs the action with this cloud's login and expects that no rule for every run is broken (no secret shows, stderr is
   * empty, the process ends by itself, …). `connection-file` defaults to the only file given.
   */
  run(options: Omit<ActionOptions, 'cloud'>): Promise<ActionRun>;
}

const limitMs = 60_000;

/**
 * One test of the bundle as a process, with a cloud of its own.
 * @param options how the cloud behaves; the dialect alone is short for one that does nothing odd
 */
export function scenario(
  name: string,
  options: CloudOptions | CloudOptions['dialect'],
  body: (stage: Stage) => Promise<void>,
): void {
  const settings = typeof options === 'string' ? { dialect: options } : options;
  test(name, { timeout: limitMs }, async () => {
    const cloud = await startCloud(settings);
    try {
      await body({ cloud, run: (run) => runChecked(cloud, settings, run) });
    } finally {
      await cloud.close();
    }
  });
}

async function runChecked(
  cloud: Cloud,
  settings: CloudOptions,
  options: Omit<ActionOptions, 'cloud'>,
): Promise<ActionRun> {
  const names = Object.keys(options.files ?? {});
  const run = await runAction({
    ...options,
    cloud,
    inputs: {
      ...(names.length === 1 ? { 'connection-file': names[0] } : {}),
      // On loopback the address says nothing about the cloud, and its catalogue is not trusted with the token.
      ...(settings.dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': cloud.networkUrl } : {}),
      ...options.inputs,
    },
  });
  expect(run.faults, run.log).toEqual([]);
  return run;
}
