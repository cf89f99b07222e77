/** The life of a connection in a repository: export, review on pull requests, drift, prune, destroy. */
import { Secret } from '../secret.ts';
import { type ExpectedPlan, readExpectedPlan } from '../vpn/plan-digest.ts';
import type { Mode } from '../vpn/report.ts';
import type { InputProblems, Read } from './problems.ts';
import type { SettingsReader } from './settings.ts';
import { flag, lines } from './values.ts';

export interface LifecycleInputs {
  /** Export: names or ids; `*` is all. Empty in the other modes. */
  readonly connectionNames: readonly string[];
  /** Export: a path of the workspace; `{name}` stands for the connection's name. */
  readonly exportFile: string;
  /** Plan: keep a comment on the pull request. */
  readonly comment: boolean;
  /** Tells the comments and issues of several plans apart. */
  readonly commentKey: string;
  readonly githubToken?: Secret;
  /** Plan: changes make the run fail. */
  readonly failOnChanges: boolean;
  /** Plan: keep an issue as long as there are changes. */
  readonly driftIssue: boolean;
  /** Apply: what was reviewed. */
  readonly expectPlan?: ExpectedPlan;
  /** Apply and plan: remove connections of this repository that no file describes any more. */
  readonly prune: boolean;
  /** Destroy: names that confirm it; `*` confirms all. */
  readonly confirmDestroy: readonly string[];
  readonly destroyVpnservice: boolean;
}

const defaultExportFile = 'ipsec-connection.yml';

/** These choose what a run does, so in another mode they are an error: they are never silently without effect. */
function readExport(reader: SettingsReader, mode: Mode): Pick<LifecycleInputs, 'connectionNames' | 'exportFile'> {
  const connectionNames = lines(reader, 'connection-name');
  const exportFile = reader.text('export-file');
  if (mode === 'export') {
    if (connectionNames.length === 0) {
      throw reader.problem(
        'connection-name',
        'is empty. Name the connection to export (or give its id), or write "*".',
      );
    }
    return { connectionNames, exportFile: exportFile || defaultExportFile };
  }
  if (connectionNames.length > 0) {
    const text = 'is for mode: export alone. What the run is about is in the files of connection-file.';
    throw reader.problem('connection-name', text);
  }
  if (exportFile !== '') throw reader.problem('export-file', 'is for mode: export alone. Remove it, or set the mode.');
  return { connectionNames, exportFile };
}

/** A guard must never be without effect. */
function readExpected(reader: SettingsReader, mode: Mode): ExpectedPlan | undefined {
  const text = reader.text('expect-plan');
  if (text === '') return undefined;
  if (mode !== 'apply') {
    throw reader.problem('expect-plan', `holds an apply to a reviewed plan; in mode: ${mode} it has no meaning.`);
  }
  const expected = readExpectedPlan(text);
  if (expected !== undefined) return expected;
  throw reader.problem(
    'expect-plan',
    'is no digest of a plan (64 hexadecimal digits, the output plan-digest) and no plan (the JSON of the output plan).',
  );
}

function readToken(reader: SettingsReader): Secret | undefined {
  const text = reader.text('github-token');
  if (text === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(text)) throw reader.problem('github-token', 'contains characters that no token has.');
  return new Secret(text);
}

/** A part of what GitHub keeps in a comment: visible, of one line, and not endless. */
const longestKey = 200;

function readKey(reader: SettingsReader): string {
  const key = reader.text('comment-key');
  if (key === '') return lines(reader, 'connection-file').join('\n');
  if (key.length > longestKey || /\p{C}/u.test(key)) {
    throw reader.problem('comment-key', `has to be one line of at most ${longestKey} characters.`);
  }
  return key;
}

/** Everything is read in every mode; what has no meaning in it stays without effect, but for what would mislead. */
export function readLifecycle(
  reader: SettingsReader,
  mode: Read<Mode>,
  problems: InputProblems,
): Read<LifecycleInputs> {
  const exporting = problems.attempt(() => readExport(reader, mode()));
  const expectPlan = problems.attempt(() => readExpected(reader, mode()));
  const githubToken = problems.attempt(() => readToken(reader));
  const commentKey = problems.attempt(() => readKey(reader));
  const comment = problems.attempt(() => flag(reader, 'comment'));
  const failOnChanges = problems.attempt(() => flag(reader, 'fail-on-changes'));
  const driftIssue = problems.attempt(() => flag(reader, 'drift-issue'));
  const prune = problems.attempt(() => flag(reader, 'prune'));
  const destroyVpnservice = problems.attempt(() => flag(reader, 'destroy-vpnservice'));
  const confirmDestroy = lines(reader, 'confirm-destroy');
  return problems.attempt(() => {
    const expected = expectPlan();
    const token = githubToken();
    return {
      ...exporting(),
      comment: comment(),
      commentKey: commentKey(),
      ...(token === undefined ? {} : { githubToken: token }),
      failOnChanges: failOnChanges(),
      driftIssue: driftIssue(),
      ...(expected === undefined ? {} : { expectPlan: expected }),
      prune: prune(),
      confirmDestroy,
      destroyVpnservice: destroyVpnservice(),
    };
  });
}
