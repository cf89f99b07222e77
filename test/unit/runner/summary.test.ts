import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { redactReport } from '../../../src/runner/redact-report.ts';
import { renderSummary } from '../../../src/runner/summary.ts';
import type { Report } from '../../../src/vpn/report.ts';
import { hostileTexts, longText } from './hostile.ts';
import { at, change, connection, created, refused, report, updated } from './reports.ts';

const lines = (one: Report) => renderSummary(one).split('\n');

describe('a run that succeeded', () => {
  test('created, whole', () => {
    expect(
      renderSummary(created, { finished: new Date('2026-03-14T09:00:59Z'), seconds: 12.3 }),
    ).toBe(`## ✅ IPsec connection \`office-bonn\`: created

| Connection | \`office-bonn\` |
| --- | --- |
| Status | **DOWN**: configured; no tunnel yet |
| Connection id | \`d54c7a80-2d2f-4b3a-9a57-3a7a1cf0b8e9\` |
| Gateway of the cloud (the peer dials it) | \`203.0.113.17\` |
| Peer | \`198.51.100.20\` |
| VPN service id | \`b71d2a44-93c0-4a57-8d0b-2f7a5e0d9c31\` |
| Pre-shared key | sent to the cloud |
| File | \`vpn/office-bonn.yml:2:3\` |
| Cloud | Open Telekom Cloud, region \`eu-nl\`, project \`eu-nl_prod\` |

### Changes

| Done | Object | Field | Before | After | Effect |
| --- | --- | --- | --- | --- | --- |
| created | IKE policy \`office-bonn-ike\` |  |  |  |  |
| created | IPsec connection \`office-bonn\` |  |  |  |  |

### What to do next

- DOWN is healthy: the cloud is ready, and the tunnel comes up with the first traffic or when the other end dials. Configure the other end now, with the same pre-shared key and algorithms and the networks mirrored. Its peer address is 203.0.113.17, the gateway of the cloud.

<details><summary>Settings of the new objects</summary>

| Object | Field | Value |
| --- | --- | --- |
| IKE policy \`office-bonn-ike\` | \`ike_version\` | \`v2\` |
| IKE policy \`office-bonn-ike\` | \`encryption_algorithm\` | \`aes-256\` |
| IPsec connection \`office-bonn\` | \`peer_address\` | \`198.51.100.20\` |
| IPsec connection \`office-bonn\` | \`psk\` | (given) |

</details>

<sub>mode apply · took 12 s · finished 2026-03-14 09:00 UTC</sub>
`);
  });

  test('updated: before → after, effect, reasons, notices', () => {
    expect(lines(updated)).toEqual(
      expect.arrayContaining([
        '## ✅ IPsec connection `office-bonn`: updated',
        '| Status | **ACTIVE**: the tunnel is up; may still be the status before the change |',
        '| created | endpoint group `office-bonn-peer` |  |  |  |  |',
        '| updated | IPsec connection `office-bonn` | `peer_ep_group` | `10.80.0.0/24` | `10.80.0.0/24, 10.81.0.0/16` | the tunnel is interrupted for some seconds |',
        '|  |  | `psk` | (another key) | (sent anew) | the tunnel re-keys: under a second if both ends have the same key by then, else it does not come up again |',
        '| deleted | endpoint group `office-bonn-peer` |  |  |  | no effect on traffic; replaced by the new one |',
        '- Change the other end to match: networks (mirrored).',
        expect.stringMatching(
          /^- The pre-shared key was sent\. The other end needs the same one, else the next negotiation fails\. Do it/,
        ),
        '- **Warning:** `vpn/office-bonn.yml:7:21` sha1 is weak; use sha2-256',
        '- **Notice:** The VPN service vpc-prod-gw is used by 2 more connections.',
        '<sub>mode apply</sub>',
      ]),
    );
  });

  test('the file for the other end: where it is, and what it is good for', () => {
    const withFile = (base: Report): Report => ({
      ...base,
      connections: base.connections.map((one) => ({ ...one, peerConfigFile: 'vpn/bonn.conf' })),
    });
    const file = 'The file vpn/bonn.conf has all of it but the pre-shared key.';
    expect(lines(withFile(created))).toContain('| Configuration for the other end | `vpn/bonn.conf` |');
    expect(renderSummary(withFile(created), { seconds: 1 })).toContain(`the gateway of the cloud. ${file}`);
    expect(lines(withFile(updated))).toContain(`- Change the other end to match: networks (mirrored). ${file}`);
    expect(renderSummary(created, { seconds: 1 })).not.toContain('Configuration for the other end');
  });

  test('a short run has tenths of seconds', () => {
    expect(renderSummary(report(), { seconds: 0.62 })).toContain('<sub>mode apply · took 0.6 s</sub>');
  });

  test('unchanged, but for a key that the cloud hides', () => {
    expect(lines(report({ connections: [connection({ psk: 'unverified' })] }))).toEqual(
      expect.arrayContaining([
        '| Pre-shared key | unverified: the cloud hides it |',
        'Nothing to change, as far as the cloud shows it: it hides the pre-shared key, which is unverified.',
      ]),
    );
  });

  test('unchanged', () => {
    expect(
      renderSummary(report({ dialect: 'openstack', project: { id: 'abc' } })),
    ).toBe(`## ✅ IPsec connection \`office-bonn\`: unchanged

| Connection | \`office-bonn\` |
| --- | --- |
| Pre-shared key | equals the one in the cloud |
| File | \`vpn/office-bonn.yml:2:3\` |
| Cloud | OpenStack, project \`abc\` |

Nothing to change: the cloud is as the file describes it.

<sub>mode apply</sub>
`);
  });

  test('a reason stands in the first row of its object', () => {
    const fields = ['pfs', 'ike_version'].map((field) => ({
      ...{ field, before: 'a', after: 'b', impact: 'replacement' as const },
    }));
    const replaced = report({
      changes: [change({ action: 'replace', impact: 'replacement', reason: 'a policy in use', fields })],
    });
    const effect = 'the connection is deleted and made anew: no tunnel until both sides have negotiated again';
    expect(lines(replaced)).toEqual(
      expect.arrayContaining([
        `| replaced | IPsec connection \`office-bonn\` | \`pfs\` | \`a\` | \`b\` | ${effect}; a policy in use |`,
        `|  |  | \`ike_version\` | \`a\` | \`b\` | ${effect} |`,
      ]),
    );
    const again = report({ changes: [change({ action: 'create', reason: 'it was gone' })] });
    expect(lines(again)).toContain('| created | IPsec connection `office-bonn` |  |  |  | it was gone |');
  });

  test('a hundred networks of a new group are all there; of a change what differs', () => {
    const networks = Array.from({ length: 100 }, (_, index) => `10.${index}.0.0/24`).join(', ');
    const group = change({ kind: 'endpoint_group', name: 'p' });
    const field = { field: 'endpoints', impact: 'none' as const };
    const summary = renderSummary(
      report({
        changes: [
          { ...group, action: 'create', fields: [{ ...field, after: networks }] },
          { ...group, fields: [{ ...field, before: networks, after: `${networks}, 10.200.0.0/24` }] },
        ],
      }),
    );
    expect(summary).toContain(`| \`endpoints\` | \`${networks}\` |`);
    expect(summary).toContain('| `endpoints` | `100 that stay` | `10.200.0.0/24, and 100 that stay` |');
  });

  test('what a replacement changes has the effect of the replacement', () => {
    const effect = 'the connection is deleted and made anew: no tunnel until both sides have negotiated again';
    const pfs = { field: 'pfs', before: 'group5', after: 'group14', impact: 'rekey' as const };
    const policy = change({ kind: 'ikepolicy', name: '', id: 'f229', impact: 'replacement' });
    const name = { field: 'name', before: 'a', after: 'b', impact: 'none' as const };
    const rows = lines(
      report({
        changes: [
          { ...policy, fields: [pfs] },
          { ...policy, fields: [pfs, name] },
        ],
      }),
    );
    const row = `| updated | IKE policy \`f229\` | \`pfs\` | \`group5\` | \`group14\` | ${effect} |`;
    expect(rows.filter((line) => line === row)).toHaveLength(2);
    expect(rows).toContain('|  |  | `name` | `a` | `b` | no effect on traffic |');
  });

  test('several connections are a table, and each step names its own', () => {
    const connections = [
      connection({
        name: 'a',
        operation: 'created',
        status: 'DOWN',
        id: '1',
        gatewayAddress: '203.0.113.1',
        peerAddress: '198.51.100.1',
      }),
      connection({ name: 'b' }),
      connection({ name: 'c' }),
    ];
    const summary = lines(report({ connections }));
    expect(summary).toEqual(
      expect.arrayContaining([
        '## ✅ 3 IPsec connections: 1 created, 2 unchanged',
        '| Connection | Result | Status | Id | Gateway of the cloud | Peer |',
        '| `a` | created | **DOWN**: configured; no tunnel yet | `1` | `203.0.113.1` | `198.51.100.1` |',
        '| `b` | unchanged |  |  |  |  |',
        'Open Telekom Cloud.',
        expect.stringMatching(/^- `a`: DOWN is healthy/),
      ]),
    );
  });
});

