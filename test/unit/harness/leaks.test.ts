import { describe, expect, test } from 'vitest';
import { findLeaks } from '../../scenarios/harness/leaks.ts';

const secret = `S3cr&t/"w'rd" (x)`;
const clean = { stdout: '', stderr: '', visible: '', annotations: '', files: {} };

describe('a secret is found', () => {
  test.each([
    ['in clear', secret],
    ['in base64 behind a user name', Buffer.from(`ci:${secret}`).toString('base64')],
    ['in base64 behind a longer user name', Buffer.from(`bot:${secret}`).toString('base64')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ password: secret }).toString()],
    ['in JSON', JSON.stringify({ psk: secret })],
    ['in JSON in JSON', JSON.stringify({ body: JSON.stringify({ psk: secret }) })],
  ])('%s', (_, text) => {
    expect(findLeaks({ ...clean, stdout: `x ${text} y` }, [secret])).toHaveLength(1);
  });

  test.each(['stderr', 'visible', 'annotations'] as const)('in %s', (place) => {
    expect(findLeaks({ ...clean, [place]: secret }, [secret])).toHaveLength(1);
  });

  test('in a file', () => {
    expect(findLeaks({ ...clean, files: { GITHUB_OUTPUT: `psk=${secret}` } }, [secret])).toEqual([
      'the secret S3c… (17 characters) shows in GITHUB_OUTPUT',
    ]);
  });

  test('even though the runner would mask it', () => {
    expect(findLeaks({ ...clean, stdout: `::add-mask::${secret}\n${secret}` }, [secret])).toHaveLength(1);
  });
});

test('the add-mask line itself is allowed', () => {
  const stdout = `::add-mask::${secret}\n::add-mask::${encodeURIComponent(secret)}\nlogged in`;
  expect(findLeaks({ ...clean, stdout }, [secret])).toEqual([]);
});
