import { describe, expect, test } from 'vitest';
import { officeFile } from '../../scenarios/fixtures/office.ts';
import { makeAuthority } from '../../scenarios/harness/certificates.ts';
import { calls, writes } from '../../scenarios/harness/run.ts';
import { ask, logIn } from '../rest.ts';
import { tokenFor } from '../users.ts';
import { loginInputs, nobody, useStage } from './stage.ts';

const stage = useStage('login');

function inDomain(): Record<string, string> {
  const { project, domain } = stage.tenant;
  return { 'project-name': project.name, 'project-domain-name': domain.name };
}

/** Everything of a login but the address, which is the recorder's. */
function as(who: 'reader' | 'administrator' | 'other'): Record<string, string | undefined> {
  const { 'auth-url': _address, ...inputs } = loginInputs(stage.tenant[who]);
  return inputs;
}

describe('user and password', () => {
  test('a wrong password is tried once, and nothing else is asked', async () => {
    const { member } = stage.tenant;
    const failure = await stage.refused(officeFile(), { password: 'not-the-Passw0rd' });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(calls(failure.requests)).toEqual(['POST /v3/auth/tokens']);
    for (const text of ['401', 'password', member.username, member.domain, member.project]) {
      expect(failure.message).toContain(text);
    }
    // The user is not locked out by it.
    expect((await stage.apply(officeFile(), { mode: 'plan' })).outputs['operation']).toBe('created');
  });

  test.each(['username', 'user-domain-name', 'project-name'])('a %s that does not exist: tried once', async (input) => {
    const failure = await stage.refused(officeFile(), { [input]: 'no-such-thing' });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('no-such-thing');
    expect(calls(failure.requests)).toEqual(['POST /v3/auth/tokens']);
  });

  test('a user who has no role in the project: tried once', async () => {
    const { project } = stage.tenant;
    const failure = await stage.refused(officeFile(), { ...as('other'), 'project-name': project.name });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain(project.name);
    expect(calls(failure.requests)).toEqual(['POST /v3/auth/tokens']);
  });

  test('the project by its id, the address without /v3 and with a slash', async () => {
    const inputs = { 'project-name': undefined, 'project-id': stage.tenant.project.id };
    const run = await stage.apply(officeFile(), { ...inputs, mode: 'plan' });
    expect(run.requests[0]?.body).toMatchObject({ auth: { scope: { project: { id: stage.tenant.project.id } } } });
    const address = `${stage.stack.authUrl.replace(/\/v3$/, '')}/`;
    const other = await stage.apply(officeFile(), { ...stage.plainInputs, 'auth-url': address, mode: 'plan' });
    expect(other.outputs['operation']).toBe('created');
  });

  test('the token of the run is revoked at its end, also of one that fails, and dead at Keystone then', async () => {
    const failure = await stage.refused(officeFile({ vpnservice: 'no-such-service' }));
    const last = failure.requests.at(-1);
    expect(`${last?.method} ${last?.path} ${last?.status}`).toBe('DELETE /v3/auth/tokens 204');
    const token = last?.headers['x-subject-token'] ?? '';
    const answer = await ask(`${stage.stack.authUrl}/projects`, 'GET', token);
    expect(answer.status).toBe(401);
  });

  test('a region that the catalogue does not have: the error lists those that it has', async () => {
    const inputs = { ...stage.plainInputs, region: 'eu-xx' };
    const failure = await stage.refused(officeFile(), inputs);
    expect(failure.code).toBe('CATALOGUE');
    expect(failure.message).toContain(stage.stack.region);
  });
});

test('by https with a certificate of a private authority: refused without ca-certificate, else as ever', async () => {
  const authority = makeAuthority();
  const { identityUrl, networkUrl, close } = await stage.secured(authority.issue(['127.0.0.1']));
  try {
    const inputs = { 'auth-url': identityUrl, 'network-endpoint': networkUrl };
    const failure = await stage.refused(officeFile(), inputs);
    expect(failure.code).toBe('TLS');
    expect(failure.requests).toEqual([]);
    const run = await stage.apply(officeFile(), { ...inputs, 'ca-certificate': authority.cert });
    expect(run.outputs['operation']).toBe('created');
    const fromFile = { ...inputs, 'ca-certificate': 'ca.pem' };
    const again = await stage.apply(officeFile(), fromFile, { files: { 'ca.pem': authority.cert } });
    expect(writes(again.requests)).toEqual([]);
  } finally {
    await close();
  }
});

