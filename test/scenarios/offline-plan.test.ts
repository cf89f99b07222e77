/** A plan that cannot log in, or has nothing to log in with: the files alone are checked, and it says so. */
import { describe, expect } from 'vitest';
import { onPullRequest } from './fixtures/github.ts';
import { office, officeFile, officesFile } from './fixtures/office.ts';
import { noIdentity, noLogin } from './fixtures/ways.ts';
import { asFailure, scenario } from './harness/scenario.ts';

/** What a run has left when GitHub withholds its secrets. */
const emptied = { mode: 'plan', password: '', secrets: 'OFFICE_PSK=' };
const file = officeFile({ psk: '${OFFICE_PSK}' });
const mainz = { name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] };

describe.each(['otc', 'openstack'] as const)('a pull request from a fork (%s)', (dialect) => {
  scenario('with files that are valid succeeds, and the cloud is not asked', dialect, async ({ run }) => {
    const { files, env } = onPullRequest(true);
    const result = await run({ env, files: { 'vpn.yml': file, ...files }, inputs: emptied });
    expect(result.exitCode, result.log).toBe(0);
    expect([result.requests, result.idTokenRequests, result.jobOutputs]).toEqual([[], [], {}]);
    expect(result.log).toMatch(/The secret "OFFICE_PSK" is not known to this run, so the psk was not checked/);
    expect(result.log).toMatch(/office-bonn: valid\nThe cloud was not asked \(mode: plan\)\.$/);
    expect(result.summary).toContain('## Plan: IPsec connection `office-bonn`: valid');
    expect(result.summary).toContain('**The cloud was not asked:**');
    expect(result.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  scenario('with a file that is wrong fails at its line', dialect, async ({ run }) => {
    const { files, env } = onPullRequest(true);
    const texts = { 'a.yml': file, 'b.yml': officeFile({ ...mainz, psk: '${MAINZ_PSK}', mtu: 'wide' }) };
    const inputs = { ...emptied, 'connection-file': '*.yml' };
    const failure = asFailure(await run({ env, files: { ...texts, ...files }, inputs }));
    expect(failure).toMatchObject({ code: 'SPEC_INVALID', place: expect.stringMatching(/^b\.yml:\d+$/), requests: [] });
    expect(failure.log).toMatch(/office-bonn: valid\noffice-mainz: failed\nThe cloud was not asked/);
    expect(failure.summary).toContain('**The cloud was not asked:**');
    expect(failure.jobOutputs).toEqual({});
  });
});

describe('a run that Dependabot started', () => {
  const path = '../temp/event.json';
  const event = {
    files: { [path]: JSON.stringify({ ref: 'refs/heads/dependabot/a', sender: { login: 'dependabot[bot]' } }) },
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: '${{ runner.temp }}/event.json' },
  };

  scenario('of a keyless login has no ID token; a variable without a value is not checked', 'otc', async ({ run }) => {
    const text = officeFile({ psk: '${OFFICE_PSK}', peer_address: '${PEER}' });
    const inputs = {
      ...noLogin,
      mode: 'plan',
      'identity-provider': 'github',
      variables: 'PEER=',
      secrets: 'OFFICE_PSK=',
    };
    const result = await run({ env: event.env, files: { 'vpn.yml': text, ...event.files }, inputs });
    expect(result.exitCode, result.log).toBe(0);
    expect(result.requests).toEqual([]);
    expect(result.summary).toContain('**The cloud was not asked:**');
    expect(result.log).toMatch(/Notice: vpn\.yml:\d+:\d+: peer_address: The variable "PEER" is empty in this run/);
  });
});

describe('what needs the cloud', () => {
  scenario('mode: apply and destroy fail on a fork, as ever', 'openstack', async ({ run }) => {
    const { files, env } = onPullRequest(true);
    for (const mode of ['apply', 'destroy']) {
      const inputs = { ...emptied, mode, 'confirm-destroy': '*' };
      const failure = asFailure(await run({ env, files: { 'vpn.yml': file, ...files }, inputs }));
      expect(failure).toMatchObject({ code: 'INPUT_INVALID', requests: [] });
      expect(failure.message).toMatch(/password: is empty\..*fork/);
    }
  });

  scenario("a half login of the repository's own run is an error", 'openstack', async ({ run }) => {
    for (const event of [onPullRequest(), { files: {}, env: {} }]) {
      const inputs = { ...emptied, password: '' };
      const failure = asFailure(await run({ env: event.env, files: { 'vpn.yml': file, ...event.files }, inputs }));
      expect(failure).toMatchObject({ code: 'INPUT_INVALID', requests: [] });
      expect(failure.log).not.toContain('was not asked');
    }
  });
});

describe('a step without any login', () => {
  scenario('checks the files, by the limits of the region, and warns', 'otc', async ({ run }) => {
    const inputs = { ...noIdentity, mode: 'plan', cloud: undefined, region: 'eu-nl' };
    const two = officesFile([
      { ...office, tags: { env: 'prod' } },
      { ...office, ...mainz },
    ]);
    const result = await run({ files: { 'vpn.yml': two }, inputs });
    expect(result.exitCode, result.log).toBe(0);
    expect(result.requests).toEqual([]);
    expect(result.annotations).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/^The cloud was not asked, because the step has no login/) },
    ]);
    expect(result.summary).toContain('## Plan: 2 IPsec connections: 2 valid');
    const failure = asFailure(
      await run({ files: { 'vpn.yml': two }, inputs: { ...inputs, region: '', cloud: 'openstack' } }),
    );
    expect(failure.message).toMatch(/tags: Not possible on OpenStack/);
  });
});
