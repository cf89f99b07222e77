/** Two runs of the same step, beside each other in an order that a seed chooses; then one by itself. */
import type { ActionError } from '../../../src/errors.ts';
import { createHttpClient } from '../../../src/http/client.ts';
import { noProxy } from '../../../src/http/proxy.ts';
import { type Stage, stage, type Told } from '../../unit/stage.ts';
import { differences, type Ground, startGround } from '../ground.ts';
import type { Situation, Step } from '../situations.ts';
import { randomFrom } from '../size.ts';
import { Scheduler } from './scheduler.ts';

/** Far beyond the age from which an object that nothing refers to counts as left over. */
const later = 2 * 3_600_000;

const adviceOf = (told: Told): string => {
  const { failure, notices } = told.conclusion;
  return [failure?.message, failure?.hint, ...notices.map(({ text }) => text)].join('\n');
};

export class TwoRuns {
  readonly #ground: Ground;
  readonly #stage: Stage;
  readonly #situation: Situation;
  readonly #restore: () => void;
  readonly #idsBefore: Readonly<Record<string, string>>;
  readonly #goal: string;
  readonly #time: { scheduler?: Scheduler };

  private constructor(
    [ground, made, situation, time]: readonly [Ground, Stage, Situation, { scheduler?: Scheduler }],
    found: { goal: string; restore: () => void; idsBefore: Readonly<Record<string, string>> },
  ) {
    this.#ground = ground;
    this.#stage = made;
    this.#situation = situation;
    this.#time = time;
    this.#restore = found.restore;
    this.#idsBefore = found.idsBefore;
    this.#goal = found.goal;
  }

  static async of(situation: Situation): Promise<TwoRuns> {
    const grounds: Ground[] = [];
    const time: { scheduler?: Scheduler } = {};
    const made = await stage({ dialect: situation.dialect }, async ({ now = Date.now, ...options }) => {
      const ground = await startGround(situation.dialect, { ...options, now: () => time.scheduler?.now ?? now() });
      grounds.push(ground);
      return ground.cloud;
    });
    const [ground] = grounds;
    if (ground === undefined) throw new Error('no cloud was started');
    const run = async ({ files, inputs }: Step): Promise<void> => {
      const { conclusion } = await made.run({ files, inputs: { ...ground.inputs, ...inputs } });
      if (conclusion.failure !== undefined) throw conclusion.failure;
    };
    if (situation.before !== undefined) await run(situation.before);
    const restore = ground.save();
    const idsBefore = ground.connectionIds();
    await run(situation.step);
    return new TwoRuns([ground, made, situation, time], { goal: ground.world(), restore, idsBefore });
  }

  #inputs(): Step['inputs'] {
    return { ...this.#ground.inputs, ...this.#situation.step.inputs };
  }

  #start(name: string, scheduler: Scheduler, seed: number): Promise<Told> {
    const { files } = this.#situation.step;
    const random = randomFrom(seed);
    return this.#stage.run({
      files,
      inputs: this.#inputs(),
      replace: ({ log, cancellation }) => {
        const clock = scheduler.clockOf(name);
        const shared = { clock, random, log, cancellation, proxy: noProxy };
        const userAgent = 'ipsec-connection-action/test';
        return { clock, random, http: () => scheduler.clientOf(name, createHttpClient({ ...shared, userAgent })) };
      },
    });
  }

  /** @returns what is wrong, in words; and whether one of the two gave up */
  async play(seed: number): Promise<{ readonly problems: readonly string[]; readonly gaveUp: boolean }> {
    this.#restore();
    const scheduler = new Scheduler(randomFrom(seed), this.#stage.clock.now());
    this.#time.scheduler = scheduler;
    const both = Promise.all([this.#start('A', scheduler, 2 * seed), this.#start('B', scheduler, 2 * seed + 1)]);
    await scheduler.drive(both);
    const told = await both;
    delete this.#time.scheduler;
    this.#stage.clock.pass(scheduler.now - this.#stage.clock.now());
    const problems = [...told.flatMap((one, at) => this.#problemsOf('AB'.charAt(at), one)), ...this.#together(told)];
    const after = await this.#after();
    const all = [...problems, ...after].map((problem) => `seed ${seed}: ${problem}`);
    return {
      problems: all.length === 0 ? [] : [...all, scheduler.story.join('\n')],
      gaveUp: told.some(({ conclusion }) => conclusion.failure !== undefined),
    };
  }

  /** What one of the two says must be so. */
  #problemsOf(name: string, told: Told): string[] {
    const { failure, connections, notices } = told.conclusion;
    const isDestroy = this.#situation.step.inputs['mode'] === 'destroy';
    const ids = this.#ground.connectionIds();
    const gone = failure !== undefined || isDestroy ? [] : connections.filter((one) => ids[one.name] !== one.id);
    const isAdvised = adviceOf(told).includes('concurrency');
    return [
      ...(told.rejection === undefined ? [] : [`run ${name} itself failed: ${told.rejection}`]),
      ...(failure === undefined || isAdvised
        ? []
        : [`run ${name} does not advise: ${failure.message} ${failure.hint}`]),
      ...gone.map((one) => `run ${name} says that ${one.name} is ${one.id}, and there is ${ids[one.name]}`),
      ...notices.filter(({ text }) => text.includes('could not be')).map(({ text }) => `run ${name}: ${text}`),
    ];
  }

  #together(told: readonly Told[]): string[] {
    const { leaves } = this.#situation;
    const wrong = this.#ground.miscounted(this.#situation);
    const isEveryoneLost = told.every(({ conclusion }) => conclusion.failure !== undefined);
    return [
      ...wrong.filter((words) => words.includes('ipsec_site_connection')),
      ...this.#ground.damage(),
      ...(isEveryoneLost && leaves.ipsec_site_connection > 0 ? ['both runs failed'] : []),
    ];
  }

  /**
   * The one known exception, in about one of 500 orders: on Open Telekom Cloud, where a peer can have one connection only,
   * each run gets another of two connections that share parts. Both are there, once, on parts of two runs, and the next run
   * asks to be allowed a replacement.
   */
  #isSplit(failure: ActionError | undefined): boolean {
    const { name, dialect } = this.#situation;
    return name === 'two connections' && dialect === 'otc' && failure?.code === 'IMPACT';
  }

  async #after(): Promise<readonly string[]> {
    this.#stage.clock.pass(later);
    const { conclusion } = await this.#stage.run({ files: this.#situation.step.files, inputs: this.#inputs() });
    if (this.#isSplit(conclusion.failure)) {
      const counts = this.#ground
        .miscounted(this.#situation)
        .filter((words) => words.includes('ipsec_site_connection'));
      return [...counts, ...this.#ground.damage()];
    }
    const world = this.#ground.world();
    const ids = this.#ground.connectionIds();
    return [
      ...(conclusion.failure === undefined ? [] : [`the next run fails: ${conclusion.failure.message}`]),
      ...(world === this.#goal ? [] : [`not what the file describes:\n${differences(this.#goal, world)}`]),
      ...this.#ground.miscounted(this.#situation),
      ...this.#ground.damage(),
      ...(this.#situation.keepsId && JSON.stringify(ids) !== JSON.stringify(this.#idsBefore)
        ? ['the connection is another one']
        : []),
    ];
  }
}
