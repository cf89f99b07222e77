import { describe, expect, it, test } from 'vitest';
import { file, lines, readText } from '../../spec/support.ts';

describe('required keys', () => {
  test.each([
    ['name', /^vpn.yml:1:1 error name: The name of the connection is missing/],
    ['vpnservice', /^vpn.yml:1:1 error vpnservice: The VPN service is missing.*vpnservice: \{ router: <name> \}/],
    ['ikepolicy', /error ikepolicy: The IKE policy is missing.*"ikepolicy: \{\}" takes safe defaults/],
    ['ipsecpolicy', /error ipsecpolicy: The IPsec policy is missing/],
    ['local_ep_group', /error local_ep_group: The endpoint group is missing.*local_ep_group: \[subnet-app\]/],
    ['peer_ep_group', /error peer_ep_group: The endpoint group is missing/],
    ['peer_address', /error peer_address: The public IP address of the peer is missing/],
  ])('%s', (key, message) => {
    expect(lines(readText(file({ [key]: null })))).toEqual([expect.stringMatching(message)]);
  });

  test.each(['name', 'vpnservice', 'peer_address'])('%s without a value is missing on its own line', (key) => {
    const [found = '', ...others] = lines(readText(file({ [key]: 'null' })));
    expect(others).toEqual([]);
    expect(found).toMatch(new RegExp(`^vpn.yml:[2-9]:3 error ${key}: .* is missing`));
  });

  it.each([
    ['peer_address', 'peer_adress: 198.51.100.20'],
    ['local_ep_group', 'local_ep_group_ids: [subnet-app]'],
    ['peer_ep_group', 'peer-endpoint-group: x'],
    ['name', '"Name": office-bonn'],
  ])('%s is not missing besides where it is misspelt: %s', (key, misspelt) => {
    const [found = '', ...others] = lines(readText(`${file({ [key]: null })}  ${misspelt}\n`));
    expect(others).toEqual([]);
    expect(found).toContain(`Unknown key. Did you mean "${key}`);
  });

  test.each(['<<: *nowhere', '<<: [*nowhere]', 'name: !secret x', '<<: text', '? [a]\n  : b'])(
    'nothing is missing besides what could not be read: %j',
    (text) => {
      const found = lines(readText(`ipsec_site_connection:\n  ${text}\n`));
      expect(found).toEqual([expect.stringMatching(/ error YAML: /)]);
    },
  );

  it('are all reported at once', () => {
    expect(lines(readText('ipsec_site_connection: {}\n'))).toHaveLength(7);
  });

  it('are enough: nothing else is stated then', () => {
    const { connections } = readText(file());
    expect(connections[0]?.fields).toEqual({ peer_address: expect.objectContaining({ value: '198.51.100.20' }) });
    expect(connections[0]).not.toHaveProperty('psk');
    expect(connections[0]).not.toHaveProperty('tags');
  });
});

