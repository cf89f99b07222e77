import { describe, expect } from 'vitest';
import { officeFile } from './fixtures/office.ts';
import type { ActionRun } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

/** Text that tries to be a command, to colour, to break the summary, and to be endless. */
const hostile = [
  'innocent\n::set-output name=status::ACTIVE',
  '##[error]forged',
  'x\r::add-mask::e',
  '\r\n::warning file=vpn.yml,line=1::forged',
  '\u001b[31mred\u001b[0m',
  '\u2028::notice::forged\u0085::notice::forged',
  '| a | <img src=x onerror=alert(1)> [link](https://example.org) @octocat #1 `code`',
  'z'.repeat(10_000),
].join('');

function expectHarmless(run: ActionRun): void {
  const allowed = new Set(['add-mask', 'group', 'endgroup', 'debug', 'error', 'warning', 'notice']);
  expect(run.commands.filter(({ name }) => !allowed.has(name))).toEqual([]);
  expect(run.commands.filter(({ name, data }) => name === 'add-mask' && data === 'e')).toEqual([]);
  for (const { message, title } of run.annotations) {
    expect(message).not.toMatch(/^forged/);
    expect(title ?? '').not.toContain('forged');
  }
  expect(run.outputs['status']).not.toBe('ACTIVE');
  expect(run.stdout).not.toContain('\u001b');
  expect(run.stdout).not.toContain('##[');
  expect(run.stdout).not.toMatch(/[\u0085\u2028\u2029]/);
  expect(Math.max(...run.lines.map(({ text }) => text.length))).toBeLessThan(4200);
  expect(run.summary).not.toMatch(/<img|(?<!\\)\[link\]\(/);
  expect(run.summary).not.toContain('\u001b');
  expect(Buffer.byteLength(run.summary)).toBeLessThan(70_000);
}

describe('text of foreign origin cannot form a command', () => {
  scenario('in the message of a refusal', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({
      method: 'POST',
      path: '/ikepolicies',
      effect: {
        kind: 'answer',
        status: 400,
        body: { NeutronError: { type: hostile, message: hostile, detail: hostile } },
      },
    });
    const failure = await refused(officeFile(), {}, { debug: true });
    expect(failure.message).toContain('innocent');
    expectHarmless(failure);
  });

  scenario('in a body that is no JSON, and in headers', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({
      path: '/ikepolicies',
      when: 'always',
      effect: {
        kind: 'answer',
        status: 403,
        headers: { 'content-type': 'text/html', 'X-Openstack-Request-Id': '##[error]forged' },
        body: hostile,
      },
    });
    expectHarmless(await refused(officeFile(), {}, { debug: true }));
  });

  scenario('in the answer of the login', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({
      path: '/auth/tokens',
      when: 'always',
      effect: { kind: 'answer', status: 401, body: { error: { code: 401, title: hostile, message: hostile } } },
    });
    expectHarmless(await refused(officeFile(), {}, { debug: true }));
  });

  scenario('in names and status of objects in the cloud', 'openstack', async ({ cloud, refused, apply }) => {
    await apply(officeFile());
    for (const object of cloud.store.all('ikepolicy'))
      cloud.store.update('ikepolicy', object.id, { name: hostile, description: hostile });
    const [connection] = cloud.store
      .all('ipsec_site_connection')
      .filter((one) => one.project_id === cloud.account.projectId);
    cloud.store.setStatus('ipsec_site_connection', String(connection?.id), hostile);
    cloud.store.update('ipsec_site_connection', String(connection?.id), { peer_address: hostile });
    expectHarmless(await refused(officeFile(), { timeout: '3s', 'status-interval': '0s' }, { debug: true }));
  });

  scenario('in the connection file', 'openstack', async ({ run }) => {
    const text = JSON.stringify({
      ipsec_site_connection: { name: hostile, [hostile]: hostile, mtu: hostile, peer_ep_group: [hostile] },
    });
    expectHarmless(asFailure(await run({ files: { 'vpn.yml': text }, debug: true })));
  });

  scenario('in inputs', 'openstack', async ({ refused }) => {
    expectHarmless(
      await refused(
        officeFile(),
        { mode: hostile, region: hostile, timeout: hostile, 'network-endpoint': hostile, variables: hostile },
        { debug: true },
      ),
    );
  });

  scenario('in the name of a file', 'openstack', async ({ run }) => {
    const name = '##[error]forged ::x::.yml';
    const failure = asFailure(
      await run({ files: { [name]: 'ipsec_site_connection: {}' }, inputs: { 'connection-file': '*.yml' } }),
    );
    expectHarmless(failure);
  });
});

describe('a secret that a server repeats', () => {
  scenario('in its refusal', 'openstack', async ({ cloud, refused }) => {
    const { username, password } = cloud.account;
    const words = `user ${username} sent ${password} or ${encodeURIComponent(password)}`;
    cloud.addFault({
      path: '/auth/tokens',
      effect: { kind: 'answer', status: 401, body: { error: { code: 401, title: 'x', message: words } } },
    });
    const failure = await refused(officeFile(), {}, { debug: true });
    expect(failure.message).toContain(`user ${username}`);
  });

  scenario('in the name of an object', 'openstack', async ({ cloud, apply }) => {
    const { password } = cloud.account;
    cloud.store.seed('ikepolicy', { name: `policy ${password}` });
    await apply(officeFile());
  });
});
