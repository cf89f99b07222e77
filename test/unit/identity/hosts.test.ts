import { expect, test } from 'vitest';
import { authUrlProblem, networkUrlProblem } from '../../../src/identity/hosts.ts';
import type { CloudDialect } from '../../../src/identity/regions.ts';

const otcAuth = 'https://iam.eu-nl.otc.t-systems.com/v3';
const keystone = 'https://keystone.example.org/v3';
const here = 'http://127.0.0.1:5000/v3';

test.each<[string, CloudDialect, boolean, RegExp | undefined]>([
  [otcAuth, 'otc', false, undefined],
  [`${otcAuth.replace('.com', '.com.')}`, 'otc', false, undefined],
  [keystone, 'openstack', false, undefined],
  ['https://10.1.2.3:5000/v3', 'openstack', false, undefined],
  [here, 'openstack', false, undefined],
  [here, 'otc', false, undefined],
  ['http://localhost:5000/v3', 'openstack', false, undefined],
  ['http://[::1]:5000/v3', 'openstack', false, undefined],
  [keystone, 'otc', false, /must end in \.otc\.t-systems\.com/],
  ['https://evil-otc.t-systems.com/v3', 'otc', false, /must end in/],
  ['https://iam.otc.t-systems.com.evil.test/v3', 'otc', false, /must end in/],
  [keystone, 'otc', true, undefined],
  ['http://keystone.example.org/v3', 'openstack', false, /not https/],
  ['http://keystone.localhost/v3', 'openstack', false, /not https/],
  ['https://keystone.localhost/v3', 'openstack', false, undefined],
  ['ftp://127.0.0.1/v3', 'openstack', false, /not https/],
  ['https://bob:pw@keystone.example.org/v3', 'openstack', false, /user or password/],
  ['https://keystone.example.org/v3?x=1', 'openstack', false, /query/],
  ['https://keystone.example.org/v3#x', 'openstack', false, /query/],
  ['https://169.254.169.254/v3', 'openstack', true, /link-local/],
  ['https://metadata.google.internal/v3', 'openstack', false, /metadata/],
])('auth URL %s (%s, network given: %s)', (url, dialect, networkGiven, problem) => {
  const found = authUrlProblem({ authUrl: new URL(url), dialect, networkGiven });
  expect(found).toEqual(problem === undefined ? undefined : expect.stringMatching(problem));
});

// Whatever the way it is written, it leads to this machine or to a metadata service.
test.each([
  'http://127.0.0.1:9696',
  'https://127.1:9696',
  'https://0x7f000001',
  'https://2130706433',
  'https://localhost',
  'https://localhost.',
  'https://neutron.localhost',
  'https://0.0.0.0',
  'https://[::]',
  'https://[::1]',
  'https://[::ffff:127.0.0.1]',
  'https://[::ffff:169.254.169.254]',
  'https://[::127.0.0.1]',
  'https://[::169.254.169.254]',
  'https://[64:ff9b::127.0.0.1]',
  'https://[64:ff9b::a9fe:a9fe]',
  'https://[2002:7f00:1::]',
  'https://[2002:a9fe:a9fe::1]',
  'https://[::ffff:0:127.0.0.1]',
  'https://169.254.1.1',
  'https://[fe80::1]',
  'https://[fd00:ec2::254]',
  'https://100.100.100.200',
  'https://192.0.0.192',
  'https://metadata',
  'https://metadata.google.internal.',
  'https://instance-data',
])('a catalogue or an input that names %s is refused when the login was elsewhere', (url) => {
  for (const networkGiven of [false, true]) {
    const host = { authUrl: new URL(keystone), dialect: 'openstack', networkGiven } as const;
    expect(networkUrlProblem(new URL(url), host)).toMatch(/this machine|link-local|metadata|not https/);
  }
});

test.each<[string, string, CloudDialect, boolean, RegExp | undefined]>([
  ['https://vpc.eu-nl.otc.t-systems.com/v2.0', otcAuth, 'otc', false, undefined],
  ['https://vpc.eu-nl.otc.t-systems.com.evil.test', otcAuth, 'otc', false, /must end in/],
  ['https://neutron.example.org', otcAuth, 'otc', false, /must end in/],
  ['https://neutron.example.org', otcAuth, 'otc', true, undefined],
  ['https://neutron.example.org:9696', keystone, 'openstack', false, undefined],
  ['https://[2001:db8::5]:9696', keystone, 'openstack', false, undefined],
  ['https://192.168.4.5:9696', keystone, 'openstack', false, undefined],
  ['http://neutron.example.org:9696', keystone, 'openstack', false, /not https/],
  ['http://127.0.0.1:9696', here, 'openstack', false, undefined],
  ['http://127.0.0.1:9696', here, 'otc', false, undefined],
  ['http://[::1]:9696', 'http://localhost:5000', 'otc', true, undefined],
  ['https://neutron.example.org', here, 'otc', false, /must end in/],
  ['https://vpc.eu-nl.otc.t-systems.com', here, 'otc', false, undefined],
  ['https://169.254.169.254', here, 'openstack', false, /link-local/],
  ['https://u:p@neutron.example.org', keystone, 'openstack', false, /user or password/],
  ['https://neutron.example.org/?a=b', keystone, 'openstack', true, /query/],
])('network URL %s after %s (%s, given: %s)', (url, authUrl, dialect, networkGiven, problem) => {
  const found = networkUrlProblem(new URL(url), { authUrl: new URL(authUrl), dialect, networkGiven });
  expect(found).toEqual(problem === undefined ? undefined : expect.stringMatching(problem));
});
