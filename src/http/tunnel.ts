/** The way through a proxy (RFC 9110, CONNECT). Loaded only where a proxy is configured. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { TunnelError } from './failure.ts';
import type { ProxyServer } from './proxy.ts';

export interface TunnelOptions {
  readonly proxy: ProxyServer;
  /** `host:port` of the far end. */
  readonly target: string;
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** For a proxy that is spoken to over TLS; undefined means the system's CAs. */
  readonly secureContext: SecureContext | undefined;
  /** Told of the socket while it is still connecting, so that it can be ended. */
  onSocket(socket: Socket): void;
}

/** Resolves with the open way to `target`. @throws TunnelError, or the connection's own error. */
export function openTunnel(options: TunnelOptions): Promise<Socket> {
  const { proxy, target, timeoutMs, userAgent, secureContext, onSocket } = options;
  const basic = proxy.credentials && `Basic ${Buffer.from(proxy.credentials.reveal()).toString('base64')}`;
  const request = (proxy.secure ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: proxy.hostname,
    port: proxy.port,
    path: target,
    headers: { host: target, 'user-agent': userAgent, ...(basic && { 'proxy-authorization': basic }) },
    agent: false,
    // Else Node would obey NODE_TLS_REJECT_UNAUTHORIZED.
    rejectUnauthorized: true,
    // Node would take the name of the host header, which is that of the far end; an address has no server name.
    servername: isIP(proxy.hostname) === 0 ? proxy.hostname : '',
    ...(secureContext && { secureContext }),
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new TunnelError(proxy.name, 'timeout')), timeoutMs);
    request.once('socket', onSocket);
    request.once('error', (error) => {
      clearTimeout(timer);
      reject(error instanceof TunnelError ? error : new TunnelError(proxy.name, error));
    });
    request.once('connect', (response, socket, head) => {
      clearTimeout(timer);
      if (response.statusCode !== 200 || head.length > 0) {
        // What ends a refused tunnel is of no interest.
        socket.on('error', () => undefined).destroy();
        reject(new TunnelError(proxy.name, Number(response.statusCode)));
        return;
      }
      resolve(socket);
    });
    request.end();
  });
}
