/** A connection and its parts as the body of the API's create request, in its order. Pure. */
import type { FieldValue } from '../desired.ts';
import { parts } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import type { Connection } from '../objects.ts';
import { ownTagPrefix, readPskTag, tagKeys } from '../tags.ts';
import type { Exporting, Refused } from './exporting.ts';
import { contentOf, fieldEntries, optional, text } from './fields.ts';
import type { Content, Entry } from './layout.ts';
import type { Named } from './names.ts';
import { type Described, partEntries } from './parts.ts';
import { plainScalar, textScalar } from './scalar.ts';

const kind = 'ipsec_site_connection';

/** Digits as a number, which is how people write versions; all else as a text. */
const number = /^(?:0|[1-9]\d{0,14})$/;

function identity({ connection: { id, name: old }, name, needsId, isProposed }: Named): readonly Entry[] {
  const why = old === '' ? 'it has no name in the cloud' : 'its name in the cloud cannot stand here';
  return [...(needsId ? [text('id', id)] : []), text('name', name, isProposed ? `proposed: ${why}` : undefined)];
}

/** peer_id follows peer_address where it is the same: a new address of the peer is then changed in one place. */
function networkEntries({ values }: Connection, refused: Refused): readonly Entry[] {
  const { peer_address: address, peer_id: identifier, peer_cidrs: cidrs, ...rest } = values;
  const isSame = address !== undefined && address === identifier;
  const optionals: Readonly<Record<string, FieldValue>> =
    identifier === undefined || isSame ? rest : { ...rest, peer_id: identifier };
  const addressed =
    typeof address === 'string' ? [text('peer_address', address, isSame ? 'also the peer_id' : undefined)] : [];
  const legacy: readonly Entry[] =
    cidrs === undefined ? [] : [{ key: 'peer_cidrs', content: contentOf('peer_cidrs', cidrs, refused) }];
  return [...addressed, ...legacy, ...fieldEntries(kind, '', optionals, refused)];
}

/** The key itself is never here: a variable stands for it. */
function pskEntries({ variable, connection }: Named, refused: Refused): readonly Entry[] {
  const { version } = readPskTag(connection.tags?.get(tagKeys.psk));
  const scalar = number.test(version ?? '') ? plainScalar(Number(version)) : textScalar(version ?? '');
  const key: Content = { is: 'scalar', scalar: { yaml: `\${${variable}}`, raw: variable } };
  return [
    { key: 'psk', content: key },
    ...(version === undefined ? [] : [optional('psk_version', 'psk_version', { is: 'scalar', scalar }, refused)]),
  ];
}

/** The user's tags; ours are none of the file's business. */
function tagEntries({ tags }: Connection, refused: Refused): readonly Entry[] {
  const own = [...(tags ?? [])].filter(([key]) => !key.startsWith(ownTagPrefix));
  const entries = own
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => optional(`tags.${key}`, key, { is: 'scalar', scalar: textScalar(value) }, refused));
  return entries.length === 0 ? [] : [optional('tags', 'tags', { is: 'mapping', entries }, refused)];
}

/** @param described what the connections before it in the file describe; this one adds to it */
export function bodyEntries(
  exporting: Exporting,
  named: Named,
  refused: Refused,
  described: Described,
): readonly Entry[] {
  const { connection } = named;
  const { text: description } = splitDescription(connection.description);
  const hasDescription = exporting.dialect.connectionDescription && description !== '';
  return [
    ...identity(named),
    ...(hasDescription ? fieldEntries(kind, '', { description }, refused) : []),
    ...parts.flatMap((part) => partEntries({ exporting, named, refused }, part, described)),
    ...networkEntries(connection, refused),
    ...pskEntries(named, refused),
    ...tagEntries(connection, refused),
  ];
}
