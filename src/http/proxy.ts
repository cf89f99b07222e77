/** Which requests go through a proxy: the rules of GitHub's runner (RunnerWebProxy), so that the action goes the way the runner goes. */
import { isIPv6 } from 'node:net';
import { ActionError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { isLoopbackHost } from './loopback.ts';

export interface ProxyServer {
  readonly secure: boolean;
  /** Without brackets for an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** `host:port`, for log and errors. */
  readonly name: string;
  /** `user:password`, decoded. */
  readonly credentials: Secret | undefined;
}

interface Exception {
  /** Lower case; '*' is every host. */
  readonly host: string;
  readonly port: string | undefined;
}

export interface ProxySettings {
  /** For https; http is spoken with loopback only, which is always direct. */
  readonly https: ProxyServer | undefined;
  readonly exceptions: readonly Exception[];
}

export const noProxy: ProxySettings = { https: undefined, exceptions: [] };

/** The lower-case variable wins; an empty one counts as unset. */
function variable(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const lower = env[name]?.trim() ?? '';
  return lower === '' ? (env[name.toUpperCase()]?.trim() ?? '') : lower;
}

/** `%` sequences decoded; a text that is not percent-encoded stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseServer(text: string): ProxyServer {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  // An "@" behind the host: the password has a "/", "?" or "#", and what looks like host and port is a piece of it.
  const isBroken = url === null || `${url.pathname}${url.search}${url.hash}`.includes('@');
  if (isBroken || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    // The value is not shown: it may hold a password.
    throw new ActionError('INPUT_INVALID', 'The variable https_proxy is not the URL of an http or https proxy.', {
      hint: 'Set it as http://host:port or http://user:password@host:port (special characters percent-encoded, "/" as %2F), or leave it empty for a direct connection.',
    });
  }
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const user = url.username === '' && url.password === '' ? undefined : url;
  return {
    secure,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    name: `${url.hostname}:${port}`,
    credentials: user && new Secret(`${decoded(user.username)}:${decoded(user.password)}`),
  };
}

function parseException(text: string): Exception {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text);
  const withPort = /^([^:]*):(\d+)$/.exec(text);
  const [host, port] = bracketed
    ? [bracketed[1], bracketed[2]]
    : withPort
      ? [withPort[1], withPort[2]]
      : [text, undefined];
  return { host: (host ?? '').toLowerCase().replace(/^\*\./, '.'), port };
}

/**
 * Reads `https_proxy` and `no_proxy`, lower case first. `http_proxy` is not used for https, by the runner's rules
 * (ADR 263), and http itself is spoken with loopback only. `http://` is added where the scheme is missing.
 */
export function resolveProxy(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const server = variable(env, 'https_proxy');
  if (server === '') {
    return noProxy;
  }
  const exceptions = variable(env, 'no_proxy')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseException);
  return { https: parseServer(server), exceptions };
}

/** A host and its subdomains, with a port only that port; an address matches itself. */
function matches({ host, port }: Exception, url: URL): boolean {
  const name = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const urlPort = url.port === '' ? '443' : url.port;
  if (port !== undefined && port !== urlPort) {
    return false;
  }
  if (host === '*' || name === host) {
    return true;
  }
  return !isIPv6(name) && host !== '' && name.endsWith(host.startsWith('.') ? host : `.${host}`);
}

/** The proxy for a URL; undefined means a direct connection. Loopback is always direct. */
export function proxyFor(url: URL, settings: ProxySettings): ProxyServer | undefined {
  if (url.protocol !== 'https:' || isLoopbackHost(url.hostname)) {
    return undefined;
  }
  return settings.exceptions.some((exception) => matches(exception, url)) ? undefined : settings.https;
}

/** What must be masked before anything is logged: the password and what is sent of it. */
export function proxySecrets(settings: ProxySettings): readonly string[] {
  const credentials = settings.https?.credentials?.reveal();
  if (credentials === undefined) {
    return [];
  }
  const password = credentials.slice(credentials.indexOf(':') + 1);
  const forms = [password, encodeURIComponent(password), Buffer.from(credentials).toString('base64')];
  return password === '' ? [] : [...new Set(forms)];
}
