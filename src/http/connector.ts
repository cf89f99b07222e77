/** Connections: direct or through a proxy, with the CAs that apply, opened early where it saves time. */
import { isIPv6, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import createTlsConnector from 'undici/lib/core/connect.js';
import { readCertificates } from './ca.ts';
import { ConnectError } from './failure.ts';
import { type ProxyServer, type ProxySettings, proxyFor } from './proxy.ts';

/** What undici tells a connector. */
export type Target = buildConnector.Options;

export type Connected = buildConnector.Callback;

export interface Connector {
  connect(target: Target, connected: Connected): void;
  /** Opens connections now that a later request will use; a failure shows only when that request fails too. */
  openEarly(url: URL, connections: number): void;
  /** Ends all connections, also those that are still being made. */
  destroy(): void;
}

export interface ConnectorOptions {
  readonly connectMs: number;
  readonly proxy: ProxySettings;
  /** PEM; added to the system's CAs. */
  readonly extraCa: string | undefined;
  readonly userAgent: string;
}

/** One context for all connections: reading some 150 certificates for each would take longer than the handshake. */
async function contextWith(certificates: readonly string[]): Promise<SecureContext> {
  const tls = await import('node:tls');
  return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...certificates] });
}

function urlOf({ protocol, hostname, port }: Target): URL {
  const host = isIPv6(hostname) ? `[${hostname}]` : hostname;
  return new URL(`${protocol}//${host}:${port}`);
}

/** @throws ActionError INPUT_INVALID if `extraCa` is no certificate. */
export function createConnector({ connectMs, proxy, extraCa, userAgent }: ConnectorOptions): Connector {
  const certificates = extraCa === undefined ? [] : readCertificates(extraCa);
  const sockets = new Set<Socket>();
  const early = new Map<string, Promise<Socket>[]>();
  let context: Promise<SecureContext> | undefined;
  let connectSocket: ReturnType<typeof createTlsConnector> | undefined;

  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };

  async function secureContext(): Promise<SecureContext | undefined> {
    if (certificates.length === 0) {
      return undefined;
    }
    context ??= contextWith(certificates);
    return await context;
  }

  async function tunnel(url: URL, server: ProxyServer): Promise<Socket> {
    const { openTunnel } = await import('./tunnel.ts');
    return await openTunnel({
      proxy: server,
      target: url.port === '' ? `${url.hostname}:443` : url.host,
      timeoutMs: connectMs,
      userAgent,
      secureContext: await secureContext(),
      onSocket: track,
    });
  }

  async function open(target: Target): Promise<Socket> {
    const url = urlOf(target);
    const server = proxyFor(url, proxy);
    const secure = await secureContext();
    const httpSocket = server && (await tunnel(url, server));
    connectSocket ??= createTlsConnector({
      allowH2: false,
      timeout: connectMs,
      // Else Node would obey NODE_TLS_REJECT_UNAUTHORIZED.
      rejectUnauthorized: true,
      // Node's 250 ms for each address of a name are too short for a far or busy network.
      autoSelectFamilyAttemptTimeout: 1000,
      ...(secure && { secureContext: secure }),
    });
    const connect = connectSocket;
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect({ ...target, ...(httpSocket && { httpSocket }) }, (...[error, connected]) =>
        error === null ? resolve(connected) : reject(error),
      );
      track(socket);
    });
  }

  /** One that was opened early and still lives, else a new one. */
  async function obtain(target: Target): Promise<Socket> {
    const waiting = early.get(urlOf(target).origin)?.shift();
    const ready = await waiting?.catch(() => undefined);
    return ready === undefined || ready.destroyed ? await open(target) : ready;
  }

  return {
    connect(target, connected) {
      obtain(target).then(
        (socket) => connected(null, socket),
        (error: unknown) => connected(new ConnectError(error), null),
      );
    },
    openEarly(url, connections) {
      const { protocol, hostname, host, port } = url;
      const target = { protocol, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), host, port };
      const opened = Array.from({ length: connections }, () => open(target));
      for (const one of opened) {
        // Whoever takes it handles the error; an unused one must not become an unhandled rejection.
        one.catch(() => undefined);
      }
      early.set(url.origin, [...(early.get(url.origin) ?? []), ...opened]);
    },
    destroy() {
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}
