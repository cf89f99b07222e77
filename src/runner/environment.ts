import type { IdTokenRequest } from '../identity/way.ts';
import type { Environment } from '../inputs/variables.ts';
import type { Log } from '../ports.ts';
import { Secret } from '../secret.ts';

/** What the runner tells a step through its environment, as far as this action needs it. */
export interface RunnerEnvironment {
  /** Absolute path of the checked-out repository. */
  readonly workspace: string;
  /** `owner/name`; empty outside GitHub Actions. */
  readonly repository: string;
  /** The variables that say which proxy to use, for `resolveProxy`. */
  readonly proxy: Readonly<Record<string, string | undefined>>;
  /** What other tools log in by: the OS_* variables. */
  readonly environment: Environment;
  /** Where this job gets an ID token from GitHub; empty without `permissions: id-token: write`. */
  readonly idTokens: IdTokenRequest;
}

const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'] as const;

function openstackVariables(all: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const named = Object.entries(all).flatMap(([name, value]) =>
    name.startsWith('OS_') && value !== undefined ? [[name, value] as const] : [],
  );
  return new Map(named);
}

/** Reads the environment once; index.ts hands the parts on to who needs them. The runner starts a step in the workspace. */
export function runnerEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  currentDirectory = process.cwd(),
): RunnerEnvironment {
  const requestToken = variables['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] || undefined;
  return {
    workspace: variables['GITHUB_WORKSPACE'] || currentDirectory,
    repository: variables['GITHUB_REPOSITORY'] ?? '',
    proxy: Object.fromEntries(proxyVariables.map((name) => [name, variables[name]])),
    environment: { home: variables['HOME'] || undefined, variables: openstackVariables(variables) },
    idTokens: {
      url: variables['ACTIONS_ID_TOKEN_REQUEST_URL'] || undefined,
      token: requestToken === undefined ? undefined : new Secret(requestToken),
    },
  };
}

/** Certificates are always verified. Node would take this variable for a reason not to, and say so on stderr. */
export function keepVerifying(variables: Record<string, string | undefined>, log: Pick<Log, 'warning'>): void {
  if (variables['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    delete variables['NODE_TLS_REJECT_UNAUTHORIZED'];
    log.warning(
      'The variable NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always verified. ' +
        'For a private CA there is the input ca-certificate.',
    );
  }
}
