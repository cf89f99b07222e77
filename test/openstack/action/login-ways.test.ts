import { describe, expect, test } from 'vitest';
import { officeFile } from '../../scenarios/fixtures/office.ts';
import { type ActionRun, calls, writes } from '../../scenarios/harness/run.ts';
import { type CarefulUser, makeApplicationCredential, makeCarefulUser, userIdOf } from '../users.ts';
import { nobody, useStage } from './stage.ts';

const stage = useStage('login-ways');

/** What the run said to log in. */
function loginBody({ requests }: ActionRun): unknown {
  const [first] = requests;
  expect(`${first?.method} ${first?.path}`).toBe('POST /v3/auth/tokens');
  return first?.body;
}

/** One token was obtained, and Keystone does not take it any more. */
async function expectNothingLeft({ requests }: ActionRun): Promise<void> {
  const last = requests.at(-1);
  expect(calls(requests).filter((call) => call === 'DELETE /v3/auth/tokens')).toHaveLength(1);
  expect(`${last?.method} ${last?.path} ${last?.status}`).toBe('DELETE /v3/auth/tokens 204');
  expect(await stage.lives(last?.headers['x-subject-token'] ?? '')).toBe(false);
}

describe('an application credential', () => {
  test('by its id: no scope is asked for, and the connection is in the project of the credential', async () => {
    const { id, secret } = await makeApplicationCredential(stage.tenant.member);
    const inputs = { ...nobody, 'application-credential-id': id, 'application-credential-secret': secret };
    const run = await stage.apply(officeFile(), inputs);
    expect(run.outputs['operation']).toBe('created');
    expect(loginBody(run)).not.toHaveProperty('auth.scope');
    await expectNothingLeft(run);
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ project_id: stage.tenant.project.id });
    const again = await stage.apply(officeFile(), inputs);
    expect(again.outputs['operation']).toBe('unchanged');
    expect(writes(again.requests)).toEqual([]);
  });

  test.each<[string, () => object | Promise<object>]>([
    [
      'the name of its user',
      () => ({ username: stage.tenant.member.username, 'user-domain-name': stage.tenant.domain.name }),
    ],
    [
      'its user and the id of the domain',
      () => ({ username: stage.tenant.member.username, 'user-domain-id': stage.tenant.domain.id }),
    ],
    ['the id of its user', async () => ({ 'user-id': await userIdOf(stage.tenant.member) })],
  ])('by its name and %s; the project is a check', async (_what, user) => {
    const { name, secret } = await makeApplicationCredential(stage.tenant.member);
    const credential = { 'application-credential-name': name, 'application-credential-secret': secret };
    const inputs = { ...nobody, ...credential, ...(await user()), 'project-name': stage.tenant.project.name };
    const run = await stage.apply(officeFile(), { ...inputs, mode: 'plan' });
    expect(run.outputs['operation']).toBe('created');
    await expectNothingLeft(run);
  });

  test('of another project than that of the inputs', async () => {
    const { id, secret } = await makeApplicationCredential(stage.tenant.member);
    const credential = { 'application-credential-id': id, 'application-credential-secret': secret };
    const inputs = { ...nobody, ...credential, 'project-name': stage.tenant.otherProject.name };
    const failure = await stage.refused(officeFile(), inputs);
    expect(failure.code).toBe('LOGIN_SCOPE');
    await expectNothingLeft(failure);
  });

  test.each<[string, string, (own: { id: string; secret: string }) => { id: string; secret: string }]>([
    ['a wrong secret', 'the secret is wrong', ({ id }) => ({ id, secret: 'not-the-Secret' })],
    ['an id that does not exist', 'no such', ({ secret }) => ({ id: 'deadbeefdeadbeefdeadbeefdeadbeef', secret })],
  ])('%s: tried once', async (_what, cause, spoil) => {
    const { id, secret } = spoil(await makeApplicationCredential(stage.tenant.member));
    const inputs = { ...nobody, 'application-credential-id': id, 'application-credential-secret': secret };
    const failure = await stage.refused(officeFile(), inputs);
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain(id);
    expect(failure.message).toContain(cause);
    expect(calls(failure.requests)).toEqual(['POST /v3/auth/tokens']);
  });

  test('with access rules for no more than the action calls: creates, changes, and sees what is there', async () => {
    const path = '/v2.0/vpn/**';
    const { id, secret } = await makeApplicationCredential(stage.tenant.member, {
      rules: [
        ...['GET', 'POST', 'PUT', 'DELETE'].map((method) => ({ service: 'network', method, path })),
        ...['/v2.0/routers', '/v2.0/subnets'].map((path) => ({ service: 'network', method: 'GET', path })),
      ],
    });
    const inputs = { ...nobody, 'application-credential-id': id, 'application-credential-secret': secret };
    expect((await stage.apply(officeFile(), inputs)).outputs['operation']).toBe('created');
    const changed = await stage.apply(officeFile({ peer_address: '198.51.100.21' }), inputs);
    expect(changed.outputs['operation']).toBe('updated');
    // Keystone looks for the token as one without rules, and says that there is none: nobody can revoke it.
    const last = changed.requests.at(-1);
    expect(`${last?.method} ${last?.path} ${last?.status}`).toBe('DELETE /v3/auth/tokens 404');
    expect(await stage.lives(last?.headers['x-subject-token'] ?? '')).toBe(true);
  });

  test('in the variables of the openstack command, without any input', async () => {
    const { id, secret } = await makeApplicationCredential(stage.tenant.member);
    const env = {
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_AUTH_URL: stage.stack.authUrl,
      OS_APPLICATION_CREDENTIAL_ID: id,
      OS_APPLICATION_CREDENTIAL_SECRET: secret,
    };
    const inputs = { ...nobody, 'auth-url': undefined, 'network-endpoint': undefined };
    const run = await stage.apply(officeFile(), inputs, { env });
    expect(run.outputs['operation']).toBe('created');
  });

  test('in a clouds.yaml beside the workspace', async () => {
    const { id, secret } = await makeApplicationCredential(stage.tenant.member);
    const clouds = [
      'clouds:',
      '  lab:',
      '    auth_type: v3applicationcredential',
      '    auth:',
      `      auth_url: ${stage.stack.authUrl}`,
      `      application_credential_id: ${id}`,
      `      application_credential_secret: ${secret}`,
      '',
    ].join('\n');
    const inputs = {
      ...{ ...nobody, 'auth-url': undefined, 'network-endpoint': undefined },
      ...{ 'clouds-file': '${{ runner.temp }}/clouds.yaml', 'cloud-name': 'lab' },
    };
    const run = await stage.apply(officeFile(), inputs, { files: { '../temp/clouds.yaml': clouds } });
    expect(run.outputs['operation']).toBe('created');
  });
});

