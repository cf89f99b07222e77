/** A situation that the bundle is put into, as a process, again and again; and the run after it, which must set all right. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Watch } from '../../cloud/index.ts';
import { type ActionOptions, type ActionRun, runAction } from '../../scenarios/harness/run.ts';
import { revocations, type Stage, stage, type Told } from '../../unit/stage.ts';
import { differences, type Ground, startGround } from '../ground.ts';
import type { Situation, Step } from '../situations.ts';
import { type Target, targetsOf } from '../targets.ts';

/** Far beyond the age from which an object that nothing refers to counts as left over, ms. */
const later = 2 * 3_600_000;

/** What a process that died had sent already is carried out by then, ms. */
const stragglersMs = 20;

/** Far beyond the time that any run is given. */
const limitMs = 180_000;

type Ids = Readonly<Record<string, string>>;

interface Recorded {
  /** The world that the situation must end in. */
  readonly goal: string;
  /** Requests of a run without trouble. */
  readonly targets: readonly Target[];
  /** Connections before the run. */
  readonly idsBefore: Ids;
  readonly restore: () => void;
}

async function untroubled(ground: Ground, { run }: Stage, { files, inputs }: Step): Promise<Told> {
  return await run({ files, inputs: { ...ground.inputs, ...inputs } });
}

function expectSuccess({ conclusion: { failure } }: Told): void {
  if (failure !== undefined) throw failure;
}

/** What a world holds besides parts that nothing refers to. */
function inUse(world: string): string {
  const objects = world.split(/^(?=\{)/m).map((text) => text.trim());
  return objects.filter((text) => !text.includes('"refers nothing to it"')).join('\n');
}

export class Trial {
  readonly ground: Ground;
  readonly situation: Situation;
  readonly recorded: Recorded;
  readonly #stage: Stage;
  readonly #watched: { by: Watch };

  private constructor(ground: Ground, made: Stage, situation: Situation, recorded: Recorded, watched: { by: Watch }) {
    this.ground = ground;
    this.situation = situation;
    this.recorded = recorded;
    this.#stage = made;
    this.#watched = watched;
  }

  /** A cloud in which the situation is prepared. It lives as long as the test. */
  static async of(situation: Situation): Promise<Trial> {
    const watched: { by: Watch } = { by: async () => undefined };
    const grounds: Ground[] = [];
    const made = await stage({}, async (options) => {
      const watch: Watch = (request, moment) => watched.by(request, moment);
      const ground = await startGround(situation.dialect, { ...options, dialect: situation.dialect, watch });
      grounds.push(ground);
      return ground.cloud;
    });
    const [ground] = grounds;
    if (ground === undefined) throw new Error('no cloud was started');
    if (situation.before !== undefined) expectSuccess(await untroubled(ground, made, situation.before));
    const restore = ground.save();
    const idsBefore = ground.connectionIds();
    const told = await untroubled(ground, made, situation.step);
    expectSuccess(told);
    const recorded = { goal: ground.world(), targets: targetsOf(told.requests), idsBefore, restore };
    return new Trial(ground, made, situation, recorded, watched);
  }

  /** Whether the cloud is as the file wants it. */
  get isDone(): boolean {
    return this.ground.world() === this.recorded.goal;
  }

  /** The cloud as the situation begins; for a process its time must be the real one. */
  begin(): void {
    this.#stage.clock.pass(Date.now() - this.#stage.clock.now());
    this.recorded.restore();
  }

  /** The situation's run by the bundle. Only what is wrong in every run is judged: `faults` of the result. */
  async run(options: Pick<ActionOptions, 'onStart' | 'signals' | 'inputs'>, watch?: Watch): Promise<ActionRun> {
    const { files, inputs } = this.situation.step;
    if (watch !== undefined) this.#watched.by = watch;
    const run = await runAction({
      ...options,
      ...{ cloud: this.ground.cloud, files, limitMs },
      inputs: { ...this.ground.inputs, ...inputs, ...options.inputs },
    });
    await pause(stragglersMs);
    this.#watched.by = async () => undefined;
    return run;
  }

  /** Connections that are gone, or others now, although the situation keeps them. */
  lost(): readonly string[] {
    const ids = this.ground.connectionIds();
    const { idsBefore } = this.recorded;
    if (!this.situation.keepsId) return [];
    return Object.entries(idsBefore)
      .filter(([name, id]) => ids[name] !== id)
      .map(([name]) => `connection ${name} is lost`);
  }

  /**
   * The run right after it, in a cloud that is well: what is in use is as described, although something may be left over
   * until it counts as such. The cloud is then as it was before. What is wrong, in words.
   */
  async again(): Promise<readonly string[]> {
    const { ground, situation, recorded } = this;
    ground.cloud.clearFaults();
    const restore = ground.save();
    const { failure } = (await untroubled(ground, this.#stage, situation.step)).conclusion;
    const [is, wanted] = [inUse(ground.world()), inUse(recorded.goal)];
    const wrong = [
      ...(failure === undefined ? [] : [`repeated at once, it fails: ${failure.code} ${failure.message}`]),
      ...(is === wanted ? [] : [`repeated at once, it does not make what is described: ${differences(wanted, is)}`]),
      ...ground.damage(),
      ...this.lost(),
    ];
    restore();
    return wrong;
  }

  /** A run long after it, in a cloud that is well. What is wrong then, in words. */
  async recover(): Promise<readonly string[]> {
    const { ground, situation } = this;
    ground.cloud.clearFaults();
    this.#stage.clock.pass(later);
    const told = await untroubled(ground, this.#stage, situation.step);
    const { failure } = told.conclusion;
    const { issued, revoked } = revocations(told.requests);
    return [
      ...(failure === undefined ? [] : [`the next run fails: ${failure.code} ${failure.message}`]),
      ...(this.isDone
        ? []
        : [
            `after the next run there is not what the file describes: ${differences(this.recorded.goal, ground.world())}`,
          ]),
      ...ground.miscounted(situation),
      ...ground.damage(),
      ...this.lost(),
      ...(issued === revoked ? [] : [`the next run has ${issued} tokens, and revokes ${revoked}`]),
    ];
  }
}

/** Breaches of the rules for every run, but for how long the process took to end: that is the machine's load. */
export function timeless(faults: readonly string[]): readonly string[] {
  return faults.filter((fault) => !/^the process ended \d+ ms after its last line$/.test(fault));
}
