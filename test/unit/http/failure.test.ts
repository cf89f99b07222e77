import { expect, test } from 'vitest';
import { ConnectError, describeFailure, TunnelError } from '../../../src/http/failure.ts';

const url = new URL('https://vpc.cloud.test:8443/v2.0/vpn');

function withCode(code: string, cause?: unknown): Error {
  return Object.assign(new Error('psk=geheim', cause === undefined ? {} : { cause }), code === '' ? {} : { code });
}

test.each([
  ['ENOTFOUND', 'the host name vpc.cloud.test:8443 is not known (ENOTFOUND)'],
  ['EAI_AGAIN', 'the name server did not answer for vpc.cloud.test:8443 (EAI_AGAIN)'],
  ['ECONNREFUSED', 'vpc.cloud.test:8443 refused the connection (ECONNREFUSED)'],
  ['ECONNRESET', 'the connection to vpc.cloud.test:8443 was reset (ECONNRESET)'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection to vpc.cloud.test:8443 in time'],
  ['UND_ERR_SOCKET', 'vpc.cloud.test:8443 closed the connection'],
  ['HPE_INVALID_CONSTANT', 'vpc.cloud.test:8443 does not speak HTTP (HPE_INVALID_CONSTANT)'],
  ['EMFILE', 'the connection to vpc.cloud.test:8443 failed (EMFILE)'],
  ['', 'the connection to vpc.cloud.test:8443 failed'],
])('%s', (code, words) => {
  expect(describeFailure(withCode(code), url)).toMatchObject({ code: 'NETWORK', words, lasting: false });
});

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'signed by a CA that is not trusted', true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed', true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'signed by a CA that is not trusted', true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'made out for another name', true],
  ['CERT_REVOKED', 'no secure connection', true],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no secure connection', false],
  ['EPROTO', 'no secure connection', false],
])('%s names the host and both ways to add a CA', (code, words, lasting) => {
  const failure = describeFailure(new ConnectError(withCode(code)), url);
  expect(failure).toMatchObject({ code: 'TLS', lasting });
  expect(failure.words).toContain(words);
  expect(failure.words).toContain('vpc.cloud.test:8443');
  expect(failure.hint).toMatch(/ca-certificate.*NODE_EXTRA_CA_CERTS/);
});

test.each([
  ['CERT_HAS_EXPIRED', 'the certificate of vpc.cloud.test:8443 has expired (CERT_HAS_EXPIRED)'],
  ['CERT_NOT_YET_VALID', 'the certificate of vpc.cloud.test:8443 is not valid yet (CERT_NOT_YET_VALID)'],
])('%s is a matter of renewal or of the clock, not of a CA', (code, words) => {
  const failure = describeFailure(new ConnectError(withCode(code)), url);
  expect(failure).toMatchObject({ code: 'TLS', words, lasting: true });
  expect(failure.hint).toMatch(/renewed.*clock of this runner is wrong.*date -u.*NTP/);
  expect(failure.hint).not.toMatch(/ca-certificate/);
});

test('the code is looked for in causes and in the attempts of several addresses', () => {
  const attempts = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]);
  expect(describeFailure(new ConnectError(attempts), url).words).toContain('ECONNREFUSED');
  expect(describeFailure(withCode('', withCode('', withCode('EPIPE'))), url).words).toContain('EPIPE');
  let deep: unknown = withCode('EPIPE');
  for (let depth = 0; depth < 9; depth += 1) deep = withCode('', deep);
  expect(describeFailure(deep, url).words).toBe('the connection to vpc.cloud.test:8443 failed');
  expect(describeFailure('a text', url).words).toBe('the connection to vpc.cloud.test:8443 failed');
});

test('nothing of the error itself is shown', () => {
  expect(JSON.stringify(describeFailure(withCode('ECONNRESET'), url))).not.toContain('geheim');
});

test.each([
  ['timeout' as const, 'the proxy p.test:3128 did not answer in time', /https_proxy/, false],
  [407, 'refused the way to vpc.cloud.test:8443 (HTTP 407)', /user:password/, true],
  [403, 'refused the way to vpc.cloud.test:8443 (HTTP 403)', /no_proxy/, true],
  [502, 'refused the way to vpc.cloud.test:8443 (HTTP 502)', /no_proxy/, false],
  [withCode('ECONNREFUSED'), 'the proxy p.test:3128 refused the connection', /https_proxy/, false],
  [withCode('CERT_HAS_EXPIRED'), 'the certificate of the proxy p.test:3128 has expired', /clock of this runner/, true],
])('a proxy that fails: %s', (reason, words, hint, lasting) => {
  const failure = describeFailure(new ConnectError(new TunnelError('p.test:3128', reason)), url);
  expect(failure.words).toContain(words);
  expect(failure.hint).toMatch(hint);
  expect(failure.lasting).toBe(lasting);
});
