/** The steps of examples/workflows do what docs/recipes.md says, on an embedded Open Telekom Cloud. */
import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { recipeInputs } from '../package/recipe-values.ts';
import { isOwnAction, recipes } from '../package/workflow-files.ts';
import { comments, gitHub, onPullRequest, onSchedule } from './fixtures/github.ts';
import { officeFile, ours } from './fixtures/office.ts';
import { type ActionOptions, type ActionRun, writes } from './harness/run.ts';
import { asFailure, type Stage, scenario } from './harness/scenario.ts';

/** What the repository's secrets hold: nothing that is of use. */
const placeholders = { 'secrets.OFFICE_BONN_PSK': 'n0-real-key', 'secrets.OFFICE_MAINZ_PSK': 'n0-real-key' };

const bonn = officeFile({ psk: '${OFFICE_BONN_PSK}' });
const mainz = officeFile({
  name: 'office-mainz',
  psk: '${OFFICE_MAINZ_PSK}',
  peer_ep_group: ['10.90.0.0/24'],
  peer_address: '198.51.100.30',
});
const both = { 'vpn/office-bonn.yml': bonn, 'vpn/office-mainz.yml': mainz };

interface Play extends Pick<ActionOptions, 'files' | 'rest' | 'writes'> {
  /** Of the run; its files are added. */
  readonly event?: Pick<ActionOptions, 'files' | 'env'>;
  /** By expression of the workflow. */
  readonly values?: Readonly<Record<string, string>>;
  /** As on a pull request from a fork: neither secrets nor variables. */
  readonly isFork?: boolean;
}

/** What GitHub withholds. */
const withheld = ['OTC_PASSWORD', 'OFFICE_BONN_PSK', 'OFFICE_MAINZ_PSK'].map((name) => `secrets.${name}`);
const nothing = Object.fromEntries([...withheld, 'vars.OTC_DOMAIN', 'vars.OTC_USER'].map((name) => [name, '']));

/** Runs the action as the job of a recipe does. */
function player({ cloud, run }: Stage): (recipe: string, job: string, play?: Play) => Promise<ActionRun> {
  const { username, password, domain, project } = cloud.account;
  const login = { 'auth-url': cloud.authUrl, username, password, 'user-domain-name': domain, 'project-name': project };
  const noLogin = { 'auth-url': undefined, 'network-endpoint': undefined };
  return async (recipe, job, { files = both, event = {}, values = {}, isFork = false, ...play } = {}) => {
    const jobs = recipes.find(({ path }) => path === `examples/workflows/${recipe}.yml`)?.workflow.jobs;
    const step = jobs?.[job]?.steps.find(isOwnAction);
    if (step === undefined) throw new Error(`no step with this action in ${recipe}, ${job}`);
    const given = recipeInputs(step, isFork ? nothing : values);
    const inputs = { 'connection-file': undefined, ...given, ...(isFork ? noLogin : login), 'status-interval': '0s' };
    return await run({ ...play, ...event, files: { ...files, ...event.files }, inputs });
  };
}

function names(cloud: Cloud): readonly unknown[] {
  return ours(cloud, 'ipsec_site_connection')
    .map(({ name }) => name)
    .toSorted();
}

function digestOf({ outputs }: ActionRun): Readonly<Record<string, string>> {
  const digest = outputs['plan-digest'] ?? '';
  return { 'needs.plan.outputs.plan-digest': digest, 'inputs.reviewed-plan || needs.plan.outputs.plan-digest': digest };
}

/** One VPN service for both offices, as a quota of one wants it. */
const shared = 'otc';

describe('plan.yml and apply.yml', () => {
  scenario('the plan with placeholders for the keys is the one that is applied', shared, async (stage) => {
    const play = player(stage);
    const rest = await gitHub();
    const review = await play('plan', 'plan', { values: placeholders, rest, event: onPullRequest() });
    const plan = await play('apply', 'plan', { values: placeholders });
    expect(comments(rest)).toEqual([expect.stringContaining(String(plan.outputs['plan-digest']))]);
    expect(plan.outputs).toMatchObject({ changed: 'true', 'plan-digest': review.outputs['plan-digest'] });
    expect(writes([...review.requests, ...plan.requests])).toEqual([]);
    const apply = await play('apply', 'apply', { values: digestOf(plan) });
    expect(apply.exitCode, apply.log).toBe(0);
    expect(names(stage.cloud)).toEqual(['office-bonn', 'office-mainz']);
    const after = await play('apply', 'plan', { values: placeholders });
    expect(after.outputs['changed']).toBe('false');
  });

  scenario('on a pull request from a fork the files alone are checked', shared, async (stage) => {
    const play = player(stage);
    const rest = await gitHub();
    const event = onPullRequest(true);
    const run = await play('plan', 'plan', { isFork: true, rest, event });
    expect(run.exitCode, run.log).toBe(0);
    expect(run.requests).toEqual([]);
    expect(run.log).toContain('The cloud was not asked');
    const files = { ...both, 'vpn/office-bonn.yml': bonn.replace('198.51.100.20', '198.51.100.420') };
    expect(asFailure(await play('plan', 'plan', { files, isFork: true, rest, event })).code).toBe('SPEC_INVALID');
  });

  scenario('nothing is written if the files are others than at the plan', shared, async (stage) => {
    const play = player(stage);
    const plan = await play('apply', 'plan', { values: placeholders });
    const files = { ...both, 'vpn/office-bonn.yml': bonn.replace('198.51.100.20', '198.51.100.21') };
    const failure = asFailure(await play('apply', 'apply', { files, values: digestOf(plan) }));
    expect(failure.code).toBe('PLAN_CHANGED');
    expect(writes(failure.requests)).toEqual([]);
  });
});

