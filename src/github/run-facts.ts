/** What a text on GitHub says of the run that wrote it. Pure. */
import { commitOf, type RunEvent } from './event.ts';

/** As the runner tells it by its variables. */
export interface RunIdentity {
  /** Of GITHUB_SERVER_URL, e.g. `https://github.com`. */
  readonly serverUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
}

export interface RunFacts {
  /** What tells the plan from others; may have several lines. */
  readonly key: string;
  /** Markdown. */
  readonly commit: string | undefined;
  /** Markdown. */
  readonly run: string | undefined;
}

/** Links are made only of what cannot end them. */
export function runFacts(
  { serverUrl, repository, runId, runAttempt }: RunIdentity,
  event: RunEvent,
  key: string,
): RunFacts {
  const url = URL.parse(serverUrl);
  const isFit = /^[\w.-]+\/[\w.-]+$/.test(repository) && /^[\w./-]*$/.test(url?.pathname ?? '');
  const isWeb = url !== null && /^https?:$/.test(url.protocol);
  const base = isFit && isWeb ? `${url.origin}${url.pathname.replace(/\/+$/, '')}/${repository}` : undefined;
  const sha = commitOf(event);
  const attempt = /^\d+$/.test(runAttempt) ? `/attempts/${runAttempt}` : '';
  return {
    key,
    commit:
      base === undefined || !/^[0-9a-f]{40,64}$/.test(sha)
        ? undefined
        : `[\`${sha.slice(0, 7)}\`](${base}/commit/${sha})`,
    run:
      base === undefined || !/^\d+$/.test(runId)
        ? undefined
        : `[run ${runId}](${base}/actions/runs/${runId}${attempt})`,
  };
}
