/** What carrying out a plan needs, and what it learns on the way. */
import { ActionError, type Place } from '../../errors.ts';
import type { Cancellation, Clock, Log } from '../../ports.ts';
import type { CallOptions, VpnApi } from '../api.ts';
import type { Connection, VpnObject } from '../objects.ts';
import type { References, Step, Target } from '../plan/steps.ts';
import type { Notice } from '../report.ts';

export interface ApplyPorts {
  readonly api: VpnApi;
  readonly clock: Clock;
  /** From 0 (inclusive) to 1. */
  random(): number;
  readonly log: Log;
  readonly cancellation: Cancellation;
  /** When the run's timeout ends, milliseconds since the epoch. */
  readonly deadline: number;
}

/** How calls for a step are named, and where its values stand in the file. */
export function callOptions({ name, at, lines }: Step): CallOptions {
  return { name, ...(at === undefined ? {} : { at }), ...(lines === undefined ? {} : { lines }) };
}

export class Run {
  readonly ports: ApplyPorts;
  /** Objects that existed before, or that this run made: never the answer to "did my POST arrive?". */
  readonly known: Set<string>;
  /** By the key of the step that made them. */
  readonly made = new Map<string, VpnObject>();
  /** Connections whose psk the cloud answered differently than it was sent. */
  readonly pskNotEchoed = new Set<string>();
  /** Names of connections that were deleted to be replaced. */
  readonly deleted = new Set<string>();
  /** New objects that this run made, in order. */
  readonly created: VpnObject[] = [];
  /** Whether it goes on with something that another run made in its place. */
  hasGivenWay = false;
  /** Ids of what another run made: it is not this run's to delete. */
  readonly adopted = new Set<string>();
  readonly notices: Notice[] = [];

  constructor(ports: ApplyPorts, known: Iterable<string>) {
    this.ports = ports;
    this.known = new Set(known);
  }

  /** The id behind a target. Steps run after what makes their targets, so it is there. */
  idOf(target: Target): string {
    return 'id' in target ? target.id : (this.made.get(target.made)?.id ?? '');
  }

  /** The connection that a step made or wrote. */
  connection(key: string): Connection | undefined {
    const made = this.made.get(key);
    return made?.kind === 'ipsec_site_connection' ? made : undefined;
  }

  /** `<part>_id` for each reference. */
  bodyOf(refs: References): Record<string, string> {
    return Object.fromEntries(Object.entries(refs).map(([part, target]) => [`${part}_id`, this.idOf(target)]));
  }

  /** The run's time is over. */
  late(at?: Place): ActionError {
    return new ActionError('TIMEOUT', 'The time that the input timeout gives was over before everything was done.', {
      hint: 'Run again: it goes on where this run ended. If it happens often, raise timeout.',
    }).on(at);
  }

  remember(key: string, object: VpnObject): void {
    this.made.set(key, object);
    this.known.add(object.id);
  }
}
