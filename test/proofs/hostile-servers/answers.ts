/** Answers of a server that is hostile, broken, or somebody else's. */
import { canary, echo, pick, type Random, value, words } from './words.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An attack on one answer: what it was, for a report, and what came of it. */
export interface Attack {
  readonly words: string;
  readonly answer: RawAnswer;
}

export interface Means {
  readonly random: Random;
  /** What was sent to the server, which it may repeat. */
  readonly secrets: readonly string[];
}

interface Spot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function isHolder(node: unknown): node is Record<string, unknown> | unknown[] {
  return typeof node === 'object' && node !== null;
}

/** Every place in a JSON value that holds another. */
function spotsOf(node: unknown): readonly Spot[] {
  if (!isHolder(node)) return [];
  return Object.entries(node).flatMap(([key, inner]) => [{ holder: node, key }, ...spotsOf(inner)]);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}

function jsonAnswer({ status, headers }: RawAnswer, body: unknown): RawAnswer {
  return { status, headers, body: Buffer.from(JSON.stringify(body) ?? '', 'utf8') };
}

/** Some places of the healthy answer hold something else; only texts keep their type. */
function changed(answer: RawAnswer, { random, secrets }: Means, onlyTexts: boolean): Attack {
  const body = parsed(answer.body);
  const spots = spotsOf(body).filter(({ holder, key }) => !onlyTexts || typeof Reflect.get(holder, key) === 'string');
  if (spots.length === 0) return refused(answer, { random, secrets });
  const chosen = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(spots, random));
  for (const { holder, key } of chosen) {
    Reflect.set(holder, key, onlyTexts ? words(random, secrets) : value(random, secrets));
  }
  return { words: `${chosen.map(({ key }) => key).join(', ')} changed`, answer: jsonAnswer(answer, body) };
}

/** Keys are gone, doubled or new. */
function rekeyed(answer: RawAnswer, { random, secrets }: Means): Attack {
  const body = parsed(answer.body);
  const holders = [body, ...spotsOf(body).map(({ holder, key }) => Reflect.get(holder, key))].filter(isHolder);
  if (holders.length === 0) return refused(answer, { random, secrets });
  const holder = pick(holders, random);
  const keys = Object.keys(holder);
  const kind = random();
  if (Array.isArray(holder)) {
    holder.push(...(random() < 0.5 ? [value(random, secrets)] : structuredClone(holder)));
  } else if (kind < 0.5 && keys.length > 0) {
    delete holder[pick(keys, random)];
  } else {
    const name = pick(['__proto__', 'constructor', 'toString', 'next', canary, words(random, secrets)], random);
    Object.defineProperty(holder, name, { value: value(random, secrets), enumerable: true, configurable: true });
  }
  return { words: 'keys changed', answer: jsonAnswer(answer, body) };
}

const statuses = [
  ...[200, 201, 202, 204, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401, 402, 403, 404, 405, 406],
  ...[408, 409, 410, 412, 413, 418, 422, 423, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 511],
  ...[520, 599, 600, 799, 999],
];

/** The envelopes in which the services refuse, and some that they should not use. */
function envelope({ random, secrets }: Means): unknown {
  const text = (): string => words(random, secrets);
  const any = (): unknown => (random() < 0.8 ? text() : value(random, secrets));
  return pick(
    [
      () => ({ error: { code: any(), title: any(), message: any(), identity: any() } }),
      () => ({ NeutronError: { type: any(), message: any(), detail: any() } }),
      () => ({ NeutronError: any() }),
      () => ({ error_code: any(), error_msg: any(), request_id: any() }),
      () => ({ code: any(), message: any(), requestId: any() }),
      () => ({ error: any(), error_description: any() }),
      () => ({ badRequest: { code: 400, message: any() } }),
      () => ({ [text()]: { message: any() } }),
      () => ({ message: any(), documentation_url: any(), errors: [any(), { message: any(), code: any() }] }),
      () => [any(), any()],
      any,
    ],
    random,
  )();
}

