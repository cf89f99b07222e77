/** How the run goes: what it may do, and how long it may take. */
import { boundableImpacts, type Impact, type Mode, modes } from '../vpn/report.ts';
import { type LifecycleInputs, readLifecycle } from './lifecycle.ts';
import type { InputProblems, Read } from './problems.ts';
import type { SettingsReader } from './settings.ts';
import { choice, duration, flag, lines } from './values.ts';

export interface RunInputs extends LifecycleInputs {
  readonly mode: Mode;
  /** Paths or globs, as given; none for an export. */
  readonly connectionFiles: readonly string[];
  readonly updatePsk: 'auto' | 'always';
  readonly waitFor: 'settled' | 'active' | 'none';
  readonly timeoutMs: number;
  readonly statusIntervalMs: number;
  readonly maxImpact: Impact;
  readonly allowShared: boolean;
  readonly summary: boolean;
}

/** Seconds. A day is more than any job needs. */
const longestTimeout = 24 * 3600;
/** Seconds. The cloud's agents report every minute, unless its operator set them otherwise. */
const longestStatusInterval = 600;

function readFiles(reader: SettingsReader): readonly string[] {
  const files = lines(reader, 'connection-file');
  const mode = reader.text('mode');
  if (mode === 'export' && files.length > 0) {
    throw reader.problem('connection-file', 'is not read in mode: export; the file to write is export-file.');
  }
  if (mode !== 'export' && files.length === 0) {
    throw reader.problem('connection-file', 'is empty. Name the YAML file that describes the connection.');
  }
  return files;
}

/** The inputs with a default in action.yml, and the files. */
export function readRun(reader: SettingsReader, problems: InputProblems): Read<RunInputs> {
  const connectionFiles = problems.attempt(() => readFiles(reader));
  const mode = problems.attempt(() => choice(reader, 'mode', modes));
  const lifecycle = readLifecycle(reader, mode, problems);
  const updatePsk = problems.attempt(() => choice(reader, 'update-psk', ['auto', 'always']));
  const waitFor = problems.attempt(() => choice(reader, 'wait-for', ['settled', 'active', 'none']));
  const timeoutMs = problems.attempt(() => duration(reader, 'timeout', 1, longestTimeout));
  const statusIntervalMs = problems.attempt(() => duration(reader, 'status-interval', 0, longestStatusInterval));
  const maxImpact = problems.attempt(() => choice(reader, 'max-impact', boundableImpacts));
  const allowShared = problems.attempt(() => flag(reader, 'allow-shared'));
  const summary = problems.attempt(() => flag(reader, 'summary'));
  return problems.attempt(() => ({
    ...lifecycle(),
    mode: mode(),
    connectionFiles: connectionFiles(),
    updatePsk: updatePsk(),
    waitFor: waitFor(),
    timeoutMs: timeoutMs(),
    statusIntervalMs: statusIntervalMs(),
    maxImpact: maxImpact(),
    allowShared: allowShared(),
    summary: summary(),
  }));
}
