import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { startGitHub } from '../cloud/github/index.ts';
import { officeFile } from './fixtures/office.ts';
import { startEcho } from './harness/echo.ts';
import { sentSecrets } from './harness/secrets.ts';
import { stageAt } from './harness/stage.ts';

type Inputs = Readonly<Record<string, string>>;

const secret = (length: number): string => randomBytes(length).toString('base64');
const otc = { cloud: 'otc', 'network-endpoint': 'http://127.0.0.1:9' };
const user = { 'user-id': 'a1b2c3d4', 'project-domain-name': 'acme' };

const ways: Record<string, Inputs> = {
  'password and passcode': { ...user, password: `Pä"${secret(12)}`, passcode: '907215' },
  'application credential': { 'application-credential-id': 'abc', 'application-credential-secret': secret(64) },
  'a token': { token: `gAAAAA${secret(100)}` },
  'access key, secret key and security token': {
    ...{ ...otc, 'access-key': 'ABCDEFGHIJ0123456789', 'secret-key': secret(30), 'security-token': secret(300) },
  },
  'GitHub OIDC on Open Telekom Cloud': { ...otc, 'identity-provider': 'github' },
  'GitHub OIDC on OpenStack': { 'identity-provider': 'github', protocol: 'openid' },
};

describe('a server that repeats what it was sent', () => {
  for (const [name, inputs] of Object.entries(ways)) {
    test(`${name}: no secret shows, and one attempt is made`, async () => {
      const github = await startGitHub();
      for (const status of [400, 401]) {
        const echo = await startEcho(status);
        try {
          const { refused } = stageAt(() => ({ target: echo, github }));
          const failure = await refused(officeFile(), inputs, { debug: true });
          expect(failure.code).toMatch(/^(?:LOGIN_|API_REFUSED)/);
          expect(failure.message).toContain('***');
          expect(echo.requests).toHaveLength(1);
          expect(sentSecrets(echo.requests).length).toBeGreaterThan(0);
        } finally {
          await echo.close();
        }
      }
      await github.close();
    });
  }

  test("in place of GitHub: the token that asks for ID tokens doesn't show", async () => {
    const echo = await startEcho(403);
    try {
      const { refused } = stageAt(() => ({ target: echo }));
      const env = {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${echo.url}/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: `ghs-${randomBytes(40).toString('base64url')}`,
      };
      const failure = await refused(officeFile(), { ...otc, 'identity-provider': 'github' }, { env, debug: true });
      expect(failure.code).toBe('ID_TOKEN');
      expect(echo.requests).toHaveLength(1);
    } finally {
      await echo.close();
    }
  });
});
