/** Which of the three sources says where the cloud is and who logs in: inputs, OS_* variables, or a clouds.yaml. Never two. */
import { type RunnerFiles, readNamed } from '../clouds/files.ts';
import { readCloudsSource } from '../clouds/source.ts';
import { readCertificates } from '../http/ca.ts';
import type { Log } from '../ports.ts';
import { type CaCertificate, hasPrivateKey, readCaCertificate } from './certificate.ts';
import { ecosystemSettings } from './ecosystem.ts';
import { InputProblem, type InputProblems, type Read } from './problems.ts';
import type { MaskSecret } from './secrets.ts';
import { identitySettings, isGiven, type SettingsReader } from './settings.ts';
import { type Environment, environmentSource, identityVariables } from './variables.ts';

/** What a run finds on its runner besides its inputs. */
export interface Surroundings {
  readonly environment: Environment;
  readonly runnerFiles: RunnerFiles;
  readonly log: Pick<Log, 'info'>;
  /** GitHub gives the run no secrets: a pull request from a fork, or Dependabot. */
  readonly isWithoutSecrets: boolean;
}

export interface Source {
  readonly settings: SettingsReader;
  readonly caCertificate: Read<CaCertificate | undefined>;
  /** Everybody who can open a pull request can change it. */
  readonly isUntrusted: boolean;
  /** What a person calls the source; undefined for the inputs. */
  readonly words?: string;
}

const rule = 'Where the cloud is and who logs in comes whole from one source, never from two.';

function list(names: readonly string[]): string {
  return names.join(', ');
}

function askedBy(names: readonly string[]): string {
  return `A clouds.yaml is asked for by ${list(names)}`;
}

/**
 * The certificates of a CA that a variable or a clouds.yaml names, anywhere on the runner.
 * @param isOfFile a clouds.yaml does not know in which workspace a relative path ends, so it ends in none
 */
async function readCaFile(
  settings: SettingsReader,
  { environment, runnerFiles }: Surroundings,
  mask: MaskSecret,
  isOfFile: boolean,
): Promise<CaCertificate | undefined> {
  const name = 'ca-certificate';
  if (!isGiven(settings, name)) return undefined;
  const fail = (text: string): InputProblem => settings.problem(name, text);
  const { text, inWorkspace } = await readNamed(settings.text(name), fail, environment, runnerFiles);
  if (isOfFile && inWorkspace) {
    throw fail('names a file in the workspace, which a pull request can change. Give the path of one outside of it.');
  }
  if (hasPrivateKey(text)) {
    mask(text);
    throw fail('names a file with a private key. Certificates alone are needed.');
  }
  try {
    readCertificates(text);
  } catch {
    throw fail('names a file that holds no certificate, or one that cannot be read (PEM is expected).');
  }
  return { kind: 'pem', text };
}

async function fromClouds(
  inputs: SettingsReader,
  surroundings: Surroundings,
  mask: MaskSecret,
  problems: InputProblems,
): Promise<Source> {
  const { environment, runnerFiles, log } = surroundings;
  const chosen = environment.variables.get('OS_CLOUD')?.trim() ?? '';
  const name = inputs.text('cloud-name');
  if (name !== '' && chosen !== '' && name !== chosen) {
    throw inputs.problem('cloud-name', 'and the variable OS_CLOUD name different entries. Keep one of them.');
  }
  const wanted = { path: inputs.text('clouds-file'), name: name || chosen, environment, files: runnerFiles, mask };
  const { settings, words, inWorkspace } = await readCloudsSource(wanted, problems);
  log.info(`Logging in by ${words}.`);
  const caCertificate = await problems.wait(async () =>
    inWorkspace ? undefined : await readCaFile(settings, surroundings, mask, true),
  );
  return { settings, caCertificate, isUntrusted: inWorkspace, words };
}

async function fromVariables(
  names: readonly string[],
  surroundings: Surroundings,
  mask: MaskSecret,
  problems: InputProblems,
): Promise<Source> {
  surroundings.log.info(`Logging in by the variables ${list(names)}, because no input says where and who.`);
  const settings = ecosystemSettings(environmentSource(surroundings.environment), problems);
  const caCertificate = await problems.wait(() => readCaFile(settings, surroundings, mask, false));
  return { settings, caCertificate, isUntrusted: false, words: 'the OS_* variables' };
}

/**
 * Finds the source. Masks the secrets of a clouds.yaml; those of inputs and variables have to be masked before.
 * @throws InputProblem for contradictions, or a clouds.yaml that cannot be used
 */
export async function findSource(
  inputs: SettingsReader,
  surroundings: Surroundings,
  mask: MaskSecret,
  problems: InputProblems,
): Promise<Source> {
  const { environment } = surroundings;
  const given = identitySettings.filter((name) => isGiven(inputs, name));
  const files = ['clouds-file', 'cloud-name'].filter((name) => isGiven(inputs, name));
  const variables = identityVariables(environment);
  const hasCloud = (environment.variables.get('OS_CLOUD')?.trim() ?? '') !== '';
  if (files.length > 0 && given.length > 0) {
    throw new InputProblem('', `${askedBy(files)}, but there are other inputs too: ${list(given)}. ${rule}`);
  }
  if (given.length > 0 || (files.length === 0 && !hasCloud && variables.length === 0)) {
    const caCertificate = problems.attempt(() => readCaCertificate(inputs, mask));
    return { settings: inputs, caCertificate, isUntrusted: false };
  }
  const asking = [...files, ...(hasCloud ? ['OS_CLOUD'] : [])];
  if (asking.length > 0 && variables.length > 0) {
    const text = `${askedBy(asking)}, but there are variables too: ${list(variables)}. ${rule}`;
    throw new InputProblem('', text, { kind: files.length > 0 ? 'input' : 'variable' });
  }
  return asking.length > 0
    ? await fromClouds(inputs, surroundings, mask, problems)
    : await fromVariables(variables, surroundings, mask, problems);
}

/** Why variables that are set do not help, for a login that is not complete. */
export function unusedVariables(inputs: SettingsReader, { environment }: Surroundings): string | undefined {
  const given = identitySettings.filter((name) => isGiven(inputs, name));
  const variables = [...identityVariables(environment), ...(environment.variables.get('OS_CLOUD') ? ['OS_CLOUD'] : [])];
  if (given.length === 0 || variables.length === 0) return undefined;
  return `The variables ${list(variables)} are not used, because of the inputs ${list(given)}. ${rule}`;
}
