/** What can go wrong with one request. */
import type { Fault } from '../../cloud/index.ts';

/** The faults of the cloud, and a machine that refuses connections. */
export type Effect = Fault['effect'] | { readonly kind: 'refused' };

export interface FaultKind {
  readonly name: string;
  readonly effect: Effect;
}

const html = '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>';
const neutron = (type: string): object => ({ NeutronError: { type, message: `${type}, says the proof.`, detail: '' } });
const keystone = (code: number, message: string): object => ({ error: { code, message, title: 'Refused' } });

function answers(status: number, body: unknown, headers?: Record<string, string>): FaultKind[] {
  const words = status === 502 ? '502 with HTML' : String(status);
  const effect = { kind: 'answer', status, body, ...(headers === undefined ? {} : { headers }) } as const;
  return [
    { name: words, effect },
    { name: `${words}, carried out`, effect: { ...effect, handled: true } },
  ];
}

function refusal(status: number, body: unknown, headers?: Record<string, string>): FaultKind {
  const effect = { kind: 'answer', status, body, ...(headers === undefined ? {} : { headers }) } as const;
  return { name: headers === undefined ? String(status) : `${status} with Retry-After`, effect };
}

export const faultKinds: readonly FaultKind[] = [
  { name: 'connection refused', effect: { kind: 'refused' } },
  { name: 'reset before handling', effect: { kind: 'reset-before' } },
  { name: 'reset after handling', effect: { kind: 'reset-after' } },
  { name: 'answer cut in the middle', effect: { kind: 'cut-body' } },
  { name: 'time-out', effect: { kind: 'hang' } },
  { name: 'time-out, carried out', effect: { kind: 'hang-after' } },
  refusal(401, keystone(401, 'The request you have made requires authentication.')),
  refusal(403, neutron('PolicyNotAuthorized')),
  refusal(404, neutron('ResourceNotFound')),
  refusal(409, neutron('Conflict')),
  refusal(429, '', { 'retry-after': '2' }),
  ...answers(500, neutron('HTTPInternalServerError')),
  ...answers(502, html, { 'content-type': 'text/html' }),
  ...answers(503, ''),
  { name: 'invalid JSON', effect: { kind: 'invalid-json' } },
  { name: '20 MB body', effect: { kind: 'huge', bytes: 20_000_000 } },
];
