/** The story of a plan that does not ask the cloud. */
import { describe, expect, test } from 'vitest';
import { outputsOf } from '../../src/runner/output-values.ts';
import { renderSummary } from '../../src/runner/summary.ts';
import { office, officeFile, psk } from '../scenarios/fixtures/office.ts';
import { type Setting, stage } from './stage.ts';

const noLogin = {
  ...{ 'auth-url': undefined, username: undefined, password: undefined, 'user-domain-name': undefined },
  ...{ 'project-name': undefined, psk: undefined, mode: 'plan' },
};
const withPsk = (more: object = {}): string => officeFile({ psk: '${OFFICE_PSK}', ...more });

async function plan(setting: Setting = {}) {
  const { run } = await stage();
  return await run({ files: { 'vpn.yml': withPsk() }, ...setting, inputs: { ...noLogin, ...setting.inputs } });
}

describe('files without errors', () => {
  test('pass; nobody is asked, nothing is put out, and everybody is told', async () => {
    const { requests, sent, conclusion, lines, annotations } = await plan();
    expect([requests, sent]).toEqual([[], []]);
    expect(conclusion).toMatchObject({ mode: 'plan', offline: true, connections: [{ name: 'office-bonn' }] });
    expect(conclusion).not.toHaveProperty('failure');
    expect([...outputsOf(conclusion).keys()]).toEqual([]);
    expect(lines).toContain('office-bonn: valid');
    expect(lines.at(-1)).toBe('The cloud was not asked (mode: plan).');
    expect(annotations.map(({ level, text }) => `${level} ${text}`)).toEqual([
      expect.stringMatching(/^warning The cloud was not asked, because the step has no login/),
      expect.stringMatching(/^notice Nothing says which cloud it is/),
      expect.stringMatching(/^notice psk: The secret "OFFICE_PSK" is not known to this run/),
    ]);
    const summary = renderSummary(conclusion);
    expect(summary).toContain('## Plan: IPsec connection `office-bonn`: valid');
    expect(summary).toContain('**The cloud was not asked:**');
    expect(summary).toMatch(/`vpn.yml:\d+:\d+` psk: The secret/);
    expect(summary).not.toMatch(/Nothing to change|Nothing was written/);
  });

  test('from a fork: a notice, with the reason', async () => {
    const inputs = { ...noLogin, region: 'eu-nl', username: 'ci', 'project-name': 'eu-nl_prod' };
    const { annotations, conclusion } = await plan({ inputs, replace: () => ({ isWithoutSecrets: true }) });
    expect(conclusion).toMatchObject({ offline: true, dialect: 'otc' });
    expect(annotations[0]).toMatchObject({
      level: 'notice',
      text: expect.stringContaining('pull requests from forks'),
    });
  });

  test('a variable that GitHub keeps from a fork is not checked; in any other run it is an error', async () => {
    const setting = {
      files: { 'vpn.yml': withPsk({ peer_address: '${PEER}' }) },
      inputs: { ...noLogin, cloud: 'otc', variables: 'PEER=' },
    };
    const { conclusion } = await plan({ ...setting, replace: () => ({ isWithoutSecrets: true }) });
    expect(conclusion.failure).toBeUndefined();
    expect(conclusion.notices).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('"PEER" is empty in this run') }),
    );
    expect((await plan(setting)).conclusion.failure?.message).toContain('"PEER" is empty, which counts as undefined');
  });

  test('a secret that is known is checked as ever', async () => {
    const { conclusion } = await plan({ inputs: { secrets: `OFFICE_PSK=${'x'.repeat(200)}`, cloud: 'otc' } });
    expect(conclusion).toMatchObject({ offline: true, failure: { code: 'SPEC_INVALID' } });
    expect(conclusion.failure?.message).toContain('psk is too long');
  });
});

describe('a cloud that nothing names', () => {
  const tagged = { tags: { env: 'prod' } };

  test('files that Open Telekom Cloud alone takes are for that', async () => {
    const { conclusion } = await plan({ files: { 'vpn.yml': withPsk(tagged) } });
    expect(conclusion.failure).toBeUndefined();
    expect(conclusion.notices).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('fit those better') }),
    );
    expect(renderSummary(conclusion)).not.toMatch(/\| Cloud \|/);
  });

  test('files with an error of their own: no other is told', async () => {
    const { conclusion } = await plan({ files: { 'vpn.yml': withPsk({ ...tagged, mtu: 'x' }) } });
    expect(conclusion.failure?.message).toMatch(/^mtu: /);
  });

  test('where the cloud is named, its limits hold', async () => {
    const files = { 'vpn.yml': withPsk(tagged) };
    const { conclusion } = await plan({ files, inputs: { cloud: 'openstack' } });
    expect(conclusion.failure?.message).toMatch(/^tags: Not possible on OpenStack/);
  });
});

