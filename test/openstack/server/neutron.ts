/** Neutron's API with VPNaaS, and the server that the agents talk to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeIni } from './ini.ts';
import { launcher, python } from './launchers.ts';
import { type HeldPort, isListening } from './ports.ts';
import { launch, ready, run, type Server } from './processes.ts';
import type { Site } from './site.ts';

export interface NeutronSettings {
  readonly port: HeldPort;
  readonly databaseUrl: string;
  readonly keystoneUrl: string;
  readonly servicePassword: string;
  /** Of oslo.messaging. */
  readonly transportUrl: string;
  /** Where the driver listens that stands in for the agents; without it there are agents. */
  readonly controlPort?: HeldPort;
}

export interface NeutronFiles {
  readonly common: string;
  readonly api: string;
  readonly rpc: string;
}

export function configureNeutron(site: Site, settings: NeutronSettings): NeutronFiles {
  const { directory } = site.record;
  const state = join(directory, 'neutron');
  mkdirSync(state);
  const common = writeIni(site, 'neutron.conf', {
    DEFAULT: {
      host: 'stack',
      core_plugin: 'ml2',
      service_plugins: 'router,vpnaas',
      transport_url: settings.transportUrl,
      state_path: state,
      api_paste_config: launcher('api-paste.ini'),
      rpc_workers: 1,
      rpc_state_report_workers: 0,
      notify_nova_on_port_status_changes: false,
      notify_nova_on_port_data_changes: false,
      dhcp_agent_notification: false,
      agent_down_time: 20,
    },
    experimental: { linuxbridge: true },
    database: { connection: settings.databaseUrl },
    keystone_authtoken: {
      www_authenticate_uri: settings.keystoneUrl,
      auth_url: settings.keystoneUrl,
      auth_type: 'password',
      project_domain_id: 'default',
      user_domain_id: 'default',
      project_name: 'service',
      username: 'neutron',
      password: settings.servicePassword,
      service_token_roles_required: true,
    },
    oslo_concurrency: { lock_path: join(state, 'lock') },
    oslo_messaging_rabbit: { heartbeat_in_pthread: false },
    ml2: { type_drivers: 'flat,local', tenant_network_types: 'local', mechanism_drivers: 'linuxbridge' },
    ml2_type_flat: { flat_networks: '*' },
    // Everything runs as root: no filter, and no start of Python for each command.
    agent: { root_helper: 'env', report_interval: 5 },
  });
  // The provider's name is stored with each VPN service, its class is not.
  const provider = (driver: string) => ({
    service_providers: { service_provider: `VPN:strongswan:${driver}:default` },
  });
  const driver = settings.controlPort ? 'SteeredVPNDriver' : 'ApiVPNDriver';
  return {
    common,
    api: writeIni(site, 'neutron-api.conf', provider(`status_driver.${driver}`)),
    rpc: writeIni(
      site,
      'neutron-rpc.conf',
      provider('neutron_vpnaas.services.vpn.service_drivers.ipsec.IPsecVPNDriver'),
    ),
  };
}

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
