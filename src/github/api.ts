/** What the comment and the issue need of GitHub; client.ts has the real one. */

export interface Call {
  /** For debug lines and warnings: "create the comment". */
  readonly what: string;
  /** Method and template of the path (`{owner}` and `{repo}` are the run's own). */
  readonly route: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  /** For the path, else the query (GET) or the JSON body. */
  readonly parameters?: Readonly<Record<string, string | number>>;
}

/** Each call throws a Refusal. */
export interface GitHubApi {
  /** The answer's JSON, not decoded yet. */
  send(call: Call): Promise<unknown>;
  /** The items of all pages of a list. */
  list(call: Call): Promise<readonly unknown[]>;
  /** The login of whom the token is, as `user.login` of what it writes: `github-actions[bot]` for a job's own token. */
  viewer(): Promise<string>;
}
