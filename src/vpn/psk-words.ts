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

/** How the cloud's key compared, by the words before the arrow; undefined for other words. */
export function foundIn(words: string | undefined): FoundPsk | undefined {
  return (['same', 'other', 'hidden'] as const).find((found) => before[found] === words);
}
