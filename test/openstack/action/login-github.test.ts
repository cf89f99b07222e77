/** Logins by GitHub's ID tokens, which a real Apache with mod_auth_openidc verifies in front of a real Keystone. */
import { describe, expect, test } from 'vitest';
import { officeFile } from '../../scenarios/fixtures/office.ts';
import { type ActionRun, calls, writes } from '../../scenarios/harness/run.ts';
import { openstackBy } from '../cli.ts';
import { useJob } from './job.ts';
import { useStage } from './stage.ts';

const stage = useStage('login-github');
const job = useJob(stage);

const exchange = () => {
  const { identityProvider, protocol } = job.federation;
  return `POST /v3/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
};

/** The tokens that the run has obtained, by what it revoked. */
function revoked({ requests }: ActionRun): string[] {
  const deletions = requests.filter(({ method, path }) => method === 'DELETE' && path === '/v3/auth/tokens');
  expect(deletions.map(({ status }) => status)).not.toContain('reset');
  return deletions.map(({ headers }) => headers['x-subject-token'] ?? '');
}

/** That neither the exchanged token nor the one for the project outlives the run. */
async function expectNothingLeft(run: ActionRun, obtained: number): Promise<void> {
  const tokens = revoked(run);
  expect(new Set(tokens).size).toBe(obtained);
  expect(await Promise.all(tokens.map(stage.lives))).not.toContain(true);
}

describe('a job of the repository', () => {
  test('makes its connection without a stored secret, and leaves no token behind', async () => {
    const { github } = job;
    const run = await stage.apply(officeFile(), job.inputs, { github });
    expect(run.outputs['operation']).toBe('created');
    expect(run.idTokenRequests.map(({ audience }) => audience)).toEqual([job.federation.audience]);
    expect(calls(run.requests).slice(0, 3)).toEqual([exchange(), 'GET /v3/auth/projects', 'POST /v3/auth/tokens']);
    await expectNothingLeft(run, 2);
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ project_id: stage.tenant.project.id });
    const again = await stage.apply(officeFile(), job.inputs, { github });
    expect(again.outputs['operation']).toBe('unchanged');
    expect(writes(again.requests)).toEqual([]);
    await expectNothingLeft(again, 2);
  });

  test('needs no audience at the address itself: the default is the one that the web server wants', async () => {
    const inputs = { ...job.inputs, 'auth-url': job.federation.authUrl, audience: undefined };
    const run = await stage.apply(officeFile(), inputs, { github: job.github });
    expect(run.outputs['operation']).toBe('created');
    expect(run.idTokenRequests.map(({ audience }) => audience)).toEqual([job.federation.audience]);
  });

  test.each<[string, () => object]>([
    ['its id', () => ({ 'project-name': undefined, 'project-id': stage.tenant.project.id })],
    ['name and domain', () => ({ 'project-domain-name': stage.tenant.domain.name })],
    ['name and id of the domain', () => ({ 'project-domain-id': stage.tenant.domain.id })],
  ])('with the project by %s: nobody asks for the list', async (_what, project) => {
    const inputs = { ...job.inputs, ...project(), mode: 'plan' };
    const run = await stage.apply(officeFile(), inputs, { github: job.github });
    expect(calls(run.requests).slice(0, 2)).toEqual([exchange(), 'POST /v3/auth/tokens']);
    await expectNothingLeft(run, 2);
  });

  test('is let in by the openstack command too, and finds what the action has made', async () => {
    await stage.apply(officeFile(), job.inputs, { github: job.github });
    const { authUrl, identityProvider, protocol, audience } = job.federation;
    const login = {
      OS_AUTH_TYPE: 'v3oidcaccesstoken',
      OS_AUTH_URL: authUrl,
      OS_IDENTITY_PROVIDER: identityProvider,
      OS_PROTOCOL: protocol,
      OS_ACCESS_TOKEN: job.github.idToken(audience),
      OS_PROJECT_ID: stage.tenant.project.id,
    };
    const shown = ['vpn', 'ipsec', 'site', 'connection', 'show', 'office-bonn', '-f', 'json'];
    expect(await openstackBy(login, stage.stack.region, ...shown)).toMatchObject({ Name: 'office-bonn' });
  });

  test('with tokens that live three seconds, in a run that waits for five: asks GitHub again', async () => {
    await stage.status.mode(stage.tenant.project.id, 'auto', [[5, 'DOWN']]);
    try {
      const inputs = { ...job.inputs, 'auth-url': job.shortLivedUrl };
      const run = await stage.apply(officeFile(), inputs, { github: job.github });
      expect(run.outputs).toMatchObject({ operation: 'created', status: 'DOWN' });
      expect(run.idTokenRequests.length).toBeGreaterThan(1);
      expect(calls(run.requests).filter((call) => call === exchange())).toHaveLength(run.idTokenRequests.length);
    } finally {
      await stage.status.mode(stage.tenant.project.id, 'auto');
    }
  });
});

describe('refused, before anything else is asked:', () => {
  test('a job without permission', async () => {
    const failure = await stage.refused(officeFile(), job.inputs);
    expect(failure.code).toBe('ID_TOKEN');
    expect(failure.message).toContain('id-token: write');
    expect(failure.requests).toEqual([]);
  });

  test('another repository: Keystone’s mapping, with what it was offered', async () => {
    job.github.knobs.claims = { repository: 'mallory/network', sub: 'repo:mallory/network:ref:refs/heads/main' };
    const failure = await stage.refused(officeFile(), job.inputs, { github: job.github });
    expect(failure.code).toBe('LOGIN_REFUSED');
    const { audience, issuer } = job.federation;
    for (const claim of ['repo:mallory/network:ref:refs/heads/main', 'refs/heads/main', audience, issuer]) {
      expect(failure.message).toContain(claim);
    }
    expect(failure.message).toContain('no rule of the mapping');
    expect(calls(failure.requests)).toEqual([exchange()]);
  });

  test('another branch', async () => {
    job.github.knobs.claims = { ref: 'refs/heads/feature' };
    const failure = await stage.refused(officeFile(), job.inputs, { github: job.github });
    expect(failure.message).toContain('refs/heads/feature');
    expect(failure.message).toContain('no rule of the mapping');
    expect(calls(failure.requests)).toEqual([exchange()]);
  });

  test.each<[string, object, () => void]>([
    ['another audience', { audience: 'https://github.com/acme' }, () => undefined],
    ['another key', {}, () => Object.assign(job.github.knobs, { signature: 'rotated' })],
    ['another key under the same id', {}, () => Object.assign(job.github.knobs, { signature: 'wrong' })],
    ['a time that is over', {}, () => Object.assign(job.github.knobs, { time: 'expired' })],
  ])('an ID token with %s: the web server, and Keystone never sees it', async (_what, changes, spoil) => {
    spoil();
    const failure = await stage.refused(officeFile(), { ...job.inputs, ...changes }, { github: job.github });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('web server in front of Keystone does not take the ID token');
    expect(failure.message).toContain(job.federation.run.repository);
    expect(calls(failure.requests)).toEqual([exchange()]);
  });

  test('an identity provider that Keystone does not have', async () => {
    const inputs = { ...job.inputs, 'identity-provider': 'gitlab-ci' };
    const failure = await stage.refused(officeFile(), inputs, { github: job.github });
    expect(failure.code).toBe('LOGIN_REFUSED');
    expect(failure.message).toContain('gitlab-ci');
    expect(failure.requests).toHaveLength(1);
  });
});

describe('let in, but not to the project:', () => {
  test('a job whose user is in no group', async () => {
    job.github.knobs.claims = { ...job.federation.withoutRights };
    const failure = await stage.refused(officeFile(), job.inputs, { github: job.github });
    expect(failure.code).toBe('LOGIN_SCOPE');
    expect(failure.message).toContain(stage.tenant.project.name);
    await expectNothingLeft(failure, 1);
  });

  test.each<[string, object]>([
    ['name', { 'project-name': 'nothing' }],
    ['id', { 'project-name': undefined, 'project-id': 'deadbeefdeadbeefdeadbeefdeadbeef' }],
  ])('a project that is not there, by its %s', async (_what, changes) => {
    const failure = await stage.refused(officeFile(), { ...job.inputs, ...changes }, { github: job.github });
    expect(failure.code).toBe('LOGIN_SCOPE');
    await expectNothingLeft(failure, 1);
    expect(writes(failure.requests)).toEqual([]);
  });
});