describe('a plan', () => {
  test('says what would be, and that nothing was written', () => {
    const summary = lines({ ...updated, mode: 'plan' });
    expect(summary).toEqual(
      expect.arrayContaining([
        '## Plan: IPsec connection `office-bonn`: would be updated',
        '| Pre-shared key | would be sent |',
        '### Planned changes',
        expect.stringMatching(/^\| update \| IPsec connection `office-bonn` \| `peer_ep_group`/),
        '- Nothing was written. With mode: apply the run does exactly this, as long as the cloud stays as it is.',
      ]),
    );
  });

  test('has its digest, for the run that is to do this', () => {
    const digest = 'ab'.repeat(32);
    const words = `Digest of this plan, for \`expect-plan\` in \`mode: apply\`: \`${digest}\``;
    expect(lines({ ...updated, mode: 'plan', digest })).toContain(words);
    expect(renderSummary({ ...updated, digest })).not.toContain('Digest');
    expect(renderSummary(report({ mode: 'plan', digest }))).not.toContain('Digest');
  });

  test('without changes needs no next step', () => {
    expect(renderSummary(report({ mode: 'plan' }))).not.toContain('next');
  });
});

describe('a run that failed', () => {
  test('says what failed, where, and what to do', () => {
    expect(
      lines({ ...created, connections: [connection({ failure: refused })], failure: refused }).slice(0, 6),
    ).toEqual([
      '## ❌ IPsec connection `office-bonn`: failed',
      '',
      '> `API_REFUSED` at `vpn/office-bonn.yml:18:17`',
      '>',
      '> **What failed:** Could not create the IPsec connection office-bonn: 400 Bad Request',
      '>',
    ]);
  });

  test('before anything was known', () => {
    const failure = new ActionError('INPUT_INVALID', '2 problems:\n- a\n- b');
    expect(renderSummary(report({ connections: [], failure }))).toBe(`## ❌ IPsec connection: failed

> \`INPUT_INVALID\`
>
> **What failed:** 2 problems:<br>- a<br>- b

<sub>mode apply</sub>
`);
  });

  test('nothing described, nothing failed', () => {
    expect(lines(report({ connections: [], mode: 'plan' }))[0]).toBe('## Plan: IPsec connection: nothing described');
  });

  test('a refused plan shows what it would have done, and no next steps', () => {
    const failure = new ActionError('IMPACT', 'The plan goes beyond max-impact.', { hint: 'Raise it.' });
    const summary = lines({ ...updated, progress: 'planned', failure });
    expect(summary).toEqual(
      expect.arrayContaining(['The plan of the run, which then failed:', '> **What to do:** Raise it.']),
    );
    expect(summary.some((line) => line.includes('What to do next'))).toBe(false);
  });

  test('after a write says what was done, and where to read about the rest', () => {
    const connections = [connection({ operation: 'deleted', failure: refused })];
    const summary = lines({ ...updated, connections, progress: 'partly', failure: refused });
    expect(summary).toEqual(
      expect.arrayContaining([
        '| Done | deleted before that |',
        'The plan of the run, which then failed. What was done of it is in the log, in the group Apply:',
      ]),
    );
  });

  test('when all had been written, as by a wait that took too long: its changes are done', () => {
    const summary = lines({ ...updated, failure: refused });
    expect(summary).toContain('### Changes');
    expect(summary.some((line) => line.startsWith('The plan of the run'))).toBe(false);
  });

  test('several: those that went well have next steps, the others their failure', () => {
    const other = new ActionError('CONFLICT', 'There are two.');
    const connections = [
      connection({ name: 'a', operation: 'created', status: 'DOWN' }),
      connection({ name: 'b', operation: 'created', failure: refused }),
      connection({ name: 'c', operation: 'updated', failure: other }),
    ];
    const summary = lines(report({ connections, failure: other }));
    expect(summary).toEqual(
      expect.arrayContaining([
        '## ❌ 3 IPsec connections: 1 created, 2 failed',
        '> `CONFLICT`',
        '> `API_REFUSED` at `vpn/office-bonn.yml:18:17` for `b`',
        '| `b` | failed |  |  |  |  |',
        expect.stringMatching(/^- `a`: DOWN is healthy/),
      ]),
    );
    expect(summary.filter((line) => line.includes('There are two.'))).toHaveLength(1);
  });
});

