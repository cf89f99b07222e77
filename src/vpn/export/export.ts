/** Connections of the cloud → files that describe them. Pure. */
import type { Connection } from '../objects.ts';
import type { Observed } from '../observe.ts';
import type { Notice } from '../report.ts';
import { Exporting } from './exporting.ts';
import { nameConnections } from './names.ts';
import { type ProofOptions, prove, writeReadable } from './proof.ts';
import { refuseSecrets } from './secrets.ts';
import type { ExportFile } from './text.ts';

export interface ExportOptions extends ProofOptions {
  /** The file of a connection of this name, relative to the workspace. Throws if it is one that cannot be. */
  pathOf(name: string): string;
  /** Whether a text contains a secret of the run. */
  holdsSecret(text: string): boolean;
}

/** A connection of the cloud, and where it is in the files. */
export interface ExportedConnection {
  readonly connection: Connection;
  readonly name: string;
  /** Of the secret with its key. */
  readonly variable: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface Export {
  readonly files: readonly ExportFile[];
  readonly connections: readonly ExportedConnection[];
  /** What a person has to know; empty if planning the files gives no change. */
  readonly notices: readonly Notice[];
}

/**
 * @param chosen the connections that the export is about, in the order in which they are to stand in their files
 * @param observed everything that the project has, with all routers and subnets
 * @throws ActionError EXPORT if a secret would get into a file
 */
export function exportConnections(chosen: readonly Connection[], observed: Observed, options: ExportOptions): Export {
  const { pathOf, holdsSecret, ...proving } = options;
  const exporting = new Exporting(observed, options.dialect, nameConnections(chosen, observed, options.dialect));
  const written = writeReadable(exporting, pathOf, proving);
  refuseSecrets(written.files, observed, holdsSecret);
  const connections = written.files.flatMap(({ name: file, lines }) =>
    exporting.named.flatMap((named): ExportedConnection[] => {
      const index = lines.findIndex((line) => line.named === named);
      const { connection, name, variable } = named;
      return index < 0 ? [] : [{ connection, name, variable, file, line: index + 1 }];
    }),
  );
  return { files: written.files, connections, notices: prove(written, exporting, observed, proving) };
}
