/** Whether the stack can run on this machine. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Stack } from '../stack.ts';

/** The machine is not fit for it, which is no failure of the stack; the message is one sentence. */
export class UnfitHost extends Error {
  override readonly name = 'UnfitHost';
}

const purposes = {
  api: 'Keystone and Neutron on loopback need Debian 12 and root',
  dataplane: 'The data plane needs Debian 12, root, network namespaces with veth and bridges, and /dev/net/tun',
};

/** @throws UnfitHost */
export function checkHost(mode: Stack['mode']): void {
  const lacks = lackOfHost() ?? (mode === 'dataplane' ? lackOfNetworking() : undefined);
  if (lacks) throw unfit(mode, lacks);
}

/** Once the programs are installed: what only trying shows. @throws UnfitHost */
export function checkLinks(): void {
  const probe = [
    'ip link add probe0 type veth peer name probe1',
    'ip link add probe2 type bridge',
    'ip link set probe0 master probe2',
    'ip tuntap add probe3 mode tun',
  ].join(' && ');
  const lacks = tryInNamespace(probe);
  if (lacks) throw unfit('dataplane', lacks);
}

const unfit = (mode: Stack['mode'], lacks: string) => new UnfitHost(`${purposes[mode]}; ${lacks}.`);

function lackOfHost(): string | undefined {
  const release = debianRelease();
  if (release !== 'debian 12') return `this is ${release}`;
  return process.getuid?.() === 0 ? undefined : 'this user is not root';
}

/** E.g. `debian 12`; see os-release(5). */
function debianRelease(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(text)?.[1] ?? '';
    return `${value('ID')} ${value('VERSION_ID')}`.trim();
  } catch {
    return process.platform;
  }
}

function lackOfNetworking(): string | undefined {
  try {
    closeSync(openSync('/dev/net/tun', 'r+'));
  } catch (error) {
    return `/dev/net/tun cannot be opened (${error instanceof Error ? error.message : error})`;
  }
  return tryInNamespace('true');
}

function tryInNamespace(script: string): string | undefined {
  const { status, stderr, error } = spawnSync('unshare', ['--net', '--mount', 'sh', '-ec', script], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  });
  if (status === 0) return undefined;
  return `here \`${script}\` fails in a new one (${error?.message ?? (stderr.trim().split('\n')[0] || status)})`;
}
