/** What the writing of every part of an export knows. */
import { defaultName } from '../default-name.ts';
import type { Dialect } from '../dialects.ts';
import { type Part, partKind, parts } from '../kinds.ts';
import type { Observed } from '../observe.ts';
import { objectsOf, type PartObject } from '../plan/entries.ts';
import { isNameable, type Named } from './names.ts';

/** What the reader refused, and why: keys are those of `Entry.leave`. */
export type Refused = ReadonlyMap<string, string>;

/** How a file says which object of the cloud a mapping means; `none`: the one that the connection refers to. */
export type Handle = 'name' | 'id' | 'none';

export class Exporting {
  readonly observed: Observed;
  readonly dialect: Dialect;
  readonly named: readonly Named[];

  constructor(observed: Observed, dialect: Dialect, named: readonly Named[]) {
    this.observed = observed;
    this.dialect = dialect;
    this.named = named;
  }

  /** The object that the connection refers to, if it is one of the project that can be this part. */
  object({ connection }: Named, part: Part): PartObject | undefined {
    return objectsOf(this, part).find(({ id }) => id === connection.refs[part]);
  }

  /** Objects of the kind of a part that the exported connections use. */
  #used(part: Part): readonly PartObject[] {
    const alike = parts.filter((other) => partKind[other] === partKind[part]);
    return this.named.flatMap((named) => alike.flatMap((other) => this.object(named, other) ?? []));
  }

  /**
   * One name is one object in a run, so namesakes go by their ids; and so does what has no name, but could be taken for
   * another: a service for that of its router, another part for the one whose name it could come to bear.
   */
  handleOf({ name: connection }: Named, part: Part, object: PartObject): Handle {
    const { name, id } = object;
    const others = this.#used(part).filter((other) => other.id !== id);
    if (isNameable(name, this.dialect.nameLength)) {
      return others.some((other) => other.name === name) ? 'id' : 'name';
    }
    const later = defaultName(connection, part);
    const isMistakable =
      object.kind === 'vpnservice'
        ? others.some((other) => other.kind === 'vpnservice' && other.routerId === object.routerId)
        : objectsOf(this, part).some((other) => other.name === later);
    return isMistakable ? 'id' : 'none';
  }
}
