import { setOutput } from '@actions/core';
import type { Log } from '../ports.ts';
import type { Report } from '../vpn/report.ts';
import { type OutputName, outputsOf, planJson } from './output-values.ts';
import { redactReport } from './redact-report.ts';
import type { Mask } from './secrets.ts';

export interface Outputs {
  /** Sets one output, unless it has that value already. */
  set(name: OutputName, value: string): void;
  /** Sets everything that the report knows: call it whenever something becomes known, and last when the run ends. */
  report(report: Report): void;
}

/**
 * The step's outputs. What was set before a failure or a cancellation is kept by the runner.
 * It never fails a run: a write in the cloud must not be cut short because a file of the runner is gone.
 */
export function createOutputs(mask: Mask, log: Pick<Log, 'warning'>): Outputs {
  const written = new Map<OutputName, string>();
  const warned = new Set<OutputName>();
  let plan: { readonly of: Pick<Report, 'changes' | 'digest'>; readonly text: string } | undefined;

  const warnOnce = (name: OutputName, text: string): void => {
    if (!warned.has(name)) log.warning(text, undefined, `Output ${name}`);
    warned.add(name);
  };

  const set = (name: OutputName, value: string): void => {
    if (written.get(name) === value) return;
    written.set(name, value);
    try {
      setOutput(name, value);
    } catch (error) {
      warnOnce(name, `The output ${name} could not be set: ${String(error)}`);
    }
    if (mask.occursIn(value)) {
      warnOnce(
        name,
        `The output ${name} contains the text of a secret, so GitHub drops it when it becomes a job's output. ` +
          'Keep addresses, names and other values that are no secrets in variables (`vars`), not in secrets.',
      );
    }
  };

  /** Redacted, because it is made for comments and files, which nobody masks. Once: the changes stay what they are. */
  const planOf = (report: Report): string => {
    if (plan?.of.changes !== report.changes || plan.of.digest !== report.digest) {
      plan = { of: report, text: planJson(redactReport(report, mask.redact)) };
    }
    return plan.text;
  };

  return {
    set,
    report(report) {
      const values = new Map(outputsOf(report));
      if (values.has('plan')) values.set('plan', planOf(report));
      for (const [name, value] of values) set(name, value);
      // What is not known any more: the id of a connection that a replacement deleted and could not make again.
      for (const name of written.keys()) if (!values.has(name)) set(name, '');
    },
  };
}
