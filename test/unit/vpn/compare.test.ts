import { describe, expect, test } from 'vitest';
import { newValues } from '../../../src/vpn/body.ts';
import { differences, sameSet, shown } from '../../../src/vpn/compare.ts';
import { dialects } from '../../../src/vpn/dialects.ts';
import { worst } from '../../../src/vpn/report.ts';

describe('differences', () => {
  test('only of what is stated, in the order of the table', () => {
    const found = { mtu: 1500, initiator: 'bi-directional', admin_state_up: true };
    const wanted = { admin_state_up: false, mtu: 1400, initiator: 'bi-directional' };
    expect(differences('ipsec_site_connection', wanted, found).map(({ field, value }) => [field, value])).toEqual([
      ['mtu', 1400],
      ['admin_state_up', false],
    ]);
  });

  test('tell before and after; what was not there has no before', () => {
    const [lifetime, pfs] = differences(
      'ikepolicy',
      { lifetime: { value: 60 }, pfs: 'group14' },
      { lifetime: { units: 'seconds', value: 3600 } },
    )
      .map(({ change }) => change)
      .sort((a, b) => a.field.localeCompare(b.field));
    expect(lifetime).toEqual({ field: 'lifetime', before: '3600 seconds', after: '60 seconds', impact: 'rekey' });
    expect(pfs).toEqual({ field: 'pfs', after: 'group14', impact: 'rekey' });
  });

  test('each stated key of a setting counts', () => {
    const found = { dpd: { action: 'hold', interval: 30, timeout: 120 } };
    const wanted = { dpd: { action: 'hold', interval: 31 } };
    expect(differences('ipsec_site_connection', wanted, found)).toMatchObject([
      { value: { ...found.dpd, interval: 31 } },
    ]);
  });

  test('lists are sets', () => {
    const found = { peer_cidrs: ['10.1.0.0/16', '10.2.0.0/16'] };
    const lists = [
      ['10.2.0.0/16', '10.1.0.0/16'],
      ['10.1.0.0/16', '10.2.0.0/16', '10.1.0.0/16'],
    ];
    for (const peer_cidrs of lists) {
      expect(differences('ipsec_site_connection', { peer_cidrs }, found)).toEqual([]);
    }
    expect(differences('ipsec_site_connection', { peer_cidrs: ['10.1.0.0/16'] }, found)).toHaveLength(1);
    expect(differences('ipsec_site_connection', { peer_cidrs: ['10.1.0.0/16'] }, {})).toHaveLength(1);
    expect(sameSet(['a'], ['b'])).toBe(false);
    expect(sameSet(['a', 'b'], ['a', 'c'])).toBe(false);
  });

  test('false is not "unset", but an empty text is', () => {
    expect(differences('ipsec_site_connection', { admin_state_up: false }, {})).toHaveLength(1);
    expect(differences('ipsec_site_connection', { local_id: '' }, {})).toEqual([]);
  });
});

test.each([
  [{ units: 'seconds', value: 60 }, '60 seconds'],
  [{ action: 'hold', interval: 30 }, 'action hold, interval 30'],
  [{ value: 60 }, 'value 60'],
  [['a', 'b'], 'a, b'],
  [true, 'true'],
  [1500, '1500'],
])('%j is shown as "%s"', (value, text) => {
  expect(shown(value)).toBe(text);
});

describe('values of a new object', () => {
  test('stated, then the predecessor’s, then ours; settings key by key', () => {
    const predecessor = { mtu: 1400, initiator: 'response-only', dpd: { action: 'restart', interval: 5, timeout: 50 } };
    expect(
      newValues('ipsec_site_connection', { mtu: 1300, dpd: { timeout: 60 } }, dialects.openstack, predecessor),
    ).toEqual({
      mtu: 1300,
      initiator: 'response-only',
      dpd: { action: 'restart', interval: 5, timeout: 60 },
      admin_state_up: true,
    });
  });

  test('dpd is completed if stated; on OTC it is not sent otherwise', () => {
    const whole = { action: 'restart', interval: 30, timeout: 120 };
    expect(newValues('ipsec_site_connection', { dpd: { action: 'restart' } }, dialects.otc).dpd).toEqual(whole);
    expect(newValues('ipsec_site_connection', {}, dialects.otc)).not.toHaveProperty('dpd');
    expect(newValues('ipsec_site_connection', {}, dialects.openstack).dpd).toEqual({ ...whole, action: 'hold' });
  });

  test('defaults are in the dialect’s spelling', () => {
    expect(newValues('ikepolicy', {}, dialects.otc).auth_algorithm).toBe('sha2-256');
    expect(newValues('ikepolicy', {}, dialects.openstack).auth_algorithm).toBe('sha256');
  });
});

test('the severest impact', () => {
  expect(worst([])).toBe('none');
  expect(worst([{ impact: 'rekey' }, { impact: 'replacement' }, { impact: 'none' }])).toBe('replacement');
});
