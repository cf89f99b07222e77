import { once } from 'node:events';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type Authority, type Credentials, makeAuthority } from '../../scenarios/harness/certificates.ts';

async function status(credentials: Credentials, authority: Authority, servername?: string): Promise<number | string> {
  const server = createServer(credentials, (_request, response) => response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      get(
        { port, host: '127.0.0.1', ca: authority.cert, agent: false, ...(servername ? { servername } : {}) },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      ).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    server.close();
  }
}

test('TLS accepts a certificate of the authority, by address and by name, and no other', async () => {
  const authority = makeAuthority();
  const credentials = authority.issue(['iam.example.test', '127.0.0.1']);
  expect(await status(credentials, authority)).toBe(200);
  expect(await status(credentials, authority, 'iam.example.test')).toBe(200);
  expect(await status(credentials, authority, 'other.example.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await status(credentials, makeAuthority('Another CA'))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const past = { from: new Date('2020-01-01'), to: new Date('2020-02-01') };
  expect(await status(authority.issue(['127.0.0.1'], past), authority)).toBe('CERT_HAS_EXPIRED');
});
