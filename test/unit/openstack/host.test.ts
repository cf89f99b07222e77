import { describe, expect, test, vi } from 'vitest';
import { attempt } from '../../openstack/server/attempt.ts';
import { checkHost, type Host, UnfitHost } from '../../openstack/server/host.ts';
import { Interrupted } from '../../openstack/server/interrupt.ts';
import { StackFailure } from '../../openstack/server/processes.ts';

const debian12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';
const ubuntu = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n';
const fit: Host = { release: debian12, platform: 'linux', isRoot: true };

describe('where the servers can run', () => {
  test('Debian 12 with root', () => {
    expect(() => checkHost('api', fit)).not.toThrow();
  });

  test.each<[string, Host, string]>([
    ['another distribution', { ...fit, release: ubuntu }, 'this is Ubuntu 24.04.1 LTS.'],
    ['another Debian', { ...fit, release: debian12.replaceAll('12', '13') }, 'this is Debian GNU/Linux 13 (bookworm).'],
    ['another system', { ...fit, release: undefined, platform: 'darwin' }, 'this is darwin.'],
    ['another user', { ...fit, isRoot: false }, 'this user is not root.'],
  ])('not %s: one sentence says what it needs', (_, host, reason) => {
    const message = `Keystone and Neutron on loopback need Debian 12 and root; ${reason}`;
    expect(() => checkHost('api', host)).toThrow(new UnfitHost(message));
  });

  test('the data plane says what it needs besides', () => {
    expect(() => checkHost('dataplane', { ...fit, isRoot: false })).toThrow(
      'The data plane needs Debian 12, root, network namespaces with veth and bridges, and /dev/net/tun; ',
    );
  });
});

describe('exit codes', () => {
  const failing = (error: unknown) => attempt(() => Promise.reject(error));

  test.each([
    ['what the work returns', () => attempt(async () => 3), 3],
    ['77 where it cannot run', () => failing(new UnfitHost('no')), 77],
    ['1 for a failure', () => failing(new StackFailure('no')), 1],
    ['130 for Ctrl-C', () => failing(new Interrupted('SIGINT')), 130],
    ['143 for SIGTERM', () => failing(new Interrupted('SIGTERM')), 143],
  ])('%s', async (_, run, code) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await run()).toBe(code);
  });

  test('an expected failure is said without a stack trace', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await failing(new StackFailure('MariaDB ended'));
    expect(said.mock.calls).toEqual([['MariaDB ended']]);
  });
});
