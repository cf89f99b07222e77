import type { Place } from '../errors.ts';

/** Turns offsets of a text into places. Lines end with LF or CR LF; columns count UTF-16 units, as editors do. */
export class LineIndex {
  readonly #file: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.#file = file;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
      this.#starts.push(end + 1);
    }
  }

  /** The place from one offset up to another; the end counts if it is on the same line. */
  place(from: number, to = from): Place {
    const line = this.#line(from);
    const start = Number(this.#starts[line]);
    const place = { file: this.#file, line: line + 1, column: from - start + 1 };
    return to > from && this.#line(to) === line ? { ...place, endColumn: to - start + 1 } : place;
  }

  /** Index of the last line that starts at or before the offset. */
  #line(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (Number(this.#starts[middle]) <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
