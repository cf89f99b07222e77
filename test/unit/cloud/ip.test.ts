import { expect, test } from 'vitest';
import { looseAddress, overlap, parseAddress, parseCidr, sameNetwork } from '../../cloud/ip.ts';

test.each([
  ['10.20.0.5/24', true],
  ['0.0.0.0/0', true],
  ['fd00::/64', true],
  ['::ffff:1.2.3.4/120', true],
  ['10.20.0.0/33', false],
  ['10.20.0.0/024', false],
  ['010.20.0.0/24', false],
  ['10.20/16', false],
  ['10.20.0.0', false],
  ['fd00::/129', false],
  ['10.20.0.0/24/1', false],
])('%s is a CIDR: %s', (text, expected) => {
  expect(parseCidr(text) !== null).toBe(expected);
});

test('addresses in numbers', () => {
  expect(parseAddress('1.2.3.4')).toEqual({ version: 4, address: 0x01020304n });
  expect(parseAddress('2001:db8::1')).toEqual({ version: 6, address: 0x20010db8000000000000000000000001n });
  expect(parseAddress('::ffff:1.2.3.4')).toEqual({ version: 6, address: 0xffff01020304n });
  expect(parseAddress('fe80::1%eth0')).toBeNull();
});

test.each([
  ['10.0.0.0/8', '10.20.0.0/24', true, false],
  ['10.20.0.5/24', '10.20.0.0/24', true, true],
  ['10.20.0.0/24', '10.20.1.0/24', false, false],
  ['0.0.0.0/0', '10.20.1.0/24', true, false],
  ['::/0', '10.20.1.0/24', false, false],
])('%s and %s overlap: %s, are the same: %s', (a, b, shared, same) => {
  const [x, y] = [parseCidr(a), parseCidr(b)];
  expect(x && y && overlap(x, y)).toBe(shared);
  expect(x && y && sameNetwork(x, y)).toBe(same);
});

test.each([
  ['1.2', '1.0.0.2'],
  ['1.2.65535', '1.2.255.255'],
  ['0x7f.1', '127.0.0.1'],
  ['010.1.1.1', '8.1.1.1'],
  ['4294967295', '255.255.255.255'],
  ['4294967296', null],
  ['300.1.1.1', null],
  ['1.2.3.4.5', null],
  ['08.1.1.1', null],
  ['', null],
])('the C library reads %s as %s', (text, expected) => {
  expect(looseAddress(text)).toBe(expected);
});
