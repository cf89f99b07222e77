import { randomBytes } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { decoded } from '../../../json.ts';
import { type ApiState, answerApi, type Holder, type Permissions } from './api.ts';
import { bot, Conversations, type User } from './conversations.ts';
import { badCredentials, badVersion, noUserAgent, type Reply } from './replies.ts';

export { bot, type Comment, type Conversation, type Conversations, person } from './conversations.ts';
export { primaryLimit, secondaryLimit, unicorn } from './replies.ts';

export interface GitHubRestOptions {
  /** The run's (default example/network). */
  readonly repository?: string;
  /** The clock, ms since 1970 (default Date.now). */
  readonly now?: () => number;
  /** Serves https with this key and certificate, PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** One request as it arrived, and what was answered. */
export interface RestRequest {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  readonly status: number;
}

/** What goes wrong with the next requests that fit. */
export interface RestFault {
  /** `POST /graphql`; the path without query. */
  readonly on: RegExp;
  /** Of these requests (default 1). */
  readonly times?: number;
  /** In place of the right answer; `closes`: the connection, after the request was carried out. */
  readonly effect: Reply | 'closes';
  /** The answer comes this much later, ms. */
  readonly lateMs?: number;
}

/** A running fake of GitHub's REST API, with one repository. */
export interface GitHubRest extends ApiState {
  /** For GITHUB_API_URL. */
  readonly apiUrl: string;
  /** For GITHUB_GRAPHQL_URL. */
  readonly graphqlUrl: string;
  /** The job's own token, which may write. */
  readonly jobToken: string;
  readonly requests: RestRequest[];
  /** A further token. */
  token(permissions: Partial<Permissions>, user?: User): string;
  fault(fault: RestFault): void;
  close(): Promise<void>;
}

const versions = ['2022-11-28', '2026-03-10'];

class Rest {
  readonly state: ApiState;
  readonly holders = new Map<string, Holder>();
  readonly requests: RestRequest[] = [];
  readonly faults: { fault: RestFault; left: number }[] = [];
  readonly #now: () => number;
  #used = 0;

  constructor({ repository = 'example/network', now = Date.now }: GitHubRestOptions) {
    this.#now = now;
    this.state = { repository, conversations: new Conversations(now), hasIssues: true, isPublic: false };
  }

  token(permissions: Partial<Permissions>, user = bot): string {
    const token = `${user.type === 'Bot' ? 'ghs' : 'ghp'}_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`;
    this.holders.set(token, { user, permissions: { issues: 'none', pullRequests: 'none', ...permissions } });
    return token;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = decoded(Buffer.concat(chunks).toString());
    const url = new URL(path, `http://${headers.host}`);
    const fault = this.#fault(`${method} ${url.pathname}`);
    await sleep(fault?.lateMs ?? 0);
    const isRefused = fault !== undefined && fault.effect !== 'closes';
    const reply = isRefused ? fault.effect : this.#answer(method, url, headers, body);
    const closes = fault?.effect === 'closes';
    this.requests.push({ method, path, headers, body, status: closes ? 0 : reply.status });
    if (closes) response.destroy();
    else this.#send(response, reply);
  }

  #fault(call: string): RestFault | undefined {
    const found = this.faults.find(({ fault, left }) => left > 0 && fault.on.test(call));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  #answer(method: string, url: URL, headers: IncomingMessage['headers'], body: unknown): Reply {
    if (!headers['user-agent']) return noUserAgent();
    const holder = this.holders.get(/^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '');
    if (holder === undefined) return badCredentials();
    const version = headers['x-github-api-version'];
    if (typeof version === 'string' && !versions.includes(version)) return badVersion(version);
    return answerApi(this.state, { method, url, body, holder });
  }

  #send(response: ServerResponse, { status, body, headers }: Reply): void {
    this.#used += 1;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const all = {
      ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': String(1000 - this.#used),
      'x-ratelimit-used': String(this.#used),
      'x-ratelimit-reset': String(Math.floor(this.#now() / 1000) + 3600),
      'x-ratelimit-resource': 'core',
      'x-github-request-id': '9C1A:2F3D4:1B2C3D4:5E6F708:6900A1B2',
      'content-length': String(Buffer.byteLength(text)),
      ...headers,
    };
    response.writeHead(status, all).end(text);
  }
}

/** Starts GitHub's REST API, as far as issues and comments go, on 127.0.0.1. */
export async function startGitHubRest(options: GitHubRestOptions = {}): Promise<GitHubRest> {
  const rest = new Rest(options);
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    rest.serve(request, response).catch(() => response.destroy());
  };
  const server = options.tls === undefined ? createHttp(serve) : createHttps(options.tls, serve);
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const apiUrl = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`;
  return Object.assign(rest.state, {
    ...{ apiUrl, graphqlUrl: `${apiUrl}/graphql`, requests: rest.requests },
    jobToken: rest.token({ issues: 'write', pullRequests: 'write' }),
    token: (permissions: Partial<Permissions>, user?: User) => rest.token(permissions, user),
    fault: (fault: RestFault) => void rest.faults.push({ fault, left: fault.times ?? 1 }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
