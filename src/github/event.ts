/** What started the run: its pull request, its commit, and whether GitHub withholds the secrets. Pure. */
import { isJsonObject } from '../vpn/objects.ts';

/** What the runner tells of the event. */
export interface RunEvent {
  /** e.g. `pull_request`; empty outside of GitHub Actions. */
  readonly name: string;
  /** In full, e.g. `refs/pull/12/merge`. */
  readonly ref: string;
  /** The commit that the workflow runs for; of a pull request a merge that GitHub made for a try. */
  readonly sha: string;
  /** The webhook's payload, as read from the event file; undefined if there is none. */
  readonly payload: unknown;
}

export interface PullRequest {
  readonly number: number;
  /** Its branch is in another repository, or in one that is gone. */
  readonly isFork: boolean;
}

/** Events whose runs for a fork get neither secrets nor a token that may write. `pull_request_target` gets both. */
const restricted = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];

/** Dependabot's runs are treated as a fork's for these too (GitHub Docs, "Restrictions when Dependabot triggers events"). */
const restrictedForDependabot = [...restricted, 'push', 'create', 'deployment', 'deployment_status'];

const dependabot = 'dependabot[bot]';

/** A value deep in the payload. */
function inside(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isFork(payload: unknown): boolean {
  const [head, base] = ['head', 'base'].map((side) => inside(payload, 'pull_request', side, 'repo', 'id'));
  return head !== base;
}

function numberOfRef(ref: string): number | undefined {
  const digits = /^refs\/pull\/([1-9]\d{0,9})\/(?:merge|head)$/.exec(ref)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The pull request that the run is for; also by a comment on it, which is an issue's comment to GitHub. */
export function pullRequestOf({ ref, payload }: RunEvent): PullRequest | undefined {
  const own = inside(payload, 'pull_request', 'number');
  if (isNumber(own)) {
    return { number: own, isFork: isFork(payload) };
  }
  const commented =
    inside(payload, 'issue', 'pull_request') === undefined ? undefined : inside(payload, 'issue', 'number');
  const number = isNumber(commented) ? commented : numberOfRef(ref);
  return number === undefined ? undefined : { number, isFork: false };
}

/**
 * Whether GitHub runs this without the repository's secrets, without an ID token, and with a token that only reads: for a
 * pull request from a fork, and for what Dependabot started (also if a person runs it again).
 */
export function isWithoutSecrets(event: RunEvent): boolean {
  const { name, payload } = event;
  if (inside(payload, 'sender', 'login') === dependabot) {
    const isOwn = inside(payload, 'pull_request', 'user', 'login') === dependabot;
    return restrictedForDependabot.includes(name) || (name === 'pull_request_target' && isOwn);
  }
  return restricted.includes(name) && pullRequestOf(event)?.isFork === true;
}

/** What a person knows the commit as: of a pull request its last one, not the merge made for a try. */
export function commitOf({ name, sha, payload }: RunEvent): string {
  const head = restricted.includes(name) ? inside(payload, 'pull_request', 'head', 'sha') : undefined;
  return typeof head === 'string' && /^[0-9a-f]{40,64}$/.test(head) ? head : sha;
}
