/** A request with all its tries: limits, waits, cancellation, and a log line for each. */
import type { Dispatcher } from 'undici';
import type { Cancellation, Clock, Log } from '../ports.ts';
import type { Redactor } from '../redact.ts';
import { encodeBody, secretsIn, secretsInHeaders } from './body.ts';
import type { HttpRequest, HttpResponse } from './client.ts';
import { UnreachableError } from './errors.ts';
import { type Exchange, exchange, headerOf, type Wire } from './exchange.ts';
import { type Asked, cancelled, type HintSource, requestIdIn } from './explain.ts';
import { describeFailure } from './failure.ts';
import type { Limits } from './limits.ts';
import { isThisMachine } from './loopback.ts';
import { waitMs } from './retry.ts';
import { judge, type Verdict } from './verdict.ts';

export interface Context {
  readonly dispatcher: Dispatcher;
  readonly limits: Limits;
  readonly clock: Clock;
  random(): number;
  readonly log: Pick<Log, 'debug' | 'info'>;
  readonly cancellation: Cancellation;
  readonly redactor: Redactor;
  readonly hints: HintSource;
  readonly userAgent: string;
}

interface Signals {
  /** Keeps a try from being sent, and ends the wait before it. */
  readonly start: AbortSignal;
  /** Ends a try. */
  readonly run: AbortSignal;
}

/** A request made ready: the same for each of its tries. */
interface Prepared {
  readonly request: HttpRequest;
  readonly wire: Wire;
  readonly asked: Omit<Asked, 'tries'>;
  readonly signals: Signals;
  readonly deadlineMs: number;
  /** Milliseconds since the epoch. */
  readonly end: number;
}

const never = new AbortController().signal;

function signalsFor({ last, critical }: HttpRequest, write: boolean, { reads, writes }: Cancellation): Signals {
  if (last === true) {
    return { start: never, run: never };
  }
  return critical === true ? { start: writes, run: writes } : { start: reads, run: write ? writes : reads };
}

function prepare(request: HttpRequest, context: Context): Prepared {
  const { limits, clock, cancellation, redactor, userAgent } = context;
  const { method, url, what } = request;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname))) {
    const words = `Could not ${what}: ${url.protocol}//${url.host} is not https`;
    throw new UnreachableError('ENDPOINT_REFUSED', words, 'Only https is spoken, and http with this machine itself.');
  }
  const { text: body, secrets } = encodeBody(request.body, request.headers);
  secrets.forEach(redactor.add);
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...request.headers,
  };
  const write = method !== 'GET' && method !== 'HEAD';
  const deadlineMs = request.deadlineMs ?? limits.deadlineMs;
  return {
    request,
    wire: { method, url, headers, body },
    asked: { what, write, url, redact: redactor.redact },
    signals: signalsFor(request, write, cancellation),
    deadlineMs,
    end: clock.now() + deadlineMs,
  };
}

/** What this try sends. */
function authorised({ request, wire }: Prepared, { redactor }: Context): Wire {
  const added = request.authorise?.(wire) ?? {};
  secretsInHeaders(added).forEach(redactor.add);
  return { ...wire, headers: { ...wire.headers, ...added } };
}

function describeEnd(end: Exchange, url: URL): string {
  switch (end.is) {
    case 'answer':
    case 'too long': {
      const requestId = requestIdIn(end.headers);
      return requestId === undefined ? String(end.status) : `${end.status}, request id ${requestId}`;
    }
    case 'failure':
      return describeFailure(end.error, url).words;
    case 'stopped':
      return end.by === 'time' ? 'no answer in time' : 'cancelled';
  }
}

async function tryOnce(context: Context, prepared: Prepared, tries: number, doubt: boolean): Promise<Verdict> {
  const { dispatcher, limits, clock, log, hints } = context;
  const { request, signals, deadlineMs } = prepared;
  const wire = authorised(prepared, context);
  const asked = { ...prepared.asked, tries };
  const started = clock.now();
  const end = await exchange(dispatcher, wire, {
    timeMs: prepared.end - started,
    responseBytes: limits.responseBytes,
    signal: signals.run,
    startSignal: signals.start,
    onHeaders: (headers) => request.onHeader?.((name) => headerOf(headers, name)),
  });
  const now = clock.now();
  const { method, url } = wire;
  log.debug(`${method} ${url.pathname}: ${describeEnd(end, url)}, ${now - started} ms, try ${tries}`);
  return judge(request, end, { asked, doubt, hints, now, deadlineMs });
}

/** Sends a request, again where that is allowed and may help. @throws the errors of errors.ts */
export async function send(context: Context, request: HttpRequest): Promise<HttpResponse> {
  const { limits, clock, log, random } = context;
  const prepared = prepare(request, context);
  const { asked, signals, end } = prepared;
  let doubt = false;
  for (let tries = 1; ; tries += 1) {
    if (signals.start.aborted) {
      throw cancelled(asked, doubt);
    }
    const verdict = await tryOnce(context, prepared, tries, doubt);
    if (verdict.is === 'done') {
      secretsIn(verdict.response.body).forEach(context.redactor.add);
      return verdict.response;
    }
    const wait = waitMs(tries + 1, verdict.retryAfterMs, limits, random);
    if (!verdict.again || tries >= limits.tries || clock.now() + wait >= end) {
      throw verdict.error;
    }
    doubt = verdict.doubt;
    log.info(`Try ${tries + 1} of ${limits.tries} in ${(wait / 1000).toFixed(1)} s: ${asked.what} (${verdict.reason})`);
    try {
      await clock.sleep(wait, signals.start);
    } catch {
      throw cancelled(asked, doubt);
    }
  }
}
