import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { officeFile } from './fixtures/office.ts';
import { agency, keys, noLogin } from './fixtures/ways.ts';
import { identityCalls, writes } from './harness/run.ts';
import { keylessScenario, scenario } from './harness/scenario.ts';
import { expectRevoked, logins } from './harness/tokens.ts';

const [login, end] = ['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens'];

type Stage = Parameters<Parameters<typeof scenario>[2]>[0];

/** Twice: the connection is created in the neighbour's project, and then found there. */
async function applyTwice(
  { cloud, apply }: Stage,
  way: object,
  calls: readonly string[],
  given?: string,
): Promise<void> {
  for (const operation of ['created', 'unchanged']) {
    const run = await apply(officeFile(), { ...agency(cloud), ...way });
    expect(run.outputs['operation']).toBe(operation);
    expect(identityCalls(run.requests)).toEqual(calls);
    expectRevoked(run.requests, given);
    expect(madeIn(cloud, cloud.account.agency.projectId)).toBe(1);
    expect(madeIn(cloud, cloud.account.projectId)).toBe(0);
  }
}

function madeIn(cloud: Cloud, projectId: string): number {
  return cloud.store.all('ipsec_site_connection').filter((one) => one.project_id === projectId).length;
}

describe('an agency', () => {
  scenario('over a password', 'otc', async (stage) => {
    await applyTwice(stage, {}, [login, login, end, end]);
  });

  scenario('over access key and secret key', 'otc', async (stage) => {
    await applyTwice(stage, keys(stage.cloud), ['GET /v3/auth/domains', login, end]);
  });

  scenario('over a token, which stays valid', 'otc', async (stage) => {
    const token = stage.cloud.issueToken();
    await applyTwice(stage, { ...noLogin, token }, ['GET /v3/auth/tokens', login, end], token);
  });

  keylessScenario('over GitHub OIDC', 'otc', async (stage) => {
    await applyTwice(stage, {}, ['POST /v3.0/OS-AUTH/id-token/tokens', login, end, end]);
  });

  scenario('by the id of its account and of its project', 'otc', async (stage) => {
    const { domainId, projectId } = stage.cloud.account.agency;
    const ids = { 'agency-domain-name': undefined, 'agency-domain-id': domainId };
    const project = { 'project-name': undefined, 'project-id': projectId };
    await applyTwice(stage, { ...ids, ...project }, [login, login, end, end]);
  });
});

describe('an agency that is refused: asked for once, nothing written', () => {
  const causes: Record<string, (cloud: Cloud) => readonly [Readonly<Record<string, string>>, RegExp]> = {
    'an unknown agency': () => [{ 'agency-name': 'no-agency' }, /does not exist, or has no agency "no-agency"/],
    'an unknown account': () => [
      { 'agency-domain-name': 'OTC0000000000100000' },
      /"OTC0000000000100000" \(an account\)/,
    ],
    'one for another account': () => [{ 'agency-name': 'private-agency' }, /agency is for another account/],
    'a user without Agent Operator': ({ account }) => [
      { username: account.readerUsername, password: account.readerPassword },
      /grant it Agent Operator, or a policy with iam:agencies:assume/,
    ],
  };
  for (const [name, cause] of Object.entries(causes)) {
    scenario(name, 'otc', async ({ cloud, refused }) => {
      const [changes, words] = cause(cloud);
      const failure = await refused(officeFile(), { ...agency(cloud), ...changes });
      expect(failure.code).toBe('LOGIN_REFUSED');
      expect(failure.message).toMatch(words);
      expect(logins(failure.requests)).toHaveLength(2);
      expect(writes(failure.requests)).toEqual([]);
      expectRevoked(failure.requests);
    });
  }

  scenario('on an OpenStack: before any request', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile(), { 'agency-name': 'a', 'agency-domain-name': 'b' });
    expect(failure.code).toBe('INPUT_INVALID');
    expect(failure.message).toContain('only Open Telekom Cloud has agencies');
    expect(failure.requests).toEqual([]);
  });
});
