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
  /** Is let in by a rule of another form, that of docs/oidc.md: the exact subject of a job with an environment. */
  readonly bySubject: Required<Pick<Run, 'repository' | 'environment'>>;
  /** Is let in too, and has no right at all. */
  readonly withoutRights: Run;
  /** Takes the rules back. */
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
  const bySubject = { repository: `${domain.name}/infra`, environment: 'network' };
  const subject = `repo:${bySubject.repository}:environment:${bySubject.environment}`;
  const local = [{ user: { name: '{0}' }, group: { id: group } }];
  const claim = (name: string, value?: string) => ({
    type: `HTTP_OIDC_${name}`,
    ...(value === undefined ? {} : { any_one_of: [value] }),
  });
  const own = [
    { local, remote: [claim('SUB'), claim('REPOSITORY', run.repository), claim('REF', run.ref)] },
    { local, remote: [claim('SUB'), claim('SUB', subject), claim('AUD', federation.audience)] },
  ];
  const isOwn = (rule: unknown) => JSON.stringify(rule).includes(JSON.stringify(group));
  await changeRules(stack, federation, identity, (rules) => [...rules, ...own]);
  return {
    ...federation,
    run,
    bySubject,
    withoutRights: { repository: 'acme/without-rights' },
    remove: () => changeRules(stack, federation, identity, (rules) => rules.filter((rule) => !isOwn(rule))),
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
