/** The only reader of inputs: everything a step can state, as one typed object. What it needs is a parameter. */
import { waysOut } from './clouds/workspace-rules.ts';
import type { Login } from './identity/way.ts';
import type { CaCertificate } from './inputs/certificate.ts';
import { readLogin } from './inputs/login.ts';
import { type Offline, offlineDialect, offlineReason } from './inputs/offline.ts';
import { type PeerConfigInput, readPeerConfig } from './inputs/peer-config.ts';
import { InputProblem, InputProblems, type Read } from './inputs/problems.ts';
import { type RunInputs, readRun } from './inputs/run.ts';
import { maskInputs, readSecrets, type SecretInputs } from './inputs/secrets.ts';
import { type InputReader, inputSettings, type SettingsReader } from './inputs/settings.ts';
import { findSource, type Source, type Surroundings, unusedVariables } from './inputs/source.ts';
import type { SourceNames } from './inputs/source-names.ts';
import { maskVariables } from './inputs/variables.ts';
import { readWhere } from './inputs/where.ts';
import type { Secret } from './secret.ts';
import { shown } from './spec/show.ts';
import { parseAssignments } from './spec/variables.ts';
import type { DialectName } from './vpn/dialects.ts';

export type { CaCertificate, InputReader, Surroundings };

/** Where the cloud is, who logs in and for which project: from one source, with its settings. */
export interface Identity {
  /** Ends in /v3, without a slash after it. */
  readonly authUrl: URL;
  readonly region?: string;
  readonly login: Login;
  /** If the settings of the login are not inputs. */
  readonly sourceNames?: SourceNames;
  /** Without a slash at the end of its path. */
  readonly networkEndpoint?: URL;
  readonly caCertificate?: CaCertificate;
}

export interface Inputs extends RunInputs {
  readonly dialect: DialectName;
  /** Missing where `offline` says why. */
  readonly identity?: Identity;
  readonly offline?: Offline;
  readonly psk?: Secret;
  readonly peerConfig?: PeerConfigInput;
  /** For `psk` alone. A value may be empty, which counts as undefined. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** For everything else. */
  readonly variables: ReadonlyMap<string, string>;
}

function readVariables(
  inputs: SettingsReader,
  secrets: ReadonlyMap<string, Secret>,
  problems: InputProblems,
): ReadonlyMap<string, string> {
  const { values, errors } = parseAssignments(inputs.raw('variables'));
  for (const error of errors) problems.add(new InputProblem('variables', error));
  for (const name of values.keys()) {
    if (!secrets.has(name)) continue;
    problems.add(new InputProblem('variables', `${shown(name)} is in secrets too. Keep it in one of them.`));
  }
  return values;
}

/**
 * A pre-shared key goes to the cloud and the account that the settings name: not to what a pull request can name. Not even
 * where the address is one of Open Telekom Cloud, since the identity provider may be one of anybody's account there.
 */
function refuseKeys({ settings, isUntrusted }: Source, { psk, secrets }: SecretInputs, problems: InputProblems): void {
  if (!isUntrusted) return;
  problems.attempt(() => {
    const given = [...(psk() === undefined ? [] : ['psk']), ...(secrets.size === 0 ? [] : ['secrets'])];
    if (given.length === 0) return;
    problems.note(waysOut);
    const { at } = settings.problem('auth-url', '');
    const text = 'would go to the cloud and the account that a clouds.yaml in the workspace names.';
    throw new InputProblem(given.join(', '), text, { kind: 'file', at });
  });
}

type WhereAndWho = Pick<Inputs, 'dialect' | 'identity' | 'offline'>;

/** What a plan knows that does not ask the cloud. */
function withoutCloud(
  inputs: SettingsReader,
  { environment }: Surroundings,
  reason: Offline['reason'],
  problems: InputProblems,
): Read<WhereAndWho> {
  const known = offlineDialect(inputs, environment, problems);
  return problems.attempt(() => {
    const dialect = known();
    return { dialect: dialect ?? 'openstack', offline: { reason, isDialectAssumed: dialect === undefined } };
  });
}

/** Where the cloud is, who logs in and for which project, from the one source that says it. */
async function readIdentity(
  inputs: SettingsReader,
  surroundings: Surroundings,
  mask: (secret: string) => void,
  secrets: SecretInputs,
  problems: InputProblems,
): Promise<Read<WhereAndWho>> {
  const source = await problems.wait(() => findSource(inputs, surroundings, mask, problems));
  return problems.attempt(() => {
    const { settings, caCertificate, words, isUntrusted } = source();
    const before = problems.count;
    const where = readWhere(inputs, settings, problems);
    const login = readLogin(settings, where, problems);
    const unused = unusedVariables(inputs, surroundings);
    if (unused !== undefined && problems.count > before) problems.note(unused);
    if (isUntrusted && problems.count > before) problems.note(waysOut);
    refuseKeys(source(), secrets, problems);
    const networkEndpoint = where.networkEndpoint();
    const certificate = caCertificate();
    return {
      dialect: where.dialect(),
      identity: {
        authUrl: where.authUrl(),
        ...(where.region === '' ? {} : { region: where.region }),
        login: login(),
        ...(words === undefined ? {} : { sourceNames: { source: words, label: settings.label } }),
        ...(networkEndpoint === undefined ? {} : { networkEndpoint }),
        ...(certificate === undefined ? {} : { caCertificate: certificate }),
      },
    };
  });
}

/**
 * Reads every input, and the identity settings from their source. Every secret that is there is masked before anything else
 * happens, used or not.
 * @throws ActionError INPUT_INVALID or CLOUDS_FILE with all problems, none of which shows a secret
 */
export async function readInputs(
  reader: InputReader,
  mask: (secret: string) => void,
  surroundings: Surroundings,
): Promise<Inputs> {
  maskInputs(reader, mask);
  maskVariables(surroundings.environment, mask);
  const problems = new InputProblems();
  const inputs = inputSettings(reader);
  const secretInputs = readSecrets(inputs, problems);
  const offline = offlineReason(inputs, surroundings.environment, surroundings.isWithoutSecrets);
  const identity =
    offline === undefined
      ? await readIdentity(inputs, surroundings, mask, secretInputs, problems)
      : withoutCloud(inputs, surroundings, offline, problems);
  const run = readRun(inputs, problems);
  const peerConfig = readPeerConfig(inputs, problems);
  const variables = readVariables(inputs, secretInputs.secrets, problems);
  problems.check();

  const key = secretInputs.psk();
  const peer = peerConfig();
  return {
    ...run(),
    ...identity(),
    ...(key === undefined ? {} : { psk: key }),
    ...(peer === undefined ? {} : { peerConfig: peer }),
    secrets: secretInputs.secrets,
    variables,
  };
}
