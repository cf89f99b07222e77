/** That what is read from ping and tcpdump is what they say: a tunnel's tests are worth no more than these. */
import { expect, test } from 'vitest';
import { readAnswers, summarize } from './ping.ts';
import { sortPackets } from './wire.ts';

const answer = (sequence: number, at: number): string =>
  `[${at.toFixed(6)}] 64 bytes from 10.20.0.10: icmp_seq=${sequence} ttl=62 time=0.532 ms`;

test.each([
  {
    what: 'every ping answered',
    at: [
      [1, 10],
      [2, 10.2],
      [3, 10.4],
    ],
    sent: 3,
    lost: 0,
    outage: 0,
  },
  {
    what: 'two lost in a row',
    at: [
      [1, 10],
      [4, 10.6],
      [5, 10.8],
    ],
    sent: 5,
    lost: 2,
    outage: 0.4,
  },
  {
    what: 'the longer of two outages',
    at: [
      [1, 10],
      [3, 10.4],
      [7, 11.2],
    ],
    sent: 7,
    lost: 4,
    outage: 0.6,
  },
  {
    what: 'a late answer that overtook none',
    at: [
      [2, 10.2],
      [1, 10.3],
      [3, 10.4],
    ],
    sent: 3,
    lost: 0,
    outage: 0,
  },
  {
    what: 'an answer that came twice',
    at: [
      [1, 10],
      [1, 10.1],
      [2, 10.2],
    ],
    sent: 2,
    lost: 0,
    outage: 0,
  },
])('ping: $what', ({ at, sent, lost, outage }) => {
  const output = at.map(([sequence = 0, when = 0]) => answer(sequence, when)).join('\n');
  const result = summarize(readAnswers(`PING 10.20.0.10 from 10.10.1.50: 56(84) bytes of data.\n${output}\n`));
  expect(result).toMatchObject({ sent, lost });
  expect(result.outage).toBeCloseTo(outage, 5);
});

test('ping: what is no answer counts for nothing', () => {
  const output = '[1795391837.600791] From 10.10.1.1 icmp_seq=9 Destination Host Unreachable\n\n3 packets transmitted';
  expect(summarize(readAnswers(output))).toEqual({ sent: 0, lost: 0, outage: 0 });
});

test.each([
  { kind: 'esp', line: 'IP 172.24.4.59.4500 > 172.24.4.200.4500: UDP-encap: ESP(spi=0x81bdca8e,seq=0x1), length 136' },
  { kind: 'esp', line: 'IP 172.24.4.59 > 172.24.4.200: ESP(spi=0x81bdca8e,seq=0x1), length 136' },
  { kind: 'ike', line: 'IP 172.24.4.200.500 > 172.24.4.59.500: isakmp: parent_sa ikev2_init[I]' },
  { kind: 'ike', line: 'IP 172.24.4.200.4500 > 172.24.4.11.34980: NONESP-encap: isakmp: child_sa  inf2[R]' },
  { kind: 'ike', line: 'IP 172.24.4.59.4500 > 172.24.4.200.4500: isakmp-nat-keep-alive' },
  { kind: 'clear', line: 'IP 10.10.1.50 > 10.20.0.10: ICMP echo request, id 7, seq 1, length 64' },
  { kind: 'clear', line: 'IP 172.24.4.59 > 10.20.0.10: ICMP echo request, id 7, seq 1, length 64' },
  { kind: 'clear', line: 'IP 172.24.4.59.4500 > 172.24.4.200.4501: UDP, length 64' },
  { kind: 'clear', line: 'IP6 2001:db8::1.500 > 2001:db8::2.53: 1+ A? example.com. (29)' },
] as const)('wire: $kind: $line', ({ kind, line }) => {
  const packets = { esp: [], ike: [], clear: [], [kind]: [`1795390978.866905 ${line}`] };
  expect(sortPackets(`listening on eth0, link-type EN10MB\n1795390978.866905 ${line}\n`)).toEqual(packets);
});
