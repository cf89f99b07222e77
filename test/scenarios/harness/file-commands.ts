/**
 * Reads `GITHUB_OUTPUT`, `GITHUB_STATE` and `GITHUB_ENV` as the runner does (runner: `FileCommandManager.cs`):
 * `NAME=value` lines and here-documents `NAME<<DELIMITER`.
 * @throws Error as the runner would report it: the step then fails
 */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const here = line.indexOf('<<');
    if (equals >= 0 && (here < 0 || equals < here)) {
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (here > 0 && here + 2 < line.length) {
      const delimiter = line.slice(here + 2);
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs[line.slice(0, here)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}

/** The runner uploads no larger summary: bytes. */
export const summaryLimit = 1024 * 1024;
