/** Which faults, if they happen once, a run must get over by itself, as if nothing had been. */
import type { Target } from '../targets.ts';

/** Nothing was carried out, or what was carried out can be seen: by repeating it, or by looking for it. */
const transient = [
  'connection refused',
  'reset before handling',
  'reset after handling',
  'answer cut in the middle',
  'time-out',
  'time-out, carried out',
  '429 with Retry-After',
  '502 with HTML',
  '502 with HTML, carried out',
  '503',
  '503, carried out',
];

/** The answer to a deletion, and to a POST, is not needed: the object is there or it is not. */
const unreadable = ['invalid JSON', '20 MB body'];

/** A run logs in again: a token can end at any time. */
const expired = ['401'];

/** What a login was answered, is what it is told: a password that may have been refused is not sent a second time. */
const login = ['connection refused', '429 with Retry-After', '503', '503, carried out'];

function always(method: string): readonly string[] {
  switch (method) {
    case 'POST':
      return [...transient, ...unreadable, ...expired, '500', '500, carried out'];
    case 'DELETE':
      return [...transient, ...unreadable, ...expired];
    default:
      return [...transient, ...expired];
  }
}

/** Whether a run must succeed, and make the cloud as described, although this went wrong once. */
export function isSurvived({ method, path }: Target, fault: string): boolean {
  if (path.includes('/auth/tokens')) {
    return method === 'DELETE' || login.includes(fault);
  }
  if (path.includes('/quotas')) return true;
  // Tags are set as they are to be, so setting them twice is setting them once; nobody looks for them.
  if (path.includes('/tags/')) return [...transient, ...expired, ...unreadable].includes(fault);
  return always(method).includes(fault);
}
