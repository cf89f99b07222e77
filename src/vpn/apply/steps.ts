/** How each kind of step is carried out. */

import { Secret } from '../../secret.ts';
import { kindNames } from '../kinds.ts';
import type { VpnObject } from '../objects.ts';
import type { CreateStep, ReplaceStep, Step, TagStep, UpdateStep } from '../plan/steps.ts';
import { pskTagValue, tagKeys } from '../tags.ts';
import { createOnce } from './create.ts';
import { remove } from './remove.ts';
import { replaceConnection } from './replace.ts';
import { callOptions, type Run } from './run.ts';
import { isInvalidState, settle, until } from './states.ts';

/** A cloud that does not answer the psk that it was sent hides it: what it shows can then not be compared. */
function noteEcho(run: Run, sent: unknown, answer: VpnObject): void {
  const isShown = answer.kind === 'ipsec_site_connection' && answer.psk !== 'hidden';
  if (sent instanceof Secret && !(isShown && answer.psk.equals(sent))) {
    run.pskNotEchoed.add(answer.id);
  }
}

async function create(run: Run, step: CreateStep): Promise<void> {
  const made = await createOnce(run, step.kind, { ...step.body, ...run.bodyOf(step.refs) }, callOptions(step));
  run.remember(step.key, made);
  noteEcho(run, step.body.psk, made);
  run.ports.log.info(`Created the ${kindNames[step.kind].words} ${step.name} (${made.id}).`);
}

async function replace(run: Run, step: ReplaceStep): Promise<void> {
  const made = await replaceConnection(run, step);
  run.remember(step.key, made);
  noteEcho(run, step.body.psk, made);
  run.ports.log.info(`Created the IPsec connection ${step.name} (${made.id}) in place of ${step.old.id}.`);
}

async function update(run: Run, step: UpdateStep): Promise<void> {
  const { api, log } = run.ports;
  if (step.pending) {
    await settle(run, step);
  }
  const body = { ...step.body, ...run.bodyOf(step.refs) };
  let refusal = run.late(step.at);
  const answer = await until(
    run,
    async () => {
      try {
        return await api.update(step.kind, step.id, body, callOptions(step));
      } catch (error) {
        if (!isInvalidState(error)) {
          throw error;
        }
        log.info(`The ${kindNames[step.kind].words} ${step.name} cannot be updated yet: its state is pending.`);
        refusal = error;
        return undefined;
      }
    },
    () => refusal,
  );
  noteEcho(run, step.body.psk, answer);
  run.remember(step.key, answer);
  log.info(`Updated the ${kindNames[step.kind].words} ${step.name} (${step.id}).`);
}

async function tag(run: Run, step: TagStep): Promise<void> {
  const { api, log } = run.ports;
  const id = run.idOf(step.connection);
  const value =
    step.psk === undefined ? undefined : pskTagValue({ hidden: run.pskNotEchoed.has(id), version: step.psk.version });
  const set = value === undefined ? step.set : { ...step.set, [tagKeys.psk]: value };
  if (Object.keys(set).length > 0) {
    await api.setTags(id, set, callOptions(step));
  }
  if (step.remove.length > 0) {
    await api.removeTags(id, step.remove, callOptions(step));
  }
  log.debug(`Tags of ${step.name} (${id}): set ${Object.keys(set).join(', ')}; removed ${step.remove.join(', ')}`);
}

/** Carries out one step; what it makes or updates is then known to the run. */
export async function carryOut(run: Run, step: Step): Promise<void> {
  switch (step.do) {
    case 'create':
      return await create(run, step);
    case 'update':
      return await update(run, step);
    case 'replace':
      return await replace(run, step);
    case 'delete':
      return await remove(run, step);
    case 'tag':
      return await tag(run, step);
  }
}
