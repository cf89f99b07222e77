import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { officeFile, ours, psk } from './fixtures/office.ts';
import { runAction } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

describe('what is wrong is said at once, before any request', () => {
  scenario('several inputs', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), {
      mode: 'aply',
      timeout: 'soon',
      'status-interval': '65',
      'max-impact': 'everything',
      'allow-shared': 'perhaps',
      'auth-url': 'http://keystone.example.org/v3',
      'project-id': 'x',
    });
    expect(failure.code).toBe('INPUT_INVALID');
    for (const name of ['mode', 'timeout', 'status-interval', 'max-impact', 'allow-shared', 'auth-url', 'project-id']) {
      expect(failure.message).toContain(`${name}:`);
    }
    expect(failure.message).toContain('apply');
    expect(failure.requests).toEqual([]);
    expect(failure.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  scenario('nothing given at all', 'openstack', async ({ run }) => {
    const none = ['auth-url', 'username', 'password', 'user-domain-name', 'project-name'].map((name) => [name, '']);
    const failure = asFailure(await run({ inputs: Object.fromEntries(none) }));
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('connection-file');
    expect(failure.message).toMatch(/fork|Dependabot/);
  });

  scenario('an empty password names forks and Dependabot', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { password: '' });
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('password');
    expect(failure.message).toMatch(/fork/);
    expect(failure.message).toMatch(/Dependabot/);
  });

  scenario('secrets too short to be masked, and one of two lines', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { psk: 'abc', password: 'first line\nsecond line' });
    expect(failure.message).toContain('psk');
    expect(failure.message).toContain('password');
    expect(failure.message).not.toContain('second line');
  });

  scenario('a line of secrets that is no NAME=value is not shown', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({
        files: { 'vpn.yml': officeFile() },
        inputs: { secrets: `PSK=${psk}\nTh1s-line-is-a-secret` },
        secrets: ['Th1s-line-is-a-secret'],
      }),
    );
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('secrets');
  });
});

describe('connection-file', () => {
  scenario('no file matches', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({ files: { 'vpn.yml': officeFile() }, inputs: { 'connection-file': 'vpn/*.yaml', psk } }),
    );
    expect(failure.code).toBe('SPEC_FILE');
    expect(failure.message).toContain('vpn/*.yaml');
    expect(failure.requests).toEqual([]);
  });

  scenario('a glob, in order', 'openstack', async ({ cloud, run }) => {
    const file = (town: string, last: number): string =>
      officeFile({
        name: `office-${town}`,
        peer_address: `198.51.100.${last}`,
        peer_ep_group: [`10.${last}.0.0/16`],
        psk: '${PSK}',
      });
    const result = await run({
      files: { 'vpn/b.yml': file('bonn', 80), 'vpn/a.yml': file('aachen', 81), 'vpn/notes.txt': 'no YAML' },
      inputs: { 'connection-file': 'vpn/*.yml', secrets: `PSK=${psk}` },
    });
    expect(result.exitCode, result.log).toBe(0);
    expect(Object.keys(JSON.parse(result.outputs['connections'] ?? '{}'))).toEqual(['office-aachen', 'office-bonn']);
    expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(2);
  });

  scenario('a path that leaves the workspace', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({ files: { 'vpn.yml': officeFile() }, inputs: { 'connection-file': '../vpn.yml', psk } }),
    );
    expect(failure.code).toBe('SPEC_FILE');
    expect(failure.requests).toEqual([]);
  });

  scenario('a link that leads out of the workspace', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({
        prepare: async (workspace) => {
          const outside = join(workspace, '../temp/outside.yml');
          await writeFile(outside, officeFile());
          await symlink(outside, join(workspace, 'vpn.yml'));
        },
        inputs: { 'connection-file': 'vpn.yml', psk },
      }),
    );
    expect(failure.code).toBe('SPEC_FILE');
    expect(failure.message).toContain('vpn.yml');
    expect(failure.requests).toEqual([]);
  });

  scenario('a folder', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({
        prepare: async (workspace) => {
          await mkdir(join(workspace, 'vpn.yml'));
        },
        inputs: { 'connection-file': 'vpn.yml', psk },
      }),
    );
    expect(failure.code).toBe('SPEC_FILE');
  });

  scenario('a file of more than 1 MiB', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({ files: { 'vpn.yml': `${officeFile()}# ${'x'.repeat(1024 * 1024)}\n` }, inputs: { psk } }),
    );
    expect(failure.code).toBe('SPEC_FILE');
    expect(failure.message).toMatch(/1 MiB/);
  });
});

describe('the runner', () => {
  scenario('without a summary file (an old server)', 'openstack', async ({ apply }) => {
    const run = await apply(officeFile(), {}, { env: { GITHUB_STEP_SUMMARY: undefined } });
    expect(run.outputs['operation']).toBe('created');
    expect(run.summary).toBe('');
  });

  scenario('summary: false writes none', 'openstack', async ({ apply }) => {
    expect((await apply(officeFile(), { summary: 'false' })).summary).toBe('');
  });

  scenario('secrets in the environment are not read as variables', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile({ peer_address: '${PEER}' }), {}, { env: { PEER: '198.51.100.20' } });
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.message).toContain('PEER');
    expect(failure.place).toBe('vpn.yml:15');
  });

  scenario('step debugging shows requests, and still no secret', 'openstack', async ({ apply }) => {
    const run = await apply(officeFile(), {}, { debug: true });
    const debug = run.lines.filter(({ kind }) => kind === 'debug').map(({ text }) => text);
    expect(
      debug.some((line) => line.includes('POST') && line.includes('/vpn/ikepolicies') && line.includes('201')),
    ).toBe(true);
  });

  scenario('an output that holds a text of the secrets is told of', 'openstack', async ({ cloud }) => {
    const run = await runAction({
      cloud,
      files: { 'vpn.yml': officeFile({ psk: '${PSK}' }) },
      inputs: { 'connection-file': 'vpn.yml', secrets: `PSK=${psk}\nADDRESS=203.0.113.17` },
    });
    expect(run.exitCode, run.log).toBe(0);
    // An address that somebody keeps in a secret: it is an output all the same; the runner masks it everywhere else.
    expect(run.faults.filter((fault) => !/shows in GITHUB_(OUTPUT|STEP_SUMMARY)$/.test(fault))).toEqual([]);
    expect(run.summary).not.toContain('203.0.113.17');
    expect(run.outputs['gateway-address']).toBe('203.0.113.17');
    expect(run.jobOutputs['gateway-address']).toBeUndefined();
    expect(run.log).toMatch(/Warning: .*gateway-address/);
  });
});
