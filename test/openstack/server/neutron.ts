/** Neutron's API with VPNaaS, and the server that the agents talk to. */
import { join } from 'node:path';
import { launcher, python } from './launchers.ts';
import type { NeutronFiles, NeutronSettings } from './neutron-config.ts';
import { isListening } from './ports.ts';
import { launch, ready, run, type Server } from './processes.ts';
import type { Site } from './site.ts';

export async function createNeutronTables(site: Site, files: NeutronFiles): Promise<void> {
  const launch = [python, launcher('run_neutron.py'), 'neutron-db-manage'] as const;
  await run(site, [...launch, '--config-file', files.common, 'upgrade', 'heads'], { log: 'neutron-db' });
}

export async function startNeutronApi(site: Site, settings: NeutronSettings, files: NeutronFiles): Promise<Server> {
  await settings.port.release();
  const environment: Record<string, string> = {};
  if (settings.controlPort) {
    await settings.controlPort.release();
    environment['STACK_CONTROL'] = `127.0.0.1:${settings.controlPort.number}`;
  }
  const address = `127.0.0.1:${settings.port.number}`;
  const config = ['--config-file', files.common, '--config-file', files.api];
  const command = [python, launcher('serve_neutron.py'), address, ...config] as const;
  const server = launch(site, 'neutron-api', command, environment);
  await ready(site, server, () => isListening(settings.port.number));
  return server;
}

/** Who talks to it waits until it has made its file; see python/run_neutron.py. */
export const rpcReady = (site: Site) => ({ STACK_RPC_READY: join(site.record.directory, 'rpc-ready') });

export function startNeutronRpc(site: Site, files: NeutronFiles): Server {
  const config = ['--config-file', files.common, '--config-file', files.rpc];
  const command = [python, launcher('run_neutron.py'), 'neutron-rpc-server', ...config] as const;
  return launch(site, 'neutron-rpc', command, rpcReady(site));
}
