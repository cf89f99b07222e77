/** Text for a person at a terminal: colours only if it is one. */
import { styleText } from 'node:util';
import type { ShownLine } from '../test/scenarios/harness/step-log.ts';

type Style = Parameters<typeof styleText>[0];

/** The text in a style; plain when the output goes to a file or a pipe, or `NO_COLOR` is set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function heading(text: string): string {
  return `${paint(['bold', 'cyan'], `━━ ${text} ${'━'.repeat(Math.max(0, 76 - text.length))}`)}\n`;
}

export function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

const prefixes: Readonly<Record<ShownLine['kind'], readonly [string, Style]>> = {
  text: ['', 'reset'],
  group: ['▾ ', 'bold'],
  error: ['Error: ', 'red'],
  warning: ['Warning: ', 'yellow'],
  notice: ['Notice: ', 'blue'],
  debug: ['', 'magenta'],
};

/** A step's log as GitHub shows it: commands gone or shown as what they do, groups indented. */
export function shownLog(lines: readonly ShownLine[]): string {
  return lines
    .map(({ kind, text, inGroup }) => {
      const [prefix, style] = prefixes[kind];
      const words = `${prefix}${text}`;
      return `  ${inGroup ? '  ' : ''}${kind === 'text' ? words : paint(style, words)}`;
    })
    .join('\n');
}
