/** The end of a plan: the whole run in this process, with a cloud and GitHub. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { ActionError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/github/event.ts';
import { createPublisher, type PublishWants } from '../../src/github/publish.ts';
import type { Dependencies } from '../../src/main.ts';
import { endPlan } from '../../src/plan-end.ts';
import { createRedactor } from '../../src/redact.ts';
import type { Report } from '../../src/vpn/report.ts';
import { type GitHubRest, startGitHubRest } from '../cloud/github/rest/index.ts';
import { office, officeFile, officesFile, only, psk } from '../scenarios/fixtures/office.ts';
import { change, refused, report } from './runner/reports.ts';
import { type Setting, type Stage, stage, type Told } from './stage.ts';

const key = 'vpn.yml';
const inputs = { mode: 'plan', comment: true, driftIssue: false, failOnChanges: true, commentKey: key } as const;
const withChanges = report({ mode: 'plan', changes: [change({ at: { file: 'vpn.yml', line: 3, column: 5 } })] });

describe('the end of a plan', () => {
  test('wants what the inputs say, and adds what was not posted to the notices', async () => {
    const wanted: PublishWants[] = [];
    const notice = { level: 'warning', text: 'No comment.' } as const;
    const ended = await endPlan(report({ mode: 'plan' }), inputs, async (_report, wants) => {
      wanted.push(wants);
      return [notice];
    });
    expect(wanted).toEqual([{ comment: true, driftIssue: false, key, token: undefined }]);
    expect(ended).toEqual(report({ mode: 'plan', notices: [notice] }));
  });

  test.each(['apply', 'destroy', 'export'] as const)('is nothing in mode: %s', async (mode) => {
    const publish = async (): Promise<never> => expect.unreachable();
    expect(await endPlan(withChanges, { ...inputs, mode }, publish)).toBe(withChanges);
  });

  test('fails over changes if it is to, and shows that first failure alone', async () => {
    const seen: Report[] = [];
    const note = async (one: Report): Promise<never[]> => {
      seen.push(one);
      return [];
    };
    const ended = await endPlan(withChanges, inputs, note);
    expect(ended.failure).toMatchObject({
      code: 'DRIFT',
      message: 'The cloud is not as the file describes it: there is 1 change to make (fail-on-changes).',
      at: { file: 'vpn.yml', line: 3 },
    });
    expect(seen[0]?.failure).toBe(ended.failure);
    expect((await endPlan({ ...withChanges, failure: refused }, inputs, note)).failure).toBe(refused);
    expect((await endPlan(withChanges, { ...inputs, failOnChanges: false }, note)).failure).toBeUndefined();
    expect((await endPlan(report({ mode: 'plan' }), inputs, note)).failure).toBeUndefined();
  });

  test('what must not be posted fails the run, if nothing else did', async () => {
    const failure = new ActionError('COMMENT', 'It has a secret in it.', { hint: 'Take it out.' });
    const publish = async (): Promise<never> => {
      throw failure;
    };
    expect((await endPlan(report({ mode: 'plan' }), inputs, publish)).failure).toBe(failure);
    const ended = await endPlan(withChanges, inputs, publish);
    expect(ended.failure?.code).toBe('DRIFT');
    expect(ended.notices).toEqual([{ level: 'warning', text: 'It has a secret in it. Take it out.' }]);
  });
});

const number = 12;
const sha = '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c';
const schedule: RunEvent = { name: 'schedule', ref: 'refs/heads/main', sha, payload: {} };
const pull: RunEvent = {
  name: 'pull_request',
  ref: `refs/pull/${number}/merge`,
  sha: '1'.repeat(40),
  payload: { pull_request: { number, head: { sha, repo: { id: 74 } }, base: { repo: { id: 74 } } } },
};

interface Both extends Stage {
  readonly rest: GitHubRest;
  plan(setting?: Setting & { event?: RunEvent }): Promise<Told>;
  bodies(): readonly string[];
}

/** A cloud, and GitHub with a pull request. */
async function both(): Promise<Both> {
  const own = await stage();
  const rest = await startGitHubRest();
  onTestFinished(() => rest.close());
  rest.conversations.open({ number, isPullRequest: true });
  const redactor = createRedactor();
  const publishing = (event: RunEvent) => {
    return (deps: Dependencies): Partial<Dependencies> => ({
      mask: (secret) => {
        redactor.add(secret);
        deps.mask(secret);
      },
      publish: createPublisher({
        ...{ apiUrl: rest.apiUrl, serverUrl: 'https://github.com', repository: 'example/network', runId: '7' },
        ...{ runAttempt: '1', event, userAgent: 'test', clock: deps.clock, cancellation: deps.cancellation },
        ...{ log: deps.log, redact: (text: string) => redactor.redact(text) },
      }),
    });
  };
  return {
    ...own,
    rest,
    plan: ({ event = pull, ...setting } = {}) => {
      const usual = { mode: 'plan', comment: 'true', 'drift-issue': 'true', 'github-token': rest.jobToken };
      return own.run({ ...setting, inputs: { ...usual, ...setting.inputs }, replace: publishing(event) });
    },
    bodies: () => rest.conversations.get(number)?.comments.map(({ body }) => body) ?? [],
  };
}

