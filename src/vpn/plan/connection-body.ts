/** Bodies of connections: what a new one is sent with, and what brings an old one back. */
import type { Body, Lines } from '../api.ts';
import { namedBody, newValues } from '../body.ts';
import type { ConnectionSpec, FieldValue } from '../desired.ts';
import type { Dialect } from '../dialects.ts';
import { markDescription, splitDescription } from '../mark.ts';
import type { Connection } from '../objects.ts';
import { readPskTag, tagKeys } from '../tags.ts';
import type { Context } from './context.ts';
import { statedDescription, statedValues } from './entries.ts';

type Values = Readonly<Record<string, FieldValue>>;

/** Where each stated value stands. */
export function linesOf({ fields: stated, name, psk }: ConnectionSpec): Lines {
  return {
    ...Object.fromEntries(Object.entries(stated).map(([key, { at }]) => [key, at])),
    name: name.at,
    ...(psk === undefined ? {} : { psk: psk.at }),
  };
}

/** The stated values. An unstated peer_id is the peer_address; one that was, moves with it. */
export function connectionValues({ fields }: ConnectionSpec, existing: Connection | undefined): Values {
  const stated = statedValues(fields);
  const { peer_address: address, peer_id: identity } = stated;
  const follows = existing === undefined || existing.values.peer_id === existing.values.peer_address;
  return identity === undefined && address !== undefined && follows ? { ...stated, peer_id: address } : stated;
}

/** The description, marked as ours, where connections have one. */
function newDescription(context: Context, spec: ConnectionSpec, old: string): string {
  if (!context.dialect.connectionDescription) {
    return '';
  }
  const mark = { owner: context.owner(spec), time: context.options.now };
  const text = statedDescription(spec.fields) ?? splitDescription(old).text;
  return markDescription(text, mark, context.dialect.descriptionLength);
}

/** All values of a new connection. Networks of the legacy model come from the file alone: else there are groups. */
export function newConnectionValues(
  { dialect }: Context,
  spec: ConnectionSpec,
  predecessor: Connection | undefined,
): Values {
  const { peer_cidrs: _cidrs, ...old } = predecessor?.values ?? {};
  return newValues('ipsec_site_connection', connectionValues(spec, predecessor), dialect, old);
}

/** The body of a new connection, without its references. */
export function newBody(context: Context, spec: ConnectionSpec, predecessor: Connection | undefined): Body {
  const values = newConnectionValues(context, spec, predecessor);
  return {
    ...namedBody(spec.name.value, newDescription(context, spec, predecessor?.description ?? ''), values),
    ...(spec.psk === undefined ? {} : { psk: spec.psk.value }),
  };
}

/** The whole body of a connection that is there, to create it again. Where the cloud hides its psk, it gets the new one. */
export function oldBody({ psk }: ConnectionSpec, old: Connection, dialect: Dialect): Body {
  const isHidden = old.psk === 'hidden' || readPskTag(old.tags?.get(tagKeys.psk)).hidden;
  const key = isHidden ? psk?.value : old.psk;
  return {
    ...namedBody(old.name, dialect.connectionDescription ? old.description : '', old.values),
    ...Object.fromEntries(Object.entries(old.refs).map(([part, id]) => [`${part}_id`, id])),
    ...(key === undefined ? {} : { psk: key }),
  };
}
