/**
 * Whether the host of a URL (`url.hostname`) is this machine without asking a name server, which could name any machine: the
 * only hosts that http, which sends secrets in clear, is spoken with.
 */
export function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === '[::1]' ||
    // IPv4-mapped, as URL writes it.
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)
  );
}

/** Whether the host of a URL is loopback: this machine, or a name below `localhost`, which should be (RFC 6761). */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  return isThisMachine(host) || host.endsWith('.localhost');
}
