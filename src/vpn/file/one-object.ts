/**
 * "One name is one object per run": equal bodies of one name (or id) become one description, different ones are an
 * error, and a reference to what another connection describes means that description.
 */
import type { Place } from '../../errors.ts';
import type { Value } from '../../spec/node.ts';
import { shown } from '../../spec/show.ts';
import { defaultName } from '../default-name.ts';
import type { ConnectionSpec, DescribedPart, PartSpec, Reference } from '../desired.ts';
import { kindNames, type Part, partKind, parts } from '../kinds.ts';
import type { Draft } from './connection.ts';
import type { FileContext } from './context.ts';

interface Found {
  readonly body: Value;
  readonly connection: string;
  readonly part: Part;
  readonly described: DescribedPart;
}

function referenceText(reference: Reference | undefined): string {
  return reference === undefined ? '' : `${reference.by} ${reference.by === 'id' ? reference.id : reference.name}`;
}

/** What a body says, by key, in a form that can be compared. */
function contentOf({
  id,
  name,
  tenantId,
  fields,
  router,
  subnet,
  endpoints,
  endpointType,
}: DescribedPart): Map<string, string> {
  const stated = Object.entries(fields).map(([key, { value }]): [string, string] => {
    const isSettings = typeof value === 'object' && !Array.isArray(value);
    return [key, JSON.stringify(isSettings ? Object.entries(value).sort() : value)];
  });
  const rest = {
    id: id?.value ?? '',
    name: name?.value ?? '',
    tenant_id: tenantId?.value ?? '',
    router: referenceText(router),
    subnet: referenceText(subnet),
    type: endpointType ?? '',
    endpoints: JSON.stringify(endpoints?.map(({ is, text }) => `${is} ${text}`).sort()) ?? '',
  };
  return new Map([...stated, ...Object.entries(rest).filter(([, text]) => text !== '')]);
}

/** Keys in which two bodies differ. */
function differences(a: DescribedPart, b: DescribedPart, ignored: readonly string[] = []): string[] {
  const [left, right] = [contentOf(a), contentOf(b)];
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (key) => !ignored.includes(key) && left.get(key) !== right.get(key),
  );
}

function where({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** What makes two descriptions mean one object; a VPN service without a name is its router's. */
function identities({ part, described }: Found): string[] {
  const kind = partKind[part];
  const { id, name, router } = described;
  const isNameless = id === undefined && name === undefined;
  return [
    ...(id === undefined ? [] : [`${kind} id ${id.value}`]),
    ...(name === undefined ? [] : [`${kind} name ${name.value}`]),
    ...(isNameless && router !== undefined ? [`${kind} router ${referenceText(router)}`] : []),
  ];
}

class Objects {
  readonly #context: FileContext;
  readonly #byIdentity = new Map<string, Found>();

  constructor(context: FileContext) {
    this.#context = context;
  }

  /** Takes a description up; returns the first one of the same object, or itself. */
  add(found: Found): DescribedPart {
    const keys = identities(found);
    const first = keys.map((key) => this.#byIdentity.get(key)).find((known) => known !== undefined);
    for (const key of keys) {
      if (!this.#byIdentity.has(key)) {
        this.#byIdentity.set(key, found);
      }
    }
    if (first === undefined) {
      return found.described;
    }
    const keysApart = differences(first.described, found.described);
    if (keysApart.length === 0) {
      return first.described;
    }
    this.#report(first, found, keysApart);
    return found.described;
  }

  /** The description of the object that a reference names, if there is one in this run (of the same side, for groups). */
  described(part: Part, reference: Reference): DescribedPart | undefined {
    const text = reference.by === 'id' ? reference.id : reference.name;
    const found = this.#byIdentity.get(`${partKind[part]} ${reference.by} ${text}`);
    return found?.part === part ? found.described : undefined;
  }

  /** A description without a name may come to bear its default name: nothing else can be called so. */
  checkDefault(found: Found): void {
    const { part, described, connection } = found;
    if (part === 'vpnservice' || described.id !== undefined || described.name !== undefined) {
      return;
    }
    const name = defaultName(connection, part);
    const other = this.#byIdentity.get(`${partKind[part]} name ${name}`);
    const keysApart = other === undefined ? [] : differences(other.described, described, ['name']);
    if (other !== undefined && keysApart.length > 0) {
      const words = `Without a name this ${kindNames[partKind[part]].words} is called ${shown(name)}, as another one is`;
      const fix = `(${where(other.described.at)}) that differs in ${keysApart.join(', ')}. Give it a name.`;
      const { problems } = this.#context;
      problems.about([other.body, found.body], () => problems.error(described.at, part, `${words} ${fix}`));
    }
  }

  #report(first: Found, second: Found, keysApart: readonly string[]): void {
    const { words } = kindNames[partKind[second.part]];
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const { id, name } = one.described;
      const title = `${one.part}${name === undefined ? '' : '.name'}`;
      const called = name?.value ?? id?.value;
      const which = called === undefined ? `The ${words} of this router` : `The ${words} ${shown(called)}`;
      const fix =
        'One name is one object: describe it alike in both places, or once, and refer to it by name elsewhere.';
      const message = `${which} is described differently at ${where(other.described.at)} (${keysApart.join(', ')}). ${fix}`;
      const { problems } = this.#context;
      const at = (name ?? id)?.at ?? one.described.at;
      problems.about([first.body, second.body], () => problems.error(at, title, message));
    }
  }
}

function descriptions({ spec, body }: Draft): Found[] {
  return parts.flatMap((part): Found[] => {
    const described = spec.parts[part];
    return described?.by === 'description' ? [{ body, connection: spec.name.value, part, described }] : [];
  });
}

/** The drafts with one description for each object. */
export function unify(context: FileContext, drafts: readonly Draft[]): Draft[] {
  const objects = new Objects(context);
  const first = new Map(
    drafts.flatMap((draft) => descriptions(draft).map((found) => [found.described, objects.add(found)] as const)),
  );
  for (const found of drafts.flatMap(descriptions)) {
    objects.checkDefault(found);
  }
  const unified = (part: Part, spec: PartSpec): PartSpec =>
    spec.by === 'description' ? (first.get(spec) ?? spec) : (objects.described(part, spec) ?? spec);
  return drafts.map(({ spec, ...rest }) => {
    const entries = parts.flatMap((part): [Part, PartSpec][] => {
      const stated = spec.parts[part];
      return stated === undefined ? [] : [[part, unified(part, stated)]];
    });
    const together: ConnectionSpec = { ...spec, parts: Object.fromEntries(entries) };
    return { ...rest, spec: together };
  });
}
