/** Single requests whose answers are attacks: what the client makes of them is told as the end of a run. */
import { asActionError } from '../../../src/errors.ts';
import type { HttpRequest } from '../../../src/http/client.ts';
import { Secret } from '../../../src/secret.ts';
import type { Report } from '../../../src/vpn/report.ts';
import { QuickClock } from '../../unit/quick.ts';
import { change, connection, created } from '../../unit/runner/reports.ts';
import { type RawAnswer, refused } from './answers.ts';
import { answering } from './dispatcher.ts';
import { Forbidden, problemsIn } from './judge.ts';
import { Rig, traced } from './rig.ts';
import { pick, type Random, value, words } from './words.ts';

const token = 'gAAAAABmQx7-1ZkY9Vw3_pR4sT5uV6wX7yZ8aB9cD0eF1gH2iJ3kL4mN5oP6qR7sT8u';
export const secrets = ['Ci-bot_Pass.w0rd', 'Ex4mple-Only_Key.1', 'grün/Ämter+Schlüssel"7', token];
export const forbidden = new Forbidden(secrets);
const never = new AbortController().signal;

export const requests: readonly Omit<HttpRequest, 'url'>[] = [
  {
    ...{ method: 'POST', what: 'log in', repeat: 'never' },
    body: { auth: { identity: { password: { user: { name: 'ci-bot', password: new Secret('Ci-bot_Pass.w0rd') } } } } },
  },
  {
    ...{ method: 'POST', what: 'create the IPsec connection office-bonn', repeat: 'never' },
    ...{
      headers: { 'X-Auth-Token': token },
      body: { ipsec_site_connection: { psk: new Secret('Ex4mple-Only_Key.1') } },
    },
  },
  {
    ...{ method: 'PUT', what: 'update the IPsec connection office-bonn', repeat: 'freely' },
    ...{
      headers: { 'X-Auth-Token': token },
      body: { ipsec_site_connection: { psk: new Secret('grün/Ämter+Schlüssel"7') } },
    },
  },
  { ...{ method: 'GET', what: 'list the IKE policies', repeat: 'freely' }, headers: { 'X-Auth-Token': token } },
  { ...{ method: 'DELETE', what: 'delete the endpoint group', repeat: 'freely' }, headers: { 'X-Auth-Token': token } },
];

/** A run that ends here, and has names and values of the cloud to tell. */
export function reportOf(error: unknown, random: Random): Report {
  const text = (): string => words(random, secrets);
  const failure = asActionError(error);
  return {
    ...created,
    connections: [connection({ peerAddress: text(), gatewayAddress: '203.0.113.17', failure })],
    changes: [
      change({
        name: text(),
        reason: text(),
        fields: [{ field: 'mtu', before: text(), after: text(), impact: 'none' }],
      }),
    ],
    notices: [{ level: 'warning', text: text() }],
    failure,
  };
}

export interface Verdict {
  readonly told: boolean;
  readonly problems: readonly string[];
}

/** One request, answered by an attack as long as it is repeated; a success shows nothing. */
export async function request(random: Random, outputsFile: string): Promise<Verdict> {
  const clock = new QuickClock();
  const rig = new Rig();
  secrets.forEach(rig.mask);
  const healthy: RawAnswer = {
    status: pick([400, 401, 409], random),
    headers: {},
    body: Buffer.from('{}'),
  };
  const dispatcher = answering(() => refused(healthy, { random, secrets }).answer);
  const client = rig.client(dispatcher, { clock, cancellation: { reads: never, writes: never } });
  const failures: unknown[] = [];
  const began = clock.now();
  const traces = await traced(rig, outputsFile, async () => {
    const asked = { ...pick(requests, random), url: new URL('https://iam.eu-nl.otc.t-systems.com/v3/x') };
    const error: unknown = await client.send(asked).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error === undefined) return;
    failures.push(error);
    const report = reportOf(error, random);
    if (random() < 0.2) rig.log.warning(`The server says: ${JSON.stringify(value(random, secrets))}`);
    rig.outputs.report(report);
    rig.conclude(report);
  });
  const isBug = failures.some((error) => asActionError(error).code === 'BUG');
  return {
    told: failures.length > 0,
    problems: [
      ...(isBug ? [`a defect: ${String(failures[0])}`] : []),
      ...(clock.now() - began > 130_000 ? ['it waited too long'] : []),
      ...problemsIn(traces, forbidden),
    ],
  };
}
