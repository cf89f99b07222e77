import { lstat, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { at, parseSettings } from '../unit/peer/settings-parser.ts';
import { office, officeFile, officesFile, only, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const path = 'vpn/office-bonn.conf';
const far = { 'peer-config': 'strongswan', 'peer-config-file': path };
const options = { writes: [path] };

/** A value of a configuration. */
function value(text: string | undefined, ...names: string[]): unknown {
  return at(parseSettings(text ?? ''), ...names);
}

describe.each(['openstack', 'otc'] as const)('%s: peer-config', (dialect) => {
  scenario('writes all that the other end needs, and the output where it is', dialect, async ({ apply }) => {
    const run = await apply(officeFile(), far, options);
    expect(run.outputs['peer-config-file']).toBe(path);
    const text = run.written[path];
    expect(parseSettings(text ?? '')).toEqual({
      connections: {
        'office-bonn': {
          version: '2',
          remote_addrs: run.outputs['gateway-address'],
          proposals: 'aes256-sha256-modp2048',
          rekey_time: '77760s',
          over_time: '8640s',
          mobike: 'no',
          dpd_delay: '30s',
          local: { auth: 'psk', id: '198.51.100.20' },
          remote: { auth: 'psk', id: run.outputs['gateway-address'] },
          children: {
            'office-bonn': {
              local_ts: '10.80.0.0/24, 10.81.0.0/16',
              remote_ts: '10.10.1.0/24',
              mode: 'tunnel',
              esp_proposals: 'aes256-sha256-modp2048',
              rekey_time: '3240s',
              life_time: '3600s',
              dpd_action: 'trap',
              start_action: 'trap|start',
            },
          },
        },
      },
      secrets: {
        'ike-office-bonn': {
          'id-own': '198.51.100.20',
          'id-cloud': run.outputs['gateway-address'],
          include: 'office-bonn.psk',
        },
      },
    });
    expect(text).not.toContain(psk);
    expect(run.summary).toContain(path);
  });

  scenario('follows what the cloud has where the file states nothing', dialect, async ({ cloud, apply }) => {
    await apply(
      officeFile({
        ikepolicy: { ike_version: 'v1', auth_algorithm: 'sha1', pfs: 'group5', lifetime: { value: 28_800 } },
        dpd: { action: 'restart', interval: 10, timeout: 60 },
        peer_id: 'office.example.org',
      }),
    );
    const id = (kind: Parameters<typeof only>[1]) => only(cloud, kind).id;
    const groups = ours(cloud, 'endpoint_group');
    const group = (type: string) => groups.find((one) => one['type'] === type)?.id;
    const adopted = officeFile({
      vpnservice: undefined,
      ikepolicy: undefined,
      ipsecpolicy: undefined,
      local_ep_group: undefined,
      peer_ep_group: undefined,
      vpnservice_id: id('vpnservice'),
      ikepolicy_id: id('ikepolicy'),
      ipsecpolicy_id: id('ipsecpolicy'),
      local_ep_group_id: group('subnet'),
      peer_ep_group_id: group('cidr'),
    });
    const run = await apply(adopted, { ...far, psk: undefined }, options);
    expect(writes(run.requests)).toEqual([]);
    const here = (...names: string[]) => value(run.written[path], 'connections', 'office-bonn', ...names);
    expect(here('version')).toBe('1');
    expect(here('proposals')).toBe('aes256-sha1-modp1536');
    expect(here('over_time')).toBe('2880s');
    expect(here('dpd_delay')).toBe('10s');
    expect(here('dpd_timeout')).toBe('60s');
    expect(here('local', 'id')).toBe('fqdn:office.example.org');
    expect(here('children', 'office-bonn-2')).toMatchObject({
      local_ts: '10.81.0.0/16',
      remote_ts: '10.10.1.0/24',
      dpd_action: 'restart',
    });
  });

  scenario('of several connections: one file each, in the output connections', dialect, async ({ apply, refused }) => {
    const key = '${PSK}';
    const file = officesFile([
      { ...office, psk: key },
      { ...office, name: 'Büro Köln', peer_address: '198.51.100.21', peer_ep_group: ['10.82.0.0/16'], psk: key },
    ]);
    const inputs = { psk: undefined, secrets: `PSK=${psk}` };
    const failure = await refused(file, { ...inputs, ...far });
    expect(failure).toMatchObject({ code: 'PEER_CONFIG', requests: [] });
    expect(failure.message).toContain('2 connections');
    const names = ['vpn/office-bonn.conf', 'vpn/B-ro-K-ln-24261fc3.conf'];
    const all = { ...inputs, ...far, 'peer-config-file': 'vpn/{name}.conf' };
    const run = await apply(file, all, { writes: names });
    expect(run.outputs['peer-config-file'] ?? '').toBe('');
    const facts: Record<string, Record<string, unknown>> = JSON.parse(run.outputs['connections'] ?? '');
    expect(Object.values(facts).map((one) => one['peer-config-file'])).toEqual(names);
    expect(value(run.written[names[1] ?? ''], 'connections', 'B-ro-K-ln-24261fc3', 'local', 'id')).toBe(
      '198.51.100.21',
    );
  });
});

describe('peer-config in plan mode', () => {
  scenario('of a new connection: no address yet, so a notice and no file', 'openstack', async ({ apply }) => {
    const run = await apply(officeFile(), { ...far, mode: 'plan' }, options);
    expect(run.written).toEqual({});
    expect(run.outputs['peer-config-file'] ?? '').toBe('');
    const notices = run.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message);
    expect(notices.join()).toContain('No configuration was written for the other end of office-bonn');
  });

  scenario('of a change: as apply then writes it', 'openstack', async ({ apply }) => {
    await apply(officeFile());
    const changed = officeFile({ peer_ep_group: ['10.99.0.0/16'], peer_id: 'office', dpd: { action: 'clear' } });
    const planned = await apply(changed, { ...far, mode: 'plan' }, options);
    expect(writes(planned.requests)).toEqual([]);
    const applied = await apply(changed, { ...far, 'status-interval': '0s' }, options);
    expect(planned.written[path]).toContain('10.99.0.0/16');
    expect(applied.written).toEqual(planned.written);
  });
});

describe('the legacy model', () => {
  scenario('has its networks in the service and in the connection', 'openstack', async ({ apply }) => {
    const legacy = officeFile({
      vpnservice: { router: 'vpc-prod', subnet: 'subnet-app' },
      local_ep_group: undefined,
      peer_ep_group: undefined,
      peer_cidrs: ['10.80.0.0/24'],
    });
    const run = await apply(legacy, far, options);
    const child = value(run.written[path], 'connections', 'office-bonn', 'children', 'office-bonn');
    expect(child).toMatchObject({ local_ts: '10.80.0.0/24', remote_ts: '10.10.1.0/24' });
  });
});

describe('the file', () => {
  scenario('is the same again, and then not even touched', 'openstack', async ({ apply }) => {
    const first = await apply(officeFile(), far, options);
    let touched = 0;
    const again = await apply(officeFile(), far, {
      ...options,
      prepare: async (workspace) => {
        await mkdir(join(workspace, 'vpn'));
        await writeFile(join(workspace, path), first.written[path] ?? '');
        await utimes(join(workspace, path), 1, 1);
      },
      inspect: async (workspace) => {
        touched = (await stat(join(workspace, path))).mtimeMs;
      },
    });
    expect(again.written).toEqual(first.written);
    expect(touched).toBe(1000);
    expect(again.log).toContain('(unchanged)');
    expect(again.outputs['peer-config-file']).toBe(path);
  });

  scenario('of somebody else is never overwritten, and the cloud not asked', 'openstack', async ({ refused }) => {
    let left = '';
    const failure = await refused(officeFile(), far, {
      files: { [path]: '# mine\n' },
      inspect: async (workspace) => {
        left = await readFile(join(workspace, path), 'utf8');
      },
    });
    expect(failure).toMatchObject({ code: 'PEER_CONFIG', requests: [] });
    expect(left).toBe('# mine\n');
  });

  scenario('is not the file that describes the connection', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { ...far, 'peer-config-file': 'vpn.yml' });
    expect(failure).toMatchObject({ code: 'PEER_CONFIG', requests: [] });
  });

  const bad = [
    '../far.conf',
    '/tmp/far.conf',
    '.git/config',
    '.github/workflows/x.yml',
    'sub/.GIT/hooks/x',
    'vpn/',
    '.',
  ];
  for (const where of bad) {
    scenario(`is refused at ${where}, before anything else`, 'openstack', async ({ refused }) => {
      const failure = await refused(officeFile(), { ...far, 'peer-config-file': where });
      expect(failure).toMatchObject({ code: 'PEER_CONFIG', requests: [] });
    });
  }

  for (const [what, link, target] of [
    ['a link to a folder outside', 'vpn', '..'],
    ['a link to a file outside', path, '../../file-commands/github_output'],
    ['a link inside', 'vpn', 'real'],
  ] as const) {
    scenario(`never goes through ${what}`, 'openstack', async ({ refused }) => {
      let kept: readonly string[] = [];
      const failure = await refused(officeFile(), far, {
        prepare: async (workspace) => {
          await mkdir(join(workspace, 'real'));
          if (link === path) await mkdir(join(workspace, 'vpn'));
          await symlink(target, join(workspace, link));
        },
        inspect: async (workspace) => {
          expect((await lstat(join(workspace, link))).isSymbolicLink()).toBe(true);
          kept = await readdir(join(workspace, 'real'));
        },
      });
      expect(failure).toMatchObject({ code: 'PEER_CONFIG', requests: [] });
      expect(failure.message).toContain('symbolic link');
      expect(kept).toEqual([]);
    });
  }
});

