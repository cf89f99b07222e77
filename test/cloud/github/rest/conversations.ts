/** Issues, pull requests and their comments of one repository. */

export interface User {
  readonly login: string;
  readonly id: number;
  readonly type: 'Bot' | 'User';
}

export interface Comment {
  readonly id: number;
  readonly user: User;
  body: string;
  readonly created_at: string;
  updated_at: string;
}

export interface Conversation {
  readonly number: number;
  readonly isPullRequest: boolean;
  readonly user: User;
  title: string;
  body: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  locked: boolean;
  labels: string[];
  readonly comments: Comment[];
  readonly created_at: string;
}

/** Who a job's own token is. */
export const bot: User = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' };

export function person(login: string): User {
  return { login, id: 583231, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}

export interface Opening {
  readonly number?: number;
  readonly isPullRequest?: boolean;
  readonly user?: User;
  readonly title?: string;
  readonly body?: string;
  readonly locked?: boolean;
  readonly labels?: readonly string[];
}

export class Conversations {
  readonly #all = new Map<number, Conversation>();
  readonly #now: () => number;
  #lastComment = 2_400_000_000;

  constructor(now: () => number) {
    this.#now = now;
  }

  #time(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  open(opening: Opening = {}): Conversation {
    const { isPullRequest = false, user = person('octocat'), title = 'A title', body = '', locked = false } = opening;
    const number = opening.number ?? Math.max(0, ...this.#all.keys()) + 1;
    const conversation: Conversation = {
      ...{ number, isPullRequest, user, title, body, locked, state: 'open', state_reason: null },
      ...{ labels: [...(opening.labels ?? [])], comments: [], created_at: this.#time() },
    };
    this.#all.set(number, conversation);
    return conversation;
  }

  get(number: number): Conversation | undefined {
    return this.#all.get(number);
  }

  all(): readonly Conversation[] {
    return [...this.#all.values()];
  }

  comment(number: number, user: User, body: string): Comment {
    const conversation = this.#all.get(number);
    if (conversation === undefined) throw new Error(`there is no conversation ${number}`);
    this.#lastComment += 17;
    const time = this.#time();
    const comment: Comment = { id: this.#lastComment, user, body, created_at: time, updated_at: time };
    conversation.comments.push(comment);
    return comment;
  }

  find(id: number): { readonly conversation: Conversation; readonly comment: Comment } | undefined {
    for (const conversation of this.#all.values()) {
      const comment = conversation.comments.find((one) => one.id === id);
      if (comment !== undefined) return { conversation, comment };
    }
    return undefined;
  }

  edit(comment: Comment, body: string): void {
    comment.body = body;
    comment.updated_at = this.#time();
  }

  remove(id: number): void {
    const found = this.find(id);
    found?.conversation.comments.splice(found.conversation.comments.indexOf(found.comment), 1);
  }
}
