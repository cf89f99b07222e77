/**
 * Apache httpd with mod_auth_openidc in front of Keystone, as operators have it: an OAuth 2.0 resource server, which
 * takes GitHub's ID tokens and hands their claims on as headers. Both are Debian's.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Federation } from '../stack.ts';
import type { KeystoneSettings } from './keystone.ts';
import { type HeldPort, isListening } from './ports.ts';
import { launch, ready, type Server } from './processes.ts';
import type { Site } from './site.ts';

export interface ApacheSettings {
  readonly port: HeldPort;
  /** In front of the Keystone whose tokens are short-lived. */
  readonly shortLivedPort: HeldPort;
  readonly federation: Federation;
  /** The public half of the key that the ID tokens are signed with; PEM. */
  readonly publicKey: string;
  /** Keystone believes the claims of a request that has this; nobody else knows it. */
  readonly secret: string;
}

/** Has the secret; as `HTTP_X_FEDERATION_PROXY` in python/serve_keystone.py. */
const proxyHeader = 'X-Federation-Proxy';

const modules = ['mpm_event', 'authn_core', 'authz_core', 'headers', 'proxy', 'proxy_http', 'auth_openidc'];

export async function startApache(site: Site, settings: ApacheSettings, keystone: KeystoneSettings): Promise<Server> {
  const file = join(site.record.directory, 'apache.conf');
  writeFileSync(join(site.record.directory, 'github.pem'), settings.publicKey);
  writeFileSync(file, configuration(site, settings, keystone), { mode: 0o600 });
  const ports = [settings.port, settings.shortLivedPort];
  await Promise.all(ports.map((port) => port.release()));
  const server = launch(site, 'apache', ['/usr/sbin/apache2', '-f', file, '-DFOREGROUND']);
  for (const port of ports) await ready(site, server, () => isListening(port.number));
  return server;
}

function configuration(site: Site, settings: ApacheSettings, keystone: KeystoneSettings): string {
  const { directory } = site.record;
  const host = (port: HeldPort, behind: HeldPort) => virtualHost(settings, port.number, behind.number);
  return [
    `ServerRoot ${directory}`,
    'ServerName 127.0.0.1',
    `PidFile ${directory}/apache.pid`,
    `ErrorLog ${directory}/apache.log`,
    'Mutex sem',
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    // It refuses to serve as root.
    'User www-data',
    'Group www-data',
    'StartServers 1',
    'ServerLimit 1',
    'ThreadsPerChild 16',
    'MaxRequestWorkers 16',
    'KeepAliveTimeout 60',
    `OIDCOAuthVerifyCertFiles ${settings.federation.key.kid}#${directory}/github.pem`,
    'OIDCPassClaimsAs headers',
    // With underscores, as by default, waitress would drop them.
    'OIDCClaimPrefix OIDC-',
    ...host(settings.port, keystone.port),
    ...host(settings.shortLivedPort, keystone.shortLivedPort),
    '',
  ].join('\n');
}

/**
 * The module takes headers that look like claims out of what a client sends, but in its own location alone. Keystone
 * reads claims at /v3/auth/tokens too: so the secret, without which they do not count, is added in the location alone.
 */
function virtualHost({ federation, secret }: ApacheSettings, port: number, behind: number): string[] {
  const { identityProvider, protocol, issuer, audience } = federation;
  return [
    `Listen 127.0.0.1:${port}`,
    `<VirtualHost 127.0.0.1:${port}>`,
    `  ProxyPass / http://127.0.0.1:${behind}/ ttl=120`,
    `  <Location /v3/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth>`,
    '    AuthType oauth20',
    '    <RequireAll>',
    `      Require claim iss:${issuer}`,
    `      Require claim aud:${audience}`,
    '    </RequireAll>',
    `    RequestHeader set ${proxyHeader} ${secret}`,
    '  </Location>',
    '</VirtualHost>',
  ];
}
