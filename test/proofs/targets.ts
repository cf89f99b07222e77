/** Requests of a run, told apart from one another by what stays the same from run to run. */
import type { RecordedRequest } from '../cloud/index.ts';

export interface Target {
  readonly method: string;
  /** Path and query with `{id}` for each id. */
  readonly path: string;
  /** The how-manieth with this method and path, from 1. */
  readonly nth: number;
}

const idPattern = '[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}';

/** Gives each request its target, in the order in which they come. */
export class Counter {
  readonly #seen = new Map<string, number>();

  next({ method, path }: Pick<RecordedRequest, 'method' | 'path'>): Target {
    const form = path.replaceAll(new RegExp(idPattern, 'g'), '{id}');
    const nth = (this.#seen.get(`${method} ${form}`) ?? 0) + 1;
    this.#seen.set(`${method} ${form}`, nth);
    return { method, path: form, nth };
  }
}

export function targetsOf(requests: readonly Pick<RecordedRequest, 'method' | 'path'>[]): readonly Target[] {
  const counter = new Counter();
  return requests.map((request) => counter.next(request));
}

export function isSame(one: Target, other: Target): boolean {
  return one.method === other.method && one.path === other.path && one.nth === other.nth;
}

/** A pattern for paths of requests like this one. */
export function patternOf({ path }: Target): RegExp {
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\{id\\}', idPattern);
  return new RegExp(`^${escaped}$`);
}

export function isWrite({ method }: Pick<Target, 'method'>): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

export function words({ method, path, nth }: Target): string {
  return `${method} ${path}${nth === 1 ? '' : ` (number ${nth})`}`;
}
