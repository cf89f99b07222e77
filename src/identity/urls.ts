/** URLs of the services in one form. */

/**
 * The auth URL as people have it (with or without `/v3`, with the path of a call, with trailing slashes), ending in `/v3`.
 */
export function normaliseAuthUrl(url: URL): URL {
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v3\/auth(?:\/tokens)?$/, '/v3');
  const normal = new URL(url);
  normal.pathname = path.endsWith('/v3') ? path : `${path}/v3`;
  return normal;
}

/** The network URL ending in `/v2.0`. */
export function normaliseNetworkUrl(url: URL): URL {
  const path = url.pathname.replace(/\/+$/, '');
  const normal = new URL(url);
  normal.pathname = path.endsWith('/v2.0') ? path : `${path}/v2.0`;
  return normal;
}
