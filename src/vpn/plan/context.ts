/** What every part of the planning knows, and where it puts what it finds. */
import type { ErrorCode, Place } from '../../errors.ts';
import type { ConnectionSpec } from '../desired.ts';
import type { Dialect } from '../dialects.ts';
import { kindNames } from '../kinds.ts';
import { ownerOf, splitDescription } from '../mark.ts';
import type { VpnObject } from '../objects.ts';
import type { Observed } from '../observe.ts';
import type { Impact, Notice } from '../report.ts';
import { tagKeys } from '../tags.ts';
import type { Elsewhere } from './elsewhere.ts';
import { Refusal } from './refusal.ts';

export interface PlanOptions {
  readonly dialect: Dialect;
  /** `owner/name`: part of the mark on what the run creates. */
  readonly repository: string;
  readonly project: { readonly id: string };
  /** Milliseconds since the epoch: decides the age of left-overs and goes into new marks. */
  readonly now: number;
  readonly updatePsk: 'auto' | 'always';
  readonly allowShared: boolean;
  readonly maxImpact: Impact;
  /** Remove connections of this repository that no file describes any more. */
  readonly prune: boolean;
  /** What other files describe: it is not pruned. */
  readonly elsewhere: Elsewhere;
  /** Destroy: names of connections, and `*`. */
  readonly confirmDestroy: readonly string[];
  /** Destroy: whether VPN services go too. */
  readonly destroyVpnservice: boolean;
  /** Whether the specs are all that the files describe. */
  readonly isWhole: boolean;
  /**
   * Names of connections that the files describe and this plan leaves as they are, because something speaks against them;
   * empty for one whose name could not be read.
   */
  readonly leftOut: readonly string[];
}

export class Context {
  readonly specs: readonly ConnectionSpec[];
  readonly observed: Observed;
  readonly options: PlanOptions;
  readonly refusals: Refusal[] = [];
  readonly notices: Notice[] = [];

  constructor(specs: readonly ConnectionSpec[], observed: Observed, options: PlanOptions) {
    this.specs = specs;
    this.observed = observed;
    this.options = options;
  }

  get dialect(): Dialect {
    return this.options.dialect;
  }

  /** @param specs whom it concerns */
  refuse(specs: readonly ConnectionSpec[], code: ErrorCode, message: string, hint: string, at: Place): void {
    // Several connections may describe one object, which has one problem.
    const known = this.refusals.findIndex(
      (one) => one.message === message && one.at?.file === at.file && one.at.line === at.line,
    );
    const before = this.specs.filter(({ name }) => this.refusals[known]?.connections.includes(name.value));
    const refusal = new Refusal([...before, ...specs], code, message, { hint, at });
    this.refusals.splice(known === -1 ? this.refusals.length : known, known === -1 ? 0 : 1, refusal);
  }

  notice(level: Notice['level'], text: string, at: Place): void {
    this.notices.push({ level, text, at });
  }

  owner(spec: ConnectionSpec): string {
    return ownerOf(this.options.repository, spec.name.value);
  }

  /** Says so when the run changes an object that something else made. */
  noticeTakeOver(object: VpnObject, at: Place): void {
    const tagged = object.kind === 'ipsec_site_connection' && object.tags?.has(tagKeys.mark) === true;
    if (!tagged && splitDescription(object.description).mark === undefined) {
      const what = `The ${kindNames[object.kind].words} ${object.name === '' ? object.id : object.name}`;
      this.notice(
        'notice',
        `${what} was not made by this action; it is taken over, because the file describes it.`,
        at,
      );
    }
  }

  /** Whether the object carries our mark, for one of these connections. */
  isMarked(object: VpnObject, specs: readonly ConnectionSpec[] = this.specs): boolean {
    const { mark } = splitDescription(object.description);
    return mark !== undefined && specs.some((spec) => this.owner(spec) === mark.owner);
  }
}

/** `foo (id)` for messages that list objects. */
export function listed(objects: readonly { readonly id: string; readonly name: string }[]): string {
  return objects.map(({ id, name }) => `${name === '' ? '(no name)' : name} (${id})`).join(', ');
}