describe('files with errors', () => {
  test('fail on the file alone, and the reason why the cloud was not asked is told too', async () => {
    const { conclusion, requests, annotations } = await plan({ files: { 'vpn.yml': withPsk({ mtu: 'x' }) } });
    expect(conclusion).toMatchObject({ offline: true, failure: { code: 'SPEC_INVALID', at: { file: 'vpn.yml' } } });
    expect(annotations.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^The cloud was not asked/));
    expect(requests).toEqual([]);
  });

  test('a path for the other end that cannot be is one', async () => {
    const files = {
      'a.yml': withPsk(),
      'b.yml': officeFile({
        ...office,
        name: 'office-mainz',
        peer_address: '198.51.100.21',
        peer_ep_group: ['10.90.0.0/24'],
      }),
    };
    const inputs = { 'peer-config': 'strongswan', 'peer-config-file': 'bonn.conf' };
    const { conclusion, written } = await plan({ files, inputs });
    expect(conclusion).toMatchObject({ offline: true, failure: { code: 'PEER_CONFIG' } });
    expect((await plan({ inputs })).conclusion.failure).toBeUndefined();
    expect([...written]).toEqual([]);
  });

  test('one of two: both are in the result, and the run fails', async () => {
    const mainz = { ...office, name: 'office-mainz', peer_address: '198.51.100.21', psk: '${OFFICE_PSK}' };
    const files = { 'a.yml': withPsk(), 'b.yml': officeFile({ ...mainz, mtu: 'x' }) };
    const { conclusion, lines } = await plan({ files });
    expect(conclusion.connections).toMatchObject([
      { name: 'office-bonn', operation: 'unchanged' },
      { name: 'office-mainz', failure: { code: 'SPEC_INVALID' } },
    ]);
    expect(conclusion.failure).toBe(conclusion.connections[1]?.failure);
    expect(lines).toEqual(expect.arrayContaining(['office-bonn: valid', 'office-mainz: failed']));
  });

  test('several: one failure names all', async () => {
    const named = (name: string, peer: string) => officeFile({ ...office, name, peer_address: peer, mtu: 'x' });
    const files = {
      'a.yml': withPsk(),
      'b.yml': named('office-mainz', '198.51.100.21'),
      'c.yml': named('office-ulm', '198.51.100.22'),
    };
    const { conclusion } = await plan({ files });
    expect(conclusion.failure?.message).toMatch(/^2 problems:\n1\. mtu: .*\n2\. mtu: /);
  });
});

describe('what must never pass without the cloud', () => {
  const nobody = { ...noLogin, psk };

  test.each(['apply', 'destroy'])('mode: %s, without a login or on a fork', async (mode) => {
    for (const isWithoutSecrets of [false, true]) {
      const { conclusion, requests } = await plan({
        inputs: { ...nobody, mode },
        replace: () => ({ isWithoutSecrets }),
      });
      expect(conclusion.failure).toMatchObject({ code: 'INPUT_INVALID' });
      expect(conclusion).not.toHaveProperty('offline');
      expect(requests).toEqual([]);
    }
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a user whose password has no such secret', { username: 'ci', password: '' }],
    ['a project alone', { 'project-name': 'eu-nl_prod' }],
    ['half an application credential', { 'application-credential-id': 'c0ffee' }],
    ['an access key alone', { 'access-key': 'ABCDEFGHIJKLMNOPQRST' }],
    ['a plan that is to fail over drift', { 'fail-on-changes': 'true' }],
    ['a plan that keeps a drift issue', { 'drift-issue': 'true' }],
  ])("in the repository's own run: %s", async (_, inputs) => {
    const { conclusion } = await plan({ inputs: { region: 'eu-nl', ...inputs } });
    expect(conclusion.failure).toMatchObject({ code: 'INPUT_INVALID' });
    expect(conclusion).not.toHaveProperty('offline');
  });

  test('a wrong login', async () => {
    const { run } = await stage();
    const { conclusion } = await run({ inputs: { mode: 'plan', password: 'not-this-one' } });
    expect(conclusion.failure).toMatchObject({ code: 'LOGIN_REFUSED' });
  });
});

describe('mode: destroy', () => {
  test('needs no psk: a secret that is not there is neither an error nor told', async () => {
    const { run } = await stage();
    await run();
    const files = { 'vpn.yml': withPsk() };
    const { conclusion, annotations } = await run({ files, inputs: { mode: 'destroy', psk: undefined } });
    expect(conclusion.failure).toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(annotations.filter(({ text }) => text.includes('OFFICE_PSK'))).toEqual([]);
  });
});
