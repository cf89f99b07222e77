/** Where a clouds.yaml is looked for. */
import { describe, expect, test } from 'vitest';
import { reading } from '../reading.ts';

describe('where it is looked for', () => {
  const entry = 'clouds: {prod: {auth: {auth_url: "https://k.example.org", token: gAAAAAB-token}}}';
  const order = [
    ...['./clouds.yaml', './clouds.yml', './clouds.json'],
    ...['yaml', 'yml', 'json'].map((suffix) => `/home/runner/.config/openstack/clouds.${suffix}`),
    ...['yaml', 'yml', 'json'].map((suffix) => `/etc/openstack/clouds.${suffix}`),
  ];

  test.each(order.map((file, index) => [file, index] as const))('%s, before those after it', async (_, index) => {
    // One in the workspace must not stand beside another.
    const later = order.slice(index, index < 3 ? 3 : undefined);
    const files = Object.fromEntries(later.map((file, at) => [file, at === 0 ? entry : 'broken: [']));
    const { inputs, error } = await reading({ variables: { OS_CLOUD: 'prod' }, files });
    // In the workspace a secret is refused, but the file was the one.
    if (index < 3) expect(error?.message).toContain('holds a secret');
    else expect(inputs).toBeDefined();
  });

  test('one in the workspace does not take the place of the runner’s own unseen', async () => {
    const files = { './clouds.yaml': 'clouds: {prod: {}}', '/etc/openstack/clouds.yaml': entry };
    expect((await reading({ variables: { OS_CLOUD: 'prod' }, files })).error).toMatchObject({
      code: 'CLOUDS_FILE',
      message:
        'There are two: clouds.yaml in the workspace, and /etc/openstack/clouds.yaml. Say which one by clouds-file.',
    });
  });

  test('OS_CLIENT_CONFIG_FILE before all, and alone', async () => {
    const variables = { OS_CLOUD: 'prod', OS_CLIENT_CONFIG_FILE: '~/my.yaml' };
    const files = { '/home/runner/my.yaml': entry, '/etc/openstack/clouds.yaml': 'broken: [' };
    expect((await reading({ variables, files })).inputs).toBeDefined();
    const missing = await reading({ variables, files: { '/etc/openstack/clouds.yaml': entry } });
    expect(missing.error).toMatchObject({
      code: 'CLOUDS_FILE',
      message: 'OS_CLIENT_CONFIG_FILE: There is no file "~/my.yaml".',
    });
  });

  test('nowhere', async () => {
    expect((await reading({ variables: { OS_CLOUD: 'prod' } })).error).toMatchObject({
      code: 'CLOUDS_FILE',
      message:
        'OS_CLOUD asks for one, but there is no clouds.yaml. Looked for ./clouds.yaml, /home/runner/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml (also .yml and .json).',
    });
  });

  test('one that cannot be read is not skipped', async () => {
    const files = {
      './clouds.yaml': { is: 'unusable', why: 'Too large.' } as const,
      '/etc/openstack/clouds.yaml': entry,
    };
    expect((await reading({ variables: { OS_CLOUD: 'prod' }, files })).error).toMatchObject({ message: 'Too large.' });
  });
});
