/** The JSON Schema of the classic body, from the tables that also drive the reader; the union of both clouds. */
import {
  anyOf,
  choice,
  documentSchema,
  flag,
  integer,
  mapping,
  ref,
  type Schema,
  secretVariables,
  text,
  variable,
} from '../../spec/schema.ts';
import { type ChoiceName, type Dialect, dialects } from '../dialects.ts';
import { type Field, fields } from '../fields.ts';
import { type Kind, kindNames, type Part, partKind, parts } from '../kinds.ts';
import { largest } from './settings.ts';

const clouds: readonly Dialect[] = Object.values(dialects);

const texts: Readonly<Record<string, Schema>> = {
  id: text({ pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' }),
  cidr: text({ pattern: '^[0-9A-Fa-f:.]+/[0-9]{1,3}$' }),
};
const id: Schema = ref('id');
const cidr: Schema = ref('cidr');
const line: Schema = { type: 'string', minLength: 1 };

function most(limit: (dialect: Dialect) => number): number {
  return Math.max(...clouds.map(limit));
}

function least(limit: (dialect: Dialect) => number): number {
  return Math.min(...clouds.map(limit));
}

function valuesOf(name: ChoiceName): string[] {
  return [...new Set(clouds.flatMap(({ choices }) => choices[name]))];
}

function seconds(limits: (dialect: Dialect) => { readonly min: number; readonly max: number }): Schema {
  return integer(
    least((dialect) => limits(dialect).min),
    most((dialect) => limits(dialect).max),
  );
}

function shapeSchema({ shape }: Field): Schema {
  if (typeof shape === 'object') {
    return choice(valuesOf(shape.choice));
  }
  switch (shape) {
    case 'name':
      return text({ minLength: 1, maxLength: most(({ nameLength }) => nameLength) });
    case 'description':
      return text({ maxLength: most(({ descriptionLength }) => descriptionLength) });
    case 'address':
      return text({ pattern: '^[0-9A-Fa-f:.]+$' });
    case 'peer identity':
      return text({ minLength: 1, maxLength: most(({ peerLength }) => peerLength) });
    case 'local identity':
      return text({ maxLength: most(({ peerLength }) => peerLength) });
    case 'cidrs':
      return { type: 'array', items: cidr };
    case 'mtu':
      return seconds(({ mtu }) => mtu);
    case 'flag':
      return flag;
    case 'lifetime':
      return mapping({ units: choice(valuesOf('lifetime_units')), value: seconds(({ lifetime }) => lifetime) });
    case 'dpd':
      return mapping({
        action: choice(valuesOf('dpd_action')),
        interval: integer(1, largest),
        timeout: integer(1, largest),
      });
    case 'id':
      return id;
  }
}

/** Which of the values each cloud takes, where they differ. */
function choiceWords({ shape }: Field): string {
  if (typeof shape !== 'object') {
    return '';
  }
  const lists = clouds.map(({ words, choices }) => `${words}: ${choices[shape.choice].join(', ')}.`);
  const isAlike = new Set(clouds.map(({ choices }) => choices[shape.choice].join())).size === 1;
  return isAlike ? '' : ` ${lists.join(' ')}`;
}

function fieldSchema(field: Field): Schema {
  const only = field.only === undefined ? '' : ` Only ${dialects[field.only].words}.`;
  return {
    description: `${field.words}${only}${choiceWords(field)}`,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...shapeSchema(field),
  };
}

function fieldsOf(kind: Kind): Record<string, Schema> {
  return Object.fromEntries(Object.entries(fields[kind]).map(([key, field]) => [key, fieldSchema(field)]));
}

const common: Readonly<Record<string, Schema>> = {
  id: { description: 'Id of an existing object, which is then kept as described, and renamed.', ...id },
  tenant_id: { description: 'Id of the project; must be the one that the run logs in to.', ...line },
  project_id: { description: 'Like tenant_id. Only OpenStack.', ...line },
};

function reference(key: string, words: string): Record<string, Schema> {
  return {
    [key]: { description: `Name or id of ${words}.`, ...line },
    [`${key}_id`]: { description: `Id of ${words}.`, ...id },
  };
}

function required(...keys: readonly string[]): Schema {
  return anyOf(...keys.map((key) => ({ required: [key] })));
}

function group(type: 'subnet' | 'cidr', endpoints: Schema): Schema {
  const body = { ...common, ...fieldsOf('endpoint_group'), type: choice([type]), endpoints };
  return { ...mapping(body), ...required('endpoints', 'id') };
}

const lists: Readonly<Record<'local' | 'peer', Schema>> = {
  local: { description: 'Subnets of the cloud: names, CIDRs or ids.', type: 'array', minItems: 1, items: line },
  peer: { description: 'Networks behind the peer: CIDRs.', type: 'array', minItems: 1, items: cidr },
};

const service: Schema = {
  ...mapping({
    ...common,
    ...fieldsOf('vpnservice'),
    ...reference('router', 'the router (VPC)'),
    ...reference('subnet', 'a subnet (legacy model, only OpenStack)'),
  }),
  ...required('router', 'router_id', 'id'),
};

const bodies: Readonly<Record<Part, Schema>> = {
  vpnservice: service,
  ikepolicy: mapping({ ...common, ...fieldsOf('ikepolicy') }),
  ipsecpolicy: mapping({ ...common, ...fieldsOf('ipsecpolicy') }),
  local_ep_group: group('subnet', lists.local),
  peer_ep_group: group('cidr', lists.peer),
};

function partSchemas(part: Part): [string, Schema][] {
  const { words } = kindNames[partKind[part]];
  const shorthand = part === 'local_ep_group' ? [lists.local] : part === 'peer_ep_group' ? [lists.peer] : [];
  const forms = ['a text is the name or id of an existing one', 'a mapping describes it'];
  const more = shorthand.length === 0 ? '' : ', a list has its endpoints';
  return [
    [part, { description: `The ${words}: ${forms.join(', ')}${more}.`, ...anyOf(line, ref(part), ...shorthand) }],
    [`${part}_id`, { description: `Id of an existing ${words}.`, ...id }],
  ];
}

const tagForm = '[A-Za-z0-9_-]';

const ownKeys: Readonly<Record<string, Schema>> = {
  psk: {
    description: 'Pre-shared key: $' + '{NAME}, a line of the input "secrets". Never the key itself.',
    ...secretVariables,
  },
  psk_version: {
    description: 'Changes with each new key, where the cloud hides the key.',
    ...anyOf({ type: 'integer' }, { type: 'string', pattern: `^${tagForm}{1,30}$` }, variable),
  },
  tags: {
    description: 'Tags; null removes one. Only Open Telekom Cloud.',
    type: 'object',
    propertyNames: { pattern: `^${tagForm}{1,36}$` },
    additionalProperties: anyOf({ type: 'string', pattern: `^${tagForm}{0,43}$` }, variable, { type: 'null' }),
  },
};

function connection(): Schema {
  const all = { ...common, ...fieldsOf('ipsec_site_connection'), ...ownKeys };
  const withParts = { ...all, ...Object.fromEntries(parts.flatMap(partSchemas)) };
  return {
    ...mapping(withParts, ['name', 'peer_address']),
    allOf: [
      ...(['vpnservice', 'ikepolicy', 'ipsecpolicy'] as const).map((part) => required(part, `${part}_id`)),
      required('local_ep_group', 'local_ep_group_id', 'peer_cidrs'),
      required('peer_ep_group', 'peer_ep_group_id', 'peer_cidrs'),
    ],
  };
}

/** The schema that is committed for editors. */
export function connectionFileSchema(): Schema {
  const words =
    'An IPsec site-to-site connection: the body of the create request, with names or bodies instead of ids.';
  const top = { one: 'ipsec_site_connection', many: 'ipsec_site_connections', body: 'ipsec_site_connection', words };
  return documentSchema(top, { ipsec_site_connection: connection(), ...bodies, ...texts });
}
