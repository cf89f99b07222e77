import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActionError, type ErrorCode } from '../../../src/errors.ts';
import { driftGoneText, driftText, driftTitle, planComment } from '../../../src/github/plan-text.ts';
import type { RunFacts } from '../../../src/github/run-facts.ts';
import { type Report, worst } from '../../../src/vpn/report.ts';
import { hostileTexts } from '../runner/hostile.ts';
import { at, change, connection, created, refused, report, updated } from '../runner/reports.ts';

const link = 'https://github.com/example/network';
const facts: RunFacts = {
  key: 'vpn/office.yml',
  commit: `[\`3f2c9a1\`](${link}/commit/3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c)`,
  run: `[run 7142230001](${link}/actions/runs/7142230001/attempts/1)`,
};
const digest = 'ab'.repeat(32);
const planned = (over: Report): Report => ({ ...over, mode: 'plan', progress: 'planned', digest });
const lines = (one: Report): readonly string[] => planComment(one, facts).split('\n');

describe('a plan', () => {
  test('of a change, whole', () => {
    expect(planComment(planned(updated), facts)).toBe(`## IPsec plan: \`office-bonn\` would be updated

**Effect on traffic:** the tunnel is interrupted for some seconds.

### Planned changes

| Plan | Object | Field | Before | After | Effect |
| --- | --- | --- | --- | --- | --- |
| create | endpoint group \`office-bonn-peer\` |  |  |  |  |
| update | IPsec connection \`office-bonn\` | \`peer_ep_group\` | \`10.80.0.0/24\` | \`10.80.0.0/24, 10.81.0.0/16\` | the tunnel is interrupted for some seconds |
|  |  | \`psk\` | (another key) | (sent anew) | the tunnel re-keys: under a second if both ends have the same key by then, else it does not come up again |
| delete | endpoint group \`office-bonn-peer\` |  |  |  | no effect on traffic; replaced by the new one |

**At the other end:** The pre-shared key is rotated. Do it in this order:

1. Have the new key ready at the other end. If that can hold two keys for this peer, add the new one beside the old one now.
2. Run mode: apply, which sends it to the cloud. As a rule a tunnel that is up keeps the old key until it negotiates again.
3. At once set the new key at the other end, and have it negotiate anew; with wait-for: active do that while the run waits.
4. When the tunnel is up again, remove the old key at the other end.

<details><summary>2 notices</summary>

- **Warning:** \`vpn/office-bonn.yml:7\` sha1 is weak; use sha2-256
- **Notice:** The VPN service vpc-prod-gw is used by 2 more connections.

</details>

<details><summary>Settings of the new objects</summary>

| Object | Field | Value |
| --- | --- | --- |
| endpoint group \`office-bonn-peer\` | \`endpoints\` | \`10.80.0.0/24, 10.81.0.0/16\` |

</details>

Digest of this plan, for \`expect-plan\` in \`mode: apply\`: \`${digest}\`

<sub>Plan of \`vpn/office.yml\` · commit [\`3f2c9a1\`](${link}/commit/3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c) · [run 7142230001](${link}/actions/runs/7142230001/attempts/1) · Open Telekom Cloud · region \`eu-nl\` · project \`eu-nl_prod\`</sub>
`);
  });

  test('of what is new: its settings folded away, no effect on what is there', () => {
    expect(lines(planned(created))).toEqual(
      expect.arrayContaining([
        '## IPsec plan: `office-bonn` would be created',
        '**Effect on traffic:** none on the tunnels that are there.',
        '<details><summary>Settings of the new objects</summary>',
      ]),
    );
  });

  test('with nothing to change', () => {
    const text = planComment(planned(report()), facts);
    expect(text).toContain(
      '## IPsec plan: `office-bonn` unchanged\n\nNothing to change: the cloud is as the file describes it.\n',
    );
    expect(text).not.toContain('Effect on traffic');
    expect(text).toContain(digest);
  });

  test('of several connections: each with its result', () => {
    const several = planned(
      report({
        connections: [
          connection({ name: 'a', operation: 'updated', status: 'ACTIVE', peerAddress: '198.51.100.1' }),
          connection({ name: 'b' }),
          connection({ name: 'c', failure: new ActionError('IMPACT', 'Too much for c.', { at }) }),
        ],
        changes: [
          change({ name: 'old', connections: ['old'], action: 'delete', impact: 'removal' }),
          change({ name: 'a', impact: 'rekey' }),
        ],
        failure: new ActionError('IMPACT', 'One connection was refused.'),
      }),
    );
    expect(lines(several)).toEqual(
      expect.arrayContaining([
        '## ❌ IPsec plan: 3 connections, 1 would be updated, 1 unchanged, 1 failed, and 1 connection would be removed',
        '> `IMPACT` at `vpn/office-bonn.yml:2` for `c`',
        '> **What failed:** Too much for c.',
        '**Effect on traffic:** the connection is removed: the other end is cut off.',
        '| `a` | would be updated | ACTIVE: the tunnel is up | `198.51.100.1` |',
        '| `b` | unchanged |  |  |',
        '| `c` | failed |  |  |',
      ]),
    );
  });

  test('without the cloud: says so, and shows no plan', () => {
    const { project: _project, ...offline } = planned(report({ offline: true, notices: updated.notices }));
    const text = planComment(offline, facts);
    expect(text).toContain('## IPsec plan: `office-bonn` checked without the cloud\n\n> **The cloud was not asked.**');
    expect(text).not.toContain('Nothing to change');
    expect(text).toContain('sha1 is weak');
    const failed = { ...offline, failure: new ActionError('SPEC_INVALID', 'Two problems:\n- mtu is 10') };
    expect(planComment(failed, facts)).toContain(
      '## ❌ IPsec plan: `office-bonn` failed\n\n> **The cloud was not asked.**',
    );
  });

  test('that says only that there are changes is no failed one', () => {
    const drift = { ...planned(updated), failure: new ActionError('DRIFT', 'There is something to change.') };
    expect(planComment(drift, facts)).toBe(planComment(planned(updated), facts));
  });

  test('of nothing, and without commit, run and digest', () => {
    const { digest: _digest, ...one } = planned(report({ connections: [] }));
    expect(planComment(one, { key: 'a\nb', commit: undefined, run: undefined })).toBe(
      '## IPsec plan: nothing described\n\n<sub>Plan of `a, b`</sub>\n',
    );
  });
});

