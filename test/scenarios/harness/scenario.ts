import { test } from 'vitest';
import { type GitHub, startGitHub } from '../../cloud/github/index.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/index.ts';
import { keyless } from '../fixtures/ways.ts';
import { type Stage as CommonStage, stageAt } from './stage.ts';

export { asFailure, type Failure } from './stage.ts';

/** A cloud and the means to run the action against it. */
export interface Stage extends CommonStage {
  readonly cloud: Cloud;
}

const limitMs = 60_000;

type Options = CloudOptions | CloudOptions['dialect'];

/** The dialect alone is short for a cloud that does nothing odd and, unlike a real one, has configured a new connection at once. */
function settingsOf(options: Options): CloudOptions {
  return typeof options === 'string' ? { dialect: options, downAfterMs: 0 } : options;
}

/** On loopback the address says nothing about the cloud; and its catalogue is not needed. */
function inputsOf({ dialect }: CloudOptions, { networkUrl }: Cloud): Readonly<Record<string, string>> {
  return dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': networkUrl } : {};
}

/**
 * One test of the bundle as a process, with a cloud of its own.
 * @param options how the cloud behaves
 */
export function scenario(name: string, options: Options, body: (stage: Stage) => Promise<void>): void {
  const settings = settingsOf(options);
  test(name, { timeout: limitMs }, async () => {
    const cloud = await startCloud(settings);
    try {
      const inputs = inputsOf(settings, cloud);
      await body({
        cloud,
        ...stageAt(
          () => ({ cloud }),
          () => inputs,
        ),
      });
    } finally {
      await cloud.close();
    }
  });
}

/** A cloud that takes the ID tokens of jobs, and where these come from. */
export interface KeylessStage extends Stage {
  readonly github: GitHub;
}

/** One test whose runs log in without any secret: the job has the permission, and the cloud trusts GitHub. */
export function keylessScenario(name: string, options: Options, body: (stage: KeylessStage) => Promise<void>): void {
  const settings = settingsOf(options);
  test(name, { timeout: limitMs }, async () => {
    const github = await startGitHub();
    const { issuer, jwks } = github;
    const cloud = await startCloud({ federation: { issuer, jwks }, ...settings });
    try {
      const inputs = { ...inputsOf(settings, cloud), ...keyless(cloud, settings.dialect) };
      await body({
        cloud,
        github,
        ...stageAt(
          () => ({ cloud, github }),
          () => inputs,
        ),
      });
    } finally {
      await Promise.all([cloud.close(), github.close()]);
    }
  });
}
