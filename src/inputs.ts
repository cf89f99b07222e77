/** The only reader of inputs: everything a step can state, as one typed object. Pure; the reader is a parameter. */
import type { Login } from './identity/way.ts';
import { type CaCertificate, readCaCertificate } from './inputs/certificate.ts';
import { readCloud } from './inputs/cloud.ts';
import { readLogin } from './inputs/login.ts';
import { type PeerConfigInput, readPeerConfig } from './inputs/peer-config.ts';
import { InputProblems } from './inputs/problems.ts';
import { type RunInputs, readRun } from './inputs/run.ts';
import { readSecrets } from './inputs/secrets.ts';
import type { InputReader } from './inputs/values.ts';
import type { Secret } from './secret.ts';
import { shown } from './spec/show.ts';
import { parseAssignments } from './spec/variables.ts';
import type { DialectName } from './vpn/dialects.ts';

export type { CaCertificate, InputReader };

export interface Inputs extends RunInputs {
  readonly dialect: DialectName;
  /** Ends in /v3, without a slash after it. */
  readonly authUrl: URL;
  readonly region?: string;
  readonly login: Login;
  /** Without a slash at the end of its path. */
  readonly networkEndpoint?: URL;
  readonly caCertificate?: CaCertificate;
  readonly psk?: Secret;
  readonly peerConfig?: PeerConfigInput;
  /** For `psk` alone. A value may be empty, which counts as undefined. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** For everything else. */
  readonly variables: ReadonlyMap<string, string>;
}

const hint = 'Mend the inputs of the step (below `with:`); the README has a table of them.';

function readVariables(
  reader: InputReader,
  secrets: ReadonlyMap<string, Secret>,
  problems: InputProblems,
): ReadonlyMap<string, string> {
  const { values, errors } = parseAssignments(reader.raw('variables'));
  for (const error of errors) problems.add('variables', error);
  for (const name of values.keys()) {
    if (secrets.has(name)) problems.add('variables', `${shown(name)} is in secrets too. Keep it in one of them.`);
  }
  return values;
}

/**
 * Reads every input, secrets first: each is masked before anything else happens.
 * @throws ActionError INPUT_INVALID with all problems, none of which shows a secret
 */
export function readInputs(reader: InputReader, mask: (secret: string) => void): Inputs {
  const problems = new InputProblems();
  const { password, token, psk, secrets } = readSecrets(reader, mask, problems);
  const caCertificate = problems.attempt(() => readCaCertificate(reader, mask));
  const run = readRun(reader, problems);
  const cloud = readCloud(reader, problems);
  const login = readLogin(reader, { password, token }, problems);
  const peerConfig = readPeerConfig(reader, problems);
  const variables = readVariables(reader, secrets, problems);
  problems.check(hint);

  const networkEndpoint = cloud.networkEndpoint();
  const certificate = caCertificate();
  const key = psk();
  const peer = peerConfig();
  return {
    ...run(),
    dialect: cloud.dialect(),
    authUrl: cloud.authUrl(),
    ...(cloud.region === '' ? {} : { region: cloud.region }),
    login: login(),
    ...(networkEndpoint === undefined ? {} : { networkEndpoint }),
    ...(certificate === undefined ? {} : { caCertificate: certificate }),
    ...(key === undefined ? {} : { psk: key }),
    ...(peer === undefined ? {} : { peerConfig: peer }),
    secrets,
    variables,
  };
}
