/** Plain requests to the servers, for preparing and checking: shares no code with the action. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Json = Readonly<Record<string, unknown>>;

/** Who logs in, and for which project: what Keystone's password login takes. */
export interface Login {
  readonly authUrl: string;
  readonly username: string;
  readonly password: string;
  /** Name of the domain of user and project. */
  readonly domain: string;
  readonly project: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** `{}` without a body. */
  readonly body: Json;
}

/** One request; any status is an answer. A body goes as JSON. */
export async function ask(
  url: string,
  method = 'GET',
  token?: string,
  body?: Json,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...more,
      ...(token === undefined ? {} : { 'x-auth-token': token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : {} };
}

/** A token for the login's project, or for none with `unscoped`. */
export async function logIn(login: Login, scope: 'project' | 'unscoped' = 'project'): Promise<string> {
  const domain = { name: login.domain };
  const { username: name, password } = login;
  const answer = await ask(`${login.authUrl}/auth/tokens`, 'POST', undefined, {
    auth: {
      identity: { methods: ['password'], password: { user: { name, password, domain } } },
      scope: scope === 'project' ? { project: { name: login.project, domain } } : 'unscoped',
    },
  });
  const token = answer.headers.get('x-subject-token');
  if (answer.status !== 201 || token === null)
    throw new Error(`login: ${answer.status} ${JSON.stringify(answer.body)}`);
  return token;
}

/** The API below one address with one token; an error status is thrown. */
export class Api {
  readonly #base: string;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.#base = base;
    this.#token = token;
  }

  /** @param path e.g. `/routers?name=r`; @returns what stands in the answer's envelope, e.g. its `routers` */
  async list(path: string): Promise<Json[]> {
    const [inner] = Object.values(await this.#send('GET', path)).filter(Array.isArray);
    return inner ?? [];
  }

  get(path: string): Promise<Json> {
    return this.#inner('GET', path);
  }

  /** Creates one object. @param kind name of the envelope, e.g. `router` */
  create(path: string, kind: string, fields: Json): Promise<Json> {
    return this.#inner('POST', path, { [kind]: fields });
  }

  update(path: string, kind: string, fields: Json): Promise<Json> {
    return this.#inner('PATCH', path, { [kind]: fields });
  }

  async put(path: string, body?: Json): Promise<void> {
    await this.#send('PUT', path, body);
  }

  /** What is gone already is deleted too; what is still in use for a moment is asked for again. */
  async delete(path: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const { status, body } = await ask(`${this.#base}${path}`, 'DELETE', this.#token);
      if (status < 300 || status === 404) return;
      if (status !== 409 || attempt === 20) throw new Error(`DELETE ${path}: ${status} ${JSON.stringify(body)}`);
      await sleep(100);
    }
  }

  async #inner(method: string, path: string, body?: Json): Promise<Json> {
    const [inner] = Object.values(await this.#send(method, path, body));
    if (typeof inner !== 'object' || inner === null) throw new Error(`${method} ${path}: no object in the answer`);
    return { ...inner };
  }

  async #send(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await ask(`${this.#base}${path}`, method, this.#token, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** A text field that must be there. */
export function text(object: Json, field: string): string {
  const value = object[field];
  if (typeof value !== 'string') throw new Error(`no text ${field} in ${JSON.stringify(object)}`);
  return value;
}
