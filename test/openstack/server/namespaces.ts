/** The hosts of the data plane and their wires, in namespaces of their own. */
import type { DataPlane } from '../stack.ts';
import { namesOf } from './names.ts';
import { run } from './processes.ts';
import type { Site } from './site.ts';

/** How Neutron knows the wires: `provider:physical_network`. */
export const physicalNetworks = { external: 'ext', internal: 'int' };

const cloud = { network: '10.10.1.0/24', host: '10.10.1.50', gateway: '10.10.1.1' };
const peerAddress = '172.24.4.200';
const peerNetworks = [
  { cidr: '10.20.0.0/24', gateway: '10.20.0.1', host: '10.20.0.10' },
  { cidr: '10.21.0.0/24', gateway: '10.21.0.1', host: '10.21.0.10' },
] as const;

/** A host on the internal wire; a gateway on the external one, with two hosts behind it. No wire has a far end in the machine. */
export async function makeNamespaces(site: Site): Promise<DataPlane> {
  const names = namesOf(site.record.id);
  const hosts = peerNetworks.map((network, i) => ({
    ...network,
    namespace: names.peerHosts[i] ?? '',
    link: `eth${i + 1}`,
  }));
  await ip(site, [
    ...names.namespaces.map((name) => `netns add ${name}`),
    `link add ${names.externalLink} type veth peer name eth0 netns ${names.peer}`,
    `link add ${names.internalLink} type veth peer name eth0 netns ${names.cloudHost}`,
    `link set ${names.externalLink} up`,
    `link set ${names.internalLink} up`,
  ]);
  await ip(site, [`addr add ${cloud.host}/24 dev eth0`, ...upWith('eth0', cloud.gateway)], names.cloudHost);
  await ip(
    site,
    [
      `addr add ${peerAddress}/24 dev eth0`,
      ...upWith('eth0'),
      ...hosts.flatMap(({ gateway, namespace, link }) => [
        `link add ${link} type veth peer name eth0 netns ${namespace}`,
        `addr add ${gateway}/24 dev ${link}`,
        `link set ${link} up`,
      ]),
    ],
    names.peer,
  );
  await run(site, ['ip', 'netns', 'exec', names.peer, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  for (const { host, gateway, namespace } of hosts) {
    await ip(site, [`addr add ${host}/24 dev eth0`, ...upWith('eth0', gateway)], namespace);
  }
  return {
    physicalNetwork: physicalNetworks.internal,
    cloudHost: { namespace: names.cloudHost, cidr: cloud.network, address: cloud.host, gateway: cloud.gateway },
    peer: { namespace: names.peer, address: peerAddress },
    peerHosts: hosts.map(({ namespace, cidr, host }) => ({ namespace, cidr, address: host })),
  };
}

const upWith = (link: string, gateway?: string) => [
  'link set lo up',
  `link set ${link} up`,
  ...(gateway ? [`route add default via ${gateway}`] : []),
];

/** Commands of ip(8), one a line, in a namespace or in the machine's own. */
function ip(site: Site, commands: readonly string[], namespace?: string): Promise<void> {
  const place = namespace ? ['-n', namespace] : [];
  return run(site, ['ip', ...place, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}
