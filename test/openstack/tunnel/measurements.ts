/** Numbers that people will quote, in one table at the end of the suite. */

const rows: (readonly [what: string, value: string])[] = [];

export function measured(what: string, value: string): void {
  rows.push([what, value]);
}

/** A duration with one digit: the polling is not finer. */
export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

export function table(title: string): string {
  const width = Math.max(0, ...rows.map(([what]) => what.length));
  return ['', title, ...rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`), ''].join('\n');
}
