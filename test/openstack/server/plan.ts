/** What is decided before anything of a stack starts: ports and passwords. */
import { randomBytes } from 'node:crypto';
import type { Stack } from '../stack.ts';
import { type BrokerPorts, brokerUrl } from './broker.ts';
import { type DatabaseSettings, databaseUrl } from './database.ts';
import type { KeystoneSettings } from './keystone.ts';
import type { NeutronSettings } from './neutron-config.ts';
import { type HeldPort, holdPort } from './ports.ts';
import type { Cloud } from './seed.ts';

export interface Plan {
  readonly cloud: Cloud;
  readonly database: DatabaseSettings;
  readonly keystone: KeystoneSettings;
  readonly neutron: NeutronSettings;
  /** With a data plane alone. */
  readonly broker?: BrokerPorts;
}

export async function makePlan(mode: Stack['mode']): Promise<Plan> {
  const [databasePort, keystonePort, shortLivedPort, neutronPort] = await Promise.all([
    holdPort(),
    holdPort(),
    holdPort(),
    holdPort(),
  ]);
  const broker = mode === 'dataplane' ? await holdBrokerPorts() : undefined;
  const controlPort = mode === 'api' ? await holdPort() : undefined;
  const region = 'eu-de';
  const adminPassword = password();
  const servicePassword = password();
  const cloud: Cloud = {
    authUrl: `${url(keystonePort)}/v3`,
    shortLivedAuthUrl: `${url(shortLivedPort)}/v3`,
    networkUrl: url(neutronPort),
    ...(controlPort ? { controlUrl: url(controlPort) } : {}),
    region,
    admin: { username: 'admin', password: adminPassword, projectName: 'admin' },
  };
  const database = { port: databasePort, password: password() };
  return {
    cloud,
    database,
    keystone: {
      port: keystonePort,
      shortLivedPort,
      databaseUrl: databaseUrl(database, 'keystone'),
      region,
      adminPassword,
    },
    neutron: {
      port: neutronPort,
      databaseUrl: databaseUrl(database, 'neutron'),
      keystoneUrl: url(keystonePort),
      servicePassword,
      transportUrl: broker ? brokerUrl(broker) : 'fake://',
      ...(controlPort ? { controlPort } : {}),
    },
    ...(broker ? { broker } : {}),
  };
}

const url = (port: HeldPort) => `http://127.0.0.1:${port.number}`;

const password = () => randomBytes(12).toString('hex');

async function holdBrokerPorts(): Promise<BrokerPorts> {
  const [messages, distribution, portMapper] = await Promise.all([holdPort(), holdPort(), holdPort()]);
  return { messages, distribution, portMapper };
}
