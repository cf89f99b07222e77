import { join } from 'node:path';
import type { GitHub, GitHubRequest } from '../../cloud/github/index.ts';
import type { GitHubRest, RestRequest } from '../../cloud/github/rest/index.ts';
import type { Cloud, RecordedRequest } from '../../cloud/index.ts';
import type { Command } from './command.ts';
import { jobToken, stepEnvironment } from './environment.ts';
import { parsePairs, summaryLimit } from './file-commands.ts';
import { findLeaks, hint } from './leaks.ts';
import { splitLines } from './lines.ts';
import { readManifest, root } from './manifest.ts';
import { makeSandbox, type Sandbox } from './sandbox.ts';
import { fileSecrets, givenSecrets, secretTexts, sentSecrets, sentTokens, withParts } from './secrets.ts';
import { type Annotation, openGroup, readStepLog, type ShownLine, type StepLog } from './step-log.ts';
import { type ProcessResult, runProcess, type SignalPlan } from './step-process.ts';
import { embedded, type Target } from './target.ts';

export interface ActionOptions {
  /** The embedded cloud: gives the login inputs and the list of requests. */
  readonly cloud?: Cloud;
  /** Any other cloud, in its place. */
  readonly target?: Target;
  /** Gives the job its ID tokens: `permissions: id-token: write`. */
  readonly github?: Pick<GitHub, 'requestUrl' | 'requestToken' | 'requests'>;
  /** GitHub's REST API, with the job's own token; without it that token is good for nothing. */
  readonly rest?: GitHubRest;
  /** The step's `with:`; undefined leaves out a login input that the cloud would give. */
  readonly inputs?: Readonly<Record<string, string | undefined>>;
  /** Text by path in the workspace; `../temp` is the runner's temporary folder, `../home` the home directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further preparation of the workspace, e.g. links; gets its path. */
  readonly prepare?: (workspace: string) => Promise<void>;
  /** Paths in the workspace that the run may write; their texts are in the result. */
  readonly writes?: readonly string[];
  /** Looks at the workspace after the run; gets its path. */
  readonly inspect?: (workspace: string) => Promise<void>;
  /** Environment variables to set, or with undefined to leave out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Step debug logging. */
  readonly debug?: boolean;
  readonly signals?: readonly SignalPlan[];
  /** Gets, once the process runs, what sends it a signal at once. */
  readonly onStart?: (send: (signal: NodeJS.Signals) => void) => void;
  /** Texts that must not show, besides those that were given as secrets or passed the cloud as such. */
  readonly secrets?: readonly string[];
  /** The file to run; default: the variable `ACTION_BUNDLE`, else the `main` of action.yml. */
  readonly bundle?: string;
  readonly nodeArguments?: readonly string[];
  /** The process is killed after this, ms (default 60 s). */
  readonly limitMs?: number;
}

/** Everything that the runner, the cloud and a person know of a run. */
export interface ActionRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
  readonly endedAfterSignalMs: readonly number[];
  readonly startedAt: number;
  readonly stdout: string;
  readonly commands: readonly Command[];
  readonly lines: readonly ShownLine[];
  /** The visible log as one text, lines in groups indented. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What is left when all outputs are made job outputs: empty ones and ones with a masked text are dropped. */
  readonly jobOutputs: Readonly<Record<string, string>>;
  /** As uploaded: masked; empty when there is none or it is too large. */
  readonly summary: string;
  /** Texts of the files that the run was to write, by path; missing: there is none. */
  readonly written: Readonly<Record<string, string>>;
  /** What reached the cloud during the run. */
  readonly requests: readonly RecordedRequest[];
  /** What reached GitHub. */
  readonly idTokenRequests: readonly GitHubRequest[];
  /** What reached GitHub's REST API. */
  readonly restRequests: readonly RestRequest[];
  /** Breaches of the rules for every run; a scenario expects none. */
  readonly faults: readonly string[];
}

