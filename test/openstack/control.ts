/** Steers what the stack without agents reports as statuses; its other end is server/python/status_driver.py. */
import type { Stack } from './stack.ts';

export type Status = 'ACTIVE' | 'DOWN' | 'ERROR' | 'PENDING_CREATE' | 'PENDING_UPDATE' | 'PENDING_DELETE';

/** After so many seconds (since the step before), the connection has this status. */
export type Step = readonly [seconds: number, status: Status];

export interface StatusDriver {
  /**
   * How the connections of a project get their statuses, from its next create or update on.
   * `auto`, which each project starts with: by steps, DOWN after 0.5 s and ACTIVE 1.5 s later if none were given, as the
   * real agent was seen to report. The service gets ACTIVE with the first step. DOWN for both while one of them has
   * `admin_state_up: false`. A later change of the connection starts the steps anew.
   * `manual`: not at all, as where no agent is alive: everything stays PENDING_CREATE. Steps under way end.
   */
  mode(projectId: string, mode: 'auto' | 'manual', steps?: readonly Step[]): Promise<void>;
  /** Reports a status for a connection, and ACTIVE for its service. @throws Error if there is no such connection */
  drive(connectionId: string, status: Status): Promise<void>;
}

/** @throws Error on a stack with a data plane, where the agent reports */
export function statusDriver(stack: Pick<Stack, 'controlUrl'>): StatusDriver {
  const { controlUrl } = stack;
  if (controlUrl === undefined) throw new Error('The statuses of this stack come from a real agent.');
  const send = async (method: string, path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${controlUrl}${path}`, { method, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  return {
    mode: (projectId, mode, steps) => send('PUT', `/projects/${projectId}`, { mode, ...(steps ? { steps } : {}) }),
    drive: (connectionId, status) => send('POST', `/connections/${connectionId}/status`, { status }),
  };
}
