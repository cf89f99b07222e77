import { test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/index.ts';
import { type Stage as CommonStage, stageAt } from './stage.ts';

export { asFailure, type Failure } from './stage.ts';

/** A cloud and the means to run the action against it. */
export interface Stage extends CommonStage {
  readonly cloud: Cloud;
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
    // On loopback the address says nothing about the cloud, and its catalogue is not trusted with the token.
    const inputs = settings.dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': cloud.networkUrl } : {};
    const common = stageAt(
      () => ({ cloud }),
      () => inputs,
    );
    try {
      await body({ cloud, ...common });
    } finally {
      await cloud.close();
    }
  });
}
