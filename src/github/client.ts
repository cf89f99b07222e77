/** GitHub's REST API through `@actions/github`, which a run that needs nothing of it never loads. */
import type { Cancellation, Clock, Log } from '../ports.ts';
import type { Secret } from '../secret.ts';
import { isJsonObject } from '../vpn/objects.ts';
import type { Call, GitHubApi } from './api.ts';
import { type Failed, Refusal, refusalOf, waitMs } from './refusal.ts';

export interface ClientOptions {
  /** Of the variable GITHUB_API_URL, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: Secret;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly log: Pick<Log, 'debug'>;
  /** When the last call has to have ended, milliseconds since the epoch. */
  readonly deadline: number;
}

/** Milliseconds for one try. */
const tryMs = 15_000;

/** Of a list; with a hundred items each. */
const mostPages = 50;

/** The version of the REST API that the calls are written for. */
const version = { 'x-github-api-version': '2022-11-28' };

type Octokit = ReturnType<typeof import('@actions/github').getOctokit>;

interface Answer {
  readonly data: unknown;
  readonly link: string;
}

const nothing = (): void => undefined;

/** Octokit writes deprecations of the API to stderr. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** @throws Refusal if the library cannot be loaded: it reads the event file at once, and fails over a broken one */
async function load({ apiUrl, token, userAgent }: ClientOptions): Promise<Octokit> {
  try {
    const { getOctokit } = await import('@actions/github');
    return getOctokit(token.reveal(), { baseUrl: apiUrl, userAgent, log: silent });
  } catch (error) {
    throw new Refusal('unexpected', 'Could not prepare for calls to GitHub', { cause: error });
  }
}

/** Octokit's errors have the answer, if there was one. */
function failedOf(error: unknown): Failed {
  const { response, status, message, cause }: Readonly<Record<string, unknown>> = isJsonObject(error) ? error : {};
  const headers = isJsonObject(response) && isJsonObject(response.headers) ? response.headers : {};
  const data = isJsonObject(response) && isJsonObject(response.data) ? response.data : {};
  const details = Array.isArray(data.errors)
    ? data.errors.flatMap((detail: unknown) => (isJsonObject(detail) ? [String(detail.message ?? detail.code)] : []))
    : [];
  const words = typeof data.message === 'string' ? [data.message, ...details].join(': ') : String(message);
  const inner = isJsonObject(cause) && isJsonObject(cause.cause) ? ` ${String(cause.cause.code ?? '')}` : '';
  return {
    status: response !== undefined && typeof status === 'number' ? status : undefined,
    message: response === undefined ? `${words}${inner}` : words,
    header: (name) => (headers[name] === undefined ? undefined : String(headers[name])),
  };
}

class Client implements GitHubApi {
  readonly #options: ClientOptions;
  #octokit: Promise<Octokit> | undefined;
  #viewer: Promise<string> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async send(call: Call): Promise<unknown> {
    return (await this.#answer(call)).data;
  }

  async list(call: Call): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (let page = 1; page <= mostPages; page += 1) {
      const parameters = { ...call.parameters, per_page: 100, page };
      const { data, link } = await this.#answer({ ...call, parameters });
      if (!Array.isArray(data)) {
        throw new Refusal('unexpected', `Could not ${call.what}: the answer is no list`);
      }
      items.push(...data);
      // The number is enough: no address is taken from an answer.
      if (!/;\s*rel="next"/.test(link)) {
        return items;
      }
    }
    throw new Refusal('unexpected', `Could not ${call.what}: there are more than ${mostPages * 100}`);
  }

  viewer(): Promise<string> {
    this.#viewer ??= this.#ask();
    return this.#viewer;
  }

  /** `GET /user` is refused to a job's token; this is not. A GitHub Enterprise Server has it beside the REST API. */
  async #ask(): Promise<string> {
    const what = 'find out whose token it is';
    const baseUrl = this.#options.apiUrl.replace(/\/api\/v3\/?$/, '/api');
    const parameters = { baseUrl, query: 'query { viewer { login } }' };
    const answer = await this.send({ what, route: 'POST /graphql', parameters });
    const data = isJsonObject(answer) && isJsonObject(answer.data) ? answer.data : {};
    if (!isJsonObject(data.viewer) || typeof data.viewer.login !== 'string') {
      throw new Refusal('unexpected', `Could not ${what}: the answer does not say it`);
    }
    return data.viewer.login;
  }

  /** With further tries where one is allowed and there is time for it. */
  async #answer(call: Call): Promise<Answer> {
    const { clock, log, deadline, cancellation } = this.#options;
    // What was perhaps carried out is not doubled by these; a question by GraphQL is a POST too.
    const isSafe = !call.route.startsWith('POST') || call.route === 'POST /graphql';
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#try(call);
      if ('data' in outcome) {
        return outcome;
      }
      this.#checkCancelled(call);
      const wait = waitMs(outcome, tries, isSafe, clock.now());
      if (wait === undefined || clock.now() + wait > deadline) {
        throw refusalOf(call.what, outcome, clock.now());
      }
      log.debug(`GitHub: ${call.what}: ${outcome.status ?? outcome.message}; again in ${wait} ms.`);
      await clock.sleep(wait, cancellation.reads).catch(() => this.#checkCancelled(call));
    }
  }

  #checkCancelled({ what }: Call): void {
    if (this.#options.cancellation.reads.aborted) {
      throw new Refusal('cancelled', `Could not ${what}: the run was cancelled`);
    }
  }

  async #try(call: Call): Promise<Answer | Failed> {
    this.#checkCancelled(call);
    const { repository, clock, log, deadline, cancellation } = this.#options;
    this.#octokit ??= load(this.#options);
    const octokit = await this.#octokit;
    const [owner = '', repo = ''] = repository.split('/');
    const own = call.route.includes('{owner}') ? { owner, repo } : {};
    const ends = call.route.startsWith('GET') ? cancellation.reads : cancellation.writes;
    const left = Math.min(tryMs, deadline - clock.now());
    if (left <= 0) {
      throw new Refusal('unavailable', `Could not ${call.what}: the time for calls to GitHub is over`);
    }
    const signal = AbortSignal.any([ends, AbortSignal.timeout(left)]);
    const started = performance.now();
    try {
      // A redirect would make a GET of a POST, or take the text to another host.
      const request = { signal, log: silent, redirect: 'error' as const };
      const parameters = { ...own, ...call.parameters, headers: version, request };
      const { data, status, headers }: { data: unknown; status: number; headers: { link?: string } } =
        await octokit.request(call.route, parameters);
      log.debug(`GitHub: ${call.what}: ${status} in ${Math.round(performance.now() - started)} ms.`);
      return { data, link: headers.link ?? '' };
    } catch (error) {
      return failedOf(error);
    }
  }
}

/** Nothing is loaded or sent before the first call. */
export function createGitHubClient(options: ClientOptions): GitHubApi {
  return new Client(options);
}
