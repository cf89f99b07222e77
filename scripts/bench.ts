/**
 * Measures what the action promises about cost and prints a table: requests, critical path against the ideal number of
 * round trips, start-up, memory, size of dist/. Numbers depend on the machine, so nothing fails here.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, type CloudOptions, startCloud } from '../test/cloud/index.ts';
import { office, officeFile, officesFile, psk } from '../test/scenarios/fixtures/office.ts';
import { root } from '../test/scenarios/harness/manifest.ts';
import { type ActionOptions, type ActionRun, calls, counts, runAction } from '../test/scenarios/harness/run.ts';
import { runProcess } from '../test/scenarios/harness/step-process.ts';

const latencyMs = 30;
const starts = 20;
const many = 50;

function step(cloud: Cloud, file: string, options: Omit<ActionOptions, 'cloud' | 'files'> = {}): Promise<ActionRun> {
  const inputs = { 'connection-file': 'vpn.yml', 'wait-for': 'none', ...options.inputs };
  return runAction({ ...options, cloud, inputs, files: { 'vpn.yml': file } }).then((run) => {
    if (run.exitCode !== 0 || run.faults.length > 0) throw new Error(`${run.log}\n${run.faults.join('\n')}`);
    return run;
  });
}

async function withCloud<T>(options: Omit<CloudOptions, 'dialect'>, body: (cloud: Cloud) => Promise<T>): Promise<T> {
  const cloud = await startCloud({ dialect: 'openstack', ...options });
  try {
    return await body(cloud);
  } finally {
    await cloud.close();
  }
}

const singleInputs = { inputs: { psk } };

function manyOffices(): string {
  return officesFile(
    Array.from({ length: many }, (_, index) => ({
      ...office,
      name: `office-${index}`,
      peer_address: `198.51.100.${index + 1}`,
      peer_ep_group: [`10.80.${index}.0/24`],
      psk: '${PSK}',
    })),
  );
}

const manyInputs = { inputs: { secrets: `PSK=${psk}` } };

interface Measured {
  readonly words: string;
  readonly run: ActionRun;
  /** Round trips that cannot be avoided, one after the other. */
  readonly ideal: number;
}

/** Every situation twice the same way: with simulated latency, so that the path's length shows in its duration. */
function situations(): Promise<Measured[]> {
  return withCloud({ latencyMs }, async (cloud) => [
    // Login, lists, parts, connection, list once more, revocation.
    { words: 'create 1', run: await step(cloud, officeFile(), singleInputs), ideal: 6 },
    // Login, lists, revocation.
    { words: 'unchanged 1', run: await step(cloud, officeFile(), singleInputs), ideal: 3 },
    // Login, lists, new group, connection, old group, revocation.
    {
      words: 'networks changed',
      run: await step(cloud, officeFile({ peer_ep_group: ['10.80.0.0/24', '10.82.0.0/16'] }), singleInputs),
      ideal: 6,
    },
    ...(await withCloud({ latencyMs }, async (other) => [
      { words: `create ${many}`, run: await step(other, manyOffices(), manyInputs), ideal: 6 },
      { words: `unchanged ${many}`, run: await step(other, manyOffices(), manyInputs), ideal: 3 },
    ])),
  ]);
}

/** From the first request's arrival to the last answer, ms. */
function pathMs(run: ActionRun): number {
  const starts = run.requests.map((request) => request.startedAt);
  const ends = run.requests.map((request) => request.endedAt ?? request.startedAt);
  return Math.max(...ends) - Math.min(...starts);
}

function row({ words, run, ideal }: Measured): Record<string, string | number> {
  const path = pathMs(run);
  return {
    situation: words,
    requests: run.requests.length,
    'path, ms': Math.round(path),
    'ideal, ms': ideal * latencyMs,
    'ideal round trips': ideal,
    'path in round trips': Number((path / latencyMs).toFixed(1)),
    'whole run, ms': Math.round(run.durationMs),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function startUp(): Promise<Record<string, string | number>> {
  const empty: number[] = [];
  const first: number[] = [];
  await withCloud({}, async (cloud) => {
    for (let index = 0; index < starts; index += 1) {
      const options = { arguments: ['-e', '0'], env: {}, cwd: root, signals: [], limitMs: 10_000 };
      empty.push((await runProcess(options)).durationMs);
      const run = await step(cloud, officeFile(), { inputs: { ...singleInputs.inputs, mode: 'plan' } });
      first.push((run.requests[0]?.startedAt ?? Number.NaN) - run.startedAt);
    }
  });
  return {
    'node -e 0, ms': Math.round(median(empty)),
    'to the first request, ms': Math.round(median(first)),
    'difference, ms': Math.round(median(first) - median(empty)),
    'allowed, ms': 100,
    'median of': starts,
  };
}

/** Peak resident memory of the action's process, MB. */
async function memory(): Promise<Record<string, string | number>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const report = join(folder, 'rss');
  const code = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`;
  const nodeArguments = ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
  const peak = (): number => Math.round(Number(readFileSync(report, 'utf8')) / 1024);
  try {
    return await withCloud({}, async (cloud) => {
      await step(cloud, manyOffices(), { ...manyInputs, nodeArguments });
      const creating = peak();
      await step(cloud, manyOffices(), { ...manyInputs, nodeArguments });
      return { [`create ${many}, MB`]: creating, [`unchanged ${many}, MB`]: peak(), 'allowed, MB': 150 };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function distSize(): Record<string, string | number> {
  const dist = join(root, 'dist');
  const code = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const bytes = code.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
  const loaded = statSync(join(dist, 'index.js')).size;
  return {
    ...{ 'read at start, bytes': loaded, 'allowed at start, bytes': 2_800_000 },
    ...{ 'read when needed, bytes': bytes - loaded, 'allowed when needed, bytes': 200_000, files: code.length },
  };
}

const measured = await situations();
console.log(`Requests and critical path (${latencyMs} ms simulated latency, wait-for: none)`);
console.table(measured.map(row));
for (const { words, run } of measured) {
  console.log(
    `${words}: ${Object.entries(counts(calls(run.requests)))
      .map(([call, count]) => `${count} × ${call}`)
      .join(', ')}`,
  );
}
console.log('\nStart-up');
console.table([await startUp()]);
console.log('Peak memory');
console.table([await memory()]);
console.log('dist/');
console.table([distSize()]);
