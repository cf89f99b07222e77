import { expect, test } from 'vitest';
import { tokenSend } from '../../../src/identity/session.ts';
import type { Tokens } from '../../../src/identity/tokens.ts';
import { client, json, raw, serve } from '../http/support.ts';

test.each([
  [false, [true, false]],
  [true, [false, false]],
])(
  'a critical request (%s) waits for no renewal ahead, nor does the repeat after a 401',
  async (critical, expected) => {
    const server = await serve([raw(401), json(200, {})]);
    const mayWait: boolean[] = [];
    const tokens: Tokens = {
      current: (may) => {
        mayWait.push(may);
        return Promise.resolve('tok');
      },
      accepted: () => undefined,
      renew: () => Promise.resolve(),
      end: () => Promise.resolve(undefined),
    };
    const send = tokenSend(client().http, tokens, [server.url.origin]);
    await send({ method: 'GET', url: server.url, what: 'look', repeat: 'freely', critical });
    expect(mayWait).toEqual(expected);
  },
);
