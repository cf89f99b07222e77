/** The step's outputs as a function of the report. Pure. */
import type { ConnectionReport, Report } from '../vpn/report.ts';
import { harmlessJson } from './harmless-json.ts';

/** In the order of action.yml. */
export const outputNames = [
  'connection-id',
  'status',
  'changed',
  'operation',
  'settled',
  'up',
  'status-stale',
  'vpnservice-id',
  'gateway-address',
  'peer-config-file',
  'connections',
  'plan-digest',
  'export-file',
  'export',
  'plan',
] as const;

export type OutputName = (typeof outputNames)[number];

/** GitHub allows 1 MB of outputs for a job; the fields of a plan that is larger than this are left out. */
const longestPlan = 200_000;

type Facts = Readonly<Record<string, string | boolean>>;

/** What is known of a connection, by the names of the outputs. Nothing of the file but the name ever gets in here. */
function connectionFacts(connection: ConnectionReport): Facts {
  const { id, status, operation, settled, up, statusStale, vpnserviceId, gatewayAddress, peerConfigFile } = connection;
  return {
    ...(id === undefined ? {} : { 'connection-id': id }),
    ...(status === undefined ? {} : { status }),
    changed: operation !== 'unchanged',
    operation,
    ...(settled === undefined ? {} : { settled }),
    ...(up === undefined ? {} : { up }),
    ...(statusStale === undefined ? {} : { 'status-stale': statusStale }),
    ...(vpnserviceId === undefined ? {} : { 'vpnservice-id': vpnserviceId }),
    ...(gatewayAddress === undefined ? {} : { 'gateway-address': gatewayAddress }),
    ...(peerConfigFile === undefined ? {} : { 'peer-config-file': peerConfigFile }),
  };
}

/** Format 1: what would be, or was to be, done, in order; the psk only as words. */
export function planJson(report: Report): string {
  const plan = (withFields: boolean): string =>
    harmlessJson({
      format: 1,
      digest: report.digest,
      dialect: report.dialect,
      'project-id': report.project?.id,
      ...(withFields ? {} : { truncated: true }),
      changes: report.changes.map(({ action, kind, name, id, impact, reason, connections, fields }) => ({
        ...{ action, kind, name, id, impact, reason, connections },
        ...(withFields ? { fields } : {}),
      })),
    });
  const whole = plan(true);
  return whole.length <= longestPlan ? whole : plan(false);
}

/** Whether anything is changed, also if it is only a part that no connection uses yet or any more. */
function hasChanges({ mode, connections, changes, progress }: Report): boolean {
  const operations = connections.some(({ operation }) => operation !== 'unchanged');
  return operations || (changes.length > 0 && (mode === 'plan' || progress !== 'planned'));
}

/**
 * Every output that is known by now. With several connections those that speak of one stay unset, and `connections` has
 * the same facts by name.
 */
export function outputsOf(report: Report): ReadonlyMap<OutputName, string> {
  const { exported, digest } = report;
  const values = new Map<OutputName, string>();
  if (exported !== undefined) {
    values.set('export-file', exported.files.join('\n'));
    values.set('export', exported.text);
  }
  const [only, ...others] = report.connections;
  if (only === undefined || report.offline === true) return values;
  if (others.length === 0) {
    const facts = new Map(Object.entries(connectionFacts(only)));
    for (const name of outputNames) {
      const value = facts.get(name);
      if (value !== undefined) values.set(name, String(value));
    }
  }
  const byName = report.connections.map((connection) => [connection.name, connectionFacts(connection)]);
  values.set('changed', String(hasChanges(report)));
  values.set('connections', harmlessJson(Object.fromEntries(byName)));
  if (digest !== undefined) values.set('plan-digest', digest);
  if (report.mode !== 'export') values.set('plan', planJson(report));
  return values;
}
