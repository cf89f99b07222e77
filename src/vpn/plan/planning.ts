/** What deciding on a connection starts from and ends with. */
import type { ConnectionSpec } from '../desired.ts';
import { type Part, parts } from '../kinds.ts';
import type { Connection } from '../objects.ts';
import type { Change } from '../report.ts';
import type { Context } from './context.ts';
import type { PskDecision } from './psk.ts';
import type { PartTargets } from './references.ts';
import type { CreateStep, References, ReplaceStep, UpdateStep } from './steps.ts';

export interface Planning {
  readonly context: Context;
  readonly spec: ConnectionSpec;
  readonly targets: PartTargets;
  /** Keys of the steps that make or change what the connection refers to. */
  readonly after: readonly string[];
}

export interface ConnectionDecision {
  readonly spec: ConnectionSpec;
  readonly existing: Connection | undefined;
  readonly targets: PartTargets;
  /** What the connection refers to after the run. */
  readonly refs: References;
  readonly step: CreateStep | UpdateStep | ReplaceStep | undefined;
  readonly change: Change | undefined;
  readonly psk: PskDecision;
}

export function references(targets: PartTargets, only: readonly Part[] = parts): References {
  return Object.fromEntries(
    only.flatMap((part) => {
      const target = targets[part]?.target;
      return target === undefined ? [] : [[part, target]];
    }),
  );
}

/** A new object needs the psk: nobody else knows it. */
export function requirePsk({ context, spec }: Planning, why: string): void {
  if (spec.psk === undefined) {
    context.refuse(
      [spec],
      'INPUT_INVALID',
      `Connection ${spec.name.value}: no psk is given, and ${why}.`,
      'Pass it with the input psk (one connection), or as a line NAME=… of the input secrets and psk: ${NAME} in the file. Workflows from forks and from Dependabot do not receive secrets.',
      spec.name.at,
    );
  }
}

/** The psk goes out with every new connection, and all tags with it. */
export const sentPsk: PskDecision = { state: 'sent', send: true, newVersion: false };