/** Runs the action as the runner would and gives back what the runner would make of it. */
export async function runAction(options: ActionOptions): Promise<ActionRun> {
  const manifest = readManifest();
  const target = options.target ?? (options.cloud === undefined ? undefined : embedded(options.cloud));
  const inputs = { ...target?.inputs, ...options.inputs };
  const env = {
    ...(options.debug === true ? { RUNNER_DEBUG: '1' } : {}),
    ...permission(options.github),
    ...addresses(options.rest),
    ...options.env,
  };
  const sandbox = await makeSandbox(options.files ?? {});
  try {
    await options.prepare?.(sandbox.workspace);
    const before = target?.requests.length ?? 0;
    const beforeAtGitHub = options.github?.requests.length ?? 0;
    const beforeAtRest = options.rest?.requests.length ?? 0;
    const ownToken = options.rest?.jobToken ?? jobToken;
    const prepared = new Set(await sandbox.strangers());
    const result = await runProcess({
      arguments: [
        ...(options.nodeArguments ?? []),
        options.bundle ?? process.env['ACTION_BUNDLE'] ?? join(root, manifest.main),
      ],
      env: stepEnvironment(manifest, sandbox, inputs, env, ownToken),
      cwd: sandbox.workspace,
      signals: options.signals ?? [],
      onStart: options.onStart,
      limitMs: options.limitMs ?? 60_000,
    });
    const requests = target?.requests.slice(before) ?? [];
    const idTokenRequests = options.github?.requests.slice(beforeAtGitHub) ?? [];
    const restRequests = options.rest?.requests.slice(beforeAtRest) ?? [];
    const mustBeMasked = [
      ...(inputs['github-token'] === undefined ? [ownToken] : []),
      ...givenSecrets(inputs, env),
      ...sentTokens(requests),
      ...secretTexts(idTokenRequests.map(({ idToken }) => idToken)),
    ];
    const known = [...(target?.secrets() ?? []), ...sentSecrets(target?.requests ?? [])];
    const all = [...(options.secrets ?? []), ...mustBeMasked, ...fileSecrets(options.files ?? {}), ...known];
    const secrets = [...new Set(withParts(all))];
    const expected = new Set((options.writes ?? []).map((file) => join('workspace', file)));
    const strangers = (await sandbox.strangers()).filter((file) => !prepared.has(file) && !expected.has(file));
    const written = await sandbox.texts(options.writes ?? []);
    await options.inspect?.(sandbox.workspace);
    const seen = { requests, idTokenRequests, restRequests, secrets, mustBeMasked, strangers, written };
    return await judge(result, sandbox, { ...options, ...seen });
  } finally {
    await sandbox.remove();
  }
}

/** Where the runner says that GitHub is. */
function addresses(rest: GitHubRest | undefined): Readonly<Record<string, string>> {
  return rest === undefined ? {} : { GITHUB_API_URL: rest.apiUrl, GITHUB_GRAPHQL_URL: rest.graphqlUrl };
}

/** The variables of a job that may ask for ID tokens. */
function permission(github: ActionOptions['github']): Readonly<Record<string, string>> {
  if (github === undefined) return {};
  return { ACTIONS_ID_TOKEN_REQUEST_URL: github.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: github.requestToken };
}

interface Circumstances extends ActionOptions {
  readonly requests: readonly RecordedRequest[];
  readonly idTokenRequests: readonly GitHubRequest[];
  readonly restRequests: readonly RestRequest[];
  readonly secrets: readonly string[];
  readonly mustBeMasked: readonly string[];
  readonly strangers: readonly string[];
  readonly written: Readonly<Record<string, string>>;
}

