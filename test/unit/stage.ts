/** Runs of `main` inside the test's own process: real client, real embedded cloud, everything else written down. */
import { EventEmitter } from 'node:events';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { ActionError } from '../../src/errors.ts';
import { createHttpClient, type HttpClient, type HttpRequest, type HttpResponse } from '../../src/http/client.ts';
import { noProxy } from '../../src/http/proxy.ts';
import { type Dependencies, main } from '../../src/main.ts';
import type { GeneratedFiles } from '../../src/peer-files.ts';
import { installCancellation, type SignalSource } from '../../src/runner/cancellation.ts';
import type { Workspace } from '../../src/spec/files.ts';
import type { Report } from '../../src/vpn/report.ts';
import { type Cloud, type CloudOptions, type RecordedRequest, startCloud } from '../cloud/index.ts';
import { officeFile, psk } from '../scenarios/fixtures/office.ts';
import { given, noSurroundings } from './given-inputs.ts';
import { type Annotation, Diary, QuickClock } from './quick.ts';

/** Files in memory. */
export function filesOf(texts: Readonly<Record<string, string>>, onRead: (name: string) => void): Workspace {
  return {
    nameOf: (path) => path,
    look: async (name) => (texts[name] === undefined ? 'missing' : 'file'),
    glob: async () => [],
    read: async (name) => {
      onRead(name);
      const text = texts[name];
      if (text === undefined) throw new ActionError('SPEC_FILE', `The file "${name}" does not exist.`);
      return text;
    },
  };
}

/** Files that a run writes, in memory; whatever is there is the action's own. */
export function generatedFilesIn(written: Map<string, string>): GeneratedFiles {
  return {
    nameOf: (path) => path,
    check: async () => {},
    write: async (name, text) => {
      if (written.get(name) === text) return 'unchanged';
      written.set(name, text);
      return 'written';
    },
  };
}

/** What a process gets its signals from. */
class Source extends EventEmitter implements SignalSource {
  exit(code: number): void {
    throw new Error(`exit ${code}`);
  }

  /** Whether anybody still listens. */
  get listened(): boolean {
    return this.eventNames().length > 0;
  }
}

export interface Told {
  /** In order: `mask …`, `read …`, `log …`, `http`, `METHOD path`, `outputs`, `conclude`, `close http`. */
  readonly events: readonly string[];
  readonly lines: readonly string[];
  /** Files that it wrote. */
  readonly written: ReadonlyMap<string, string>;
  readonly annotations: readonly Annotation[];
  /** What outputs were set from, in order. */
  readonly reports: readonly Report[];
  /** What the run was concluded with. */
  readonly conclusion: Report;
  readonly wantsSummary: boolean;
  /** CAs that HTTP clients were made with. */
  readonly authorities: readonly (string | undefined)[];
  /** As given to the client. */
  readonly sent: readonly HttpRequest[];
  readonly requests: readonly RecordedRequest[];
  /** Whether somebody still waits for signals. */
  readonly listening: boolean;
  /** What main was rejected with. */
  readonly rejection: unknown;
}

export interface Setting {
  /** Besides the login and the psk; undefined leaves one out. */
  readonly inputs?: Readonly<Record<string, string | undefined>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Called with each event; may send a signal. */
  onEvent?(event: string, signal: () => void): void;
  /** Changes an answer of the cloud. */
  answer?(request: HttpRequest, response: HttpResponse): HttpResponse;
  readonly replace?: (dependencies: Dependencies) => Partial<Dependencies>;
}

export interface Stage {
  readonly cloud: Cloud;
  readonly clock: QuickClock;
  run(setting?: Setting): Promise<Told>;
}

function loginAt({ authUrl, account }: Cloud): Record<string, string> {
  const { username, password, domain, project } = account;
  return { 'auth-url': authUrl, username, password, 'user-domain-name': domain, 'project-name': project };
}

function defined(inputs: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Writes down when a client is used and closed, and what for. */
function watched(http: HttpClient, note: (event: string) => void, setting: Setting, sent: HttpRequest[]): HttpClient {
  return {
    openEarly: http.openEarly,
    async send(request) {
      sent.push(request);
      note(`${request.method} ${request.url.pathname}`);
      const response = await http.send(request);
      return setting.answer?.(request, response) ?? response;
    },
    async close() {
      await http.close();
      note('close http');
    },
  };
}

/**
 * A cloud that lives as long as the test, whose time is the runs'.
 * @param start makes the cloud
 */
export async function stage(
  options: Partial<CloudOptions> = {},
  start: (options: CloudOptions) => Promise<Cloud> = startCloud,
): Promise<Stage> {
  const clock = new QuickClock();
  const cloud = await start({ dialect: 'openstack', downAfterMs: 0, now: () => clock.now(), ...options });
  onTestFinished(() => cloud.close());

  const run = async (setting: Setting = {}): Promise<Told> => {
    const source = new Source();
    const events: string[] = [];
    const note = (event: string): void => {
      events.push(event);
      setting.onEvent?.(event, () => source.emit('SIGINT'));
    };
    const diary = new Diary((line) => note(`log ${line}`));
    const reports: Report[] = [];
    const conclusions: { report: Report; wantsSummary: boolean }[] = [];
    const written = new Map<string, string>();
    const authorities: (string | undefined)[] = [];
    const sent: HttpRequest[] = [];
    const before = cloud.requests.length;
    const cancellation = installCancellation(systemClock, diary, source);
    const files = setting.files ?? { 'vpn.yml': officeFile() };
    const usual: Dependencies = {
      inputs: given(
        defined({ ...loginAt(cloud), 'connection-file': Object.keys(files).join('\n'), psk, ...setting.inputs }),
      ),
      mask: (secret) => {
        if (secret !== '') note(`mask ${secret}`);
      },
      ...{ log: diary, clock, random: () => 0.5, cancellation, repository: 'example/network' },
      ...noSurroundings,
      idTokens: { url: undefined, token: undefined },
      workspace: filesOf(files, (name) => note(`read ${name}`)),
      generatedFiles: generatedFilesIn(written),
      exportFiles: generatedFilesIn(written),
      holdsSecret: (text) => text.includes(psk),
      http(extraCa) {
        authorities.push(extraCa);
        note('http');
        const shared = { clock, random: () => 0.5, log: diary, cancellation };
        return watched(
          createHttpClient({ ...shared, proxy: noProxy, userAgent: 'ipsec-connection-action/test' }),
          note,
          setting,
          sent,
        );
      },
      outputs(report) {
        reports.push(report);
        note('outputs');
      },
      publish: async () => [],
      async conclude(report, wantsSummary) {
        conclusions.push({ report, wantsSummary });
        note('conclude');
      },
    };
    const rejection: unknown = await main({ ...usual, ...setting.replace?.(usual) }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const [conclusion, ...others] = conclusions;
    if (conclusion === undefined || others.length > 0)
      throw new Error(`${conclusions.length} conclusions`, { cause: rejection });
    return {
      ...{ events, written, lines: diary.lines, annotations: diary.annotations, reports, authorities, sent, rejection },
      ...{ conclusion: conclusion.report, wantsSummary: conclusion.wantsSummary },
      requests: cloud.requests.slice(before),
      listening: source.listened,
    };
  };
  return { cloud, clock, run };
}

/** Tokens that were revoked, against those that were issued. */
export function revocations(requests: readonly RecordedRequest[]): { issued: number; revoked: number } {
  const tokens = requests.filter(({ path }) => path.includes('/auth/tokens'));
  const of = (method: string): number => tokens.filter((request) => request.method === method).length;
  return { issued: of('POST'), revoked: of('DELETE') };
}
