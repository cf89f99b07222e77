/** The story of a plan that does not ask the cloud. */
import { describe, expect, test } from 'vitest';
import { outputsOf } from '../../src/runner/output-values.ts';
import { renderSummary } from '../../src/runner/summary.ts';
import { office, officeFile } from '../scenarios/fixtures/office.ts';
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
      expect.stringMatching(/^notice psk: The secret "OFFICE_PSK" is not known to this run/),
      expect.stringMatching(/^warning The cloud was not asked, because the step has no login/),
      expect.stringMatching(/^notice Nothing says which cloud it is/),
    ]);
    const summary = renderSummary(conclusion);
    expect(summary).toContain('## Plan: IPsec connection `office-bonn`: valid');
    expect(summary).toContain('**The cloud was not asked:**');
    expect(summary).not.toMatch(/Nothing to change|Nothing was written/);
  });

  test('from a fork: a notice, with the reason', async () => {
    const inputs = { ...noLogin, region: 'eu-nl', username: 'ci', 'project-name': 'eu-nl_prod' };
    const { annotations, conclusion } = await plan({ inputs, replace: () => ({ isWithoutSecrets: true }) });
    expect(conclusion).toMatchObject({ offline: true, dialect: 'otc' });
    expect(annotations.at(-1)).toMatchObject({
      level: 'notice',
      text: expect.stringContaining('pull requests from forks'),
    });
  });

  test('a secret that is known is checked as ever', async () => {
    const { conclusion } = await plan({ inputs: { secrets: `OFFICE_PSK=${'x'.repeat(200)}`, cloud: 'otc' } });
    expect(conclusion).toMatchObject({ offline: true, failure: { code: 'SPEC_INVALID' } });
    expect(conclusion.failure?.message).toContain('psk is too long');
  });
});

describe('files with errors', () => {
  test('fail on the file alone', async () => {
    const { conclusion, requests } = await plan({ files: { 'vpn.yml': withPsk({ mtu: 'x' }) } });
    expect(conclusion).toMatchObject({ offline: true, failure: { code: 'SPEC_INVALID', at: { file: 'vpn.yml' } } });
    expect(requests).toEqual([]);
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
