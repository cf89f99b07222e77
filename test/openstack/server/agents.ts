/** Neutron's agents: the Linux bridges' one for the wires, the L3 agent with VPNaaS and strongSwan for the routers. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api } from '../rest.ts';
import { writeIni } from './ini.ts';
import { launcher, python } from './launchers.ts';
import { namesOf } from './names.ts';
import { physicalNetworks } from './namespaces.ts';
import { rpcReady } from './neutron.ts';
import type { NeutronFiles } from './neutron-config.ts';
import { launch, ready, type Server } from './processes.ts';
import { administrator, type Cloud } from './seed.ts';
import { journalPath, type Site } from './site.ts';

const programs = fileURLToPath(new URL('bin', import.meta.url));

export function startAgents(site: Site, files: NeutronFiles): readonly Server[] {
  const { externalLink, internalLink } = namesOf(site.record.id);
  const bridge = writeIni(site, 'linuxbridge-agent.conf', {
    linux_bridge: {
      physical_interface_mappings: `${physicalNetworks.external}:${externalLink},${physicalNetworks.internal}:${internalLink}`,
    },
    vxlan: { enable_vxlan: false },
    securitygroup: { enable_security_group: false, firewall_driver: 'noop' },
    agent: { polling_interval: 1 },
  });
  const l3 = writeIni(site, 'l3-agent.conf', {
    DEFAULT: { interface_driver: 'linuxbridge', agent_mode: 'legacy', enable_metadata_proxy: false },
    agent: { extensions: 'vpnaas' },
    vpnagent: { vpn_device_driver: 'vpn_device.SerialStrongSwanDriver' },
    // A minute by default.
    ipsec: { ipsec_status_check_interval: 2 },
    strongswan: { default_config_area: copyStrongSwanSettings(site) },
  });
  return [
    startAgent(site, 'neutron-linuxbridge-agent', files, bridge),
    startAgent(site, 'neutron-l3-agent', files, l3),
  ];
}

function startAgent(site: Site, name: string, files: NeutronFiles, file: string): Server {
  const config = ['--config-file', files.common, '--config-file', file];
  return launch(site, name, [python, launcher('run_neutron.py'), name, ...config], {
    // Our neutron-vpn-netns-wrapper comes before Debian's.
    PATH: `${programs}:${site.environment['PATH']}`,
    ...rpcReady(site),
    STACK_JOURNAL: journalPath(site.record),
  });
}

/** Waits until Neutron's API calls them alive. */
export async function agentsReady(site: Site, cloud: Cloud, agents: readonly Server[]): Promise<void> {
  const api = new Api(`${cloud.networkUrl}/v2.0`, await administrator(cloud));
  const isAlive = async (name: string) =>
    (await api.list('/agents')).some(({ binary, alive }) => binary === name && alive === true);
  for (const agent of agents) await ready(site, agent, () => isAlive(agent.name));
}

/**
 * Debian's, with ESP in user space on: not every kernel has INET_ESP, and so all behave alike. (On the wire it is ESP
 * in UDP, port 4500.)
 */
function copyStrongSwanSettings(site: Site): string {
  const folder = join(site.record.directory, 'strongswan.d');
  cpSync('/etc/strongswan.d', folder, { recursive: true });
  const plugin = join(folder, 'charon/kernel-libipsec.conf');
  writeFileSync(plugin, readFileSync(plugin, 'utf8').replace('load = no', 'load = yes'));
  return folder;
}
