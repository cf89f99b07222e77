/** What is decided before anything of a stack starts: ports and passwords. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Stack } from '../stack.ts';
import type { ApacheSettings } from './apache.ts';
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
  /** Without one. */
  readonly apache?: ApacheSettings;
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
  const apache = mode === 'api' ? await planApache() : undefined;
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
    ...(apache ? { federation: apache.federation } : {}),
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
      proxySecret: apache?.secret ?? password(),
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
    ...(apache ? { apache } : {}),
  };
}

const url = (port: HeldPort) => `http://127.0.0.1:${port.number}`;

const password = () => randomBytes(12).toString('hex');

async function holdBrokerPorts(): Promise<BrokerPorts> {
  const [messages, distribution, portMapper] = await Promise.all([holdPort(), holdPort(), holdPort()]);
  return { messages, distribution, portMapper };
}

/** GitHub's side too: who may sign ID tokens here. */
async function planApache(): Promise<ApacheSettings> {
  const [port, shortLivedPort] = await Promise.all([holdPort(), holdPort()]);
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    port,
    shortLivedPort,
    publicKey,
    secret: password(),
    federation: {
      authUrl: `${url(port)}/v3`,
      shortLivedAuthUrl: `${url(shortLivedPort)}/v3`,
      identityProvider: 'github-ci',
      protocol: 'openid',
      mapping: 'github',
      issuer: 'https://token.actions.githubusercontent.com',
      // What the action asks for by default.
      audience: url(port),
      key: { kid: password(), privateKey },
    },
  };
}
