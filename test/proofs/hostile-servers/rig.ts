/** Runs of main with everything that shows what servers said, as index.ts wires it; the answers come from a script. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Dispatcher } from 'undici';
import { asActionError } from '../../../src/errors.ts';
import { driftText, planComment } from '../../../src/github/plan-text.ts';
import { defaultLimits } from '../../../src/http/limits.ts';
import { send } from '../../../src/http/tries.ts';
import type { Dependencies } from '../../../src/main.ts';
import type { Cancellation, Clock } from '../../../src/ports.ts';
import { createRedactor, type Redactor } from '../../../src/redact.ts';
import { fail } from '../../../src/runner/failure.ts';
import { createLog } from '../../../src/runner/log.ts';
import { createOutputs } from '../../../src/runner/outputs.ts';
import { redactReport } from '../../../src/runner/redact-report.ts';
import { createMask, type Mask } from '../../../src/runner/secrets.ts';
import { renderSummary } from '../../../src/runner/summary.ts';
import { vpnHint } from '../../../src/vpn/hints.ts';
import type { Report } from '../../../src/vpn/report.ts';
import type { Traces } from './judge.ts';

// Each line of a stack is one more line of the log to be cleaned; the first ones tell of the server's words.
Error.stackTraceLimit = 3;

const workspace = '/home/runner/network';
const facts = { key: 'vpn.yml', commit: undefined, run: undefined };

/** What index.ts makes anew for each run. */
export class Rig {
  readonly redactor: Redactor = createRedactor();
  readonly mask: Mask = createMask(this.redactor);
  readonly log = createLog({ redact: this.mask.redact, workspace });
  readonly outputs = createOutputs(this.mask, this.log);
  summary = '';
  posts: readonly string[] = [];

  /** The client of the product up to the place where it would open a connection. */
  client(dispatcher: Dispatcher, { clock, cancellation }: { clock: Clock; cancellation: Cancellation }) {
    const shared = { clock, cancellation, log: this.log, redactor: this.redactor, limits: defaultLimits };
    const context = { ...shared, dispatcher, random: () => 0.5, hints: vpnHint, userAgent: 'test/1' };
    return {
      send: (request: Parameters<typeof send>[1]) => send(context, request),
      openEarly: () => {},
      close: async () => {},
    };
  }

  conclude(report: Report): void {
    const redacted = redactReport(report, this.mask.redact);
    this.summary = renderSummary(redacted, { seconds: 1 });
    // What has a secret in it is not posted; what is posted is made of the same report.
    this.posts = [planComment(redacted, facts), driftText(redacted, facts)];
    if (report.failure !== undefined) fail(report.failure, { redact: this.mask.redact, workspace });
  }

  /** For `replace` of a stage's run. */
  replacing(usual: Dependencies, dispatcher: Dispatcher): Partial<Dependencies> {
    return {
      mask: this.mask,
      log: this.log,
      holdsSecret: this.mask.occursIn,
      http: () => this.client(dispatcher, usual),
      outputs: this.outputs.report,
      conclude: async (report, wantsSummary) => {
        await usual.conclude(report, wantsSummary);
        this.conclude(report);
      },
    };
  }
}

/** Runs `body` and keeps what it writes; stdout and the file of outputs are the process's, so one at a time. */
export async function traced(rig: Rig, outputsFile: string, body: () => Promise<void>): Promise<Traces> {
  const pieces: string[] = [];
  const write = process.stdout.write;
  const { exitCode } = process;
  const file = process.env['GITHUB_OUTPUT'];
  writeFileSync(outputsFile, '');
  process.env['GITHUB_OUTPUT'] = outputsFile;
  process.stdout.write = (chunk: Uint8Array | string): boolean => {
    pieces.push(String(chunk));
    return true;
  };
  try {
    await body();
  } catch (error) {
    rig.log.error(`rejected: ${asActionError(error).message}`);
    throw error;
  } finally {
    process.stdout.write = write;
    process.exitCode = exitCode;
    if (file === undefined) delete process.env['GITHUB_OUTPUT'];
    else process.env['GITHUB_OUTPUT'] = file;
  }
  const { summary, posts } = rig;
  return { stdout: pieces.join(''), outputs: readFileSync(outputsFile, 'utf8'), summary, posts };
}
