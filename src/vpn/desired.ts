/** What the files describe: the result of reading them, the input of the plan. Only stated values are here. */
import type { Place } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Part } from './kinds.ts';

/** A value and the line that states it. */
export interface Stated<T> {
  readonly value: T;
  readonly at: Place;
}

/** `lifetime` and `dpd`: the stated keys only. */
export type Settings = Readonly<Record<string, string | number>>;

/** A field's value in canonical form: the dialect's own algorithm names, canonical addresses and CIDRs. */
export type FieldValue = string | number | boolean | readonly string[] | Settings;

/** Stated fields of an object, by the API's names. References, endpoints, psk and tags are kept apart. */
export type StatedFields = Readonly<Record<string, Stated<FieldValue>>>;

/** How a file names an object that must exist. */
export type Reference =
  | { readonly by: 'id'; readonly id: string; readonly at: Place }
  | { readonly by: 'name'; readonly name: string; readonly at: Place };

/** An entry of an endpoint group: a CIDR (canonical), or for local groups a subnet by id, name or CIDR. */
export interface Endpoint {
  readonly is: 'id' | 'name' | 'cidr';
  readonly text: string;
  readonly at: Place;
}

/** An object described in the file: created when missing and kept as described. */
export interface DescribedPart {
  readonly by: 'description';
  readonly at: Place;
  readonly id?: Stated<string>;
  readonly name?: Stated<string>;
  /** The project, as an API body may state it: to be compared with the one that the token is for, never sent. */
  readonly tenantId?: Stated<string>;
  readonly fields: StatedFields;
  /** VPN service only. */
  readonly router?: Reference;
  /** VPN service only: the legacy model. */
  readonly subnet?: Reference;
  /** Endpoint group only. */
  readonly endpoints?: readonly Endpoint[];
  /** Endpoint group only: `subnet` or `cidr`. */
  readonly endpointType?: 'subnet' | 'cidr';
}

export type PartSpec = Reference | DescribedPart;

export interface ConnectionSpec {
  readonly at: Place;
  readonly id?: Stated<string>;
  readonly name: Stated<string>;
  /** As in a described part. */
  readonly tenantId?: Stated<string>;
  readonly fields: StatedFields;
  readonly psk?: Stated<Secret>;
  /** Marks rotations where the cloud hides the psk. */
  readonly pskVersion?: Stated<string>;
  /** OTC only; null removes the tag. */
  readonly tags?: Readonly<Record<string, Stated<string | null>>>;
  readonly parts: Readonly<Partial<Record<Part, PartSpec>>>;
}
