/** Installs what is missing from Debian's own packages. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack.ts';
import { logTail } from './log-tail.ts';
import { listWriting } from './proc.ts';
import { StackFailure } from './processes.ts';
import { type StackRecord, writeRecord } from './record.ts';
import type { Site } from './site.ts';
import { timed } from './timing.ts';

// Not Debian's `keystone` and `neutron-*`: those bring debconf, init scripts and uwsgi, and add one-line launchers.
const api = [
  'python3-keystone',
  'python3-neutron',
  'python3-neutron-vpnaas',
  'mariadb-server-core',
  'python3-openstackclient',
  'python3-neutronclient',
  'iproute2',
];
/** The module's first dependency is apache2-bin, not apache2: no init script, and nothing in sites-enabled. */
const federation = ['apache2-bin', 'libapache2-mod-auth-openidc'];
const dataPlane = [
  'rabbitmq-server',
  'strongswan-swanctl',
  'libcharon-extra-plugins',
  'libstrongswan-extra-plugins',
  'iptables',
  'iputils-arping',
  'iputils-ping',
  'procps',
  // The L3 agent needs it for a router in an IPv6 subnet.
  'radvd',
  'tcpdump',
];

/** Tells maintainer scripts to start no service; see invoke-rc.d(8). */
const policyFile = '/usr/sbin/policy-rc.d';

/** @throws StackFailure if apt fails */
export async function installPackages(site: Site, mode: Stack['mode']): Promise<void> {
  const missing = missingPackages([...api, ...(mode === 'api' ? federation : dataPlane)]);
  if (missing.length === 0) return;
  await timed(`packages (${missing.length} missing)`, async () => {
    const own = !existsSync(policyFile);
    if (own) {
      writeRecord({ ...site.record, policy: true });
      writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    }
    try {
      await install(site, missing);
    } finally {
      if (own) rmSync(policyFile);
    }
    if (own) writeRecord(site.record);
  });
}

async function install(site: Site, packages: readonly string[]): Promise<void> {
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold'];
  await apt(site, ['update', '-q']);
  await apt(site, ['install', ...options, '--download-only', ...packages]);
  site.abort.signal.throwIfAborted();
  const { signal } = site.abort;
  const explain = () => console.error('The packages are being unpacked: that is finished first.');
  signal.addEventListener('abort', explain);
  try {
    await apt(site, ['install', ...options, '-o', 'Dpkg::Options::=--force-unsafe-io', ...packages]);
  } finally {
    signal.removeEventListener('abort', explain);
  }
  signal.throwIfAborted();
}

/**
 * Runs apt-get to its end, whatever happens to the stack: a dpkg that is killed leaves packages half-configured. So it
 * has none of the signs by which the stack's processes are found. Its proxy and its TLS settings are the caller's.
 */
async function apt(site: Site, args: readonly string[]): Promise<void> {
  mkdirSync(aptFolder(site.record), { recursive: true, mode: 0o700 });
  const log = join(aptFolder(site.record), 'log');
  const output = openSync(log, 'a', 0o600);
  const environment = {
    ...process.env,
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
  };
  const command = ['-o', 'DPkg::Lock::Timeout=300', ...args];
  const code = await new Promise<number | string | null>((resolve) => {
    const child = spawn('apt-get', command, { detached: true, env: environment, stdio: ['ignore', output, output] });
    child.once('error', (error) => resolve(error.message));
    child.once('close', resolve);
  });
  closeSync(output);
  if (code !== 0) throw new StackFailure(`apt-get ${args[0]} failed (${code}). The end of its log:\n${logTail(log)}`);
}

/** Beside the stack's folder, not in it. */
const aptFolder = (record: StackRecord) => `${record.directory}-apt`;

/** Removes what an installation leaves, after its end, which a main.ts that was killed did not wait for. */
export async function cleanUpInstallation(record: StackRecord): Promise<void> {
  const folder = aptFolder(record);
  const isRunning = () => listWriting(folder).length > 0;
  if (isRunning()) console.error('Waiting for the end of apt-get');
  while (isRunning()) await sleep(100);
  if (record.policy) rmSync(policyFile, { force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** Those of `names` that dpkg does not know as installed. */
export function missingPackages(names: readonly string[], status = '/var/lib/dpkg/status'): string[] {
  const paragraphs = readFileSync(status, 'utf8').split('\n\n');
  const installed = new Set(
    paragraphs
      .filter((paragraph) => /^Status: \S+ ok installed$/m.test(paragraph))
      .map((paragraph) => /^Package: (.*)$/m.exec(paragraph)?.[1]),
  );
  return names.filter((name) => !installed.has(name));
}
