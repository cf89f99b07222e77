/**
 * A clouds.yaml in the workspace is what everybody can change who can change the repository, or whose pull request is
 * checked out. So it may say where the keyless login goes, and nothing else: no secret of the run may reach an address, or be
 * protected by a CA, that such a file names.
 */
import { InputProblem, type InputProblems, type ProblemDetails } from '../inputs/problems.ts';
import type { SettingsReader } from '../inputs/settings.ts';
import type { MappingNode, SpecNode } from '../spec/node.ts';
import { clip, visible } from '../spec/show.ts';
import { secretsIn } from './document.ts';
import type { Entry } from './entry.ts';

export const waysOut =
  'A clouds.yaml in the workspace can be changed by everybody who can change the repository or open a pull request, so it ' +
  'can describe the keyless login alone (auth_url, identity_provider, protocol, project), without any psk. Give the settings as ' +
  'inputs, or keep the file outside of the workspace: a step can write it to ${{ runner.temp }}.';

function inFile(key: string, { at }: Pick<SpecNode, 'at'>, text: string): InputProblem {
  const details: ProblemDetails = { kind: 'file', at };
  return new InputProblem(`${visible(clip(key, 60))} in ${at.file} (line ${at.line})`, text, details);
}

/** One is enough to refuse the file; the others are told so that they are found. */
const mostListed = 50;

/** Every secret in any entry is a problem. @throws InputProblem the first of them: nothing else matters then */
export function refuseSecrets(root: MappingNode, problems: InputProblems): void {
  const words =
    'holds a secret, which does not belong in the repository. Change it where it is used, and remove it here.';
  const found = secretsIn(root).slice(0, mostListed);
  const [first, ...others] = found.map(({ key, node }) => inFile(key, node, words));
  if (first === undefined) return;
  problems.note(waysOut);
  for (const problem of [first, ...others]) problems.add(problem);
  throw first;
}

/** What such a file may not decide. */
export function refuseUntrusted({ node, auth }: Entry, problems: InputProblems): void {
  for (const mapping of auth === undefined ? [node] : [node, auth]) {
    for (const { key, keyAt } of mapping.entries.values()) {
      if (/^(?:cacert|audience|.*[_-]endpoint[_-]override)$/i.test(key)) {
        problems.add(inFile(key, { at: keyAt }, 'is not taken from a file in the workspace.'));
        problems.note(waysOut);
      }
    }
  }
}

/**
 * The settings of the keyless login.
 * @throws InputProblem for another way to log in
 */
export function keylessOnly(settings: SettingsReader, problems: InputProblems): SettingsReader {
  if (settings.way === undefined || settings.way === 'oidc') return { ...settings, way: 'oidc' };
  problems.note(waysOut);
  const text = 'is not possible in a file of the workspace: only v3oidcaccesstoken is, because it needs no secret.';
  throw settings.problem('auth-type', text);
}
