/** One entry of a clouds.yaml as a source of settings. */
import type { Ecosystem, Found } from '../inputs/ecosystem.ts';
import { InputProblem, type InputProblems, type ProblemDetails } from '../inputs/problems.ts';
import { whole } from '../inputs/values.ts';
import type { MappingNode, SpecNode } from '../spec/node.ts';
import { oneOf, shown } from '../spec/show.ts';
import { closest } from '../spec/suggest.ts';
import { entryOf } from './document.ts';

export interface Entry {
  readonly name: string;
  readonly node: MappingNode;
  readonly auth: MappingNode | undefined;
  /** Of the file, for messages about what is not there. */
  readonly file: string;
  readonly inWorkspace: boolean;
}

/** Longer lists help nobody. */
const mostListed = 20;

/**
 * The entry of a name, or the only one.
 * @param name undefined if nobody has said one
 * @throws InputProblem
 */
export function chooseEntry(
  root: MappingNode,
  name: string | undefined,
  { file, inWorkspace }: Pick<Entry, 'file' | 'inWorkspace'>,
): Entry {
  const fail = (text: string, node: SpecNode = root): never => {
    throw new InputProblem(`${file} (line ${node.at.line})`, text, {
      kind: 'file',
      at: inWorkspace ? node.at : undefined,
    });
  };
  const clouds = root.entries.get('clouds')?.node;
  if (clouds?.is !== 'mapping' || clouds.entries.size === 0) {
    return fail('has no entries: a mapping is expected under the key "clouds".', clouds);
  }
  const names = [...clouds.entries.keys()];
  const list = `${names.slice(0, mostListed).map(whole).join(', ')}${names.length > mostListed ? ' …' : ''}`;
  const [only] = names.length === 1 ? names : [];
  const wanted = name ?? only;
  if (wanted === undefined)
    return fail(`has several entries: ${list}. Say which one by cloud-name or OS_CLOUD.`, clouds);
  const node = clouds.entries.get(wanted)?.node;
  if (node === undefined) {
    const near = closest(wanted, names);
    const hint = near === undefined ? '' : ` Did you mean ${shown(near)}?`;
    return fail(`has no entry ${whole(wanted)}.${hint} It has ${list}.`, clouds);
  }
  if (node.is !== 'mapping') return fail(`The entry ${shown(wanted)} is no mapping.`, node);
  const auth = node.entries.get('auth')?.node;
  if (auth !== undefined && auth.is !== 'mapping') return fail(`"auth" of ${shown(wanted)} is no mapping.`, auth);
  return { name: wanted, node, auth, file, inWorkspace };
}

/** The vendors' profiles that stand for addresses in our table, and the regions of each. */
const profiles: ReadonlyMap<string, readonly string[]> = new Map([
  ['otc', ['eu-de', 'eu-nl']],
  ['otc-swiss', ['eu-ch2']],
]);

class EntrySource implements Ecosystem {
  readonly details: ProblemDetails;
  readonly #entry: Entry;
  readonly #problems: InputProblems;
  /** Each key is looked up once, so that each problem is told once. */
  readonly #known = new Map<string, Found | undefined>();

  constructor(entry: Entry, problems: InputProblems) {
    this.#entry = entry;
    this.#problems = problems;
    this.details = { kind: 'file', at: this.#at(entry.node) };
    const region = this.#region();
    this.#known.set('region_name', region);
    this.#known.set('region_name', this.#ofProfile(region));
  }

  find(key: string): Found | undefined {
    if (!this.#known.has(key)) this.#known.set(key, this.#look(key));
    return this.#known.get(key);
  }

  label(key: string): string {
    return `${/^(?:region|cacert|auth_type|.*_override)/.test(key) ? '' : 'auth.'}${this.#of(key)}`;
  }

  #of(key: string): string {
    return `${key} of ${shown(this.#entry.name)} in ${this.#entry.file}`;
  }

  #at(node: SpecNode): ProblemDetails['at'] {
    return this.#entry.inWorkspace ? node.at : undefined;
  }

  #found(path: string, node: SpecNode, value: string): Found {
    const label = `${path} of ${shown(this.#entry.name)} in ${node.at.file} (line ${node.at.line})`;
    return { kind: 'file', at: this.#at(node), label, value };
  }

  #look(key: string): Found | undefined {
    const { auth, node } = this.#entry;
    const inAuth = auth === undefined ? undefined : entryOf(auth, key);
    const found = inAuth ?? entryOf(node, key);
    if (found === undefined) return undefined;
    const path = inAuth === undefined ? key : `auth.${key}`;
    if (found.node.is !== 'scalar') return this.#refuse(path, found.node, 'has to be a single value.');
    const { value, source } = found.node;
    return value === null || source.trim() === '' ? undefined : this.#found(path, found.node, source);
  }

  #refuse(path: string, node: SpecNode, text: string): undefined {
    const { label, ...details } = this.#found(path, node, '');
    this.#problems.add(new InputProblem(label, text, details));
  }

  /** `region_name`, or the only one of `regions`. */
  #region(): Found | undefined {
    const stated = this.#look('region_name');
    const regions = entryOf(this.#entry.node, 'regions')?.node;
    if (regions === undefined || (regions.is === 'scalar' && regions.value === null)) return stated;
    const names = regions.is === 'list' ? regions.items.map((item) => regionName(item)) : [undefined];
    if (names.includes(undefined)) {
      return this.#refuse('regions', regions, 'has to be a list of names; values of a region are not supported.');
    }
    const known = names.flatMap((name) => name ?? []);
    const listed = known.map((name) => shown(name)).slice(0, mostListed);
    if (stated !== undefined && !known.includes(stated.value)) {
      return this.#refuse('region_name', regions, `is none of the regions of the entry: ${oneOf(listed)}.`);
    }
    const [only, ...others] = known;
    if (stated !== undefined || only === undefined) return stated;
    return others.length === 0
      ? this.#found('regions', regions, only)
      : this.#refuse('regions', regions, `has several: ${listed.join(', ')}. Say which one by region_name.`);
  }

  /** The region that a profile's address needs. A profile without an address here needs `auth_url` beside it. */
  #ofProfile(region: Found | undefined): Found | undefined {
    const profile = this.find('profile') ?? this.find('cloud');
    if (profile === undefined || this.find('auth_url') !== undefined) return region;
    const regions = profiles.get(profile.value);
    const problem = (text: string, { label, ...details }: Found): void =>
      this.#problems.add(new InputProblem(label, text, details));
    if (regions === undefined) {
      problem(`is none of ${oneOf([...profiles.keys()])}. Write auth_url instead.`, profile);
      return region;
    }
    const [only, ...others] = regions;
    if (region === undefined && only !== undefined && others.length === 0) return { ...profile, value: only };
    if (region === undefined || !regions.includes(region.value)) {
      problem(`needs the region_name ${oneOf(regions)}.`, region ?? profile);
    }
    return region;
  }
}

/** The name of an item of `regions`; undefined for what cannot be used. */
function regionName(item: SpecNode): string | undefined {
  if (item.is === 'scalar') return item.source;
  if (item.is !== 'mapping' || item.entries.has('values')) return undefined;
  const name = item.entries.get('name')?.node;
  return name?.is === 'scalar' ? name.source : undefined;
}

export function entrySource(entry: Entry, problems: InputProblems): Ecosystem {
  return new EntrySource(entry, problems);
}
