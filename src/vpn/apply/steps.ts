/** How each kind of step is carried out. */

import { ResponseError } from '../../http/errors.ts';
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
import { takenBy } from './taken.ts';

/** A cloud that does not answer the psk that it was sent hides it: what it shows can then not be compared. */
function noteEcho(run: Run, sent: unknown, answer: VpnObject): void {
  const isShown = answer.kind === 'ipsec_site_connection' && answer.psk !== 'hidden';
  if (sent instanceof Secret && !(isShown && answer.psk.equals(sent))) {
    run.pskNotEchoed.add(answer.id);
  }
}

/** Where there can be only one, another run was faster. */
function overtaken(error: unknown): unknown {
  const hint =
    'Another run made it at the same time. Run again when that one has ended; use a concurrency group so that runs do not overlap.';
  return error instanceof ResponseError ? error.hinting(() => hint) : error;
}

async function create(run: Run, step: CreateStep): Promise<void> {
  const { kind, key } = step;
  const body = { ...step.body, ...run.bodyOf(step.refs) };
  let made: VpnObject;
  try {
    made = await createOnce(run, kind, body, callOptions(step));
  } catch (error) {
    const other = await takenBy(run, kind, body, step, error);
    // Whoever has the router's only service makes all else, too: parts of two runs do not go together.
    if (other?.kind !== 'ipsec_site_connection') {
      throw other === undefined ? error : overtaken(error);
    }
    noteEcho(run, step.body.psk, other);
    run.remember(key, other);
    return;
  }
  run.remember(step.key, made);
  run.created.push(made);
  noteEcho(run, step.body.psk, made);
  run.ports.log.info(`Created the ${kindNames[step.kind].words} ${step.name} (${made.id}).`);
}

async function replace(run: Run, step: ReplaceStep): Promise<void> {
  const made = await replaceConnection(run, step);
  run.remember(step.key, made);
  noteEcho(run, step.body.psk, made);
  run.ports.log.info(`Created the IPsec connection ${step.name} (${made.id}) in place of ${step.old.id}.`);
}

/** It was in the list: somebody removed it since. */
function vanished(error: unknown): unknown {
  const hint =
    'It was there when this run began, and was deleted since. Run again; use a concurrency group so that runs do not overlap.';
  return error instanceof ResponseError && error.status === 404 ? error.hinting(() => hint) : error;
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
          throw vanished(error);
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
