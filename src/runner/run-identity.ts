import type { RunIdentity } from '../github/run-facts.ts';

/** Where GitHub is, and which run this is; the addresses of github.com where the runner says nothing. */
export function readRunIdentity(
  variables: Readonly<Record<string, string | undefined>>,
): RunIdentity & { readonly apiUrl: string } {
  return {
    apiUrl: variables['GITHUB_API_URL'] || 'https://api.github.com',
    serverUrl: variables['GITHUB_SERVER_URL'] || 'https://github.com',
    repository: variables['GITHUB_REPOSITORY'] ?? '',
    runId: variables['GITHUB_RUN_ID'] ?? '',
    runAttempt: variables['GITHUB_RUN_ATTEMPT'] ?? '',
  };
}