describe('the others', () => {
  scenario('export.yml: what it wrote is planned as unchanged', shared, async (stage) => {
    const play = player(stage);
    await play('fan-out', 'prune');
    const path = 'vpn/office-bonn.yml';
    const exported = await play('export', 'export', { files: {}, writes: [path] });
    expect(exported.exitCode, exported.log).toBe(0);
    expect(exported.outputs['export-file']).toBe(path);
    const plan = await play('plan', 'plan', { files: { ...both, [path]: exported.written[path] ?? '' } });
    expect(plan.outputs['changed'], plan.log).toBe('false');
  });

  scenario('drift.yml: opens an issue for what lost its file, closes it, and writes nothing', shared, async (stage) => {
    const play = player(stage);
    const rest = await gitHub();
    const issues = () => rest.conversations.all().filter(({ isPullRequest }) => !isPullRequest);
    await play('fan-out', 'prune');
    const one = { 'vpn/office-bonn.yml': bonn };
    const drift = await play('drift', 'drift', { files: one, rest, event: onSchedule() });
    expect(drift.exitCode, drift.log).toBe(0);
    expect(issues()).toMatchObject([{ state: 'open', body: expect.stringContaining('office-mainz') }]);
    const same = await play('drift', 'drift', { rest, event: onSchedule() });
    expect(same.outputs['changed']).toBe('false');
    expect(issues()).toMatchObject([{ state: 'closed' }]);
    expect(writes([...drift.requests, ...same.requests])).toEqual([]);
  });

  scenario('destroy.yml: the preview shows the plan and fails, the name typed again removes', shared, async (stage) => {
    const play = player(stage);
    await play('fan-out', 'prune');
    const preview = asFailure(await play('destroy', 'preview'));
    expect(preview.code).toBe('NOT_CONFIRMED');
    // The next step of the job looks whether there is a plan.
    expect(preview.outputs['plan']).toContain('office-bonn');
    expect(names(stage.cloud)).toEqual(['office-bonn', 'office-mainz']);
    const wrong = asFailure(await play('destroy', 'destroy', { values: { 'inputs.confirm': 'office-mainz' } }));
    expect(wrong.code).toBe('NOT_CONFIRMED');
    const gone = await play('destroy', 'destroy');
    expect(gone.exitCode, gone.log).toBe(0);
    expect(names(stage.cloud)).toEqual(['office-mainz']);
    expect((await play('destroy', 'destroy')).exitCode).toBe(0);
  });

  scenario('rotate-psk.yml: the plan shows the key, the run sends it', shared, async (stage) => {
    const play = player(stage);
    await play('fan-out', 'prune');
    const plan = await play('rotate-psk', 'plan', { values: placeholders });
    expect(plan.outputs['changed']).toBe('true');
    const values = { ...digestOf(plan), 'secrets.OFFICE_BONN_PSK': 'N3w-Only_Key' };
    const run = await play('rotate-psk', 'rotate', { values });
    expect(run.exitCode, run.log).toBe(0);
    const sent = ours(stage.cloud, 'ipsec_site_connection').find(({ name }) => name === 'office-bonn');
    expect(sent?.['psk']).toBe('N3w-Only_Key');
    expect((await play('apply', 'plan', { values: placeholders })).outputs['changed']).toBe('false');
  });

  scenario(
    'wait-for-tunnel.yml: a job waits until the tunnel is up',
    { dialect: 'otc', downAfterMs: 0, activeAfterMs: 1500 },
    async (stage) => {
      const play = player(stage);
      const made = await play('wait-for-tunnel', 'connection');
      expect(made.jobOutputs).toMatchObject({ up: 'false', 'gateway-address': expect.any(String) });
      const tunnel = await play('wait-for-tunnel', 'tunnel', { values: placeholders });
      expect(tunnel.jobOutputs).toMatchObject({ up: 'true', changed: 'false' });
      expect(writes(tunnel.requests)).toEqual([]);
    },
  );

  scenario('fan-out.yml: a job for each file leaves the others alone, the last one prunes', shared, async (stage) => {
    const play = player(stage);
    for (const file of Object.keys(both)) {
      const one = await play('fan-out', 'connection', { values: { 'matrix.file': file } });
      expect(one.exitCode, one.log).toBe(0);
    }
    expect(names(stage.cloud)).toEqual(['office-bonn', 'office-mainz']);
    const pruned = await play('fan-out', 'prune', { files: { 'vpn/office-bonn.yml': bonn } });
    expect(pruned.exitCode, pruned.log).toBe(0);
    expect(names(stage.cloud)).toEqual(['office-bonn']);
    expect(pruned.outputs['connections']).not.toContain('office-mainz');
  });
});
