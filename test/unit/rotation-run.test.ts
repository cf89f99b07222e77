/** A rotated key, from the inputs to the conclusion. */
import { describe, expect, test } from 'vitest';
import { renderSummary } from '../../src/runner/summary.ts';
import { only, psk } from '../scenarios/fixtures/office.ts';
import { stage } from './stage.ts';

const next = 'N3xt-Only_Key.2';

describe.each(['otc', 'openstack'] as const)('%s', (dialect) => {
  /** A connection is there, of a cloud that shows its key. */
  const ground = async () => {
    const { cloud, run } = await stage({ dialect, hidePsk: 'no' });
    const where = dialect === 'otc' ? { cloud: 'otc', 'network-endpoint': cloud.networkUrl } : {};
    await run({ inputs: where });
    return { cloud, run, where };
  };

  test('the plan has it as a change with its reason, and apply carries out what was reviewed', async () => {
    const { cloud, run, where } = await ground();
    const planned = await run({ inputs: { ...where, psk: next, mode: 'plan' } });
    expect(planned.conclusion.changes).toMatchObject([
      {
        ...{ action: 'update', impact: 'rekey', reason: 'the psk in the cloud is another one' },
        fields: [{ field: 'psk', before: '(another key)', after: '(sent anew)' }],
      },
    ]);
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(psk);
    const { digest } = planned.conclusion;
    const applied = await run({ inputs: { ...where, psk: next, 'expect-plan': digest } });
    expect(applied.conclusion.failure).toBeUndefined();
    expect(applied.lines).toContainEqual(expect.stringMatching(/1\. Set the new key at the other end now/));
    expect(only(cloud, 'ipsec_site_connection')['psk']).toBe(next);
    expect((await run({ inputs: { ...where, psk: next } })).conclusion.changes).toEqual([]);
  });

  test('waiting in vain for the other end: the failed run says what to do there', async () => {
    const { run, where } = await ground();
    const { conclusion, lines } = await run({
      inputs: { ...where, psk: next, 'wait-for': 'active', timeout: '90s' },
    });
    expect(conclusion.failure).toMatchObject({ message: expect.stringContaining('DOWN') });
    expect(renderSummary(conclusion)).toContain('  1. Set the new key at the other end now');
    expect(lines).toContainEqual(expect.stringMatching(/1\. Set the new key at the other end now/));
  });

  test('update-psk: always without a key is told: the secret may have another name', async () => {
    const { run, where } = await ground();
    const { conclusion } = await run({ inputs: { ...where, psk: '', 'update-psk': 'always' } });
    expect(conclusion.changes).toEqual([]);
    expect(conclusion.notices).toMatchObject([{ level: 'warning', text: expect.stringContaining('none is sent') }]);
  });
});
