import type { Settings } from './settings.ts';

/** From this time on (ms since 1970) the object has this status. */
export interface StatusStep {
  from: number;
  status: string;
}

/**
 * An object's status is a schedule that is only looked at when somebody asks: no timers.
 * Returns the status at the time, null for a kind without one.
 */
export function statusAt(steps: StatusStep[], now: number): string | null {
  let current: string | null = null;
  for (const step of steps) if (current === null || step.from <= now) current = step.status;
  return current;
}

/** A connection just created: recorded, then configured, then (if the peer is there) up. */
export function creationSteps(now: number, settings: Settings): StatusStep[] {
  return [{ from: now, status: 'PENDING_CREATE' }, ...settling(now + settings.downAfterMs, settings)];
}

/** A service stays PENDING_CREATE until its first connection is realised (classic VPN API, 15.4). */
export function firstConnectionSteps(steps: StatusStep[], now: number, settings: Settings): StatusStep[] {
  if (steps.length > 1 || statusAt(steps, now) !== 'PENDING_CREATE') return steps;
  return [...steps, { from: now + settings.downAfterMs, status: 'ACTIVE' }];
}

/**
 * After a PUT: PENDING_UPDATE if the cloud shows that, the old status while it lags, then the next one.
 * Without a lag the schedule goes on as it was: the servers were seen to leave the status alone.
 */
export function updateSteps(steps: StatusStep[], now: number, settings: Settings, next?: string): StatusStep[] {
  const old = statusAt(steps, now) ?? 'DOWN';
  const applied = now + settings.pendingUpdateMs;
  const pending = settings.pendingUpdateMs > 0 ? [{ from: now, status: 'PENDING_UPDATE' }] : [];
  const turn = applied + (settings.statusLagMs ?? 0);
  const head = [...pending, { from: applied, status: old }];
  if (next !== undefined) return [...head, { from: turn, status: next }];
  if (settings.statusLagMs !== undefined) return [...head, ...settling(turn, settings)];
  return [...head, ...steps.filter((step) => step.from > applied)];
}

/** The service was switched off or on: its connections follow (seen with the stock driver). */
export function switchSteps(steps: StatusStep[], now: number, on: boolean, settings: Settings): StatusStep[] {
  const head = { from: now, status: statusAt(steps, now) ?? 'DOWN' };
  const at = now + settings.downAfterMs;
  return [head, ...(on ? settling(at, settings) : [{ from: at, status: 'DOWN' }])];
}

function settling(at: number, settings: Settings): StatusStep[] {
  const down = { from: at, status: 'DOWN' };
  return settings.activeAfterMs === null ? [down] : [down, { from: at + settings.activeAfterMs, status: 'ACTIVE' }];
}
