import { describe, expect } from 'vitest';
import { gitHub, onPullRequest, onSchedule, restCalls } from './fixtures/github.ts';
import { officeFile, only } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const watch = { mode: 'plan', 'drift-issue': 'true', 'fail-on-changes': 'true' };

describe('a nightly plan', () => {
  scenario('opens an issue, updates it, and closes it when the drift is gone', 'openstack', async (stage) => {
    const { cloud, apply, refused } = stage;
    const rest = await gitHub();
    const event = { rest, ...onSchedule() };
    const file = officeFile({ mtu: 1500 });
    await apply(file);
    const quiet = await apply(file, watch, event);
    expect(restCalls(quiet.restRequests)).toEqual(['GET …/issues 200']);

    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.update('ipsec_site_connection', id, { mtu: 1400 });
    const drift = await refused(file, watch, event);
    expect(drift.code).toBe('DRIFT');
    expect(drift.place).toMatch(/^vpn\.yml:\d+$/);
    expect(writes(drift.requests)).toEqual([]);
    const issue = () => rest.conversations.get(13);
    expect(issue()).toMatchObject({ title: 'IPsec drift: vpn.yml', state: 'open', labels: [] });
    expect(issue()?.body).toContain('| `mtu` | `1400` | `1500` |');

    cloud.store.update('ipsec_site_connection', id, { mtu: 1300 });
    await refused(file, watch, event);
    expect(issue()?.body).toContain('| `mtu` | `1300` | `1500` |');
    expect(rest.conversations.all()).toHaveLength(2);

    await apply(file);
    await apply(file, watch, event);
    expect(issue()).toMatchObject({ state: 'closed', state_reason: 'completed' });
    expect(issue()?.body).toContain('The cloud is as the file describes it again.');
  });

  scenario('that failed leaves the issue as it is', 'openstack', async ({ run, apply }) => {
    const rest = await gitHub();
    const { files, env } = onSchedule();
    await apply(officeFile(), { mode: 'plan', 'drift-issue': 'true' }, { rest, files, env });
    const before = rest.conversations.get(13)?.body;
    const result = await run({
      ...{ rest, env, files: { 'vpn.yml': officeFile(), ...files } },
      inputs: { ...watch, password: 'Wr0ng-Password' },
    });
    expect(result.exitCode).toBe(1);
    expect(rest.conversations.get(13)).toMatchObject({ state: 'open', body: before });
    expect(result.restRequests).toEqual([]);
    expect(result.log).toContain('The drift issue stays as it is');
  });

  scenario('of a pull request is no drift', 'openstack', async ({ apply, refused }) => {
    const rest = await gitHub();
    const inputs = { mode: 'plan', 'drift-issue': 'true' };
    const pull = await apply(officeFile(), inputs, { rest, ...onPullRequest() });
    expect(pull.restRequests).toEqual([]);
    const failure = await refused(officeFile(), { ...watch, 'drift-issue': 'false' }, { rest });
    expect(failure.code).toBe('DRIFT');
    expect(failure.restRequests).toEqual([]);
  });
});
