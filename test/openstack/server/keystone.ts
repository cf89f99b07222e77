/** Keystone, and a second one on the same database and keys whose tokens live for three seconds. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeIni } from './ini.ts';
import { launcher, python } from './launchers.ts';
import { type HeldPort, isListening } from './ports.ts';
import { launch, ready, run, type Server } from './processes.ts';
import type { Site } from './site.ts';

export interface KeystoneSettings {
  readonly port: HeldPort;
  readonly shortLivedPort: HeldPort;
  readonly databaseUrl: string;
  readonly region: string;
  readonly adminPassword: string;
  /** With which the proxy's claims of ID tokens are believed; see apache.ts. */
  readonly proxySecret: string;
}

/** The defaults, passcodes, and the protocol of the federation. */
const methods = 'external,password,token,oauth1,mapped,application_credential,totp,openid';

const tokenSeconds = { usual: 3600, short: 3 };

/** Makes tables, keys, the administrator and the service's own entry in the catalogue. */
export async function createKeystone(site: Site, settings: KeystoneSettings): Promise<string[]> {
  const keys = createKeys(site, 'fernet-keys');
  const credentialKeys = createKeys(site, 'credential-keys');
  const url = `http://127.0.0.1:${settings.port.number}`;
  const files = (['usual', 'short'] as const).map((kind) =>
    writeIni(site, `keystone-${kind}.conf`, {
      DEFAULT: { public_endpoint: url },
      database: { connection: settings.databaseUrl },
      // What a production Keystone has in memcached: seven lists with a new token cost 44 ms instead of 510. Tokens and
      // their revocation are looked up each time: two processes share the database, and the suites revoke.
      cache: { enabled: true, backend: 'dogpile.cache.memory' },
      token: { provider: 'fernet', expiration: tokenSeconds[kind], caching: false },
      revoke: { caching: false },
      fernet_tokens: { key_repository: keys },
      fernet_receipts: { key_repository: createKeys(site, `receipt-keys-${kind}`) },
      // Keystone changes the credentials that this cache hands out: the second login by passcode would be a 500.
      credential: { key_repository: credentialKeys, caching: false },
      auth: { methods },
      // The claims come in headers, the issuer among them. Suites change the mapping by one of the two processes.
      federation: { assertion_prefix: 'HTTP_OIDC_', caching: false },
      openid: { remote_id_attribute: 'HTTP_OIDC_ISS' },
      // Rounds of bcrypt: the usual 12 take 240 ms a login, 4 is the minimum.
      identity: { password_hash_rounds: 4 },
    }),
  );
  const manage = ['keystone-manage', '--config-file', files[0] ?? ''] as const;
  await run(site, [...manage, 'db_sync'], { log: 'keystone-db' });
  const endpoints = ['admin', 'public', 'internal'].flatMap((kind) => [`--bootstrap-${kind}-url`, `${url}/v3/`]);
  await run(site, [...manage, 'bootstrap', '--bootstrap-region-id', settings.region, ...endpoints], {
    log: 'keystone-db',
    environment: { OS_BOOTSTRAP_PASSWORD: settings.adminPassword },
  });
  return files;
}

export async function startKeystone(site: Site, settings: KeystoneSettings, files: string[]): Promise<Server> {
  const ports = [settings.port, settings.shortLivedPort];
  await Promise.all(ports.map((port) => port.release()));
  const addresses = files.flatMap((file, i) => [file, `127.0.0.1:${ports[i]?.number}`]);
  const server = launch(site, 'keystone', [python, launcher('serve_keystone.py'), ...addresses], {
    STACK_PROXY_SECRET: settings.proxySecret,
  });
  for (const port of ports) await ready(site, server, () => isListening(port.number));
  return server;
}

/** What `keystone-manage fernet_setup` writes, without four seconds of Python's imports. */
function createKeys(site: Site, name: string): string {
  const folder = join(site.record.directory, name);
  mkdirSync(folder, { mode: 0o700 });
  for (const key of ['0', '1']) {
    writeFileSync(join(folder, key), randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_'));
  }
  return folder;
}
