/** Whole runs against servers that turn hostile at some of their answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dependencies } from '../../../src/main.ts';
import { QuickClock } from '../../unit/quick.ts';
import { type Stage, stage, type Told } from '../../unit/stage.ts';
import { type Ground, startGround } from '../ground.ts';
import type { Situation, Step } from '../situations.ts';
import { attacked } from './answers.ts';
import { type Asked, answering } from './dispatcher.ts';
import { Forbidden, problemsIn } from './judge.ts';
import { Recorder, type Recording, replay } from './recording.ts';
import { Rig, traced } from './rig.ts';
import type { Random } from './words.ts';

/** The longest that a run may really take, milliseconds; a loaded machine included. */
const longestMs = 5000;

/** The default of the input `timeout`, and what cleaning up may take after it. */
const longestVirtualMs = 15 * 60_000;

/** Ids in paths are ids; anything else would be a way to requests that nobody planned. */
const plannedPath =
  /^\/v3\/(?:auth\/(?:tokens|projects|catalog|domains)|projects)?(?:\?[\w=&%.*-]*)?$|^(?:\/[\w-]+)?\/(?:v2\.0\/)?(?:[\w-]+(?:\/[\w-]+){0,4})?(?:\.json)?(?:\?[\w=&%.:*,+-]*)?$|^\/(?:v3\/?)?$/;

export interface Result {
  readonly attacks: number;
  readonly problems: readonly string[];
}

export class Hostility {
  readonly #ground: Ground;
  readonly #stage: Stage;
  readonly #situation: Situation;
  readonly #recording: Recording;
  readonly #outputsFile: string;
  /** Known to the servers, which may say them again. */
  readonly secrets: readonly string[];
  readonly #forbidden: Forbidden;

  private constructor(ground: Ground, made: Stage, situation: Situation, recording: Recording, outputsFile: string) {
    this.#ground = ground;
    this.#stage = made;
    this.#situation = situation;
    this.#recording = recording;
    this.#outputsFile = outputsFile;
    const tokens = recording.flatMap(([, { headers }]) => headers['x-subject-token'] ?? []);
    const given = [ground.cloud.account.password, situation.step.inputs['psk'], ...tokens];
    this.secrets = [...new Set(given)].filter((text) => text !== undefined);
    this.#forbidden = new Forbidden(this.secrets);
  }

  static async of(situation: Situation): Promise<Hostility> {
    const grounds: Ground[] = [];
    const made = await stage({ dialect: situation.dialect }, async (options) => {
      const ground = await startGround(situation.dialect, options);
      grounds.push(ground);
      return ground.cloud;
    });
    const [ground] = grounds;
    if (ground === undefined) throw new Error('no cloud was started');
    const recorder = new Recorder();
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    onTestFinished(() => recorder.destroy());
    const rig = new Rig();
    const run = async ({ files, inputs }: Step): Promise<void> => {
      const options = { files, inputs: { ...ground.inputs, ...inputs } };
      const replace = (usual: Dependencies): Partial<Dependencies> => ({ http: () => rig.client(recorder, usual) });
      await traced(rig, join(folder, 'output'), async () => {
        const { failure } = (await made.run({ ...options, replace })).conclusion;
        if (failure !== undefined) throw failure;
      });
    };
    if (situation.before !== undefined) await run(situation.before);
    recorder.recording.splice(0);
    await run(situation.step);
    return new Hostility(ground, made, situation, recorder.recording, join(folder, 'output'));
  }

  /** One run in which a few of the answers, or every answer from some point on, are attacks. */
  async attack(random: Random): Promise<Result> {
    const secrets = this.secrets;
    const usual = replay(this.#recording);
    const first = Math.floor(random() * this.#recording.length);
    const rate = random() < 0.3 ? 0 : random() * 0.7;
    const problems: string[] = [];
    const told: string[] = [];
    const origins = new Set(this.#recording.map(([{ origin }]) => origin));
    let count = 0;
    const dispatcher = answering((asked: Asked) => {
      const healthy = usual(asked);
      if (!origins.has(asked.origin)) problems.push(`a request to ${asked.origin}`);
      if (!plannedPath.test(asked.path)) problems.push(`an unplanned request: ${asked.method} ${asked.path}`);
      count += 1;
      if (count - 1 !== first && (count <= first || random() >= rate)) return healthy;
      const attack = attacked(healthy, { random, secrets });
      told.push(`${asked.method} ${asked.path}: ${attack.words}`);
      return attack.answer;
    });
    problems.push(...(await this.#judged(new Rig(), dispatcher)));
    const from = told.slice(0, 4).join('; ').slice(0, 400);
    return { attacks: told.length, problems: problems.map((problem) => `${problem} (${from})`) };
  }

  async #judged(rig: Rig, dispatcher: ReturnType<typeof answering>): Promise<readonly string[]> {
    const clock = new QuickClock();
    const began = clock.now();
    const started = performance.now();
    const { files, inputs } = this.#situation.step;
    const results: Told[] = [];
    const traces = await traced(rig, this.#outputsFile, async () => {
      results.push(
        await this.#stage.run({
          files,
          inputs: { ...this.#ground.inputs, ...inputs },
          replace: (usual) => ({ ...rig.replacing({ ...usual, clock }, dispatcher), clock }),
        }),
      );
    });
    const tookMs = performance.now() - started;
    const [told] = results;
    const failure = told?.conclusion.failure;
    const isOwn = failure === undefined || (failure.code !== 'BUG' && failure.message.length > 10);
    return [
      ...(told?.rejection === undefined ? [] : [`main rejected: ${String(told.rejection)}`]),
      ...(isOwn ? [] : [`${failure.code}: ${failure.message.slice(0, 300)} ${String(failure.stack).slice(0, 1500)}`]),
      ...problemsIn(traces, this.#forbidden),
      ...(tookMs > longestMs ? [`it took ${Math.round(tookMs)} ms`] : []),
      ...(clock.now() - began > longestVirtualMs ? [`it waited ${Math.round((clock.now() - began) / 1000)} s`] : []),
    ];
  }
}
