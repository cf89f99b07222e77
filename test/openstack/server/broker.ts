/** RabbitMQ, by which agents and servers of the data plane talk. It takes some five seconds. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HeldPort, isListening } from './ports.ts';
import { launch, ready, type Server } from './processes.ts';
import type { Site } from './site.ts';

export interface BrokerPorts {
  readonly messages: HeldPort;
  /** Of Erlang's distribution, which RabbitMQ does not start without. */
  readonly distribution: HeldPort;
  readonly portMapper: HeldPort;
}

/** RabbitMQ's own guest, who may log in from loopback alone. */
export const brokerUrl = ({ messages }: BrokerPorts) => `rabbit://guest:guest@127.0.0.1:${messages.number}/`;

export async function startBroker(site: Site, ports: BrokerPorts): Promise<readonly Server[]> {
  const folder = join(site.record.directory, 'rabbitmq');
  const data = join(folder, 'mnesia');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(folder, 'plugins'), '[].');
  writeFileSync(join(folder, 'rabbitmq.conf'), '');
  await Promise.all([ports.messages, ports.distribution, ports.portMapper].map((port) => port.release()));
  const mapperPort = String(ports.portMapper.number);
  const environment = {
    RABBITMQ_NODENAME: `stack-${site.record.id}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.messages.number),
    RABBITMQ_DIST_PORT: String(ports.distribution.number),
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: mapperPort,
    // One scheduler that sleeps when it has nothing to do: the cores are few.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
  };
  const mapper = launch(site, 'epmd', ['epmd', '-address', '127.0.0.1', '-port', mapperPort]);
  // Else RabbitMQ starts one of its own.
  await ready(site, mapper, () => isListening(ports.portMapper.number));
  // Not the one in PATH, which wants to become the user rabbitmq.
  const server = launch(site, 'rabbitmq', ['/usr/lib/rabbitmq/bin/rabbitmq-server'], environment);
  await ready(site, server, () => isListening(ports.messages.number));
  return [mapper, server];
}
