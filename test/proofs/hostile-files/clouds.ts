/** Reads a hostile clouds.yaml and hostile inputs, and says what must not have happened. */
import { reading } from '../../unit/reading.ts';
import { secret } from './texts.ts';

type Random = () => number;

const pick = <Item>(items: readonly [Item, ...Item[]], random: Random): Item =>
  items[Math.floor(random() * items.length)] ?? items[0];

const lines = [
  'clouds:',
  '  prod:',
  '    auth:',
  '      auth_url: https://keystone.example.org/v3',
  '      username: ci',
  `      password: ${secret}`,
  '      user_domain_name: Default',
  '      project_name: prod',
  '    region_name: RegionOne',
  '    cacert: /etc/ssl/ca.pem',
];

const others: readonly [string, ...string[]] = [
  `      token: ${secret}`,
  `      application_credential_secret: "${secret}"`,
  `      password: |\n        ${secret}`,
  `      password: [${secret}]`,
  `      password: {a: ${secret}}`,
  `      password: !x ${secret}`,
  `      password: &a ${secret}`,
  `      password: *${secret}`,
  `      password: "${secret}`,
  `      password: ${secret}: x`,
  `      ${secret}: password`,
  `    - ${secret}`,
  '  prod: {auth: *a}',
  '<<: {clouds: 1}',
  '  __proto__: {auth: {}}',
  '---',
  '%YAML 1.3',
  '\t\tx',
  '      auth_url: "https://u:p@k.example.org"',
  '    profile: otc',
  '    auth_type: v3oidcaccesstoken',
];

const characters: readonly [string, ...string[]] = [
  '\n',
  '\t',
  ':',
  ' ',
  '"',
  "'",
  '[',
  '{',
  '&',
  '*',
  '!',
  '|',
  '\u0000',
  '\u2028',
  '#',
];

/** Always the same for the same random numbers. */
export function cloudsText(random: Random): string {
  if (random() < 0.01) {
    const depth = 2 ** (6 + Math.floor(random() * 10));
    return pick(
      [
        `token: ${'abcd token: '.repeat(depth)}${secret}`,
        `clouds: ${'{a: '.repeat(depth)}${secret}`,
        `clouds: {prod: {auth: {password: ${'['.repeat(depth)}${secret}`,
        `${'clouds:\n'.repeat(depth)} ${secret}`,
        `password: ${secret}\n${'- '.repeat(depth)}`,
      ],
      random,
    );
  }
  const text = [...lines];
  for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
    const line = Math.floor(random() * text.length);
    const change = Math.floor(random() * 5);
    if (change === 0) text.splice(line, 1);
    if (change === 1) text.splice(line, 0, pick(others, random));
    if (change === 2) text[line] = `${text[line]}${pick(characters, random)}`;
    if (change === 3) text[line] = ` ${text[line]}`;
    if (change === 4) text[line] = (text[line] ?? '').replace(/: /, pick(characters, random));
  }
  return text.join('\n');
}

/** Lines of `secrets` and `variables`, most of them wrong. */
export function assignments(random: Random): string {
  const words: readonly [string, ...string[]] = [
    'A',
    '=',
    ' ',
    secret,
    `PSK=${secret}`,
    '\n',
    '\r\n',
    'export ',
    '"',
    '${A}',
    '__proto__=x',
    '\u0000',
  ];
  return Array.from({ length: Math.floor(random() * 12) }, () => pick(words, random)).join('');
}

const longestMs = 5000;

/** @returns what is wrong, in words */
export async function cloudsProblems(text: string, secrets: string, variables: string): Promise<readonly string[]> {
  const started = performance.now();
  const path = '/run/clouds.yaml';
  let read: Awaited<ReturnType<typeof reading>>;
  try {
    read = await reading({ inputs: { 'clouds-file': path, secrets, variables }, files: { [path]: text } });
  } catch (error) {
    return [`reading failed: ${error}`];
  }
  const tookMs = performance.now() - started;
  // As the log has it: what was masked until then shows as stars.
  const masked = [...read.masked].sort((a, b) => b.length - a.length);
  const hidden = (shown: string): string => masked.reduce((left, mask) => left.replaceAll(mask, '***'), shown);
  const shown = hidden([read.told, ...read.problems, ...read.log].join('\n'));
  return [
    ...(tookMs > longestMs ? [`it took ${Math.round(tookMs)} ms`] : []),
    ...(shown.includes(secret) ? [`the secret shows: ${shown}`] : []),
    ...(read.error?.code === 'BUG' ? [`a defect: ${read.told}`] : []),
    ...(read.problems.some((problem) => /[\p{Cc}\u2028\u2029]/u.test(problem))
      ? [`a control character: ${shown}`]
      : []),
    ...(read.error === undefined && read.inputs === undefined ? ['nothing was read, and nothing said'] : []),
  ];
}
