/** Lines as the runner reads them from a process: LF, CR and CRLF all end one (.NET's `ReadLine`). */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  // What follows the last line end is a line only if something stands there.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
