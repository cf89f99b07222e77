/** Neutron's configuration: one file for all its processes, and one besides for each of the two servers. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Sections, writeIni } from './ini.ts';
import { launcher } from './launchers.ts';
import type { HeldPort } from './ports.ts';
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
  const state = join(site.record.directory, 'neutron');
  mkdirSync(state);
  const driver = settings.controlPort ? 'SteeredVPNDriver' : 'ApiVPNDriver';
  const stockDriver = 'neutron_vpnaas.services.vpn.service_drivers.ipsec.IPsecVPNDriver';
  return {
    common: writeIni(site, 'neutron.conf', commonSections(settings, state)),
    api: writeIni(site, 'neutron-api.conf', vpnProvider(`status_driver.${driver}`)),
    rpc: writeIni(site, 'neutron-rpc.conf', vpnProvider(stockDriver)),
  };
}

/** The provider's name is stored with each VPN service, its class is not. */
const vpnProvider = (driver: string): Sections => ({
  service_providers: { service_provider: `VPN:strongswan:${driver}:default` },
});

function commonSections(settings: NeutronSettings, state: string): Sections {
  return {
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
      // Without it an application credential with access rules is refused.
      service_type: 'network',
    },
    oslo_concurrency: { lock_path: join(state, 'lock') },
    oslo_messaging_rabbit: { heartbeat_in_pthread: false },
    ml2: { type_drivers: 'flat,local', tenant_network_types: 'local', mechanism_drivers: 'linuxbridge' },
    ml2_type_flat: { flat_networks: '*' },
    // Everything runs as root: no filter, and no start of Python for each command.
    agent: { root_helper: 'env', report_interval: 5 },
  };
}
