/** Puts Markdown together up to a limit. Pure. */

export interface Section {
  readonly lines: readonly string[];
  /** Ends an element that the lines open; kept when the lines are cut. */
  readonly end?: string;
}

const cutNote = '_Cut: more would not fit here. The log has all of it._';

/** As many whole lines as fit into `limit` characters; says so if some don't. */
function cut({ lines, end = '' }: Section, limit: number): string {
  const kept: string[] = [];
  let left = limit - end.length - cutNote.length - 4;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return [...kept, ...(end === '' ? [] : [end]), '', cutNote].join('\n');
}

/** The sections in order with a blank line between them, at most `limit` characters; what comes after a cut is left out. */
export function joinSections(sections: readonly Section[], limit: number): string {
  const texts: string[] = [];
  let used = 0;
  for (const section of sections) {
    const whole = [...section.lines, ...(section.end === undefined ? [] : [section.end])].join('\n');
    const separator = 2;
    // Room for the note is kept, should the next section be the one that's cut.
    if (used + whole.length + separator + cutNote.length + separator > limit) {
      texts.push(cut(section, limit - used));
      break;
    }
    texts.push(whole);
    used += whole.length + separator;
  }
  return `${texts.join('\n\n')}\n`;
}