describe('what a user may do', () => {
  test('a reader sees that nothing is to be done', async () => {
    await stage.apply(officeFile());
    const run = await stage.apply(officeFile(), as('reader'));
    expect(run.outputs['operation']).toBe('unchanged');
    expect(writes(run.requests)).toEqual([]);
  });

  test('a reader’s plan writes nothing', async () => {
    const run = await stage.apply(officeFile(), { ...as('reader'), mode: 'plan' });
    expect(run.outputs['operation']).toBe('created');
    // A plan is best made so: no word of what the role may not do.
    expect(run.log).not.toContain('no role in this project');
    expect(writes(run.requests)).toEqual([]);
  });

  test('an administrator’s lists show all projects, the run touches only its own', async () => {
    const { other, otherProject } = stage.tenant;
    const theirs = { api: stage.apiOf(await logIn(other)) };
    const foreign = await theirs.api.create('/vpn/ikepolicies', 'ikepolicy', {
      name: 'office-bonn-ike',
      pfs: 'group2',
    });
    expect(foreign['project_id']).toBe(otherProject.id);
    try {
      const run = await stage.apply(officeFile(), as('administrator'));
      expect(run.outputs['operation']).toBe('created');
      expect(await stage.sole('ikepolicies')).toMatchObject({ name: 'office-bonn-ike', pfs: 'group14' });
      const again = await stage.apply(officeFile(), as('administrator'));
      expect(writes(again.requests)).toEqual([]);
      expect((await stage.apply(officeFile())).outputs['operation']).toBe('unchanged');
      expect(await theirs.api.get(`/vpn/ikepolicies/${foreign['id']}`)).toEqual(foreign);
    } finally {
      await theirs.api.delete(`/vpn/ikepolicies/${foreign['id']}`);
    }
  });

  test('a user of another project does not find this one’s router', async () => {
    const failure = await stage.refused(officeFile(), as('other'));
    expect(failure.message).toContain('vpc-prod');
    expect(writes(failure.requests)).toEqual([]);
    const byId = officeFile({ vpnservice: { router_id: stage.tenant.router.id } });
    const second = await stage.refused(byId, as('other'));
    expect(writes(second.requests).filter((call) => !call.startsWith('POST'))).toEqual([]);
    expect(await stage.all('vpnservices')).toEqual([]);
  });
});

