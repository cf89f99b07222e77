import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addressRange, canonicalAddress, overlaps, parseCidr, rangeOf } from '../../../src/net/cidr.ts';

describe('canonicalAddress', () => {
  test.each([
    ['198.51.100.20', '198.51.100.20'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    '',
    '1.2',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '256.0.0.1',
    '1.2.3.4 ',
    '1.2.3.4/32',
    'fe80::1%eth0',
    '::ffff:1.2.3.4',
    '1::2::3',
    'vpn.example.com',
  ])('takes %j for no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  it('agrees with the platform on what an address is', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...'0123af:./x') }),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const canonical = canonicalAddress(candidate);
        const isMapped = /^(0{1,4}:){0,5}(::)?(0{1,4}:){0,5}ffff:|^::ffff:/i.test(candidate);
        const isDotted = candidate.includes(':') && candidate.includes('.');
        if (!isMapped && !isDotted) {
          expect(canonical !== undefined).toBe(isIP(candidate) !== 0);
        }
        if (canonical !== undefined) {
          expect(canonicalAddress(canonical)).toBe(canonical);
        }
      }),
    );
  });
});

describe('addressRange', () => {
  test.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['224.0.0.5', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['10.0.0.1', 'private'],
    ['8.8.8.8', 'unicast'],
    ['nothing', undefined],
  ])('%s is %s', (text, range) => {
    expect(addressRange(text)).toBe(range);
  });
});

describe('parseCidr', () => {
  test.each([
    ['10.80.0.0/24', '10.80.0.0/24', 4, false],
    ['10.80.0.5/24', '10.80.0.0/24', 4, true],
    ['10.80.0.5/32', '10.80.0.5/32', 4, false],
    ['0.0.0.0/0', '0.0.0.0/0', 4, false],
    ['2001:DB8:0::/32', '2001:db8::/32', 6, false],
    ['2001:db8::1/64', '2001:db8::/64', 6, true],
    ['::/0', '::/0', 6, false],
  ])('%s is %s', (text, canonical, version, hasHostBits) => {
    expect(parseCidr(text)).toEqual({ canonical, version, hasHostBits });
  });

  test.each([
    '10.80.0.0',
    '10/8',
    '10.80.0.0/33',
    '10.80.0.0/024',
    '10.80.0.0/-1',
    '::/129',
    '10.0.0.0/8/8',
    'x/8',
    '/8',
    '',
  ])('takes %j for no network', (text) => {
    expect(parseCidr(text)).toBeUndefined();
    expect(rangeOf(text)).toBeUndefined();
  });

  it('knows the first and last address', () => {
    expect(rangeOf('10.0.0.0/30')).toEqual({ version: 4, first: 0x0a000000n, last: 0x0a000003n });
    expect(rangeOf('ff00::/8')).toEqual({ version: 6, first: 0xffn << 120n, last: (1n << 128n) - 1n });
  });
});

describe('overlaps', () => {
  test.each([
    ['10.0.0.0/8', '10.80.0.0/24', true],
    ['10.80.0.0/24', '10.0.0.0/8', true],
    ['10.80.0.0/24', '10.80.0.0/24', true],
    ['10.80.0.0/24', '10.80.1.0/24', false],
    ['0.0.0.0/0', '2001:db8::/32', false],
    ['::/0', '2001:db8::/32', true],
    ['nothing', '10.0.0.0/8', false],
    ['10.0.0.0/8', 'nothing', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
  });
});

test.each(['::0.0.0.0', '::192.0.2.1', '::ffff:192.0.2.1', '64:ff9b::192.0.2.1%eth0'])(
  'an IPv4 address in IPv6 clothes is none: %s',
  (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  },
);
