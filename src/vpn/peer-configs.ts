/** The configurations of the gateways at the other ends: checked before the cloud is changed, written once an address is known. */
import { type ActionError, asActionError } from '../errors.ts';
import { Inexpressible, type Peer } from '../peer/peer.ts';
import type { ConnectionSpec } from './desired.ts';
import type { Dialect } from './dialects.ts';
import type { Observed } from './observe.ts';
import { peerRefusal } from './peer-refusal.ts';
import { type PeerView, peerView } from './peer-view.ts';
import { Refusal } from './plan/refusal.ts';
import type { Plan, PlannedConnection } from './plan/steps.ts';
import type { ConnectionReport, Notice } from './report.ts';

export interface PeerFiles {
  /** The whole configuration of one gateway. Throws Inexpressible for what its device cannot be set up with. */
  render(peer: Peer): string;
  /**
   * Writes the file of a connection, unless it has this text already.
   * @returns its path, relative to the workspace
   */
  write(connection: string, text: string): Promise<string>;
}

/** What came of one file. */
export type PeerConfigResult =
  | { readonly peerConfigFile: string }
  | { readonly notice: Notice }
  | { readonly failure: ActionError };

/** Addresses for a first try, where the real one is not known yet (RFC 5737, RFC 3849). */
const examples = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

function versionOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** Configurations of all connections of a plan. */
export class PeerConfigs {
  readonly #views = new Map<string, PeerView>();
  readonly #files: PeerFiles;
  /** Connections whose other end cannot be set up as the cloud will be. */
  readonly refusals: readonly Refusal[];

  constructor(
    specs: readonly ConnectionSpec[],
    { connections }: Plan,
    observed: Observed,
    dialect: Dialect,
    files: PeerFiles,
  ) {
    this.#files = files;
    const specOf = new Map(specs.map((spec) => [spec.name.value, spec]));
    this.refusals = connections.flatMap((planned) => {
      const spec = specOf.get(planned.report.name);
      return spec === undefined ? [] : (this.#check(spec, planned, observed, dialect) ?? []);
    });
  }

  #check(
    spec: ConnectionSpec,
    { outcome, report }: PlannedConnection,
    observed: Observed,
    dialect: Dialect,
  ): Refusal | undefined {
    try {
      const view = peerView(spec.name.value, outcome, observed, dialect.name);
      this.#files.render(view(report.gatewayAddress ?? examples[versionOf(report.peerAddress ?? '')]));
      this.#views.set(spec.name.value, view);
      return undefined;
    } catch (error) {
      if (error instanceof Inexpressible) {
        return peerRefusal(spec, outcome, error);
      }
      const { code, message, hint, at = spec.at } = asActionError(error);
      return new Refusal([spec], code, message, { hint, at, cause: error });
    }
  }

  /** Writes the file of one connection, if the address that its other end dials is known. */
  async write({ name, at, gatewayAddress, peerAddress = '' }: ConnectionReport): Promise<PeerConfigResult> {
    const view = this.#views.get(name);
    if (view === undefined || gatewayAddress === undefined || versionOf(gatewayAddress) !== versionOf(peerAddress)) {
      const text = `No configuration was written for the other end of ${name}: the VPN service has no public IPv${versionOf(peerAddress)} address yet that it could dial. The next run that finds one writes it.`;
      return { notice: { level: 'notice', text, at } };
    }
    try {
      return { peerConfigFile: await this.#files.write(name, this.#files.render(view(gatewayAddress))) };
    } catch (error) {
      return { failure: asActionError(error).on(at) };
    }
  }
}
