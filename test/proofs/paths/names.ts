/** Paths as nobody writes them who means well. */

const pieces = [
  ...['a.yml', 'vpn', 'deep', 'b.yml', 'c.yml', 'new', 'new.yml', 'far.conf', '[x].yml', 'hard.yml', 'sub', 'pipe.yml'],
  ...['..', '.', '', '...', '.. ', '..\u200b', '~', '$HOME', '%2e%2e', '..%2f', '..\\', '\\..\\..', 'C:', 'nul', 'CON'],
  ...['link.yml', 'out', 'absolute', 'chain1', 'chain2', 'loop', 'dangling.yml', 'dangling-out.yml', 'self', 'up'],
  ...['environ.yml', 'zero.yml', 'plain', 'flows', 'inner', 'outside', 'ws', 'ws2.yml'],
  ...[
    '.git',
    '.GIT',
    '.Git',
    '.git.',
    '.git ',
    '.git...',
    '.g\u200bit',
    '.git\u200d',
    'git~1',
    'GIT~2',
    '.git::$INDEX_ALLOCATION',
  ],
  ...[
    '.git:x',
    '.github',
    '.GitHub',
    '.github ',
    'github~1',
    '.gıthub',
    '.gi\u0307t',
    '.gi\u0301t',
    '．git',
    'hooks',
    'config',
    'workflows',
  ],
  ...[
    'a\0b',
    'a\nb',
    '\r',
    '\u202e',
    'x'.repeat(300),
    'é',
    'e\u0301',
    '💥',
    '{name}',
    '-rf',
    '|',
    '"',
    "'",
    '`id`',
    '$(id)',
  ],
];

const globs = [
  '*',
  '**',
  '?',
  '*.yml',
  '**/*.yml',
  '{a,b}.yml',
  '[ab].yml',
  '../*',
  '..*',
  '@(..)',
  '+(.)',
  '!(x)',
  '.*',
  '{..,vpn}',
];

function pick(items: readonly string[], random: () => number): string {
  return items[Math.floor(random() * items.length)] ?? '';
}

/** @param root the workspace: some paths are absolute */
export function hostilePath(root: string, random: () => number, more: readonly string[] = []): string {
  const length = 1 + Math.floor(random() ** 2 * 5);
  const path = Array.from({ length }, () => pick([...pieces, ...more], random)).join('/');
  const start = random();
  if (start < 0.05) return `${root}/${path}`;
  if (start < 0.1) return `/${path}`;
  return start < 0.13 ? `${root}/../outside/${path}` : path;
}

/** The same with patterns. */
export function hostilePattern(root: string, random: () => number): string {
  return hostilePath(root, random, globs);
}
