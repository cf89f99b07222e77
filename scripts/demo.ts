/**
 * Shows the bundled action at work without an account or a network: starts the embedded cloud on loopback and runs
 * dist/index.js on examples/office-bonn.yml three times, as GitHub's runner would. Exit code 0 only if the first run
 * creates the connection, the second writes nothing, and the third adds a network and keeps the connection's id.
 */
import { readFileSync } from 'node:fs';
import { isSeq, parseDocument } from 'yaml';
import { type Cloud, startCloud } from '../test/cloud/index.ts';
import { type ActionRun, calls, counts, runAction, writes } from '../test/scenarios/harness/run.ts';
import { heading, indented, paint, shownLog } from './terminal.ts';

const path = 'examples/office-bonn.yml';
const example = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const newNetwork = '10.82.0.0/16';

async function step(cloud: Cloud, title: string, file: string): Promise<ActionRun> {
  console.log(heading(title));
  const run = await runAction({
    cloud,
    inputs: { 'connection-file': path, psk: 'Demo-Only_Key.1', 'status-interval': '1s' },
    files: { [path]: file },
  });
  console.log(shownLog(run.lines));
  console.log(`\n${paint('bold', 'Outputs')}`);
  for (const [name, value] of Object.entries(run.outputs)) console.log(`  ${name}: ${shortened(value)}`);
  console.log(`\n${paint('bold', 'Summary')} (GitHub shows it formatted on the run's page)`);
  console.log(indented(run.summary));
  console.log(`\n${paint('bold', `Requests: ${run.requests.length}`)}`);
  for (const [call, count] of Object.entries(counts(calls(run.requests)))) console.log(`  ${count} × ${call}`);
  console.log(`\n${paint('dim', `exit code ${run.exitCode}, ${Math.round(run.durationMs)} ms`)}\n`);
  return run;
}

function shortened(value: string): string {
  return value.length > 150 ? `${value.slice(0, 150)}… (${value.length} characters)` : value;
}

/** The example with one more network of the office. */
function withNetwork(text: string): string {
  const document = parseDocument(text);
  const networks = document.getIn(['ipsec_site_connection', 'peer_ep_group']);
  if (!isSeq(networks)) throw new Error(`${path} has no list peer_ep_group`);
  networks.add(newNetwork);
  return document.toString();
}

/** What the demo promises, and whether it came true. */
function verdicts(cloud: Cloud, runs: readonly [ActionRun, ActionRun, ActionRun]): (readonly [string, boolean])[] {
  const [first, second, third] = runs;
  const id = first.outputs['connection-id'] ?? '';
  const connection = cloud.store.get('ipsec_site_connection', id);
  const group = cloud.store.get('endpoint_group', String(connection?.['peer_ep_group_id']));
  return [
    ['no secret showed, nothing on stderr', runs.every((run) => run.faults.length === 0)],
    ['all three runs succeeded', runs.every((run) => run.exitCode === 0)],
    ['the first run created the connection', first.outputs['operation'] === 'created' && connection !== undefined],
    ['the second found nothing to do and wrote nothing', isUnchanged(second)],
    [`the third added ${newNetwork}`, JSON.stringify(group?.['endpoints'] ?? []).includes(newNetwork)],
    [
      '… and the connection kept its id',
      third.outputs['connection-id'] === id && third.outputs['operation'] === 'updated',
    ],
  ];
}

function isUnchanged(run: ActionRun): boolean {
  return run.outputs['operation'] === 'unchanged' && writes(run.requests).length === 0;
}

async function demo(): Promise<void> {
  const cloud = await startCloud({ dialect: 'openstack', downAfterMs: 300 });
  try {
    console.log(`A cloud runs on this machine: ${cloud.authUrl} (project ${cloud.account.project}).`);
    const first = await step(cloud, '1 of 3: nothing exists yet', example);
    const second = await step(cloud, '2 of 3: run again', example);
    const third = await step(cloud, `3 of 3: ${newNetwork} added to peer_ep_group`, withNetwork(example));
    console.log(heading('In short'));
    for (const [words, kept] of verdicts(cloud, [first, second, third])) {
      console.log(`${kept ? paint('green', '✓') : paint('red', '✗')} ${words}`);
      if (!kept) process.exitCode = 1;
    }
    for (const fault of [first, second, third].flatMap((run) => run.faults)) console.log(paint('red', fault));
  } finally {
    await cloud.close();
  }
}

await demo();