describe('a failed plan', () => {
  const failed = (failure: ActionError): string => planComment({ ...planned(updated), failure }, facts);

  test('says why, in words of the file', () => {
    const failure = new ActionError('SPEC_INVALID', 'vpn.yml has 2 problems:\n- mtu is 10', { hint: 'Mend it.', at });
    expect(failed(failure)).toContain(`## ❌ IPsec plan: \`office-bonn\` failed

> \`SPEC_INVALID\` at \`vpn/office-bonn.yml:2\`
>
> **What failed:** vpn.yml has 2 problems:<br>- mtu is 10
>
> **What to do:** Mend it.
`);
  });

  test.each<[ErrorCode, boolean, boolean]>([
    ['IMPACT', false, true],
    ['NOT_FOUND', true, true],
    ['INPUT_INVALID', true, true],
    ['INPUT_INVALID', false, false],
    ['API_REFUSED', true, false],
    ['RIGHTS', true, false],
    ['LOGIN_REFUSED', false, false],
    ['NETWORK', false, false],
    ['BUG', false, false],
  ])('%s with a place: %s; its words are posted: %s', (code, hasPlace, isPosted) => {
    const text = failed(new ActionError(code, 'The words.', { hint: 'The hint.', at: hasPlace ? at : undefined }));
    expect([text.includes('The words.'), text.includes('The hint.')]).toEqual([isPosted, isPosted]);
    expect(text.includes('The log of the run and its summary say it.')).toBe(!isPosted);
    expect(text).toContain(`\`${code}\``);
  });

  test('before anything was known', () => {
    const { project: _project, region: _region, ...one } = planned(report({ connections: [], failure: refused }));
    expect(planComment(one, facts)).toContain('## ❌ IPsec plan: failed\n');
  });
});

describe('only what is known to be harmless', () => {
  test('values of unknown fields, and of a psk, are not shown', () => {
    const fields = [
      { field: 'mtu', before: '1500', after: '1400', impact: 'interruption' },
      { field: 'user_data', before: 'S3CRET-1', after: 'S3CRET-2', impact: 'none' },
      { field: 'psk', before: '(set)', after: 'S3CRET-3', impact: 'rekey' },
      { field: 'tags.team', after: 'net', impact: 'none' },
      { field: 'toString', after: 'S3CRET-4', impact: 'none' },
    ] as const;
    const one = planned(report({ changes: [change({ fields, impact: worst(fields) })] }));
    const text = planComment(one, facts);
    expect(text).not.toContain('S3CRET');
    expect(text).toContain('| `mtu` | `1500` | `1400` |');
    expect(text).toContain('| `user_data` | (not shown) | (not shown) |');
    expect(text).toContain('| `psk` | (set) | (not shown) |');
    expect(text).toContain('| `tags.team` |  | `net` |');
  });

  test('neither paths of written files nor the text of an export', () => {
    const one = planned(
      report({
        connections: [connection({ peerConfigFile: 'S3CRET.conf' })],
        exported: { files: ['S3CRET.yml'], text: 'S3CRET', secrets: ['S3CRET'] },
      }),
    );
    expect(planComment(one, facts)).not.toContain('S3CRET');
  });
});

