/** Two runners whose clocks disagree: what one has just made is not old for the other. */
import { expect, test } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../src/http/client.ts';
import { noProxy } from '../../../src/http/proxy.ts';
import type { Dependencies } from '../../../src/main.ts';
import type { Clock } from '../../../src/ports.ts';
import { type Stage, stage } from '../../unit/stage.ts';
import { type Dialect, situation } from '../situations.ts';
import { tally } from '../tally.ts';

/** The stage's clock, so many hours wrong. */
function wrong({ clock }: Stage, hours: number): Clock {
  return { now: () => clock.now() + hours * 3_600_000, sleep: (ms, signal) => clock.sleep(ms, signal) };
}

/** Before the first write that matches, something else happens. */
function interrupted(
  http: HttpClient,
  isMoment: (method: string, path: string) => boolean,
  first: () => Promise<void>,
) {
  let done = false;
  const client: HttpClient = {
    ...http,
    async send(request) {
      if (!done && isMoment(request.method, request.url.pathname)) {
        done = true;
        await first();
      }
      return http.send(request);
    },
  };
  return { client, happened: () => done };
}

/** How many hours ahead the clock of the run is that changes something, and that of the run beside it. */
const pairs = [
  [0, 1.5],
  [0, 24],
  [-1.5, 0],
  [-24, 0],
  [-12, 12],
  [24, -24],
] as const;

const cases = (['openstack', 'otc'] as const).flatMap((dialect) =>
  pairs.map(([own, beside]): [Dialect, number, number] => [dialect, own, beside]),
);

test.each(cases)('on %s, %d hours ahead beside %d: both do their work', async (dialect, own, beside) => {
  const standing = await stage({ dialect });
  const { cloud, run } = standing;
  const { before, step } = situation('replacement', dialect);
  if (before === undefined) throw new Error('a replacement has something to replace');
  const inputs = dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': cloud.networkUrl } : {};
  const old = { files: before.files, inputs: { ...inputs, ...before.inputs } };
  expect((await run(old)).conclusion.failure).toBeUndefined();
  const failures: unknown[] = [];
  let happened = (): boolean => false;
  const atHand = (usual: Dependencies): Partial<Dependencies> => {
    const clock = wrong(standing, own);
    const http = createHttpClient({ ...usual, clock, proxy: noProxy, userAgent: 'ipsec-connection-action/test' });
    // The new policies are there, and nothing refers to them yet: the run beside goes by the old file.
    const moment = (method: string, path: string): boolean =>
      method !== 'GET' && path.includes('/ipsec-site-connections');
    const watched = interrupted(http, moment, async () => {
      const { conclusion } = await run({ ...old, replace: () => ({ clock: wrong(standing, beside) }) });
      failures.push(conclusion.failure);
    });
    happened = watched.happened;
    return { clock, http: () => watched.client };
  };
  const { conclusion } = await run({ files: step.files, inputs: { ...inputs, ...step.inputs }, replace: atHand });
  failures.push(conclusion.failure);
  expect([happened(), ...failures]).toEqual([true, undefined, undefined]);
  tally('wrong clocks', 1);
});
