/** Starts a stack from nothing. What fails or is interrupted is the caller's to clean up. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../stack.ts';
import { startDatabase } from './database.ts';
import { createKeystone, type KeystoneSettings, startKeystone } from './keystone.ts';
import {
  configureNeutron,
  createNeutronTables,
  type NeutronFiles,
  type NeutronSettings,
  startNeutronApi,
} from './neutron.ts';
import { installPackages } from './packages.ts';
import { holdPort } from './ports.ts';
import type { Server } from './processes.ts';
import { type Cloud, seedIdentity, seedNetwork } from './seed.ts';
import type { Site } from './site.ts';
import { timed } from './timing.ts';

export interface RunningStack {
  readonly stack: Stack;
  /** The stack's description, for the suites. */
  readonly file: string;
  readonly servers: readonly Server[];
}

const region = 'eu-de';
const password = () => randomBytes(12).toString('hex');

export async function startStack(site: Site, mode: Stack['mode']): Promise<RunningStack> {
  await installPackages(site, mode);
  const databasePassword = password();
  const servicePassword = password();
  const adminPassword = password();
  const [databasePort, keystonePort, shortLivedPort, neutronPort, controlPort] = await Promise.all([
    holdPort(),
    holdPort(),
    holdPort(),
    holdPort(),
    holdPort(),
  ]);
  const url = (port: { number: number }) => `http://127.0.0.1:${port.number}`;
  const cloud: Cloud = {
    authUrl: `${url(keystonePort)}/v3`,
    networkUrl: url(neutronPort),
    region,
    admin: { username: 'admin', password: adminPassword, projectName: 'admin' },
  };
  const database = await timed('MariaDB', () => startDatabase(site, databasePort, databasePassword));
  const keystone: KeystoneSettings = {
    port: keystonePort,
    shortLivedPort,
    databaseUrl: database.url('keystone'),
    region,
    adminPassword,
  };
  const neutron: NeutronSettings = {
    port: neutronPort,
    databaseUrl: database.url('neutron'),
    keystoneUrl: url(keystonePort),
    servicePassword,
    via: { controlPort },
  };
  const files = configureNeutron(site, neutron);
  // Two cores: two lines of work at a time.
  const servers = await together(site, [
    buildKeystone(site, keystone, cloud, servicePassword),
    buildNeutron(site, neutron, files),
  ]);
  const externalNetworkId = await timed('external network', () => seedNetwork(cloud, '172.24.4.250'));
  const stack: Stack = {
    mode,
    ...cloud,
    shortLivedAuthUrl: `${url(shortLivedPort)}/v3`,
    controlUrl: url(controlPort),
    externalNetworkId,
    directory: site.record.directory,
  };
  const file = join(site.record.directory, 'stack.json');
  writeFileSync(file, `${JSON.stringify(stack, undefined, 2)}\n`, { mode: 0o600 });
  return { stack, file, servers: [database.server, ...servers] };
}

async function buildKeystone(site: Site, settings: KeystoneSettings, cloud: Cloud, servicePassword: string) {
  const files = await timed('Keystone: tables, keys, administrator', () => createKeystone(site, settings));
  const server = await timed('Keystone: start', () => startKeystone(site, settings, files));
  await timed('Keystone: user and endpoints of Neutron', () => seedIdentity(cloud, servicePassword));
  return server;
}

async function buildNeutron(site: Site, settings: NeutronSettings, files: NeutronFiles) {
  await timed('Neutron: tables', () => createNeutronTables(site, files));
  return timed('Neutron: start', () => startNeutronApi(site, settings, files));
}

/** Like `Promise.all`, but when one fails it stops the rest, and waits until nothing of it can start a server any more. */
async function together<T>(site: Site, parts: readonly Promise<T>[]): Promise<T[]> {
  try {
    return await Promise.all(parts);
  } catch (error) {
    site.abort.abort(error);
    await Promise.allSettled(parts);
    throw error;
  }
}