const shapes: readonly ((means: Means) => Buffer)[] = [
  ({ random, secrets }) =>
    Buffer.from(`<html><head><title>${words(random, secrets)}</title></head><body><h1>${words(random, secrets)}</h1>`),
  ({ random, secrets }) => Buffer.from(words(random, secrets)),
  ({ random, secrets }) => Buffer.from(words(random, secrets), 'utf16le'),
  ({ random }) => Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256))),
  ({ random, secrets }) =>
    Buffer.from(JSON.stringify({ error: { message: echo(pick(secrets, random), random) } }).slice(0, -3)),
  ({ random }) => Buffer.from('['.repeat(pick([10, 5000, 60_000], random))),
  ({ random }) => Buffer.from('{"a":'.repeat(pick([10, 5000], random))),
  () => Buffer.alloc(0),
  ({ random, secrets }) => Buffer.from(`\ufeff${JSON.stringify({ error: { message: words(random, secrets) } })}`),
  () => Buffer.from(`<!DOCTYPE x [<!ENTITY a "${canary.repeat(1000)}">]><x>${'&a;'.repeat(1000)}</x>`),
  ({ random, secrets }) => Buffer.from(`"${words(random, secrets)}`),
  () => Buffer.from('{"error":{"message":"a","message":"b"},"error":1}'),
  () => Buffer.from(`{"error":{"code":1e999,"message":${'9'.repeat(4000)}}}`),
];

/** An answer of another kind: a refusal, a redirect, a page, noise. */
export function refused(answer: RawAnswer, means: Means): Attack {
  const { random } = means;
  const status = random() < 0.3 ? answer.status : pick(statuses, random);
  const isShaped = random() < 0.4;
  const body = isShaped ? pick(shapes, random)(means) : Buffer.from(JSON.stringify(envelope(means)) ?? 'undefined');
  return { words: `answered ${status}`, answer: { status, headers: headersOf(answer, means), body } };
}

const attackedHeaders = [
  ...['x-openstack-request-id', 'x-request-id', 'www-authenticate', 'location', 'retry-after', 'date', 'link'],
  ...['x-subject-token', 'content-type', 'set-cookie', 'server', 'via', 'warning', 'x-auth-token', '__proto__'],
  ...['constructor', 'content-encoding', 'refresh', 'openstack-auth-receipt', 'x-iam-trace-id'],
];

/** What a parser of HTTP lets through: no line breaks, no NUL, and bytes for characters. */
function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/[\r\n\0]/g, ' '), 'utf8')
    .toString('latin1')
    .slice(0, 3000)
    .trim();
}

function headerValue(name: string, { random, secrets }: Means): string {
  const text = words(random, secrets);
  if (name === 'www-authenticate')
    return `Bearer realm="${text}", error="${pick(['invalid_token', text], random)}", error_description="${text}"`;
  if (name === 'retry-after')
    return pick(['0', '-1', '999999999999', '1e9', 'Fri, 31 Dec 9999 23:59:59 GMT', text], random);
  if (name === 'date') return pick(['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', text], random);
  if (name === 'link') return `<${text}>; rel="next"`;
  return text;
}

function headersOf(answer: RawAnswer, means: Means): Readonly<Record<string, string>> {
  const { random } = means;
  const chosen = Array.from({ length: Math.floor(random() * 4) }, () => pick(attackedHeaders, random));
  return Object.fromEntries([
    ...Object.entries(answer.headers),
    ...chosen.map((name) => [name, headerText(headerValue(name, means))] as const),
  ]);
}

function withHeaders(answer: RawAnswer, means: Means): Attack {
  return { words: 'headers changed', answer: { ...answer, headers: headersOf(answer, means) } };
}

/** What becomes of a healthy answer. */
export function attacked(answer: RawAnswer, means: Means): Attack {
  const kind = means.random();
  if (kind < 0.35) return changed(answer, means, true);
  if (kind < 0.55) return changed(answer, means, false);
  if (kind < 0.65) return rekeyed(answer, means);
  if (kind < 0.75) return withHeaders(answer, means);
  return refused(answer, means);
}
