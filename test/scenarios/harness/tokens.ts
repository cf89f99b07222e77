import { expect } from 'vitest';
import type { RecordedRequest } from '../../cloud/index.ts';

const exchanges = [
  /^\/v3\/auth\/tokens$/,
  /^\/v3\.0\/OS-AUTH\/id-token\/tokens$/,
  /^\/v3\/OS-FEDERATION\/identity_providers\/[^/]+\/protocols\/[^/]+\/auth$/,
];

/** Requests that asked for a token. */
export function logins(requests: readonly RecordedRequest[]): RecordedRequest[] {
  return requests.filter(({ method, path }) => method === 'POST' && exchanges.some((form) => form.test(path)));
}

/** Tokens that were revoked with success; each with itself, so that no other has to be valid still. */
function revoked(requests: readonly RecordedRequest[]): string[] {
  const calls = requests.filter(
    ({ method, path, status }) => method === 'DELETE' && path === '/v3/auth/tokens' && status === 204,
  );
  return calls.map(({ headers }) => {
    expect(headers['x-auth-token'] === headers['x-subject-token']).toBe(true);
    return headers['x-subject-token'] ?? '';
  });
}

/** Expects that each token that the run obtained was revoked once, and a given one never. */
export function expectRevoked(requests: readonly RecordedRequest[], given?: string): void {
  const gone = revoked(requests);
  expect(gone).toHaveLength(logins(requests).filter(({ status }) => status === 201).length);
  expect(new Set(gone).size).toBe(gone.length);
  const used = requests.flatMap(({ headers }) => headers['x-auth-token'] ?? []);
  expect(used.filter((token) => token !== given && !gone.includes(token))).toEqual([]);
  expect(given !== undefined && gone.includes(given)).toBe(false);
}
