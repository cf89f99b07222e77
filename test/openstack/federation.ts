/** Lets the jobs of a repository log in by GitHub's ID tokens: as members of a tenant's projects. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../cloud/github/index.ts';
import { type Api, type Json, text } from './rest.ts';
import type { Federation, Stack } from './stack.ts';
import { administer, type Tenant } from './tenant.ts';

export interface Federated extends Federation {
  /** What a job has to be about: a repository of the tenant's own, and its main branch. */
  readonly run: Required<Pick<Run, 'repository' | 'ref'>>;
  /** Is let in too, and has no right at all. */
  readonly withoutRights: Run;
  /** Takes the rule back. */
  remove(): Promise<void>;
}

/** @throws Error on a stack with a data plane, which has no Apache */
export async function federate(stack: Stack, { domain, project, otherProject }: Tenant): Promise<Federated> {
  const { federation } = stack;
  if (federation === undefined) throw new Error('Nobody logs in by ID tokens on this stack.');
  const { identity } = await administer(stack);
  const [member] = await identity.list('/roles?name=member');
  const group = text(await identity.create('/groups', 'group', { name: 'vpn-operators', domain_id: domain.id }), 'id');
  for (const { id } of [project, otherProject]) {
    await identity.put(`/projects/${id}/groups/${group}/roles/${text(member ?? {}, 'id')}`);
  }
  const run = { repository: `${domain.name}/network`, ref: 'refs/heads/main' };
  const rule = {
    local: [{ user: { name: '{0}' } }, { group: { id: group } }],
    remote: [
      { type: 'HTTP_OIDC_SUB' },
      { type: 'HTTP_OIDC_REPOSITORY', any_one_of: [run.repository] },
      { type: 'HTTP_OIDC_REF', any_one_of: [run.ref] },
    ],
  };
  const isRule = (other: unknown) => JSON.stringify(other).includes(JSON.stringify(run.repository));
  await changeRules(stack, federation, identity, (rules) => [...rules, rule]);
  return {
    ...federation,
    run,
    withoutRights: { repository: 'acme/without-rights' },
    remove: () => changeRules(stack, federation, identity, (rules) => rules.filter((other) => !isRule(other))),
  };
}

/** There is one mapping for all suites, and it can only be changed as a whole: one at a time. */
async function changeRules(
  stack: Stack,
  { mapping }: Federation,
  identity: Api,
  change: (rules: readonly unknown[]) => readonly unknown[],
): Promise<void> {
  const path = `/OS-FEDERATION/mappings/${mapping}`;
  const lock = join(stack.directory, 'mapping.lock');
  await take(lock);
  try {
    const { rules } = await identity.get(path);
    await identity.update(path, 'mapping', { rules: change(Array.isArray(rules) ? rules : []) } satisfies Json);
  } finally {
    rmdirSync(lock);
  }
}

async function take(lock: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (attempt === 300) throw error;
      await sleep(100);
    }
  }
}
