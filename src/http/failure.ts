/** Failures of the connection in words: what happened, at which host, and what helps. */

/** The way through a proxy failed: its refusal (HTTP status), a time-out, or the connection's error. */
export class TunnelError extends Error {
  /** `host:port` of the proxy. */
  readonly proxy: string;
  readonly reason: number | 'timeout' | Error;

  constructor(proxy: string, reason: number | 'timeout' | Error) {
    super('no way through the proxy');
    this.proxy = proxy;
    this.reason = reason;
  }
}

/** No connection was made, so nothing was sent. Undici takes some error codes for recoverable; this one has none. */
export class ConnectError extends Error {
  constructor(cause: unknown) {
    super('no connection', { cause });
  }
}

export interface Failure {
  readonly code: 'NETWORK' | 'TLS';
  /** Follows "Could not …: ". */
  readonly words: string;
  readonly hint: string;
  /** A repeat would fail alike. */
  readonly lasting: boolean;
}

export const networkHint =
  'Check the host name, and that this runner may reach it (firewall, the variables https_proxy and no_proxy).';

const trustHint =
  'If a private CA signs this host, add its certificate: as the input ca-certificate, or in a file named by the ' +
  'environment variable NODE_EXTRA_CA_CERTS of the step. Verification cannot be switched off.';

const periodHint =
  'Either it has to be renewed by whoever runs the host, or the clock of this runner is wrong: compare it with the right ' +
  'time (date -u) and set it (NTP). Verification cannot be switched off.';

const network: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name HOST is not known',
  EAI_AGAIN: 'the name server did not answer for HOST',
  ECONNREFUSED: 'HOST refused the connection',
  ECONNRESET: 'the connection to HOST was reset',
  EPIPE: 'the connection to HOST was closed',
  ETIMEDOUT: 'no connection to HOST in time',
  EHOSTUNREACH: 'there is no route to HOST',
  ENETUNREACH: 'there is no route to HOST',
  UND_ERR_CONNECT_TIMEOUT: 'no connection to HOST in time',
  UND_ERR_SOCKET: 'HOST closed the connection',
  UND_ERR_HEADERS_TIMEOUT: 'HOST gave no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer of HOST stopped in the middle',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer of HOST are too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer of HOST is cut off',
  UND_ERR_DESTROYED: 'the client was closed',
};

const certificate: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of HOST is signed by a CA that is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of HOST is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of HOST is signed by a CA that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of HOST is signed by a CA that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate of HOST is signed by a CA that is not trusted',
  CERT_HAS_EXPIRED: 'the certificate of HOST has expired',
  CERT_NOT_YET_VALID: 'the certificate of HOST is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of HOST is made out for another name',
};

/** The first error code on the way down: of the error, of its cause, or of the first of several attempts. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) {
    return '';
  }
  if ('code' in error && typeof error.code === 'string') {
    return error.code;
  }
  // Undici leaves the code out where its parser has no name for what it found.
  if (error.name === 'HTTPParserError') {
    return 'HPE';
  }
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner, depth + 1);
}

function isTls(code: string): boolean {
  return Object.hasOwn(certificate, code) || /^(?:ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|HOSTNAME_MISMATCH$)/.test(code);
}

/** About the time for which a certificate is good, by the runner's clock. */
function isOfPeriod(code: string): boolean {
  return code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID';
}

function ofConnection(error: unknown, host: string): Failure {
  const code = codeOf(error);
  if (isTls(code)) {
    const words = certificate[code] ?? 'no secure connection to HOST';
    // A handshake that breaks off may be a restart on the other side; a certificate stays what it is.
    const lasting = !/^(?:ERR_SSL_|EPROTO$)/.test(code);
    return {
      code: 'TLS',
      words: `${words.replace('HOST', host)} (${code})`,
      hint: isOfPeriod(code) ? periodHint : trustHint,
      lasting,
    };
  }
  const words =
    network[code] ?? (code.startsWith('HPE') ? 'HOST does not speak HTTP' : 'the connection to HOST failed');
  // After close() every try would end alike.
  const lasting = code === 'UND_ERR_DESTROYED';
  const shown = /^$|^HPE$|^UND_ERR_/.test(code) ? '' : ` (${code})`;
  return { code: 'NETWORK', words: `${words.replace('HOST', host)}${shown}`, hint: networkHint, lasting };
}

function ofProxy({ proxy, reason }: TunnelError, host: string): Failure {
  if (reason === 'timeout') {
    const words = `the proxy ${proxy} did not answer in time`;
    return { code: 'NETWORK', words, hint: networkHint, lasting: false };
  }
  if (reason instanceof Error) {
    return ofConnection(reason, `the proxy ${proxy}`);
  }
  const words = `the proxy ${proxy} refused the way to ${host} (HTTP ${reason})`;
  const hint =
    reason === 407
      ? 'The proxy wants a user and password: set https_proxy as http://user:password@host:port.'
      : `Allow ${host} at the proxy, or add it to the variable no_proxy if the runner reaches it directly.`;
  return { code: 'NETWORK', words, hint, lasting: reason < 500 };
}

/** Puts an error of the connection into words. Nothing of the error itself is kept: it can hold pieces of the answer. */
export function describeFailure(error: unknown, url: URL): Failure {
  const cause = error instanceof ConnectError ? error.cause : error;
  return cause instanceof TunnelError ? ofProxy(cause, url.host) : ofConnection(cause, url.host);
}
