/** The configurations of the gateways at the other ends: checked before the cloud is changed, written once an address is known. */
import { type ActionError, asActionError } from '../errors.ts';
import { Inexpressible, type Peer } from '../peer/peer.ts';
import type { ConnectionSpec } from './desired.ts';
import type { Dialect } from './dialects.ts';
import type { Observed } from './observe.ts';
import { type PeerView, peerView, refusal } from './peer-view.ts';
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
export type Written =
  | { readonly peerConfigFile: string }
  | { readonly notice: Notice }
  | { readonly failure: ActionError };

/** An address for a first try, where the real one is not known yet (RFC 5737, RFC 3849). */
function example(peerAddress: string): string {
  return peerAddress.includes(':') ? '2001:db8::1' : '192.0.2.1';
}

export class PeerConfigs {
  readonly #views = new Map<string, PeerView>();
  readonly #files: PeerFiles;
  /** Connections whose other end cannot be set up as the cloud will be. */
  readonly refusals: ActionError[] = [];

  constructor(
    specs: readonly ConnectionSpec[],
    { connections }: Plan,
    observed: Observed,
    dialect: Dialect,
    files: PeerFiles,
  ) {
    this.#files = files;
    const planned = new Map(connections.map((one) => [one.report.name, one]));
    for (const spec of specs) {
      const found = planned.get(spec.name.value);
      if (found !== undefined) {
        this.#check(spec, found, observed, dialect);
      }
    }
  }

  #check(spec: ConnectionSpec, { outcome, report }: PlannedConnection, observed: Observed, dialect: Dialect): void {
    const view = peerView(spec, outcome, observed, dialect.name);
    try {
      this.#files.render(view(report.gatewayAddress ?? example(report.peerAddress ?? '')));
      this.#views.set(report.name, view);
    } catch (error) {
      if (!(error instanceof Inexpressible)) {
        throw error;
      }
      this.refusals.push(refusal({ spec, outcome }, error));
    }
  }

  /** Writes the file of one connection, if the address that its other end dials is known. */
  async write({ name, at, gatewayAddress }: ConnectionReport): Promise<Written> {
    const view = this.#views.get(name);
    if (view === undefined || gatewayAddress === undefined) {
      const text = `No configuration was written for the other end of ${name}: the public address of the cloud's gateway is not known before its VPN service exists and has one.`;
      return { notice: { level: 'notice', text, at } };
    }
    try {
      return { peerConfigFile: await this.#files.write(name, this.#files.render(view(gatewayAddress))) };
    } catch (error) {
      return { failure: asActionError(error) };
    }
  }
}