describe('a password', () => {
  test.each<[string, () => object]>([
    ['the domain by its id', () => ({ 'user-domain-name': undefined, 'user-domain-id': stage.tenant.domain.id })],
    [
      'all domains by id',
      () => ({
        'user-domain-name': undefined,
        'user-domain-id': stage.tenant.domain.id,
        'project-domain-id': stage.tenant.domain.id,
      }),
    ],
  ])('with %s', async (_what, changes) => {
    const run = await stage.apply(officeFile(), { ...changes, mode: 'plan' });
    expect(run.outputs['operation']).toBe('created');
    await expectNothingLeft(run);
  });

  test('with the id of the user, who has no domain then', async () => {
    const { member, project } = stage.tenant;
    const user = { ...nobody, 'user-id': await userIdOf(member), password: member.password };
    const run = await stage.apply(officeFile(), { ...user, 'project-id': project.id });
    expect(run.outputs['operation']).toBe('created');
    await expectNothingLeft(run);
    const wrong = await stage.refused(officeFile(), {
      ...user,
      password: 'not-the-Passw0rd',
      'project-id': project.id,
    });
    expect(wrong.code).toBe('LOGIN_REFUSED');
    expect(calls(wrong.requests)).toEqual(['POST /v3/auth/tokens']);
  });
});

describe('a password and a passcode', () => {
  const inputsOf = ({ username, password, id }: CarefulUser, by: 'id' | 'name') => ({
    ...nobody,
    ...(by === 'id' ? { 'user-id': id } : { username, 'user-domain-name': stage.tenant.domain.name }),
    ...{ password, 'project-id': stage.tenant.project.id },
  });

  test.each(['id', 'name'] as const)('with the user by %s', async (by) => {
    const user = await makeCarefulUser(stage.stack, stage.tenant);
    const run = await stage.apply(officeFile(), { ...inputsOf(user, by), passcode: user.passcode() });
    expect(run.outputs['operation']).toBe('created');
    await expectNothingLeft(run);
  });

  test('a wrong passcode is tried once', async () => {
    const user = await makeCarefulUser(stage.stack, stage.tenant);
    const failure = await stage.refused(officeFile(), { ...inputsOf(user, 'id'), passcode: user.passcode(100) });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('passcode');
    expect(calls(failure.requests)).toEqual(['POST /v3/auth/tokens']);
  });

  test('no passcode: told that this user needs one', async () => {
    const user = await makeCarefulUser(stage.stack, stage.tenant);
    const failure = await stage.refused(officeFile(), inputsOf(user, 'name'));
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('passcode');
    expect(calls(failure.requests)).toEqual(['POST /v3/auth/tokens']);
  });

  test('its token ends while the connection is waited for: the passcode is not sent again', async () => {
    const user = await makeCarefulUser(stage.stack, stage.tenant);
    await stage.status.mode(stage.tenant.project.id, 'manual');
    try {
      const inputs = { ...inputsOf(user, 'id'), passcode: user.passcode(), 'auth-url': stage.shortLivedUrl };
      const failure = await stage.refused(officeFile(), inputs);
      expect(failure.code).toBe('LOGIN_TOKEN');
      expect(failure.message).toContain('passcode');
      expect(calls(failure.requests).filter((call) => call === 'POST /v3/auth/tokens')).toHaveLength(1);
    } finally {
      await stage.status.mode(stage.tenant.project.id, 'auto');
    }
  });
});
