import { randomInt, randomUUID } from 'node:crypto';

/** Who issues the ID tokens of github.com's jobs. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** The payload of an ID token. */
export type Claims = Record<string, unknown>;

/** What the run is about. */
export interface Run {
  /** Owner and name (default acme/network). */
  readonly repository?: string;
  /** In full (default refs/heads/main). */
  readonly ref?: string;
  /** Name of the event (default push). */
  readonly event?: string;
  /** The job's environment (default none). */
  readonly environment?: string;
}

/**
 * The claims of a job's ID token, valid for 5 minutes, and from 10 minutes before on (GitHub Docs, OpenID Connect
 * reference, "Understanding the OIDC token").
 * @param now ms since 1970
 */
export function claimsOf(run: Run, audience: string, now: number): Claims {
  const { repository = 'acme/network', ref = 'refs/heads/main', event = 'push', environment } = run;
  const [owner = ''] = repository.split('/');
  const workflow = `${repository}/.github/workflows/vpn.yml@${ref}`;
  const sha = '6c5f1f0d1a3c2f4e5b6a798897a6b5c4d3e2f1a0';
  const seconds = Math.floor(now / 1000);
  return {
    ...{ jti: randomUUID(), sub: subject(repository, ref, event, environment), aud: audience },
    ...(environment === undefined ? {} : { environment }),
    ...{ ref, sha, repository, repository_owner: owner, repository_owner_id: '65', run_id: `${randomInt(1e10)}` },
    ...{ run_number: '10', run_attempt: '1', repository_visibility: 'private', repository_id: '74' },
    ...{ actor_id: '12', actor: 'octocat', workflow: 'vpn', head_ref: '', base_ref: '', event_name: event },
    ...{ ref_protected: 'true', ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch' },
    ...{ workflow_ref: workflow, workflow_sha: sha, job_workflow_ref: workflow, job_workflow_sha: sha },
    ...{ runner_environment: 'github-hosted', iss: GITHUB_ISSUER },
    ...{ nbf: seconds - 600, exp: seconds + 300, iat: seconds },
  };
}

function subject(repository: string, ref: string, event: string, environment: string | undefined): string {
  if (environment !== undefined) return `repo:${repository}:environment:${environment}`;
  return `repo:${repository}:${event === 'pull_request' ? 'pull_request' : `ref:${ref}`}`;
}
