import { keystoneError } from './answer.ts';

/** A condition on a claim; without `any_one_of` and `not_any_of` its value goes into `{0}`, `{1}` … of `local`. */
export interface RemoteRule {
  readonly type: string;
  readonly any_one_of?: readonly string[];
  readonly not_any_of?: readonly string[];
  /** The values of the conditions are patterns that are searched for. */
  readonly regex?: boolean;
}

/** What those get who meet the conditions. */
export interface LocalRule {
  readonly user?: { readonly name?: string; readonly id?: string };
  readonly group?: { readonly name?: string; readonly id?: string; readonly domain?: object };
}

/** One rule of a mapping, as Keystone and IAM take it. */
export interface MappingRule {
  readonly local: readonly LocalRule[];
  readonly remote: readonly RemoteRule[];
}

/** Who somebody is in the cloud. */
export interface Mapped {
  readonly user: string | undefined;
  /** Names or ids. */
  readonly groups: readonly string[];
}

/** What is known of somebody: the values of each attribute. */
export type Assertion = ReadonlyMap<string, readonly string[]>;

/**
 * Applies a mapping as Keystone does (keystone/federation/utils.py, RuleProcessor): the user of the first rule that is met,
 * the groups of all of them; undefined when none is.
 */
export function applyMapping(rules: readonly MappingRule[], assertion: Assertion): Mapped | undefined {
  const locals = rules.flatMap(({ local, remote }) => {
    const values = directValues(remote, assertion);
    return values === undefined ? [] : local.map((one) => filledIn(one, values));
  });
  if (locals.length === 0) return undefined;
  const user = locals.find((one) => one.user)?.user;
  const groups = locals.flatMap(({ group }) => group?.id ?? group?.name ?? []);
  return { user: user?.name ?? user?.id, groups: [...new Set(groups)] };
}

/** What goes into the placeholders; undefined when a condition isn't met. */
function directValues(remote: readonly RemoteRule[], assertion: Assertion): string[] | undefined {
  const direct: string[] = [];
  for (const rule of remote) {
    const values = assertion.get(rule.type) ?? [];
    if (values.length === 0) return undefined;
    if (rule.any_one_of !== undefined) {
      if (!meets(rule.any_one_of, values, rule)) return undefined;
    } else if (rule.not_any_of !== undefined) {
      if (meets(rule.not_any_of, values, rule)) return undefined;
    } else {
      direct.push(values.join(';'));
    }
  }
  return direct;
}

function meets(wanted: readonly string[], values: readonly string[], { regex = false }: RemoteRule): boolean {
  return values.some((value) => wanted.some((one) => (regex ? new RegExp(one).test(value) : one === value)));
}

function filledIn({ user, group }: LocalRule, direct: readonly string[]): LocalRule {
  const fill = (text: string) => text.replace(/\{(\d+)\}/g, (_all, i) => direct[Number(i)] ?? noSuchValue());
  const filled = <T extends { readonly name?: string; readonly id?: string }>({ name, id }: T) => ({
    ...(name === undefined ? {} : { name: fill(name) }),
    ...(id === undefined ? {} : { id: fill(id) }),
  });
  return { ...(user ? { user: filled(user) } : {}), ...(group ? { group: filled(group) } : {}) };
}

/** Keystone: DirectMappingError. */
function noSuchValue(): never {
  const message = 'An unexpected error prevented the server from fulfilling your request.';
  throw keystoneError(500, 'Internal Server Error', message);
}