/** The same text everywhere where something foreign can stand. */
function everywhere(text: string): Report {
  const place = { ...at, file: text };
  return report({
    project: { id: text, name: text },
    region: text,
    connections: [
      connection({
        ...{ name: text, at: place, operation: 'updated', id: text, status: text, psk: 'unverified' },
        ...{ peerAddress: text, vpnserviceId: text, gatewayAddress: text, peerConfigFile: text },
        failure: new ActionError('API_REFUSED', `other ${text}`, { hint: text, at: place }),
      }),
    ],
    changes: [
      change({ name: text, reason: text, fields: [{ field: text, before: text, after: text, impact: 'rekey' }] }),
      change({ action: 'create', name: text, fields: [{ field: text, after: text, impact: 'none' }] }),
    ],
    notices: [{ level: 'warning', text, at: place }],
    failure: new ActionError('API_REFUSED', text, { hint: text, at: place }),
  });
}

/** Lines, cells, and elements. */
function shape(markdown: string): readonly string[] {
  return markdown.split('\n').map((line) => {
    const elements = [...line.matchAll(/<[^>]*>/g)]
      .map(([element]) => element)
      .filter((element) => !/span|code|br/.test(element));
    return `${line.split('|').length} ${elements.join('')} ${/^(?:#+ |> |- |\||<)/.exec(line)?.[0] ?? ''}`;
  });
}

