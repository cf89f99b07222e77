/** Builds what is real (process, clock, files, network) and starts the story. */
import { systemClock } from './clock.ts';
import { asActionError } from './errors.ts';
import { isWithoutSecrets } from './github/event.ts';
import { createPublisher } from './github/publish.ts';
import { createHttpClient } from './http/client.ts';
import { type ProxySettings, proxySecrets, resolveProxy } from './http/proxy.ts';
import { type Dependencies, main } from './main.ts';
import { createRedactor } from './redact.ts';
import { installCancellation } from './runner/cancellation.ts';
import { endSoon } from './runner/end.ts';
import { keepVerifying, runnerEnvironment } from './runner/environment.ts';
import { fail } from './runner/failure.ts';
import { createGeneratedFiles } from './runner/generated-files.ts';
import { createInputReader } from './runner/input-reader.ts';
import { createLog } from './runner/log.ts';
import { createOutputs } from './runner/outputs.ts';
import { redactReport } from './runner/redact-report.ts';
import { readRunEvent } from './runner/run-event.ts';
import { readRunIdentity } from './runner/run-identity.ts';
import { createRunnerFiles } from './runner/runner-files.ts';
import { createMask } from './runner/secrets.ts';
import { renderSummary } from './runner/summary.ts';
import { writeSummary } from './runner/write-summary.ts';
import { createWorkspace } from './spec/workspace.ts';
import { version } from './version.ts';
import { vpnHint } from './vpn/hints.ts';

const started = systemClock.now();
const { workspace, repository, proxy: proxyVariables, environment, idTokens } = runnerEnvironment(process.env);
const event = readRunEvent(process.env);
const redactor = createRedactor();
const mask = createMask(redactor);
const log = createLog({ redact: mask.redact, workspace });
mask(idTokens.token?.reveal() ?? '');

// A runner that is gone must not end a replacement halfway.
process.stdout.on('error', () => undefined);
keepVerifying(process.env, log);

const userAgent = `ipsec-connection-action/${version}`;

function proxySettings(): ProxySettings {
  const proxy = resolveProxy(proxyVariables);
  for (const secret of proxySecrets(proxy)) {
    mask(secret);
  }
  return proxy;
}

const dependencies: Dependencies = {
  inputs: createInputReader(),
  mask,
  log,
  clock: systemClock,
  random: Math.random,
  cancellation: installCancellation(systemClock, log),
  workspace: createWorkspace(workspace),
  generatedFiles: createGeneratedFiles(workspace, 'peer-config-file'),
  exportFiles: createGeneratedFiles(workspace, 'export-file'),
  holdsSecret: mask.occursIn,
  repository,
  environment,
  isWithoutSecrets: isWithoutSecrets(event) && idTokens.url === undefined,
  runnerFiles: createRunnerFiles(workspace),
  idTokens,
  http(extraCa) {
    const { clock, random, cancellation } = dependencies;
    return createHttpClient({
      ...{ proxy: proxySettings(), userAgent, clock, random, log, cancellation, redactor, hints: vpnHint },
      ...(extraCa === undefined ? {} : { extraCa }),
    });
  },
  outputs: createOutputs(mask, log).report,
  async publish(report, wants) {
    // For its passwords: the library takes the proxy's address from the environment itself.
    if (wants.comment || wants.driftIssue) proxySettings();
    const { clock, cancellation } = dependencies;
    const { redact } = mask;
    const run = readRunIdentity(process.env);
    return await createPublisher({ ...run, event, userAgent, clock, cancellation, log, redact })(report, wants);
  },
  async conclude(report, wantsSummary) {
    if (wantsSummary) {
      const finished = systemClock.now();
      const facts = { finished: new Date(finished), seconds: (finished - started) / 1000 };
      await writeSummary(renderSummary(redactReport(report, mask.redact), facts), log);
    }
    if (report.failure !== undefined) {
      fail(report.failure, { redact: mask.redact, workspace });
    }
  },
};

main(dependencies)
  .catch((error: unknown) => fail(asActionError(error), { redact: mask.redact, workspace }))
  .finally(() => endSoon(dependencies.cancellation.cancelled));
