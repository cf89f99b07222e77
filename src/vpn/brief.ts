/** Changes as a person reads them. Pure. */
import type { FieldChange } from './report.ts';

/** Fields whose texts are lists. */
const lists = new Set(['endpoints', 'peer_cidrs']);

/** Characters of both texts that a person compares at a glance. */
const glance = 160;

/** One network that changes among sixty is seen only by itself: of long lists what differs, and how many entries stay. */
export function brief(change: FieldChange): FieldChange {
  const { field, before, after } = change;
  if (!lists.has(field) || before === undefined || after === undefined || before.length + after.length <= glance) {
    return change;
  }
  const [old, now] = [before.split(', '), after.split(', ')];
  const stay = old.filter((entry) => now.includes(entry)).length;
  const only = (list: readonly string[], other: readonly string[]): string => {
    const own = list.filter((entry) => !other.includes(entry));
    const rest = stay === 0 ? [] : [`${own.length === 0 ? '' : 'and '}${stay} that stay`];
    return [...own, ...rest].join(', ');
  };
  return { ...change, before: only(old, now), after: only(now, old) };
}
