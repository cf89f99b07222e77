/** From a clouds.yaml to the settings of one of its entries. */
import { ecosystemSettings } from '../inputs/ecosystem.ts';
import { InputProblem, type InputProblems } from '../inputs/problems.ts';
import type { MaskSecret } from '../inputs/secrets.ts';
import type { SettingsReader } from '../inputs/settings.ts';
import type { Environment } from '../inputs/variables.ts';
import { shown, visible } from '../spec/show.ts';
import { mergeMappings, parseClouds } from './document.ts';
import { chooseEntry, entrySource } from './entry.ts';
import { type CloudsFiles, findClouds, type RunnerFiles } from './files.ts';
import { keylessOnly, refuseSecrets, refuseUntrusted } from './workspace-rules.ts';

export interface CloudsWanted {
  /** Of the input clouds-file; empty to look for one. */
  readonly path: string;
  /** Of the entry; empty for the only one. */
  readonly name: string;
  readonly environment: Environment;
  readonly files: RunnerFiles;
  readonly mask: MaskSecret;
}

export interface CloudsSource {
  readonly settings: SettingsReader;
  /** `"prod" of clouds.yaml` */
  readonly words: string;
  /** A pull request can change it. */
  readonly inWorkspace: boolean;
}

/** A secure.yaml holds secrets: neither it nor the file with the addresses may be in the workspace. */
function checkSecure({ clouds, secure }: CloudsFiles): void {
  if (secure === undefined || !(clouds.inWorkspace || secure.inWorkspace)) return;
  const text = secure.inWorkspace
    ? 'is in the workspace. Secrets do not belong in the repository.'
    : `is not used together with ${clouds.name}, which is in the workspace.`;
  throw new InputProblem(secure.name, text, { kind: 'file' });
}

/**
 * Masks every secret of the files first.
 * @throws InputProblem for files that cannot be used; what is wrong in the entry is added
 */
export async function readCloudsSource(wanted: CloudsWanted, problems: InputProblems): Promise<CloudsSource> {
  const { path, name, environment, mask } = wanted;
  const found = await findClouds(path, environment, wanted.files);
  const { clouds, secure } = found;
  const { inWorkspace } = clouds;
  const root = problems.attempt(() => parseClouds(clouds, mask, problems));
  const over = problems.attempt(() => (secure === undefined ? undefined : parseClouds(secure, mask, problems)));
  if (inWorkspace) refuseSecrets(root(), problems);
  checkSecure(found);
  const secrets = over();
  const whole = secrets === undefined ? root() : mergeMappings(root(), secrets);
  const file = clouds.name;
  const entry = chooseEntry(whole, name === '' ? undefined : name, {
    file,
    inWorkspace,
  });
  const source = entrySource(entry, problems);
  if (inWorkspace) refuseUntrusted(entry, problems);
  const settings = ecosystemSettings(source, problems);
  return {
    settings: inWorkspace ? keylessOnly(settings, problems) : settings,
    words: `${shown(entry.name)} of ${visible(file)}`,
    inWorkspace,
  };
}
