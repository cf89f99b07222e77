/** A cloud whose services have the names that real ones have, and a client that knows where those are. */
import { createHttpClient, type HttpClient, type HttpRequest, type HttpResponse } from '../../../src/http/client.ts';
import { noProxy } from '../../../src/http/proxy.ts';
import type { Dependencies } from '../../../src/main.ts';
import type { Cloud } from '../../cloud/index.ts';
import type { Dialect } from '../situations.ts';

export interface Hosts {
  readonly auth: string;
  readonly network: string;
}

export const hostsOf: Readonly<Record<Dialect, Hosts>> = {
  otc: { auth: 'https://iam.eu-nl.otc.t-systems.com', network: 'https://vpc.eu-nl.otc.t-systems.com' },
  openstack: { auth: 'https://keystone.example.org', network: 'https://neutron.example.org:9696' },
};

const textOf = (value: unknown): string => JSON.stringify(value) ?? '';

/**
 * Sends what is for the two services to the cloud, and writes down whatever is for anybody else: nobody gets that.
 * @param change what the cloud's answers are made into
 */
export function routingClient(
  cloud: Cloud,
  dialect: Dialect,
  { clock, log, cancellation }: Dependencies,
  {
    strays,
    isFriend,
    change,
  }: {
    strays: string[];
    isFriend: (url: URL) => boolean;
    change: (request: HttpRequest, response: HttpResponse) => HttpResponse;
  },
): HttpClient {
  const { auth, network } = hostsOf[dialect];
  const http = createHttpClient({
    ...{ clock, random: () => 0.5, log, cancellation, proxy: noProxy, userAgent: 'ipsec-connection-action/test' },
  });
  const authOrigin = new URL(cloud.authUrl).origin;
  /** The cloud's own addresses by the names that it goes by. */
  const named = (body: unknown): unknown =>
    body === undefined
      ? undefined
      : JSON.parse(textOf(body).replaceAll(authOrigin, auth).replaceAll(cloud.networkUrl, network));
  return {
    ...http,
    openEarly: () => undefined,
    send: async (request) => {
      const { origin, pathname, search } = request.url;
      const place = origin === auth ? authOrigin : origin === network ? cloud.networkUrl : undefined;
      if (place === undefined && !isFriend(request.url)) {
        strays.push(`${request.method} ${request.url.href}`);
        throw new Error(`nobody is to be asked at ${request.url.href}`);
      }
      const url = place === undefined ? request.url : new URL(place + pathname + search);
      const response = await http.send({ ...request, url });
      return change(request, { ...response, body: named(response.body) });
    },
  };
}
