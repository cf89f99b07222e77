/** Ways to lead a run elsewhere, and the addresses that it is led to. */
import type { HttpRequest, HttpResponse } from '../../../src/http/client.ts';
import type { Fault } from '../../cloud/index.ts';
import type { Dialect } from '../situations.ts';
import { type Hosts, hostsOf } from './names.ts';

/** Whatever the cloud: this machine, its neighbours, and what is not encrypted. */
const backDoors = (network: string): readonly string[] => [
  ...['https://127.0.0.1:9696', 'https://127.1', 'https://2130706433', 'https://0x7f000001', 'https://0177.0.0.1'],
  ...['https://localhost', 'https://localhost.', 'https://a.localhost', 'https://[::1]', 'https://[::ffff:127.0.0.1]'],
  ...[
    'https://0.0.0.0',
    'https://[::]',
    'https://169.254.169.254',
    'https://[fe80::1]',
    'https://[64:ff9b::a9fe:a9fe]',
  ],
  ...['https://metadata.google.internal', 'https://100.100.100.200', 'http://evil.example', 'ftp://evil.example'],
  ...['file:///etc/passwd', 'javascript:alert(1)', '//evil.example', 'evil.example', '', `http${network.slice(5)}`],
  ...[`https://user:word@${network.slice(8)}`, `${network}?x=`, `${network}#x`, '\u0000'],
];

/** On Open Telekom Cloud, also every host that is not the cloud's own. */
const strangers = [
  `https://${'a'.repeat(300)}.example`,
  ...['https://evil.example', 'https://vpc.eu-nl.otc.t-systems.com.evil.example', 'https://evil-otc.t-systems.com'],
  ...['https://evil.example/.otc.t-systems.com', 'https://otc.t-systems.com@evil.example', 'https://t-systems.com'],
  ...[
    'https://evil.example\\.otc.t-systems.com',
    'https://evil.example%2f.otc.t-systems.com',
    'https://xotc.t-systems.com',
  ],
  ...['https://vpc.eu-nl.otc.t-systems.cоm', 'https://evil.example:443#.otc.t-systems.com', 'https://203.0.113.66'],
];

export function addresses(dialect: Dialect): readonly string[] {
  const { network } = hostsOf[dialect];
  return [...backDoors(network), ...(dialect === 'otc' ? strangers : [])];
}

/**
 * What a person cannot mean by `auth-url`: a host of their own they can, and this machine too (a tunnel), unless they say
 * that it is Open Telekom Cloud.
 */
function authAddresses(dialect: Dialect): readonly string[] {
  const never = /169\.254|fe80|a9fe|metadata|100\.100|^http:|^ftp|^file|^javascript|^\/\/|@|\?|#/;
  return [
    ...backDoors(hostsOf[dialect].auth).filter((one) => never.test(one)),
    ...(dialect === 'otc' ? strangers : []),
  ];
}

export interface Attack {
  readonly name: string;
  /** What the cloud's answer is made into. */
  change(request: HttpRequest, response: HttpResponse): HttpResponse;
  readonly faults: readonly Fault[];
  readonly inputs: Readonly<Record<string, string>>;
}

const quiet: Omit<Attack, 'name'> = { change: (_request, response) => response, faults: [], inputs: {} };

function replaced(response: HttpResponse, hosts: Hosts, address: string): HttpResponse {
  const text = JSON.stringify(response.body) ?? 'null';
  const evil = JSON.stringify(address).slice(1, -1);
  return { ...response, body: JSON.parse(text.replaceAll(hosts.network, evil)) };
}

/** Every list says that it goes on at the address. */
function linked({ body, ...response }: HttpResponse, address: string): HttpResponse {
  if (typeof body !== 'object' || body === null) return { ...response, body };
  const links = Object.keys(body).map((key) => [
    `${key}_links`,
    [{ rel: 'next', href: `${address}/v2.0/x?marker=abc` }],
  ]);
  return { ...response, body: { ...body, ...Object.fromEntries(links), links: { next: address, self: address } } };
}

/** Every answer names the address in the headers that clients follow. */
function headed(response: HttpResponse, address: string): HttpResponse {
  const names = ['location', 'content-location', 'link', 'refresh', 'x-openstack-endpoint'];
  return { ...response, header: (name) => (names.includes(name.toLowerCase()) ? address : response.header(name)) };
}

/** A redirect in place of the answer: of any request with this method and path. */
function redirects(address: string): Attack[] {
  const printable = /^[\x21-\x7e]+$/.test(address) ? address : 'https://evil.example';
  return [301, 302, 303, 307, 308].flatMap((status) =>
    ['/v3', '/v2.0'].map((path) => ({
      ...quiet,
      name: `${status} of ${path} to ${printable}`,
      faults: [
        { path, when: 'always', effect: { kind: 'answer', status, headers: { location: printable }, body: '' } },
      ],
    })),
  );
}

export function attacks(dialect: Dialect): readonly Attack[] {
  const hosts = hostsOf[dialect];
  const cloud: Readonly<Record<string, string>> = dialect === 'otc' ? { cloud: 'otc' } : {};
  const elsewhere = authAddresses(dialect).map(
    (address): Attack => ({ ...quiet, name: `auth-url is ${address}`, inputs: { ...cloud, 'auth-url': address } }),
  );
  const answered = addresses(dialect).flatMap((address, at): Attack[] => [
    {
      ...quiet,
      name: `the catalogue names ${address}`,
      change: (request, response) =>
        request.url.origin === hosts.auth ? replaced(response, hosts, address) : response,
    },
    { ...quiet, name: `links lead to ${address}`, change: (_request, response) => linked(response, address) },
    { ...quiet, name: `headers lead to ${address}`, change: (_request, response) => headed(response, address) },
    { ...quiet, name: `region is ${address}`, inputs: { region: address } },
    ...(at % 6 === 0 ? redirects(address) : []),
  ]);
  return [...elsewhere, ...answered];
}
