/** Texts that a server, a proxy or a file may send to get at the log, the summary or the reader. */
const esc = String.fromCharCode(0x1b);

export const hostileTexts: readonly string[] = [
  'refused\n::set-output name=status::ACTIVE',
  'refused\r::add-mask::e',
  'refused\r\n::error::x',
  '::warning::x',
  '   ::notice::x',
  '\u00a0\u3000::notice::x',
  '\u0085::notice::x',
  '\u200b::notice::x',
  'a ##[error]x',
  `#${esc}[0m#[error]x`,
  '#\u200b#[error]x',
  '###[group]x',
  `${esc}[31mred${esc}[0m ${esc}]0;title\u0007 ${esc}(B`,
  'right\u202eto\u2066left',
  'a\u2028::error::x\u2029b\u0000\u0007\u009b',
  '\ud800 lone',
  '<img src=x onerror=alert(1)><script>x</script>',
  '</details></table><h1>x</h1>',
  '| a | b |\n| --- | --- |',
  '**bold** _em_ `code` ~~gone~~ [text](https://evil.example) ![i](https://evil.example/i.png)',
  '@octocat please look at #1 and octo/repo#2, mail me@example.com, $x$',
  'https://evil.example www.evil.example <https://evil.example>',
  '\\` \\| \\',
  '- item\n1. item\n> quote\n# head\n```\nfence',
  '&lt;b&gt; &#64;octocat',
];

/** Longer than anything that is shown. */
export const longText = 'x'.repeat(10_000);
