/** Exports of the model cloud, and how they are read again. */
import { expect } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import { readSpec, type SpecResult } from '../../../../src/spec/read.ts';
import { chooseConnections } from '../../../../src/vpn/export/choose.ts';
import { type Export, exportConnections } from '../../../../src/vpn/export/export.ts';
import { plan } from '../../../../src/vpn/plan/plan.ts';
import type { Plan } from '../../../../src/vpn/plan/steps.ts';
import { now, options, projectId, repository } from '../build.ts';
import type { ModelCloud } from '../model-cloud.ts';
import type { Standard } from '../standard-cloud.ts';

export interface ExportOf extends Export {
  /** Of the first file. */
  readonly text: string;
  readonly told: readonly string[];
}

export function exportOf(
  cloud: ModelCloud,
  wanted: readonly string[] = ['*'],
  pathOf: (name: string) => string = () => 'vpn.yml',
): ExportOf {
  const observed = cloud.observed();
  const { dialect } = cloud;
  const exported = exportConnections(chooseConnections(wanted, observed.connections), observed, {
    ...{ dialect, repository, now, pathOf },
    project: { id: projectId },
    holdsSecret: () => false,
  });
  return { ...exported, text: exported.files[0]?.text ?? '', told: exported.notices.map(({ text }) => text) };
}

/** As a run reads it, with a key for each variable. */
export function readAgain({ dialect }: ModelCloud, { files, connections }: Export, key?: string): SpecResult {
  const secrets = new Map(connections.map(({ variable }) => [variable, new Secret(key ?? `Of-${variable}`)]));
  const undefinedSecrets = key === undefined ? 'not needed' : 'error';
  return readSpec(files, {
    ...{ dialect, variables: new Map(), knownSecrets: [], undefinedSecrets },
    secrets: key === undefined ? new Map() : secrets,
  });
}

/** What planning the export at once gives. */
export function planAgain(cloud: ModelCloud, exported: Export, key?: string): Plan {
  const { connections } = readAgain(cloud, exported, key);
  return plan(connections, cloud.observed(), options(cloud.dialect.name));
}

/** Expects that nothing would change, and that nothing had to be said. @returns the text */
export function unchanged(standard: Standard, wanted?: readonly string[], notices: readonly unknown[] = []): string {
  const exported = exportOf(standard.cloud, wanted);
  const { changes, refusals } = planAgain(standard.cloud, exported);
  expect(refusals).toEqual([]);
  expect(changes).toEqual([]);
  expect(exported.told).toEqual(notices);
  return exported.text;
}