describe('a run', () => {
  test('keeps one comment, whatever becomes of the plan', async () => {
    const { plan, run, bodies } = await both();
    const first = await plan();
    expect(first.conclusion).not.toHaveProperty('failure');
    expect(bodies()).toEqual([expect.stringContaining('## IPsec plan: `office-bonn` would be created')]);
    expect(bodies()[0]).toContain(`\`${first.conclusion.digest}\``);
    await run();
    await plan();
    expect(bodies()).toEqual([expect.stringContaining('Nothing to change')]);
    const invalid = await plan({ files: { 'vpn.yml': officeFile({ mtu: 'x' }) } });
    expect(invalid.conclusion.failure?.code).toBe('SPEC_INVALID');
    expect(bodies()).toEqual([expect.stringContaining('mtu')]);
    const refusedPlan = await plan({
      files: { 'vpn.yml': officeFile({ peer_address: '198.51.100.99' }) },
      inputs: { 'max-impact': 'none' },
    });
    expect(refusedPlan.conclusion.failure?.code).toBe('IMPACT');
    expect(bodies()).toEqual([expect.stringContaining('> `IMPACT`')]);
    expect(bodies()[0]).toContain('| `peer_address` | `198.51.100.20` | `198.51.100.99` |');
    const loggedOut = await plan({ inputs: { password: 'wrong' } });
    expect(loggedOut.conclusion.failure?.code).toBe('LOGIN_REFUSED');
    expect(bodies()).toEqual([expect.stringContaining('## ❌ IPsec plan: failed')]);
  });

  test('an apply posts nothing', async () => {
    const { plan, rest } = await both();
    await plan({ inputs: { mode: 'apply' } });
    expect(rest.requests).toEqual([]);
  });

  test('without the cloud', async () => {
    const { plan, bodies } = await both();
    const login = ['auth-url', 'username', 'password', 'user-domain-name', 'project-name', 'psk'];
    const none = Object.fromEntries(login.map((name) => [name, undefined]));
    const { conclusion } = await plan({ inputs: { ...none, 'drift-issue': 'false' } });
    expect(conclusion.offline).toBe(true);
    expect(bodies()).toEqual([expect.stringContaining('> **The cloud was not asked.**')]);
  });

  test('that may not write: a warning, and the plan is what it was', async () => {
    const { plan, rest, bodies } = await both();
    const { conclusion, annotations } = await plan({
      inputs: { 'github-token': rest.token({ pullRequests: 'read' }) },
    });
    expect(conclusion).not.toHaveProperty('failure');
    expect(conclusion.changes).not.toEqual([]);
    const warning = 'The comment on pull request 12 is not up to date.';
    expect(annotations.map(({ text }) => text)).toEqual([expect.stringContaining(warning)]);
    expect(bodies()).toEqual([]);
  });

  test('whose values repeat a secret fails, and posts nothing', async () => {
    const { cloud, plan, run, rest } = await both();
    await run();
    cloud.store.update('ipsec_site_connection', only(cloud, 'ipsec_site_connection').id, { description: `not ${psk}` });
    const { conclusion } = await plan({ files: { 'vpn.yml': officeFile({ description: 'Bonn' }) } });
    expect(conclusion.failure?.code).toBe('COMMENT');
    expect(conclusion.changes).not.toEqual([]);
    expect(rest.requests).toEqual([]);
  });

  test('for drift: opens an issue, fails, and closes it when the drift is gone', async () => {
    const { cloud, plan, run, rest } = await both();
    const files = { 'vpn.yml': officeFile({ mtu: 1500 }) };
    await run({ files });
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.update('ipsec_site_connection', id, { mtu: 1400 });
    const inputs = { 'fail-on-changes': 'true', 'comment-key': 'office <b>@team</b>' };
    const found = await plan({ event: schedule, files, inputs });
    expect(found.conclusion.failure).toMatchObject({ code: 'DRIFT' });
    const issue = () => rest.conversations.get(13);
    expect(issue()).toMatchObject({ state: 'open', title: 'IPsec drift: office b@team/b' });
    expect(issue()?.body).toContain('| `mtu` | `1400` | `1500` |');
    await run({ files });
    const gone = await plan({ event: schedule, files, inputs });
    expect(gone.conclusion).not.toHaveProperty('failure');
    expect(issue()).toMatchObject({ state: 'closed', state_reason: 'completed' });
  });

  test('of fifty connections stays within what GitHub takes', async () => {
    const { plan, bodies } = await both();
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...office,
      name: `office-${index}`,
      peer_address: `198.51.100.${index + 1}`,
      peer_ep_group: Array.from({ length: 20 }, (_entry, at) => `10.${at + 80}.${index}.0/24`),
      psk: '${PSK}',
    }));
    const inputs = { psk: undefined, secrets: `PSK=${psk}` };
    const { conclusion } = await plan({ files: { 'vpn.yml': officesFile(many) }, inputs });
    expect(conclusion).not.toHaveProperty('failure');
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).toContain('Cut: more would not fit here.');
    expect(bodies()[0]).toContain(conclusion.digest);
  });
});
