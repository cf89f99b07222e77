import { createHash } from 'node:crypto';
import type { Domain, User } from './identities.ts';

/** Users who have the rights of the group that a mapping puts them in. */
export interface Group {
  id: string;
  name: string;
  /** Ids of projects the group has the roles in. */
  projects: string[];
  roles: string[];
}

/** How a user comes to be one. */
export interface Federation {
  provider: string;
  protocol: string;
  groups: Group[];
}

/** The users for whom an identity provider vouches: nobody has created them. */
export class FederatedUsers {
  /** The one that its users are in. */
  private readonly domain: Domain;
  private readonly groups: readonly Group[];
  private readonly users = new Map<string, User>();

  constructor(domain: Domain, groups: readonly Group[]) {
    this.domain = domain;
    this.groups = groups;
  }

  /**
   * The user of this name. The id is the same for ever; the rights are those of this login.
   * @param names names or ids of groups; those that don't exist give nothing
   */
  of(name: string, names: readonly string[], via: Omit<Federation, 'groups'>): User {
    const groups = this.groups.filter((one) => names.includes(one.name) || names.includes(one.id));
    const key = [name, ...groups.map((one) => one.id)].join('\n');
    const user = this.users.get(key) ?? this.create(name, { ...via, groups });
    this.users.set(key, user);
    return user;
  }

  private create(name: string, federation: Federation): User {
    const { groups } = federation;
    return {
      ...{
        id: createHash('sha256').update(`${federation.provider}\n${name}`).digest('hex'),
        name,
        domain: this.domain,
      },
      ...{ projects: groups.flatMap((one) => one.projects), roles: [...new Set(groups.flatMap((one) => one.roles))] },
      ...{ password: undefined, admin: false, failures: 0, federation },
    };
  }
}
