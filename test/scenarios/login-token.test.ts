import { describe, expect } from 'vitest';
import { officeFile, ours } from './fixtures/office.ts';
import { noLogin } from './fixtures/ways.ts';
import { identityCalls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';
import { expectRevoked } from './harness/tokens.ts';

const [read, login, end] = ['GET /v3/auth/tokens', 'POST /v3/auth/tokens', 'DELETE /v3/auth/tokens'];

for (const dialect of ['otc', 'openstack'] as const) {
  describe(`a given token: ${dialect}`, () => {
    scenario('of the project is used as it is', dialect, async ({ cloud, apply }) => {
      const token = cloud.issueToken();
      for (const operation of ['created', 'unchanged']) {
        const run = await apply(officeFile(), { ...noLogin, token });
        expect(run.outputs['operation']).toBe(operation);
        expect(identityCalls(run.requests)).toEqual([read]);
        expectRevoked(run.requests, token);
      }
    });

    for (const name of ['of another project', 'of no project']) {
      scenario(`${name} is exchanged, and stays valid`, dialect, async ({ cloud, apply }) => {
        const { account } = cloud;
        const token = cloud.issueToken({ project: name === 'of no project' ? null : account.secondProjectId });
        const project = { 'project-name': undefined, 'project-id': account.projectId };
        for (const operation of ['created', 'unchanged']) {
          const run = await apply(officeFile(), { ...noLogin, ...project, token });
          expect(run.outputs['operation']).toBe(operation);
          expect(identityCalls(run.requests)).toEqual([read, login, end]);
          expectRevoked(run.requests, token);
        }
        expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(1);
      });
    }

    scenario('of no project finds the project by its name', dialect, async ({ cloud, apply }) => {
      const token = cloud.issueToken({ project: null });
      const run = await apply(officeFile(), { ...noLogin, token });
      expect(identityCalls(run.requests)).toEqual([read, 'GET /v3/auth/projects', login, end]);
      expectRevoked(run.requests, token);
    });

    scenario('without a role in the project: fails, and stays valid', dialect, async ({ cloud, apply, refused }) => {
      const token = cloud.issueToken();
      const { project, secondProject, otherProject, otherProjectId } = cloud.account;
      const byName = await refused(officeFile(), { ...noLogin, token, 'project-name': otherProject });
      expect(byName.code).toBe('LOGIN_SCOPE');
      expect(byName.message).toContain(`no role in a project "${otherProject}"; it has one in: "${project}"`);
      expect(byName.message).toContain(`"${secondProject}"`);
      const id = { 'project-name': undefined, 'project-id': otherProjectId };
      const byId = await refused(officeFile(), { ...noLogin, token, ...id });
      expect(byId.code).toBe('LOGIN_SCOPE');
      expect(byId.message).toContain('does not exist, or the login has no role in it');
      for (const { requests } of [byName, byId]) {
        expect(writes(requests)).toEqual([]);
        expectRevoked(requests, token);
      }
      await apply(officeFile(), { ...noLogin, token });
    });
  });
}