describe('a given token', () => {
  test('is used and lives on', async () => {
    const token = await logIn(stage.tenant.member);
    const run = await stage.apply(officeFile(), { ...nobody, token });
    expect(run.outputs['operation']).toBe('created');
    expect(calls(run.requests)[0]).toBe('GET /v3/auth/tokens');
    expect(calls(run.requests)).not.toContain('POST /v3/auth/tokens');
    expect(calls(run.requests)).not.toContain('DELETE /v3/auth/tokens');
    expect((await stage.apply(officeFile(), { ...nobody, token })).outputs['operation']).toBe('unchanged');
  });

  test('revoked before its first use: an error at once, Neutron is not asked', async () => {
    const token = await logIn(stage.tenant.member);
    const revoked = await fetch(`${stage.stack.authUrl}/auth/tokens`, {
      method: 'DELETE',
      headers: { 'x-auth-token': token, 'x-subject-token': token },
    });
    expect(revoked.status).toBe(204);
    const failure = await stage.refused(officeFile(), { ...nobody, token });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(failure.message).toMatch(/revoked/);
    expect(calls(failure.requests)).toEqual(['GET /v3/auth/tokens']);
  });

  test('revoked after Neutron has seen it, so that Neutron would still take it: an error all the same', async () => {
    const token = await logIn(stage.tenant.member);
    const network = `${stage.stack.networkUrl}/v2.0/vpn/ikepolicies`;
    expect((await ask(network, 'GET', token)).status).toBe(200);
    await fetch(`${stage.stack.authUrl}/auth/tokens`, {
      method: 'DELETE',
      headers: { 'x-auth-token': token, 'x-subject-token': token },
    });
    expect((await ask(network, 'GET', token)).status).toBe(200);
    const failure = await stage.refused(officeFile(), { ...nobody, token });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(calls(failure.requests)).toEqual(['GET /v3/auth/tokens']);
  });

  test('that no one ever issued', async () => {
    const token = `gAAAAAB${'x'.repeat(170)}`;
    const failure = await stage.refused(officeFile(), { ...nobody, token });
    expect(failure.code).toBe('LOGIN_TOKEN');
    expect(calls(failure.requests)).toEqual(['GET /v3/auth/tokens']);
  });

  test('for no project, and none in the inputs: Neutron would show it empty lists, so the run stops', async () => {
    const token = await logIn(stage.tenant.member, 'unscoped');
    const failure = await stage.refused(officeFile(), { ...nobody, token });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(calls(failure.requests)).toEqual(['GET /v3/auth/tokens']);
  });

  test.each<[string, string | undefined, () => object]>([
    ['another project', 'otherProject', () => ({ 'project-name': stage.tenant.project.name })],
    ['another project', 'otherProject', () => ({ 'project-id': stage.tenant.project.id })],
    ['no project', undefined, () => inDomain()],
  ])('for %s: exchanged for one of the inputs’ project, which is revoked', async (_what, own, project) => {
    const { member, otherProject } = stage.tenant;
    const token =
      own === undefined ? await logIn(member, 'unscoped') : await logIn({ ...member, project: otherProject.name });
    const run = await stage.apply(officeFile(), { ...nobody, token, ...project() });
    expect(run.outputs['operation']).toBe('created');
    const exchanges = run.requests.filter(({ method, path }) => `${method} ${path}` === 'POST /v3/auth/tokens');
    expect(exchanges.map(({ body }) => body)).toMatchObject([{ auth: { identity: { methods: ['token'] } } }]);
    const revoked = run.requests.filter(({ method, path }) => `${method} ${path}` === 'DELETE /v3/auth/tokens');
    expect(revoked.map(({ status }) => status)).toEqual([204]);
    expect(await stage.lives(revoked[0]?.headers['x-subject-token'] ?? '')).toBe(false);
    expect(await stage.lives(token)).toBe(true);
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ project_id: stage.tenant.project.id });
  });

  test('for another project than that of the inputs, where its user has no role', async () => {
    const { other, project } = stage.tenant;
    const token = await logIn(other);
    const failure = await stage.refused(officeFile(), { ...nobody, token, 'project-id': project.id });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(calls(failure.requests)).toEqual(['GET /v3/auth/tokens', 'POST /v3/auth/tokens']);
    expect(await stage.lives(token)).toBe(true);
  });

  test('that expires while the connection is waited for: the failure says what to do, and what is known', async () => {
    await stage.status.mode(stage.tenant.project.id, 'manual');
    try {
      const { durationMs } = await stage.apply(officeFile(), { 'wait-for': 'none' });
      const { id } = await stage.sole('ipsec-site-connections');
      // Enough for this machine to see the connection, whatever else it has to do.
      const token = await tokenFor(stage.tenant.member, 2000 + 2 * durationMs);
      const failure = await stage.refused(officeFile(), { ...nobody, token });
      expect(failure.code).toBe('LOGIN_TOKEN');
      expect(failure.message).toMatch(/get a new one/);
      expect(failure.outputs).toMatchObject({ 'connection-id': id, status: 'PENDING_CREATE', settled: 'false' });
    } finally {
      await stage.status.mode(stage.tenant.project.id, 'auto');
    }
  });
});

test('tokens that live three seconds, of a run that waits for nine: logs in again and again, and goes on', async () => {
  await stage.status.mode(stage.tenant.project.id, 'auto', [[9, 'DOWN']]);
  try {
    const inputs = { ...stage.plainInputs, 'auth-url': stage.shortLivedUrl, 'network-endpoint': stage.networkUrl };
    const run = await stage.apply(officeFile(), inputs);
    expect(run.outputs).toMatchObject({ operation: 'created', status: 'DOWN' });
    expect(calls(run.requests).filter((call) => call === 'POST /v3/auth/tokens').length).toBeGreaterThan(2);
  } finally {
    await stage.status.mode(stage.tenant.project.id, 'auto');
  }
});
