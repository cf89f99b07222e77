/** A wait on fakes. */
import { dialects } from '../../../src/vpn/dialects.ts';
import { type Connection, decodeObject } from '../../../src/vpn/objects.ts';
import { type Waited, type WaitFor, type Waiting, waitForStates } from '../../../src/vpn/wait.ts';
import { now, uuid } from './build.ts';
import { Cancel, JumpingClock, Lines, type React, scriptedApi } from './fakes.ts';

const interval = 65_000;

export function connection(status: string, number = 1, others: object = {}): Connection {
  return decodeObject('ipsec_site_connection', { id: uuid(number), status, ...others }, dialects.otc);
}

interface Setting {
  readonly waitFor: WaitFor;
  readonly react: React;
  readonly timeoutMs?: number;
}

export async function waiting(all: readonly Waiting[], { waitFor, react, timeoutMs = 600_000 }: Setting) {
  const clock = new JumpingClock();
  const log = new Lines();
  const cancellation = new Cancel();
  const api = scriptedApi(react);
  const told: { readonly name: string; readonly seconds: number; readonly waited: Waited }[] = [];
  const done = waitForStates(all, {
    waitFor,
    api,
    clock,
    random: () => 0.5,
    log,
    cancellation,
    deadline: now + timeoutMs,
    timeoutMs,
    statusIntervalMs: interval,
    onStatus: (name, waited) => told.push({ name, seconds: clock.seconds, waited }),
  });
  return { clock, log, cancellation, api, told, done };
}
