import { hexId, type Project } from './identities.ts';
import type { Settings } from './settings.ts';
import type { Attributes } from './values.ts';

/** Where the two services are reached. */
export interface Addresses {
  /** With /v3. */
  auth: string;
  /** The region's network service, without /v2.0. */
  network: (region: string) => string;
}

/** Builds service catalogues: what a token's project may use, in every region. */
export class Catalogue {
  private readonly settings: Settings;
  private readonly addresses: Addresses;
  private readonly ids = new Map<string, string>();

  constructor(settings: Settings, addresses: Addresses) {
    this.settings = settings;
    this.addresses = addresses;
  }

  /** The `catalog` of a project-scoped token. */
  of(project: Project): Attributes[] {
    if (this.settings.catalogue === 'none') return [];
    const entries = this.settings.dialect === 'otc' ? this.otc(project) : this.openstack(project);
    const wanted = this.settings.catalogue === 'full' ? () => true : (one: Attributes) => one['type'] !== 'network';
    return entries.filter(wanted);
  }

  private openstack(project: Project): Attributes[] {
    // Only the public endpoints can be reached from outside, and they aren't the first of the list.
    const everywhere = (name: string, port: number, url: (region: string) => string, path = '') =>
      this.settings.regions.flatMap((region) => [
        this.endpoint(name, 'internal', region, `http://${name}.internal:${port}${path}`),
        this.endpoint(name, 'public', region, url(region)),
        this.endpoint(name, 'admin', region, `http://${name}.internal:${port}${path}`),
      ]);
    const compute = (region: string) => `https://compute.${region}.example.test/v2.1/${project.id}`;
    return [
      this.service('compute', 'nova', everywhere('nova', 8774, compute, '/v2.1')),
      this.service('network', 'neutron', everywhere('neutron', 9696, this.addresses.network)),
      this.service(
        'identity',
        'keystone',
        everywhere('keystone', 5000, () => `${this.addresses.auth}/`, '/v3/'),
      ),
    ];
  }

  private otc(project: Project): Attributes[] {
    const each = (name: string, url: (region: string) => string) =>
      this.settings.regions.map((region) => this.endpoint(name, 'public', region, url(region)));
    const network = this.addresses.network;
    const evpn = (region: string) => `https://vpn.${region}.otc.t-systems.com/v5/${project.id}`;
    return [
      this.service(
        'vpc',
        'vpc',
        each('vpc', (region) => `${network(region)}/v1/${project.id}`),
      ),
      this.service(
        'vpc2.0',
        'vpc2.0',
        each('vpc2.0', (region) => `${network(region)}/v2.0/${project.id}`),
      ),
      this.service('network', 'neutron', each('neutron', network)),
      this.service('evpn', 'evpn', each('evpn', evpn)),
      this.service('identity', 'keystone', [this.endpoint('keystone', 'public', '*', `${this.addresses.auth}/`)]),
    ];
  }

  private service(type: string, name: string, endpoints: Attributes[]): Attributes {
    return { endpoints, id: this.id(type), type, name };
  }

  private endpoint(service: string, kind: string, region: string, url: string): Attributes {
    return { id: this.id(`${service} ${kind} ${region}`), interface: kind, region_id: region, url, region };
  }

  /** Ids stay the same from answer to answer. */
  private id(key: string): string {
    const id = this.ids.get(key) ?? hexId();
    this.ids.set(key, id);
    return id;
  }
}
