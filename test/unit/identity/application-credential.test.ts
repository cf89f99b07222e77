import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import type { ApplicationCredentialWay } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { failure, json, visible } from '../http/support.ts';
import { calls, cloud, list, project, trying, unauthorized } from './support.ts';

const secret = new Secret('App-Secret_1');
const byId: ApplicationCredentialWay = { way: 'application credential', credential: { id: 'c0ffee' }, secret };
const ofUser = (user: object): ApplicationCredentialWay['credential'] =>
  Object.assign({ name: 'ci', user: { id: '' } }, user);

test.each([
  [byId, { id: 'c0ffee' }],
  [
    { ...byId, credential: ofUser({ user: { id: 'u1' } }) },
    { name: 'ci', user: { id: 'u1' } },
  ],
  [
    { ...byId, credential: ofUser({ user: { name: 'ci-bot', domain: { id: 'd0' } } }) },
    { name: 'ci', user: { name: 'ci-bot', domain: { id: 'd0' } } },
  ],
])('the request for %j has no scope, also when a project is stated', async (way, credential) => {
  const server = await cloud();
  const session = await login(trying(server, { login: { way, project: { name: 'prod' } } }).options);
  expect(session.project.id).toBe(project.id);
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
    auth: {
      identity: {
        methods: ['application_credential'],
        application_credential: { ...credential, secret: 'App-Secret_1' },
      },
    },
  });
  await session.close(1000);
  expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
});

test.each([
  ['openstack', /^The service does not say which .* secret is wrong; the application credential with id c0ffee /],
  ['otc', /^Open Telekom Cloud does not document application credentials/],
] as const)('%s: a refusal is not repeated, and says what it may be', async (dialect, hint) => {
  const server = await cloud({ post: unauthorized });
  const { options, lines } = trying(server, { login: { way: byId }, dialect });
  const error = await failure(login(options));
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', status: 401, hint: expect.stringMatching(hint) });
  expect(server.requests).toHaveLength(1);
  expect(visible(error) + lines.join()).not.toContain('App-Secret_1');
});

test.each(['Could not find Application Credential: c0ffee.', 'Could not find user: nope.'])(
  'Keystone’s 404 %j is a refusal, and no wrong address',
  async (message) => {
    const server = await cloud({ post: json(404, { error: { code: 404, title: 'Not Found', message } }) });
    const error = await failure(login(trying(server, { login: { way: byId } }).options));
    expect(error).toMatchObject({
      code: 'LOGIN_REFUSED',
      hint: expect.stringMatching(/^There is no such application credential, .*application-credential-name/),
    });
  },
);

test('one of another project than stated is refused and revoked: it is not exchanged', async () => {
  const server = await cloud();
  const error = await failure(login(trying(server, { login: { way: byId, project: { name: 'test' } } }).options));
  expect(error).toMatchObject({ code: 'LOGIN_SCOPE', hint: expect.stringContaining('is for one project') });
  expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
});

test('logs in again after a 401', async () => {
  let seen = 0;
  const server = await cloud({
    network: (response, request, n) => {
      seen += 1;
      (seen === 1 ? unauthorized : json(200, {}))(response, request, n);
    },
  });
  const session = await login(trying(server, { login: { way: byId } }).options);
  expect(await session.send(list(session))).toMatchObject({ status: 200 });
  expect(calls(server).filter((call) => call.startsWith('POST'))).toHaveLength(2);
});