describe('values of file and cloud', () => {
  const nasty = [
    'a"b',
    'a\\',
    '{ secret = x }',
    'x # y',
    'x = y',
    'include /etc/passwd',
    '%any',
    "'; rm -rf /",
    'Büro @home',
  ];
  for (const text of nasty) {
    scenario(`never break out of their place: ${text}`, 'openstack', async ({ apply }) => {
      const run = await apply(officeFile({ peer_id: text, local_id: `${text}!` }), far, options);
      const settings = parseSettings(run.written[path] ?? '');
      expect(Object.keys(settings)).toEqual(['connections', 'secrets']);
      const decoded = (id: unknown): string => {
        const [, hex, plain = ''] = /^fqdn:(?:#([0-9a-f]+)|(.*))$/.exec(String(id)) ?? [];
        return hex === undefined ? plain : Buffer.from(hex, 'hex').toString('utf8');
      };
      expect(decoded(at(settings, 'connections', 'office-bonn', 'local', 'id'))).toBe(text);
      expect(decoded(at(settings, 'secrets', 'ike-office-bonn', 'id-cloud'))).toBe(`${text}!`);
    });
  }

  scenario('a connection of any name gets a safe file', 'openstack', async ({ apply }) => {
    const name = '../{x} "include"\\#';
    const run = await apply(
      officeFile({ name }),
      { ...far, 'peer-config-file': '{name}.conf' },
      { writes: ['x-include-63ddf795.conf'] },
    );
    expect(Object.keys(run.written)).toHaveLength(1);
  });

  scenario('what strongSwan cannot do is refused before the first write', 'openstack', async ({ cloud, refused }) => {
    const file = officeFile({ ipsecpolicy: { transform_protocol: 'ah-esp' } });
    const failure = await refused(file, far);
    expect(failure).toMatchObject({ code: 'PEER_CONFIG', written: {} });
    expect(failure.message).toContain('ipsecpolicy.transform_protocol "ah-esp"');
    expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
    expect(writes(failure.requests)).toEqual([]);
    expect(ours(cloud, 'ipsecpolicy')).toEqual([]);
  });

  scenario('a key that the cloud hides or shows is never in the file', 'otc', async ({ apply }) => {
    const run = await apply(officeFile({ peer_id: 'office' }), far, options);
    expect(run.written[path]).not.toContain(psk);
    expect(run.written[path]).toContain('secret = "the pre-shared key"');
  });
});
