import { type Answer, Refusal } from './answer.ts';

const EXTENSIONS = [
  ['VPN service', 'vpnaas', 'Extension for VPN service', '2013-05-29T10:00:00-00:00'],
  ['VPN Endpoint Groups', 'vpn-endpoint-groups', 'VPN endpoint groups support', '2015-08-04T10:00:00-00:00'],
  ['VPN Service Flavor Extension', 'vpn-flavors', 'Flavor support for vpnservices.', '2017-04-19T00:00:00-00:00'],
  ['Neutron L3 Router', 'router', 'Router abstraction', '2012-07-20T10:00:00-00:00'],
].map(([name, alias, description, updated]) => ({ name, alias, description, updated, links: [] }));

/** GET /v2.0/extensions */
export function extensions(): Answer {
  return { status: 200, body: { extensions: EXTENSIONS } };
}

/** GET /v2.0/extensions/{alias} */
export function extension(alias: string): Answer {
  const found = EXTENSIONS.find((one) => one.alias === alias);
  if (found) return { status: 200, body: { extension: found } };
  throw noExtension(`Extension with alias ${alias} does not exist`);
}

/** 404 in the words of Neutron's web framework, as a client gets it that asks for JSON. */
export function noExtension(why: string): Refusal {
  const message = `The resource could not be found.<br /><br />\n${why}\n\n`;
  return new Refusal({ status: 404, body: { code: '404 Not Found', message, title: 'Not Found' } });
}

/** GET /v2.0/: what the core itself has, without extensions. */
export function resources(networkUrl: string): Answer {
  const names = ['network', 'subnet', 'subnetpool', 'port'].map((name) => ({
    name,
    collection: `${name}s`,
    links: [{ rel: 'self', href: `${networkUrl}/v2.0/${name}s` }],
  }));
  return { status: 200, body: { resources: names } };
}
