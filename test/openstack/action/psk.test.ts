import { describe, expect, test } from 'vitest';
import { officeFile, psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { useStage } from './stage.ts';

const stage = useStage('psk');

const put = 'PUT /v2.0/vpn/ipsec-site-connections/{id}';
const quick = { 'status-interval': '0s', 'wait-for': 'none' };
const next = 'N3xt-Only_Key.2';

test('rotated: one PUT of the key alone; the same key is not sent, unless always is asked for', async () => {
  await stage.apply(officeFile());
  const before = await stage.sole('ipsec-site-connections');
  const rotated = await stage.apply(officeFile(), { ...quick, psk: next });
  expect(writes(rotated.requests)).toEqual([put]);
  expect(await stage.sole('ipsec-site-connections')).toEqual({ ...before, psk: next, status: expect.any(String) });
  expect(writes((await stage.apply(officeFile(), { ...quick, psk: next })).requests)).toEqual([]);
  const always = await stage.apply(officeFile(), { ...quick, psk: next, 'update-psk': 'always' });
  expect(writes(always.requests)).toEqual([put]);
});

test('no key given: left as it is, and the key that the server shows stays hidden, also with debugging on', async () => {
  await stage.apply(officeFile());
  const run = await stage.apply(officeFile(), { psk: undefined }, { debug: true });
  expect(run.outputs['operation']).toBe('unchanged');
  expect((await stage.sole('ipsec-site-connections'))['psk']).toBe(psk);
});

test('a key that somebody else set is put right and shows nowhere', async () => {
  await stage.apply(officeFile());
  const { id } = await stage.sole('ipsec-site-connections');
  await stage.api.put(`/vpn/ipsec-site-connections/${id}`, { ipsec_site_connection: { psk: 'Some0ne-Elses.Key' } });
  const run = await stage.apply(officeFile(), quick, { secrets: ['Some0ne-Elses.Key'], debug: true });
  expect(writes(run.requests)).toEqual([put]);
  expect((await stage.sole('ipsec-site-connections'))['psk']).toBe(psk);
});

test('no key for a new connection: an error before anything is written', async () => {
  const failure = await stage.refused(officeFile(), { psk: undefined });
  expect(failure.message).toMatch(/psk/);
  expect(writes(failure.requests)).toEqual([]);
});

describe('keys of odd characters arrive as they are, and are found equal again', () => {
  test.each([
    `a'b%25c\\d &<e>*(f)!/=+`,
    '$HOME${PATH}`id`#!',
    `{'psk':['x']}`,
    '0123456789',
    'trailing=equals==',
    `${'A1b2'.repeat(31)}Xyz`,
  ])('%s', async (key) => {
    const file = officeFile({ psk: '${KEY}' });
    const inputs = { psk: undefined, secrets: `KEY=${key}` };
    await stage.apply(file, inputs, { debug: true });
    expect((await stage.sole('ipsec-site-connections'))['psk']).toBe(key);
    const again = await stage.apply(file, inputs, { debug: true });
    expect(again.outputs['operation']).toBe('unchanged');
  });
});
