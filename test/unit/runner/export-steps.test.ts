/** What a person reads after an export: log, summary, outputs. */
import { describe, expect, test } from 'vitest';
import { exportSteps } from '../../../src/runner/export-steps.ts';
import { outputsOf } from '../../../src/runner/output-values.ts';
import { redactReport } from '../../../src/runner/redact-report.ts';
import { resultLines } from '../../../src/runner/story.ts';
import { renderSummary } from '../../../src/runner/summary.ts';
import type { Exported, Report } from '../../../src/vpn/report.ts';
import { connection, refused, report } from './reports.ts';

const text = 'ipsec_site_connection:\n  name: office-bonn\n';

function exported(over: Partial<Exported> = {}, others: Partial<Report> = {}): Report {
  return report({
    mode: 'export',
    progress: 'planned',
    connections: [
      connection({ status: 'DOWN', psk: 'not compared', at: { file: 'ipsec-connection.yml', line: 3, column: 1 } }),
    ],
    exported: { files: ['ipsec-connection.yml'], text, secrets: ['OFFICE_BONN_PSK'], ...over },
    ...others,
  });
}

describe('one connection', () => {
  test('the summary: what to do next, and the text to be copied; nothing of a tunnel that is down', () => {
    expect(renderSummary(exported())).toBe(`## ✅ IPsec connection \`office-bonn\`: exported

| Connection | \`office-bonn\` |
| --- | --- |
| Status | **DOWN**: configured; no tunnel yet |
| File | \`ipsec-connection.yml:3:1\` |
| Cloud | Open Telekom Cloud |

### What to do next

- Put \`ipsec-connection.yml\` into the repository: the output export-file has the path for an artifact or a commit.
- Store the pre-shared key as a secret of the repository (\`OFFICE_BONN_PSK\`), and pass it by the input secrets, as in <code>OFFICE_BONN_PSK=&#36;{{ secrets.OFFICE_BONN_PSK }}</code>.
- Run \`mode: plan\` with the file as connection-file. It says "unchanged", but for what the notices of this run name.

<details><summary>The text of ipsec-connection.yml</summary>

\`\`\`yaml
ipsec_site_connection:
  name: office-bonn
\`\`\`

</details>

<sub>mode export</sub>
`);
  });

  test('the log', () => {
    expect(resultLines(exported())).toEqual([
      'office-bonn: exported, status DOWN (configured; no tunnel yet)',
      ...exportSteps(exported()).map(({ log }) => log),
    ]);
    expect(exportSteps(exported())).toHaveLength(3);
  });

  test('the outputs: no plan was made', () => {
    const outputs = outputsOf(exported());
    expect(outputs.get('export')).toBe(text);
    expect(outputs.get('export-file')).toBe('ipsec-connection.yml');
    expect(outputs.get('changed')).toBe('false');
    expect(outputs.has('plan')).toBe(false);
  });
});

test('several: each of the files and secrets, as far as a person reads them', () => {
  const files = Array.from({ length: 22 }, (_, index) => `vpn/office-${index}.yml`);
  const summary = renderSummary(exported({ files, secrets: ['A_PSK', 'B_PSK'] }));
  expect(summary).toContain('`vpn/office-19.yml` and 2 more into the repository');
  expect(summary).toContain('Store each pre-shared key');
  expect(summary).toContain('<summary>The text of 22 files</summary>');
});

test('nothing in the text ends the block that it is in', () => {
  const summary = renderSummary(exported({ text: '# ````\n@team #1 </details>\n' }));
  expect(summary).toContain('`````yaml\n# ````\n@team #1 </details>\n`````\n\n</details>');
});

test('a text that is too long for an output is not in the summary either', () => {
  expect(renderSummary(exported({ text: '' }))).not.toContain('<details>');
});

test('a long one is cut, and the block still ends', () => {
  const long = Array.from({ length: 5000 }, (_, index) => `# line ${index} of the text`).join('\n');
  const summary = renderSummary(exported({ text: long }));
  expect(summary.length).toBeLessThanOrEqual(60_001);
  expect(summary).toMatch(/```\n\n<\/details>\n\n_Cut: /);
});

test('an export that failed has no steps', () => {
  const failed = report({ mode: 'export', connections: [], failure: refused });
  expect(resultLines(failed)).toEqual([]);
  expect(renderSummary(failed)).not.toContain('What to do next');
});

test('known secrets are taken out of what the summary shows', () => {
  const secret = { files: ['x.yml'], text: 'a: x\n', secrets: ['x'] };
  expect(redactReport(exported(secret), (one) => one.replaceAll('x', '***')).exported).toEqual({
    files: ['***.yml'],
    text: 'a: ***\n',
    secrets: ['***'],
  });
});
