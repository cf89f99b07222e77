/** Raw answers of an API, of GitHub, and of a proxy, read by the real clients from real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asActionError } from '../../../src/errors.ts';
import { createPublisher } from '../../../src/github/publish.ts';
import { createHttpClient } from '../../../src/http/client.ts';
import { noProxy, type ProxySettings, resolveProxy } from '../../../src/http/proxy.ts';
import { Secret } from '../../../src/secret.ts';
import { vpnHint } from '../../../src/vpn/hints.ts';
import { QuickClock } from '../../unit/quick.ts';
import { created } from '../../unit/runner/reports.ts';
import { casesOf, randomFrom, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { problemsIn } from './judge.ts';
import { type RawServer, rawServer } from './raw.ts';
import { forbidden, reportOf, requests, secrets } from './requests.ts';
import { Rig, traced } from './rig.ts';
import { pick, type Random } from './words.ts';

/** Shown at most: one cause has many cases. */
const shown = 12;
const never = new AbortController().signal;
const cancellation = { reads: never, writes: never };

type Telling = (rig: Rig, random: Random) => Promise<void>;

/** One request through the real client, and its failure told as the end of a run. */
function asking(origin: string, proxy: ProxySettings): Telling {
  return async (rig, random) => {
    const clock = new QuickClock();
    const { log, redactor } = rig;
    const client = createHttpClient({
      ...{ clock, random: () => 0.5, log, cancellation, redactor, proxy, hints: vpnHint, userAgent: 'test/1' },
      limits: { headersMs: 1500, bodyMs: 1500, connectMs: 1500, tries: 2 },
    });
    const url = new URL('/v3/x', origin);
    const error: unknown = await client.send({ ...pick(requests, random), url }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await client.close();
    const failure = error === undefined ? undefined : asActionError(error);
    expect(failure?.code).not.toBe('BUG');
    const report = failure === undefined ? created : reportOf(failure, random);
    rig.outputs.report(report);
    rig.conclude(report);
  };
}

const sha = '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c';
const head = { sha, repo: { id: 74 } };
const payload = { number: 12, pull_request: { number: 12, head, base: { repo: { id: 74 } } } };

/** A plan for the pull request; what GitHub refuses is a warning. */
function posting(apiUrl: string): Telling {
  return async (rig) => {
    const publish = createPublisher({
      ...{ apiUrl, repository: 'example/network', serverUrl: 'https://github.com', runId: '1', runAttempt: '1' },
      ...{ userAgent: 'test/1', event: { name: 'pull_request', ref: 'refs/pull/12/merge', sha, payload } },
      ...{ clock: new QuickClock(), cancellation, log: rig.log, redact: rig.mask.redact },
    });
    const token = new Secret(String(secrets.at(-1)));
    const notices = await publish(created, { comment: true, driftIssue: false, key: 'vpn.yml', token });
    for (const { level, text } of notices) rig.log[level](text);
    rig.conclude({ ...created, notices });
  };
}

async function prove(count: number, server: RawServer, tell: Telling): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const found: string[] = [];
  for (let nth = 0; nth < count && found.length < shown; nth += 1) {
    const random = randomFrom(seed + nth);
    server.speak(random, secrets);
    const rig = new Rig();
    secrets.forEach(rig.mask);
    const started = performance.now();
    const traces = await traced(rig, join(folder, 'output'), () => tell(rig, random));
    const tookMs = performance.now() - started;
    const problems = [...problemsIn(traces, forbidden), ...(tookMs > 10_000 ? [`it took ${tookMs} ms`] : [])];
    found.push(...problems.map((problem) => `seed ${seed + nth}: ${problem}`));
  }
  expect(found.slice(0, shown)).toEqual([]);
  tally('hostile servers', count);
}

test('an API', async () => {
  const server = await rawServer();
  await prove(casesOf(1000, 20_000), server, asking(`http://127.0.0.1:${server.port}`, noProxy));
});

test('GitHub', async () => {
  const server = await rawServer();
  await prove(casesOf(400, 8000), server, posting(`http://127.0.0.1:${server.port}`));
});

test('a proxy', async () => {
  const server = await rawServer();
  const proxy = resolveProxy({
    https_proxy: `http://user:${encodeURIComponent(String(secrets[0]))}@127.0.0.1:${server.port}`,
  });
  await prove(casesOf(400, 8000), server, asking('https://iam.eu-nl.otc.t-systems.com', proxy));
});
