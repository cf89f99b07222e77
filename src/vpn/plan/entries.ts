/** The descriptions in the files, with names of routers and subnets resolved. */
import type { ConnectionSpec, DescribedPart, FieldValue, StatedFields } from '../desired.ts';
import { type Part, parts } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import type { EndpointGroup, Policy, VpnService } from '../objects.ts';
import type { Context } from './context.ts';
import { routerId, subnetEndpoint, subnetId } from './resolve.ts';

export type PartObject = VpnService | Policy | EndpointGroup;

/** What a description asks for. */
export interface Wanted {
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Stated fields without name and description. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly endpoints: { readonly type: 'subnet' | 'cidr'; readonly members: readonly string[] } | undefined;
  readonly routerId: string | undefined;
  readonly subnetId: string | undefined;
}

/** One description: where it stands and what it asks for. */
export interface Entry {
  readonly spec: ConnectionSpec;
  readonly part: Part;
  readonly described: DescribedPart;
  readonly wanted: Wanted;
}

/** Stated values without the description. */
export function statedValues({ description: _description, ...rest }: StatedFields): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(rest).map(([key, { value }]) => [key, value]));
}

/** The stated description; a mark in it was pasted along with a body of the cloud, and is not the user's. */
export function statedDescription({ description }: StatedFields): string | undefined {
  return description === undefined ? undefined : splitDescription(String(description.value)).text;
}

/** The objects of the kind that can be this part: a group only if it has the part's type. */
export function objectsOf({ observed }: Pick<Context, 'observed'>, part: Part): readonly PartObject[] {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups } = observed;
  switch (part) {
    case 'vpnservice':
      return vpnservices;
    case 'ikepolicy':
      return ikepolicies;
    case 'ipsecpolicy':
      return ipsecpolicies;
    case 'local_ep_group':
      return endpointGroups.filter(({ type }) => type === 'subnet');
    case 'peer_ep_group':
      return endpointGroups.filter(({ type }) => type === 'cidr');
  }
}

function endpointsOf(
  context: Context,
  spec: ConnectionSpec,
  { endpoints, endpointType: type }: DescribedPart,
): Wanted['endpoints'] {
  if (endpoints === undefined || type === undefined) {
    return undefined;
  }
  const members = endpoints.flatMap((entry) =>
    type === 'subnet' ? (subnetEndpoint(context, spec, entry) ?? []) : entry.text,
  );
  // A name and an id may mean one subnet, and a real Neutron hangs for minutes on a member that is listed twice.
  return { type, members: [...new Set(members)] };
}

function wantedOf(context: Context, spec: ConnectionSpec, described: DescribedPart): Wanted {
  const { fields, name, router, subnet } = described;
  return {
    name: name?.value,
    description: statedDescription(fields),
    fields: statedValues(fields),
    endpoints: endpointsOf(context, spec, described),
    routerId: router === undefined ? undefined : routerId(context, spec, router),
    subnetId: subnet === undefined ? undefined : subnetId(context, spec, subnet),
  };
}

/** Every description of the files. Refusals of names that fit nothing, or too much, are in the context. */
export function entriesOf(context: Context): Entry[] {
  return context.specs.flatMap((spec) =>
    parts.flatMap((part): Entry[] => {
      const described = spec.parts[part];
      return described?.by === 'description'
        ? [{ spec, part, described, wanted: wantedOf(context, spec, described) }]
        : [];
    }),
  );
}
