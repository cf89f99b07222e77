/** What a plan says of a pre-shared key: words alone, never the key. */
import { fieldChange } from './compare.ts';
import type { Impact } from './report.ts';

/** How the key in the cloud compares with the given one. */
export type FoundPsk = 'same' | 'other' | 'hidden';

const before: Readonly<Record<FoundPsk, string>> = {
  same: '(the same key)',
  other: '(another key)',
  hidden: '(hidden by the cloud)',
};

export const pskField = 'psk';

/** The key of a connection that is there is sent. */
export function pskChange(found: FoundPsk, impact: Impact): ReturnType<typeof fieldChange> {
  return fieldChange(pskField, impact, before[found], '(sent anew)');
}

/** Whether the words before the arrow say that the cloud had this very key. */
export function wasSame(words: string | undefined): boolean {
  return words === before.same;
}
