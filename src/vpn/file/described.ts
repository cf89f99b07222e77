/** What all objects that a file describes have in common. */
import type { MappingReader } from '../../spec/mapping.ts';
import { readText } from '../../spec/scalars.ts';
import { shown } from '../../spec/show.ts';
import type { Stated, StatedFields } from '../desired.ts';
import { fields } from '../fields.ts';
import { type Kind, type Part, partKind, parts } from '../kinds.ts';
import type { FileContext } from './context.ts';
import { readFields, readName } from './fields.ts';
import { readId } from './references.ts';

export interface Described {
  readonly id?: Stated<string>;
  readonly name?: Stated<string>;
  readonly tenantId?: Stated<string>;
  readonly fields: StatedFields;
}

/** In answers, never in requests. */
const answerKeys = new Set([
  'status',
  'created_at',
  'updated_at',
  'auth_mode',
  'route_mode',
  'external_v6_ip',
  'order_id',
  'product_id',
  'prepay_connection_num',
  'resource_speccode',
]);

const projectForm = /^[A-Za-z0-9_-]{1,255}$/;

/** `tenant_id`, and where the API takes it too, `project_id`; both together must agree. */
function readTenant(context: FileContext, reader: MappingReader): Stated<string> | undefined {
  const tenant = reader.take('tenant_id');
  const project = reader.take('project_id', context.dialect.projectId);
  if (project !== undefined && !context.dialect.projectId) {
    const fix = 'Remove it, or write "tenant_id".';
    reader.error(project.keyAt, 'project_id', `${context.dialect.words} does not take this key in requests. ${fix}`);
    return undefined;
  }
  const [first, second] = [tenant, project]
    .filter((value) => value !== undefined)
    .map((value) => {
      const read = readText(context, value, 'the id of a project');
      if (read !== undefined && !projectForm.test(read.value)) {
        context.problems.error(read.at, value.path, `${shown(read.value)} is no id of a project.`);
        return undefined;
      }
      return read;
    });
  if (first !== undefined && second !== undefined && first.value !== second.value) {
    reader.error(
      second.at,
      'project_id',
      '"tenant_id" and "project_id" are the same thing, but differ. Keep one of them.',
    );
  }
  return first ?? second;
}

export function readDescribed(context: FileContext, reader: MappingReader, kind: Kind): Described {
  const idValue = reader.take('id');
  const id = idValue === undefined ? undefined : readId(context, idValue, 'To have the object created, remove it.');
  const name = readName(context, reader);
  const tenantId = readTenant(context, reader);
  return {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(tenantId === undefined ? {} : { tenantId }),
    fields: readFields(context, reader, kind),
  };
}

/** Keys of parts that are not in the field table. */
const partKeys = new Map<string, readonly Part[]>([
  ['router', ['vpnservice']],
  ['router_id', ['vpnservice']],
  ['subnet', ['vpnservice']],
  ['subnet_id', ['vpnservice']],
  ['endpoints', ['local_ep_group', 'peer_ep_group']],
  ['type', ['local_ep_group', 'peer_ep_group']],
]);

/** Parts of a connection whose bodies have the key. */
function homesOf(key: string): Part[] {
  const own = partKeys.get(key) ?? [];
  return parts.filter((part) => Object.hasOwn(fields[partKind[part]], key) || own.includes(part));
}

/** What is known about a key that does not belong into this kind of object. */
export function explainKey(kind: Kind, key: string): string | undefined {
  if (answerKeys.has(key)) {
    return 'The server sets it; it stands in answers only. Remove it.';
  }
  const homes = kind === 'ipsec_site_connection' ? homesOf(key) : [];
  const belongsToConnection = kind !== 'ipsec_site_connection' && Object.hasOwn(fields.ipsec_site_connection, key);
  if (homes.length > 0) {
    return `This key belongs into the mapping under ${homes.map((home) => `"${home}"`).join(' or ')}.`;
  }
  return belongsToConnection ? 'This key belongs to the connection itself, one level up.' : undefined;
}