/** What is left of a text when everything is taken away that this action writes itself, and what it made harmless. */
function foreignMarkup(text: string): readonly string[] {
  const rest = text
    .replaceAll(String(facts.commit), '')
    .replaceAll(String(facts.run), '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/<code>[^<]*(?:<span>[@#-]<\/span>[^<]*)*<\/code>/g, '')
    .replace(/<span>[@#-]<\/span>/g, '')
    .replace(/&(?:#\d+|nbsp);/g, '')
    .replace(/^<details><summary>[\w ]+<\/summary>$|^<\/details>$|<\/?sub>|<br>/gm, '')
    .replace(/^#{2,3} |^> |^>$|^- (?=\*\*)|^\| ?|\|/gm, '')
    .replace(/\*\*[A-Z][\w :.]+\*\*/g, '');
  return [...rest.matchAll(/[<>`*~[\]@#$\\&]|https?:\/|www\.|gh-\d/gi)].map(({ index }) =>
    rest.slice(index - 20, index + 20),
  );
}

function hostileReport(text: string): Report {
  const failure = new ActionError('IMPACT', `The ${text}`, { hint: text, at: { ...at, file: text } });
  const fields = [
    { field: 'description', before: text, after: `(${text})`, impact: 'none' },
    { field: `tags.${text}`, before: text, after: text, impact: 'none' },
    { field: text, before: text, after: text, impact: 'none' },
  ] as const;
  return planned(
    report({
      ...{ project: { id: text, name: text }, region: text, failure },
      connections: [
        connection({ name: text, status: text, peerAddress: text, failure }),
        connection({ name: `b${text}`, status: text }),
      ],
      changes: [
        change({ name: text, reason: text, fields, connections: [text] }),
        change({ action: 'create', kind: 'ikepolicy', name: '', id: text, fields }),
      ],
      notices: [{ level: 'warning', text, at: { ...at, file: text } }],
    }),
  );
}

describe('hostile values', () => {
  test.each(hostileTexts.map((text) => [text]))('%j stays text', (text) => {
    const comment = planComment(hostileReport(text), { ...facts, key: text });
    expect(foreignMarkup(comment)).toEqual([]);
    expect(comment).not.toContain('<!--');
  });

  test('the mark, ends of elements, mentions and references', () => {
    const text =
      '<!-- ipsec-connection-action plan 0 --> </details></code></sub> @acme/network fixes #1 GH-2 acme/network#3 ![x](https://evil.example/x.png)';
    const comment = planComment(hostileReport(text), { ...facts, key: text });
    expect(foreignMarkup(comment)).toEqual([]);
    expect(comment.match(/<details>/g)).toHaveLength(2);
    expect(comment.match(/<\/details>/g)).toHaveLength(2);
  });

  test('any text', () => {
    const pieces = fc.constantFrom(...hostileTexts, '`', '|', '<', '-->', '@', '#', 'GH-1', '](', '![', '\n');
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(foreignMarkup(planComment(hostileReport(text), { ...facts, key: text }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('a long plan is cut with a note, and keeps its digest, commit and run', () => {
  const changes = Array.from({ length: 2000 }, (_, index) =>
    change({
      name: `office-${index}`,
      fields: [{ field: 'mtu', before: '1500', after: '1400', impact: 'interruption' }],
    }),
  );
  const text = planComment(planned(report({ ...created, changes })), facts);
  expect(text.length).toBeLessThanOrEqual(65_000);
  expect(text.length).toBeGreaterThan(60_000);
  expect(text).toContain('_Cut: more would not fit here. The log has all of it._');
  expect(text.slice(-600)).toContain(digest);
  expect(text.slice(-600)).toContain('[run 7142230001]');
});

test('the drift issue: why it is there, and how it goes', () => {
  const text = driftText(planned(updated), facts);
  expect(text).toContain('The cloud is not as the file describes it. `mode: apply` would do this:');
  expect(text).toContain('| update | IPsec connection `office-bonn` |');
  expect(text).toContain('Each run updates this text; the first that finds nothing to change closes the issue.');
  expect(driftGoneText(planned(report()), facts)).toMatch(
    /^## IPsec plan: nothing to change\n\nThe cloud is as the file describes it again\.\n\nDigest /,
  );
});

test.each([
  ['vpn/office.yml', 'IPsec drift: vpn/office.yml'],
  ['a.yml\nb.yml', 'IPsec drift: a.yml, b.yml'],
  ['<!-- `x` --> \u202e', 'IPsec drift: !-- x -- '],
  ['x'.repeat(500), `IPsec drift: ${'x'.repeat(149)}…`],
])('the title for %j', (key, title) => {
  expect(driftTitle(key)).toBe(title);
});