async function judge(result: ProcessResult, sandbox: Sandbox, context: Circumstances): Promise<ActionRun> {
  const log = readStepLog(result.stdout, { debug: context.debug === true, workspace: sandbox.workspace });
  const files = {
    GITHUB_OUTPUT: await sandbox.read('GITHUB_OUTPUT'),
    GITHUB_STATE: await sandbox.read('GITHUB_STATE'),
    GITHUB_ENV: await sandbox.read('GITHUB_ENV'),
    GITHUB_PATH: await sandbox.read('GITHUB_PATH'),
    GITHUB_STEP_SUMMARY: await sandbox.read('GITHUB_STEP_SUMMARY'),
  };
  const outputs = { ...log.outputs, ...parsePairs(files.GITHUB_OUTPUT) };
  const visible = visibleText(log.lines);
  const leaks = findLeaks(
    {
      stdout: result.stdout,
      stderr: result.stderr,
      visible,
      annotations: JSON.stringify(log.annotations),
      files: { ...files, ...context.written, ...posted(context.restRequests) },
    },
    context.secrets,
  );
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    durationMs: result.durationMs,
    endedAfterSignalMs: result.endedAfterSignalMs,
    startedAt: result.startedAt,
    stdout: result.stdout,
    commands: log.commands,
    lines: log.lines,
    log: visible,
    annotations: log.annotations,
    outputs,
    jobOutputs: jobOutputs(outputs, log),
    summary: uploadedSummary(files.GITHUB_STEP_SUMMARY, log),
    written: context.written,
    requests: context.requests,
    idTokenRequests: context.idTokenRequests,
    restRequests: context.restRequests,
    faults: [
      ...logFaults(result, log),
      ...leaks,
      ...unmasked(context.mustBeMasked, log),
      ...processFaults(result, files),
      ...strangerFaults(context.strangers),
    ],
  };
}

/** Texts that went to GitHub, where nobody masks them. */
function posted(requests: readonly RestRequest[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    requests.map(({ path, body }, at) => [`request ${at} to GitHub, ${path}`, JSON.stringify(body) ?? '']),
  );
}

/** One of several lines is refused, and masked line by line. */
function unmasked(secrets: readonly string[], { masker }: StepLog): string[] {
  const open = [...new Set(secrets)].filter((secret) => !/[\r\n]/.test(secret) && masker.mask(secret) !== '***');
  return open.map((secret) => `the secret ${hint(secret)} is not masked`);
}

/** A run that a second signal ended at once had no time to close its group. */
function logFaults(result: ProcessResult, log: StepLog): readonly string[] {
  return log.faults.filter((fault) => result.endedAfterSignalMs.length < 2 || fault !== openGroup);
}

/** Lines in groups indented, commands as their words: `Error: …`. */
export function visibleText(lines: readonly ShownLine[]): string {
  const words = {
    error: 'Error: ',
    warning: 'Warning: ',
    notice: 'Notice: ',
    debug: '##[debug]',
    group: '▸ ',
    text: '',
  };
  return lines.map((line) => `${line.inGroup ? '  ' : ''}${words[line.kind]}${line.text}`).join('\n');
}

function jobOutputs(outputs: Readonly<Record<string, string>>, log: StepLog): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([, value]) => value !== '' && log.masker.mask(value) === value),
  );
}

function uploadedSummary(text: string, log: StepLog): string {
  if (Buffer.byteLength(text) > summaryLimit) return '';
  return splitLines(text)
    .map((line) => log.masker.mask(line))
    .join('\n');
}

/** Connections that are kept open would hold it for four seconds; a busy machine for one. */
const endsWithinMs = 2000;

function processFaults(result: ProcessResult, files: Readonly<Record<string, string>>): string[] {
  const faults: string[] = [];
  if (result.stderr !== '') faults.push(`stderr is not empty: ${result.stderr.slice(0, 500)}`);
  if (result.killed) faults.push(`the process did not end by itself within ${Math.round(result.durationMs / 1000)} s`);
  if (result.endedAfterLastLineMs >= endsWithinMs) {
    faults.push(`the process ended ${Math.round(result.endedAfterLastLineMs)} ms after its last line`);
  }
  for (const name of ['GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH']) {
    if (files[name] !== '') faults.push(`${name} was written`);
  }
  if (Buffer.byteLength(files['GITHUB_STEP_SUMMARY'] ?? '') > summaryLimit) faults.push('the summary is too large');
  return faults;
}

function strangerFaults(strangers: readonly string[]): string[] {
  return strangers.map((file) => `the run left the file ${file}`);
}
