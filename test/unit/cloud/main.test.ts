import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../cloud/main.ts', import.meta.url));

test('from the command line: prints what to log in with, serves, and ends on SIGINT', async () => {
  const child = spawn(process.execPath, [MAIN, '--dialect', 'otc', '--quiet']);
  const [output] = await once(child.stdout, 'data');
  const lines = String(output).split('\n');
  const setting = (name: string) =>
    lines
      .find((line) => line.startsWith(`export ${name}=`))
      ?.split(/=(.*)/)[1]
      ?.replaceAll("'", '');
  const domain = { name: setting('OS_USER_DOMAIN_NAME') };
  const user = { name: setting('OS_USERNAME'), password: setting('OS_PASSWORD'), domain };
  const identity = { methods: ['password'], password: { user } };
  const scope = { project: { name: setting('OS_PROJECT_NAME'), domain } };
  const body = JSON.stringify({ auth: { identity, scope } });
  const reply = await fetch(`${setting('OS_AUTH_URL')}/auth/tokens`, { method: 'POST', body });
  expect(reply.status).toBe(201);
  expect((await exchange(setting)).status).toBe(201);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

/** Logs in as a job of GitHub's. */
async function exchange(setting: (name: string) => string | undefined): Promise<Response> {
  const cloud = String(setting('OS_AUTH_URL')).replace('/v3', '');
  const url = `${setting('ACTIONS_ID_TOKEN_REQUEST_URL')}&audience=${encodeURIComponent(cloud)}`;
  const authorization = `bearer ${setting('ACTIONS_ID_TOKEN_REQUEST_TOKEN')}`;
  const { value } = Object(await (await fetch(url, { headers: { authorization } })).json());
  const body = JSON.stringify({ auth: { id_token: { id: value } } });
  const headers = { 'x-idp-id': 'github-ci' };
  return await fetch(`${cloud}/v3.0/OS-AUTH/id-token/tokens`, { method: 'POST', body, headers });
}

test.each([
  [['--dialect', 'x'], 'no dialect x'],
  [['--port', 'x'], '--port needs a whole number'],
  [['--what'], "Unknown option '--what'"],
])('a wrong command line, %j, shows the usage', async (args, expected) => {
  const child = spawn(process.execPath, [MAIN, ...args]);
  let text = '';
  child.stderr.on('data', (data) => {
    text += String(data);
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(text).toContain(expected);
  expect(text).toContain('--dialect openstack|otc');
});
