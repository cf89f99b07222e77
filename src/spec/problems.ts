/** Collects everything wrong or weak in the files of a run. */
import type { Place } from '../errors.ts';
import type { Value } from './node.ts';
import type { Problem } from './problem.ts';
import type { SecretGuard } from './secret-guard.ts';
import { clip, visible } from './show.ts';

const titleLength = 60;

/** More help nobody; a broken file can have a hundred thousand. */
const mostListed = 1000;

/** An error, and the bodies that it is about; none: all of its file. */
export interface BlamedError {
  readonly problem: Problem;
  readonly bodies: ReadonlySet<Value>;
}

export class Problems {
  readonly #guard: SecretGuard;
  readonly #found = new Map<string, Problem>();
  readonly #blamed = new Map<string, Set<Value>>();
  #more: Problem | undefined;
  #bodies: readonly Value[] = [];

  constructor(guard: SecretGuard) {
    this.#guard = guard;
  }

  get count(): number {
    return this.#found.size;
  }

  error(at: Place, title: string, message: string): void {
    this.#add('error', at, title, message);
  }

  warning(at: Place, title: string, message: string): void {
    this.#add('warning', at, title, message);
  }

  notice(at: Place, title: string, message: string): void {
    this.#add('notice', at, title, message);
  }

  /** What `read` finds is about these bodies of connections: where an alias is read, not where its anchor stands. */
  about<T>(bodies: readonly Value[], read: () => T): T {
    const before = this.#bodies;
    this.#bodies = bodies;
    try {
      return read();
    } finally {
      this.#bodies = before;
    }
  }

  errors(): readonly BlamedError[] {
    const listed = [...this.#found].map(([key, problem]) => ({
      problem,
      bodies: this.#blamed.get(key) ?? new Set<Value>(),
    }));
    return listed.filter(({ problem: { severity } }) => severity === 'error');
  }

  /** More errors than are listed: nobody knows then what is right. */
  get isCut(): boolean {
    return this.#more?.severity === 'error';
  }

  /**
   * All problems by file (in the order given), line and column. Known secrets are cut out here once more, whatever a
   * message was made of.
   */
  list(files: readonly string[]): readonly Problem[] {
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = ({ file }: Place): number => order.get(file) ?? files.length;
    const sorted = [...this.#found.values()].sort(
      (a, b) => rank(a.at) - rank(b.at) || a.at.line - b.at.line || a.at.column - b.at.column,
    );
    return this.#more === undefined ? sorted : [...sorted, this.#more];
  }

  /** A value behind an alias is read several times; its problem is told once. */
  #add(severity: Problem['severity'], at: Place, title: string, message: string): void {
    if (this.#found.size >= mostListed) {
      const message = `Only ${mostListed} problems are listed; here comes another one.`;
      const worst = this.#more?.severity === 'error' ? 'error' : severity;
      this.#more = { severity: worst, at: this.#more?.at ?? at, title: 'more problems', message };
      return;
    }
    const problem: Problem = {
      severity,
      at,
      title: clip(visible(this.#guard.clean(title)), titleLength),
      message: this.#guard.clean(message),
    };
    const key = JSON.stringify([at.file, at.line, at.column, problem.title, problem.message]);
    this.#found.set(key, this.#found.get(key) ?? problem);
    this.#blamed.set(key, new Set([...(this.#blamed.get(key) ?? []), ...this.#bodies]));
  }
}
