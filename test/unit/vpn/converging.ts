/** Convergence with the real HTTP client against the embedded cloud; log, cancellation and time are the test's own. */
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { createHttpClient } from '../../../src/http/client.ts';
import { noProxy } from '../../../src/http/proxy.ts';
import { outputsOf } from '../../../src/runner/output-values.ts';
import { planLines } from '../../../src/runner/story.ts';
import { Secret } from '../../../src/secret.ts';
import { readSpec } from '../../../src/spec/read.ts';
import { type ConvergeOptions, type ConvergePorts, converge } from '../../../src/vpn/converge.ts';
import { dialects } from '../../../src/vpn/dialects.ts';
import { type ConnectionReport, nothingKnown, type Report } from '../../../src/vpn/report.ts';
import { type Cloud, type CloudOptions, type RecordedRequest, startCloud } from '../../cloud/index.ts';
import { psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/calls.ts';
import { type Annotation, Diary, QuickClock } from '../quick.ts';

/** What stops a run: the first signal ends reads and waits, the second writes too. */
export class Signals {
  readonly #reads = new AbortController();
  readonly #writes = new AbortController();
  readonly reads = this.#reads.signal;
  readonly writes = this.#writes.signal;
  readonly #reason = new ActionError('CANCELLED', 'The run was cancelled.', { hint: 'Run it again.' });

  first(): void {
    this.#reads.abort(this.#reason);
  }

  second(): void {
    this.#writes.abort(this.#reason);
  }
}

export interface Converged {
  /** What was told, in order. */
  readonly reports: readonly Report[];
  /** What was told last; an empty report if nothing was. */
  readonly last: Report;
  readonly lines: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly error: ActionError | undefined;
  readonly requests: readonly RecordedRequest[];
  /** `METHOD path` of what changed something. */
  readonly writes: readonly string[];
  connection(name?: string): ConnectionReport;
  /** The outputs of the step after the last report. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Trial {
  readonly options?: Partial<ConvergeOptions>;
  readonly ports?: Partial<ConvergePorts>;
  readonly signals?: Signals;
  /** Undefined: no psk is given. */
  readonly psk?: string | undefined;
  /** Called with each report, before it counts as told. */
  onTell?(report: Report): void;
}

export interface Ground {
  readonly cloud: Cloud;
  readonly clock: QuickClock;
  /** @param file YAML of `vpn.yml`, whose psk is either not stated or `${PSK}` */
  converge(file: string, trial?: Trial): Promise<Converged>;
  /** The same, expecting success. */
  apply(file: string, options?: Partial<ConvergeOptions>): Promise<Converged>;
}

function specsOf(file: string, dialect: CloudOptions['dialect'], key: string | undefined) {
  const byVariable = file.includes('${PSK}');
  const { connections, problems } = readSpec([{ name: 'vpn.yml', text: file }], {
    dialect: dialects[dialect],
    variables: new Map(),
    secrets: new Map(byVariable && key !== undefined ? [['PSK', new Secret(key)]] : []),
    knownSecrets: [],
    undefinedSecrets: 'error',
    ...(byVariable || key === undefined ? {} : { psk: new Secret(key) }),
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return connections;
}

/** A cloud that lives as long as the test, whose time is the run's. */
export async function ground(given: CloudOptions | CloudOptions['dialect']): Promise<Ground> {
  const options: CloudOptions = typeof given === 'string' ? { dialect: given, downAfterMs: 0 } : given;
  const clock = new QuickClock();
  const cloud = await startCloud({ now: () => clock.now(), ...options });
  onTestFinished(() => cloud.close());
  const token = cloud.issueToken();
  const dialect = dialects[options.dialect];

  const run = async (file: string, trial: Trial = {}): Promise<Converged> => {
    const diary = new Diary();
    const cancellation = trial.signals ?? new Signals();
    const shared = { clock, random: () => 0.5, log: diary, cancellation };
    const http = createHttpClient({ ...shared, proxy: noProxy, userAgent: 'ipsec-connection-action/test' });
    const reports: Report[] = [];
    const before = cloud.requests.length;
    const timeoutMs = trial.options?.timeoutMs ?? 600_000;
    const ended = converge(
      specsOf(file, options.dialect, 'psk' in trial ? trial.psk : psk),
      {
        ...{ mode: 'apply', dialect, repository: 'example/network', now: clock.now() },
        ...{ updatePsk: 'auto', allowShared: false, maxImpact: 'interruption', prune: false, rejected: [] },
        ...{ confirmDestroy: [], destroyVpnservice: false },
        project: { id: cloud.account.projectId, name: cloud.account.project },
        networkUrl: new URL(`${cloud.networkUrl}/v2.0`),
        ...{ waitFor: 'settled', statusIntervalMs: 65_000, timeoutMs, deadline: clock.now() + timeoutMs },
        ...trial.options,
      },
      {
        ...shared,
        send: (request) => http.send({ ...request, headers: { ...request.headers, 'x-auth-token': token } }),
        describe: planLines,
        elsewhere: async () => ({ connections: [], unclear: [] }),
        tell(report) {
          trial.onTell?.(report);
          reports.push(report);
        },
        ...trial.ports,
      },
    );
    const thrown: unknown = await ended.then(
      () => undefined,
      (error: unknown) => error,
    );
    await http.close();
    const last = reports.at(-1) ?? nothingKnown;
    const requests = cloud.requests.slice(before);
    return {
      ...{ reports, last, requests, lines: diary.lines, annotations: diary.annotations, writes: writes(requests) },
      error: thrown instanceof ActionError || thrown === undefined ? thrown : unexpected(thrown),
      connection(name = 'office-bonn') {
        const found = last.connections.find((one) => one.name === name);
        if (found === undefined) throw new Error(`nothing was told of ${name}`);
        return found;
      },
      outputs: Object.fromEntries(outputsOf(last)),
    };
  };
  return {
    cloud,
    clock,
    converge: run,
    apply: async (file, more = {}) => {
      const converged = await run(file, { options: more });
      expect(converged.error).toBeUndefined();
      return converged;
    },
  };
}

function unexpected(thrown: unknown): never {
  throw new Error('converge threw what is no ActionError', { cause: thrown });
}

const lists = ['endpoint-groups', 'ikepolicies', 'ipsec-site-connections', 'ipsecpolicies', 'vpnservices'];
/** What is read of a project for a file that names routers and subnets. */
export const wholeLists = [...lists.map((kind) => `GET /v2.0/vpn/${kind}`), 'GET /v2.0/routers', 'GET /v2.0/subnets'];

/** A refusal as Neutron sends it. */
export const refusal = (status: number, message = 'No.') => ({
  kind: 'answer' as const,
  status,
  body: { NeutronError: { type: 'HTTPBadRequest', message, detail: '' } },
});

/** Resolves when a request of this kind has arrived. */
export async function arrival(cloud: Cloud, method: string, path: string): Promise<void> {
  while (!cloud.requests.some((request) => request.method === method && request.path.includes(path))) {
    await setImmediate();
  }
}
