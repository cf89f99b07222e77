/** Starts a stack from nothing. What fails or is interrupted is the caller's to clean up. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../stack.ts';
import { agentsReady, startAgents } from './agents.ts';
import { startApache } from './apache.ts';
import { startBroker } from './broker.ts';
import { endRunning } from './cleanup.ts';
import { startDatabase } from './database.ts';
import { checkLinks } from './host.ts';
import { createKeystone, startKeystone } from './keystone.ts';
import { makeNamespaces } from './namespaces.ts';
import { createNeutronTables, startNeutronApi, startNeutronRpc } from './neutron.ts';
import { configureNeutron } from './neutron-config.ts';
import { installPackages } from './packages.ts';
import { makePlan, type Plan } from './plan.ts';
import { type Server, using } from './processes.ts';
import { seedIdentity, seedNetwork } from './seed.ts';
import { seedFederation } from './seed-federation.ts';
import type { Site } from './site.ts';
import { timed } from './timing.ts';

export interface RunningStack {
  readonly stack: Stack;
  /** The stack's description, for the suites. */
  readonly file: string;
  readonly servers: Servers;
}

type Servers = readonly Server[];

export async function startStack(site: Site, mode: Stack['mode']): Promise<RunningStack> {
  const { signal } = site.abort;
  const hasten = () => endRunning(site.record);
  signal.addEventListener('abort', hasten);
  try {
    return await start(site, mode);
  } finally {
    signal.removeEventListener('abort', hasten);
    signal.throwIfAborted();
  }
}

async function start(site: Site, mode: Stack['mode']): Promise<RunningStack> {
  console.error(`Starting the stack ${site.record.id} (${mode})`);
  await installPackages(site, mode);
  if (mode === 'dataplane') checkLinks();
  const plan = await makePlan(mode);
  // Two cores, so two lines of work: here RabbitMQ (if any) and MariaDB with all that needs it.
  const broker = startBrokerOf(site, plan);
  const [brokers, rest] = await together(site, broker, startServers(site, plan, broker));
  const { externalNetworkId, dataPlane, servers } = rest;
  const stack: Stack = {
    mode,
    ...plan.cloud,
    externalNetworkId,
    ...(dataPlane ? { dataPlane } : {}),
    directory: site.record.directory,
  };
  const file = join(site.record.directory, 'stack.json');
  writeFileSync(file, `${JSON.stringify(stack, undefined, 2)}\n`, { mode: 0o600 });
  return { stack, file, servers: [...brokers, ...servers] };
}

async function startServers(site: Site, plan: Plan, broker: Promise<unknown>) {
  const database = await timed('MariaDB', () => startDatabase(site, plan.database));
  const [keystone, neutron] = await together(site, buildKeystone(site, plan), buildNeutron(site, plan, broker));
  const poolEnd = plan.broker ? '172.24.4.99' : '172.24.4.250';
  const [externalNetworkId] = await together(
    site,
    timed('external network', () => using(site, neutron.api, () => seedNetwork(plan.cloud, poolEnd))),
    neutron.dataPlane ? timed('agents: alive', () => agentsReady(site, plan.cloud, neutron.agents)) : Promise.resolve(),
  );
  return { externalNetworkId, dataPlane: neutron.dataPlane, servers: [database, ...keystone, ...neutron.servers] };
}

async function startBrokerOf(site: Site, { broker }: Plan): Promise<Servers> {
  return broker ? timed('RabbitMQ', () => startBroker(site, broker)) : [];
}

async function buildKeystone(site: Site, { keystone, neutron, apache, cloud }: Plan): Promise<Servers> {
  // It serves at once, long before there is something behind it.
  const proxies = apache ? [await startApache(site, apache, keystone)] : [];
  const files = await timed('Keystone: tables, keys, administrator', () => createKeystone(site, keystone));
  const server = await timed('Keystone: start', () => startKeystone(site, keystone, files));
  await timed('Keystone: user and endpoints of Neutron', () =>
    using(site, server, () => seedIdentity(cloud, neutron.servicePassword)),
  );
  if (apache) {
    await timed('Keystone: GitHub as identity provider', () => using(site, server, () => seedFederation(cloud)));
  }
  return [server, ...proxies];
}

async function buildNeutron(site: Site, plan: Plan, broker: Promise<unknown>) {
  const files = configureNeutron(site, plan.neutron);
  await timed('Neutron: tables', () => createNeutronTables(site, files));
  await broker;
  if (!plan.broker) {
    const api = await timed('Neutron: start', () => startNeutronApi(site, plan.neutron, files));
    return { api, servers: [api], agents: [] };
  }
  const dataPlane = await timed('namespaces and links', () => makeNamespaces(site));
  const rpc = startNeutronRpc(site, files);
  const agents = startAgents(site, files);
  const api = await timed('Neutron: start', () => startNeutronApi(site, plan.neutron, files));
  return { api, servers: [rpc, ...agents, api], agents, dataPlane };
}

/** Like `Promise.all`, but when one fails it stops the other, and waits until that cannot start a server any more. */
async function together<A, B>(site: Site, first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  try {
    return await Promise.all([first, second]);
  } catch (error) {
    site.abort.abort(error);
    await Promise.allSettled([first, second]);
    throw error;
  }
}