describe('foreign text', () => {
  const harmless = shape(renderSummary(everywhere('harmless')));

  test.each(hostileTexts.filter((text) => !/[\n]/.test(text)))('leaves the shape of the page: %j', (text) => {
    expect(shape(renderSummary(everywhere(text)))).toEqual(harmless);
  });

  test.each(hostileTexts)('gives no mention, link, image or element: %j', (text) => {
    const summary = renderSummary(everywhere(text));
    expect(summary).not.toMatch(/@(?!<\/span>)|\]\(|:\/\/|www\.|<img|<script|<h1|<a /i);
  });

  test('stays within 60 000 characters, and says that it was cut', () => {
    const many = report({
      connections: Array.from({ length: 100 }, (_, index) => connection({ name: `c${index}`, status: longText })),
      changes: Array.from({ length: 1000 }, (_, index) => change({ name: `c${index}`, reason: longText })),
    });
    const summary = renderSummary(many);
    expect(summary.length).toBeLessThanOrEqual(60_000);
    expect(summary.length).toBeGreaterThan(55_000);
    expect(summary).toMatch(/\n\n_Cut: more would not fit here\. The log has all of it\._\n$/);
  });

  test('closes what it cuts', () => {
    const fields = Array.from({ length: 2000 }, () => ({ field: 'x'.repeat(50), after: 'y', impact: 'none' as const }));
    const summary = renderSummary(report({ changes: [change({ action: 'create', fields })] }));
    expect(summary.length).toBeLessThanOrEqual(60_000);
    expect(summary).toMatch(/<\/details>\n\n_Cut: /);
  });
});

describe('redactReport', () => {
  const redact = (text: string) => text.replaceAll('hunter22', '***');

  test('takes secrets out of everything that is shown', () => {
    const redacted = redactReport(everywhere('a hunter22 b'), redact);
    const shown = { ...redacted, region: '', project: { id: '' } };
    for (const { message, hint } of [redacted.failure, redacted.connections[0]?.failure].flatMap(
      (failure) => failure ?? [],
    )) {
      expect([message, hint].join()).not.toContain('hunter22');
    }
    expect(
      JSON.stringify([shown.changes, shown.notices.map(({ text }) => text), shown.connections.map(({ name }) => name)]),
    ).not.toContain('hunter22');
  });

  test('takes them out of the names of files, region, project and peer too, which the summary escapes', () => {
    const place = { file: 'vpn/hunter22.yml', line: 1, column: 2 };
    const redacted = redactReport(
      report({
        region: 'hunter22',
        project: { id: 'p', name: 'hunter22' },
        connections: [
          connection({ at: place, peerAddress: 'x hunter22', failure: new ActionError('BUG', 'x', { at: place }) }),
        ],
        changes: [change({ at: place })],
        notices: [{ level: 'notice', text: 'x', at: place }],
        failure: new ActionError('BUG', 'y', { at: place }),
      }),
      redact,
    );
    expect(JSON.stringify([redacted, redacted.failure?.at, redacted.connections[0]?.failure?.at])).not.toContain(
      'hunter22',
    );
    expect(redacted.failure?.at).toEqual({ ...place, file: 'vpn/***.yml' });
  });

  test('leaves a report without secrets as it is', () => {
    expect(redactReport(updated, redact)).toEqual(updated);
    const bare = report({
      changes: [change({ fields: [{ field: 'x', impact: 'none' }] })],
      failure: new ActionError('BUG', 'x'),
    });
    expect(redactReport(bare, redact)).toEqual(bare);
    expect(redactReport({ ...updated, failure: refused }, redact).failure).toMatchObject({
      code: 'API_REFUSED',
      hint: refused.hint,
      at: refused.at,
    });
  });
});
