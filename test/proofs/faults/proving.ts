/** Runs a situation with a fault at one of its requests, then once more without, and judges both. */
import { createHttpClient, type HttpClient } from '../../../src/http/client.ts';
import { defaultLimits } from '../../../src/http/limits.ts';
import { noProxy } from '../../../src/http/proxy.ts';
import type { Dependencies } from '../../../src/main.ts';
import type { RecordedRequest } from '../../cloud/index.ts';
import { revocations, type Stage, stage, type Told } from '../../unit/stage.ts';
import { differences, type Ground, startGround } from '../ground.ts';
import type { Situation, Step } from '../situations.ts';
import { patternOf, type Target, targetsOf } from '../targets.ts';
import { impatient } from './impatience.ts';
import type { FaultKind } from './kinds.ts';

export interface Case {
  readonly target: Target;
  readonly fault: FaultKind;
  /** Whether that method and path keep failing for the rest of the run. */
  readonly forGood: boolean;
}

/** What a run with a fault has come to. */
export interface Outcome {
  readonly told: Told;
  /** Virtual milliseconds. */
  readonly tookMs: number;
  readonly realMs: number;
  /** Names of connections that were there before, and are not now. */
  readonly lost: readonly string[];
  /** Whether the cloud is as the file wants it. */
  readonly isAsDescribed: boolean;
  readonly damage: readonly string[];
  readonly requests: readonly RecordedRequest[];
}

/** Far beyond the age from which an object that nothing refers to counts as left over. */
const later = 2 * 3_600_000;

export class Proving {
  readonly #ground: Ground;
  readonly #stage: Stage;
  readonly situation: Situation;
  readonly #restore: () => void;
  readonly #idsBefore: Readonly<Record<string, string>>;
  /** The world that the situation must end in. */
  readonly goal: string;
  /** Requests of a run without faults. */
  readonly targets: readonly Target[];

  private constructor(
    ground: Ground,
    made: Stage,
    situation: Situation,
    found: Pick<Proving, 'goal' | 'targets'> & { restore: () => void; idsBefore: Readonly<Record<string, string>> },
  ) {
    this.#ground = ground;
    this.#stage = made;
    this.situation = situation;
    this.#restore = found.restore;
    this.#idsBefore = found.idsBefore;
    this.goal = found.goal;
    this.targets = found.targets;
  }

  static async of(situation: Situation): Promise<Proving> {
    const grounds: Ground[] = [];
    const made = await stage({ dialect: situation.dialect }, async (options) => {
      const ground = await startGround(situation.dialect, options);
      grounds.push(ground);
      return ground.cloud;
    });
    const [ground] = grounds;
    if (ground === undefined) throw new Error('no cloud was started');
    const run = async ({ files, inputs }: Step): Promise<Told> => {
      const told = await made.run({ files, inputs: { ...ground.inputs, ...inputs } });
      if (told.conclusion.failure !== undefined) throw told.conclusion.failure;
      return told;
    };
    if (situation.before !== undefined) await run(situation.before);
    const restore = ground.save();
    const idsBefore = ground.connectionIds();
    const { requests } = await run(situation.step);
    return new Proving(ground, made, situation, {
      ...{ goal: ground.world(), targets: targetsOf(requests), restore, idsBefore },
    });
  }

  #inputs({ inputs }: Step): Step['inputs'] {
    return { ...this.#ground.inputs, ...inputs };
  }

  /** The real client; on a time-out the virtual clock goes on by what it would have taken. */
  #client(
    { clock, log, cancellation }: Dependencies,
    { fault, target, forGood }: Case,
    resume: { at?: () => Promise<void> },
  ): HttpClient {
    const debug = (text: string): void => {
      if (/ in time|stopped in the middle/.test(text)) this.#stage.clock.pass(defaultLimits.headersMs);
    };
    const http = createHttpClient({
      ...{
        clock,
        random: () => 0.5,
        log: { info: (text: string) => log.info(text), debug },
        cancellation,
      },
      ...{ proxy: noProxy, userAgent: 'ipsec-connection-action/test' },
    });
    if (fault.effect.kind !== 'refused') return http;
    const pattern = patternOf(target);
    let seen = 0;
    return {
      ...http,
      send: async (request) => {
        const { pathname, search } = request.url;
        if (request.method === target.method && pattern.test(pathname + search)) {
          seen += 1;
          if ((forGood ? seen >= target.nth : seen === target.nth) && resume.at === undefined) {
            resume.at = await this.#ground.cloud.suspend();
          }
        }
        return await http.send(request);
      },
    };
  }

  /** The run with the fault. */
  async fail(one: Case): Promise<Outcome> {
    const { target, fault, forGood } = one;
    const { cloud } = this.#ground;
    const { clock } = this.#stage;
    this.#restore();
    const started = clock.now();
    const really = performance.now();
    const resume: { at?: () => Promise<void> } = {};
    const back = async (): Promise<void> => {
      await resume.at?.();
      delete resume.at;
    };
    if (fault.effect.kind !== 'refused') {
      const when = forGood ? { from: target.nth, count: Number.POSITIVE_INFINITY } : { nth: target.nth };
      cloud.addFault({ method: target.method, path: patternOf(target), when, effect: fault.effect });
    }
    const { files } = this.situation.step;
    // Whoever refused a connection once takes the next one, which comes after a wait.
    const sleeping = {
      now: () => clock.now(),
      sleep: async (ms: number, signal: AbortSignal): Promise<void> => {
        if (!forGood) await back();
        await clock.sleep(ms, signal);
      },
    };
    const hurry = fault.name.startsWith('time-out') ? impatient(cloud.requests, defaultLimits.headersMs) : () => {};
    const told = await this.#stage.run({
      files,
      inputs: this.#inputs(this.situation.step),
      replace: (usual) => ({
        clock: sleeping,
        http: () => this.#client({ ...usual, clock: sleeping }, one, resume),
      }),
    });
    hurry();
    await back();
    const ids = this.#ground.connectionIds();
    return {
      ...{
        told,
        tookMs: clock.now() - started,
        realMs: performance.now() - really,
        requests: told.requests,
        damage: this.#ground.damage(),
      },
      lost: Object.keys(this.#idsBefore).filter((name) => ids[name] === undefined),
      isAsDescribed: this.#ground.world() === this.goal,
    };
  }

  /** The run after it, in a cloud that is well again. What is wrong then, in words. */
  async recover(): Promise<readonly string[]> {
    const ground = this.#ground;
    ground.cloud.clearFaults();
    this.#stage.clock.pass(later);
    const { files } = this.situation.step;
    const told = await this.#stage.run({ files, inputs: this.#inputs(this.situation.step) });
    const { failure } = told.conclusion;
    const world = ground.world();
    const ids = ground.connectionIds();
    const { issued, revoked } = revocations(told.requests);
    return [
      ...(failure === undefined ? [] : [`the next run fails: ${failure.code} ${failure.message}`]),
      ...(world === this.goal
        ? []
        : [`after the next run there is not what the file describes:\n${differences(this.goal, world)}`]),
      ...ground.miscounted(this.situation),
      ...ground.damage(),
      ...(this.situation.keepsId && JSON.stringify(ids) !== JSON.stringify(this.#idsBefore)
        ? ['the connection is another one']
        : []),
      ...(issued === revoked ? [] : [`${issued} tokens, ${revoked} revoked`]),
    ];
  }
}
