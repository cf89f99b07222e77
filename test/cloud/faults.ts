import type { Fault, FaultEffect } from './types.ts';

interface ActiveFault {
  fault: Fault;
  /** Matching requests so far. */
  seen: number;
}

/** What is to go wrong with one request. */
export interface Mishap {
  delayMs: number;
  effect?: Exclude<FaultEffect, { kind: 'delay' }>;
}

/** The faults in force, and which requests they have met. */
export class Faults {
  private active: ActiveFault[] = [];

  add(fault: Fault): void {
    this.active.push({ fault, seen: 0 });
  }

  clear(): void {
    this.active = [];
  }

  /** Counts the request for every fault it matches; the first effect that is due wins, delays add up. */
  meet(method: string, path: string): Mishap {
    const mishap: Mishap = { delayMs: 0 };
    for (const one of this.active) {
      if (!matches(one.fault, method, path)) continue;
      one.seen += 1;
      if (!isDue(one.fault.when ?? 'once', one.seen)) continue;
      const { effect } = one.fault;
      if (effect.kind === 'delay') mishap.delayMs += effect.ms;
      else mishap.effect ??= effect;
    }
    return mishap;
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? path.includes(fault.path) : path.search(fault.path) >= 0;
}

function isDue(when: NonNullable<Fault['when']>, seen: number): boolean {
  if (when === 'always') return true;
  if (when === 'once') return seen === 1;
  return 'nth' in when ? seen === when.nth : seen >= when.from && seen < when.from + when.count;
}