describe('unknown keys', () => {
  test.each([
    [
      { peer_adress: '1' },
      /^vpn.yml:9:3 error peer_adress: Unknown key. Did you mean "peer_address"\? Allowed: id, name, /,
    ],
    [{ pks: 'Hunter2' }, /error pks: Unknown key. Did you mean "psk"\?/],
    [{ nothing_alike: '1' }, /error nothing_alike: Unknown key. Allowed: /],
    [{ '"a\\nb"': '1' }, /error a\\u\{a\}b: Unknown key/],
    [{ ikepolicy: '{ psf: group14 }' }, /^vpn.yml:4:16 error ikepolicy.psf: Unknown key. Did you mean "pfs"\?/],
    [
      { ikepolicy: '{ lifetime: { unit: seconds } }' },
      /error ikepolicy.lifetime.unit: Unknown key. Did you mean "units"\? Allowed: units, value/,
    ],
    [{ dpd: '{ intervall: 5 }' }, /error dpd.intervall: Unknown key. Did you mean "interval"\?/],
    [{ pfs: 'group14' }, /error pfs: This key belongs into the mapping under "ikepolicy" or "ipsecpolicy"/],
    [{ router_id: 'x' }, /belongs into the mapping under "vpnservice"/],
    [{ endpoints: '[]' }, /under "local_ep_group" or "peer_ep_group"/],
    [
      { vpnservice: '{ router: vpc, peer_address: 1.2.3.4 }' },
      /error vpnservice.peer_address: This key belongs to the connection itself/,
    ],
  ])('%j', (changes, message) => {
    expect(lines(readText(file(changes)))).toEqual([expect.stringMatching(message)]);
  });

  test.each(['status', 'created_at', 'auth_mode', 'route_mode', 'order_id', 'product_id'])(
    '%s comes from an answer',
    (key) => {
      const message = /The server sets it; it stands in answers only. Remove it./;
      expect(lines(readText(file({ [key]: 'x' })))).toEqual([expect.stringMatching(message)]);
      expect(lines(readText(file({ ikepolicy: `{ ${key}: x }` })))).toEqual([expect.stringMatching(message)]);
    },
  );

  test.each([
    ['otc', { description: 'x' }, /description: Not possible on Open Telekom Cloud.*for itself. Remove it/],
    ['otc', { local_id: 'x' }, /local_id: Not possible on Open Telekom Cloud. Only OpenStack knows it/],
    ['otc', { peer_cidrs: '[10.0.0.0/8]' }, /peer_cidrs: Not possible.*"peer_ep_group: \[10.80.0.0\/24\]"/],
    ['otc', { project_id: 'x' }, /project_id: Open Telekom Cloud does not take this key.*write "tenant_id"/],
    ['openstack', { tags: '{}' }, /tags: Not possible on OpenStack. Only Open Telekom Cloud has tags/],
    [
      'openstack',
      { vpnservice: '{ router: a, external_v4_ip: 1.2.3.4 }' },
      /external_v4_ip: Not possible on OpenStack. The server sets it/,
    ],
    ['otc', { vpnservice: '{ router: a, flavor_id: b }' }, /vpnservice.flavor_id: Not possible on Open Telekom Cloud/],
  ] as const)('%s: %j is for the other cloud', (dialect, changes, message) => {
    expect(lines(readText(file(changes), { dialect }))).toEqual([expect.stringMatching(message)]);
  });

  it('does not offer keys that the cloud does not know', () => {
    const [found = ''] = lines(readText(file({ zzz: '1' }), { dialect: 'otc' }));
    expect(found).toContain('tenant_id');
    for (const key of ['local_id', 'peer_cidrs', 'project_id', 'description']) {
      expect(found).not.toContain(key);
    }
    expect(lines(readText(file({ zzz: '1' }), { dialect: 'openstack' }))[0]).not.toContain('tags');
  });
});

describe('the project', () => {
  const tenant = '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e';

  it('may be stated in every object', () => {
    const changes = { tenant_id: tenant, ikepolicy: `{ tenant_id: ${tenant} }` };
    const { connections, problems } = readText(file(changes));
    expect(problems).toEqual([]);
    expect(connections[0]?.tenantId).toMatchObject({ value: tenant, at: { line: 9 } });
    expect(connections[0]?.parts.ikepolicy).toMatchObject({ tenantId: { value: tenant }, fields: {} });
  });

  it('has two names on OpenStack, which must agree', () => {
    const read = (project: string) =>
      readText(file({ tenant_id: tenant, project_id: project }), { dialect: 'openstack' });
    expect(read(tenant).connections[0]?.tenantId?.value).toBe(tenant);
    expect(lines(read('other'))).toEqual([expect.stringMatching(/project_id: .* are the same thing, but differ/)]);
    const { connections } = readText(file({ project_id: tenant }), { dialect: 'openstack' });
    expect(connections[0]?.tenantId?.value).toBe(tenant);
  });

  it('has the form of an id', () => {
    expect(lines(readText(file({ tenant_id: 'a b' })))).toEqual([expect.stringMatching(/"a b" is no id of a project/)]);
    expect(lines(readText(file({ tenant_id: '5' })))).toEqual([expect.stringMatching(/found the number 5/)]);
  });
});

describe('the id of a connection', () => {
  it('is taken in lower case', () => {
    const { connections } = readText(file({ id: '90A4C7DE-0F4B-4C0B-9D7E-5A1E0B2C3D4F' }));
    expect(connections[0]?.id?.value).toBe('90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f');
  });
});
