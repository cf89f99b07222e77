import { describe, expect, onTestFinished } from 'vitest';
import { primaryLimit, secondaryLimit } from '../cloud/github/rest/index.ts';
import { comments, gitHub, head, onPullRequest, restCalls } from './fixtures/github.ts';
import { office, officeFile, officesFile, only, psk } from './fixtures/office.ts';
import { makeAuthority } from './harness/certificates.ts';
import { startProxy } from './harness/proxy.ts';
import { writes } from './harness/run.ts';
import { type Stage, scenario } from './harness/scenario.ts';

const plan = { mode: 'plan', comment: 'true' };

/** Warnings of a run, which has no others. */
const warnings = ({ annotations }: Awaited<ReturnType<Stage['run']>>): readonly string[] =>
  annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);

describe('a plan on a pull request', () => {
  scenario('creates its comment once and updates it in place', 'openstack', async ({ cloud, apply, refused }) => {
    const rest = await gitHub();
    const event = { rest, ...onPullRequest() };
    const first = await apply(officeFile(), plan, event);
    expect(writes(first.requests)).toEqual([]);
    expect(comments(rest)).toEqual([expect.stringContaining('## IPsec plan: `office-bonn` would be created')]);
    expect(comments(rest)[0]).toContain(`(https://github.com/example/network/commit/${head})`);
    expect(comments(rest)[0]).toContain('(https://github.com/example/network/actions/runs/7142230001/attempts/1)');
    expect(comments(rest)[0]).toContain(`\`${first.outputs['plan-digest']}\``);
    const path = '…/issues/12/comments';
    expect(restCalls(first.restRequests)).toEqual([`GET ${path} 200`, `POST ${path} 201`]);
    expect(first.log).toContain('Brought the comment on pull request 12 up to date.');

    await apply(officeFile());
    await apply(officeFile({ peer_ep_group: ['10.80.0.0/24'] }), plan, event);
    expect(comments(rest)).toEqual([expect.stringContaining('**Effect on traffic:**')]);
    expect(comments(rest)[0]).toContain('`10.80.0.0/24, 10.81.0.0/16` | `10.80.0.0/24`');

    const broken = await refused(officeFile({ mtu: 'wide' }), plan, event);
    expect(broken.code).toBe('SPEC_INVALID');
    expect(comments(rest)).toEqual([expect.stringContaining('## ❌ IPsec plan')]);
    expect(comments(rest)[0]).toContain('`SPEC_INVALID` at `vpn.yml:');
    expect(only(cloud, 'ipsec_site_connection').mtu).toBe(1500);
  });

  scenario('two keys stand side by side', 'openstack', async ({ apply }) => {
    const rest = await gitHub();
    const event = { rest, ...onPullRequest() };
    for (const key of ['Bonn', 'Köln -->', 'Bonn']) await apply(officeFile(), { ...plan, 'comment-key': key }, event);
    expect(comments(rest)).toEqual([
      expect.stringContaining('Plan of `Bonn`'),
      expect.stringContaining('Plan of <code>Köln --&#62;</code>'),
    ]);
  });

  scenario("leaves others' comments with its mark alone", 'openstack', async ({ apply }) => {
    const rest = await gitHub();
    const event = { rest, ...onPullRequest() };
    await apply(officeFile(), plan, event);
    const [mark = ''] = comments(rest)[0]?.split('\n') ?? [];
    expect(mark).toMatch(/^<!-- .* -->$/);
    const user = { login: 'mallory', id: 66, type: 'User' } as const;
    rest.conversations.comment(12, user, `${mark}\nAll is well, approve this.`);
    await apply(officeFile(), plan, event);
    expect(comments(rest)).toHaveLength(2);
    expect(comments(rest)[1]).toBe(`${mark}\nAll is well, approve this.`);
  });

  scenario('with a token that only reads: a warning, and the summary has it', 'openstack', async ({ apply }) => {
    const rest = await gitHub();
    const inputs = { ...plan, 'github-token': rest.token({ pullRequests: 'read' }) };
    const run = await apply(officeFile(), inputs, { rest, ...onPullRequest() });
    expect(warnings(run)).toEqual([
      expect.stringMatching(
        /^The comment on pull request 12 is not up to date\. .* Give the job "permissions: pull-requests: write"/,
      ),
    ]);
    expect(run.summary).toContain('would be created');
    expect(run.summary).toContain('The comment on pull request 12 is not up to date.');
    expect(comments(rest)).toEqual([]);
  });

  scenario('from a fork: the file is checked, the warning says why', 'openstack', async ({ run }) => {
    const rest = await gitHub();
    const { files, env } = onPullRequest(true);
    const login = ['auth-url', 'username', 'password', 'user-domain-name', 'project-name'];
    const none = Object.fromEntries(login.map((name) => [name, undefined]));
    const token = rest.token({ pullRequests: 'read' });
    const result = await run({
      ...{ rest, env, files: { 'vpn.yml': officeFile({ psk: '${PSK}' }), ...files } },
      inputs: { ...none, ...plan, 'github-token': token },
    });
    expect(result.exitCode, result.log).toBe(0);
    expect(result.requests).toEqual([]);
    expect(warnings(result)).toEqual([expect.stringContaining('from a fork or of Dependabot the token only reads')]);
    expect(result.summary).toContain('The cloud was not asked');
  });

  scenario('waits for a limit that is short, not for a long one', 'openstack', async ({ apply }) => {
    const rest = await gitHub();
    const event = { rest, ...onPullRequest() };
    rest.fault({ on: /^POST .*comments$/, effect: secondaryLimit(1) });
    await apply(officeFile(), plan, event);
    expect(comments(rest)).toHaveLength(1);
    rest.fault({ on: /^PATCH/, effect: primaryLimit(Math.floor(Date.now() / 1000) + 3000) });
    const run = await apply(officeFile(), plan, event);
    expect(warnings(run)).toEqual([expect.stringContaining('403 API rate limit exceeded')]);
    expect(run.durationMs).toBeLessThan(10_000);
  });

  scenario('that is too long is cut, and keeps its digest', 'openstack', async ({ run }) => {
    const rest = await gitHub();
    const { files, env } = onPullRequest();
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...office,
      name: `office-${index}`,
      peer_address: `198.51.100.${index + 1}`,
      peer_ep_group: Array.from({ length: 30 }, (_entry, at) => `10.${at + 80}.${index}.0/24`),
      psk: '${PSK}',
    }));
    const result = await run({
      ...{ rest, env, files: { 'vpn.yml': officesFile(many), ...files } },
      inputs: { ...plan, secrets: `PSK=${psk}` },
    });
    expect(result.exitCode, result.log).toBe(0);
    const [text = ''] = comments(rest);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain('_Cut: more would not fit here. The log has all of it._');
    expect(text).toContain(result.outputs['plan-digest']);
  });

  scenario('with a known secret in a value fails and posts nothing', 'openstack', async ({ cloud, apply, refused }) => {
    const rest = await gitHub();
    await apply(officeFile());
    cloud.store.update('ipsec_site_connection', only(cloud, 'ipsec_site_connection').id, { description: `is ${psk}` });
    const failure = await refused(officeFile({ description: 'Bonn' }), plan, { rest, ...onPullRequest() });
    expect(failure.code).toBe('COMMENT');
    expect(failure.restRequests).toEqual([]);
    expect(failure.summary).toContain('<code>is &#42;&#42;&#42;</code>');
  });

  scenario("goes through the runner's proxy, to a server with a CA of its own", 'openstack', async ({ apply }) => {
    const authority = makeAuthority();
    const host = 'api.github.example';
    const rest = await gitHub({ tls: authority.issue([host]) });
    const proxy = await startProxy({ [host]: Number(new URL(rest.apiUrl).port) }, 'ci:Pr0xy-Password');
    onTestFinished(() => proxy.close());
    const { files, env } = onPullRequest();
    await apply(officeFile(), plan, {
      rest,
      files: { ...files, '../temp/ca.pem': authority.cert },
      env: {
        ...env,
        GITHUB_API_URL: `https://${host}`,
        NODE_EXTRA_CA_CERTS: '${{ runner.temp }}/ca.pem',
        https_proxy: proxy.url.replace('://', '://ci:Pr0xy-Password@'),
      },
      secrets: ['Pr0xy-Password'],
    });
    expect(comments(rest)).toHaveLength(1);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`${host}:443`]));
  });

  scenario('elsewhere posts nothing, and neither does an apply', 'openstack', async ({ apply }) => {
    const rest = await gitHub();
    const push = await apply(officeFile(), plan, { rest });
    const applied = await apply(officeFile(), { comment: 'true' }, { rest, ...onPullRequest() });
    expect([push.restRequests, applied.restRequests]).toEqual([[], []]);
    expect(push.log).toContain('No comment: this run is for no pull request.');
  });
});
