import { expect, test } from 'vitest';
import { hintForCode, hintForStatus } from '../../../src/http/hints.ts';

// IAM reference, error codes of login and keys, with their HTTP statuses.
const iam: readonly (readonly [string, number])[] = [
  ...(['0001', '0061', '0062', '0063', '0064', '0066', '0067'] as const).map((n) => [`IAM.${n}`, 401] as const),
  ...(['0002', '0003', '0080', '0081', '0082', '0083'] as const).map((n) => [`IAM.${n}`, 403] as const),
  ['IAM.0004', 404],
  ['IAM.0005', 409],
  ['IAM.0020', 410],
  ['IAM.0012', 429],
  ['IAM.0006', 500],
  ...(['0007', '0009', '0011', '0072', '0073', '0077'] as const).map((n) => [`IAM.${n}`, 400] as const),
  ...Array.from({ length: 63 }, (_, n) => [`IAM.${1000 + n}`, 400] as const),
  ...Array.from({ length: 9 }, (_, n) => [`IAM.${1101 + n}`, 400] as const),
  ...Array.from({ length: 21 }, (_, n) => [String(1100 + n), 400] as const),
];

// API gateway reference.
const gateway: readonly (readonly [string, number])[] = [
  ['0101', 404],
  ['0106', 400],
  ...(['0103', '0104', '0105', '0107'] as const).map((n) => [n, 500] as const),
  ...([400, 413, 414, 494, 500, 502, 504] as const).map((status) => ['0201', status] as const),
  ['0202', 502],
  ['0203', 504],
  ['0204', 400],
  ['0205', 400],
  ['0301', 401],
  ['0302', 403],
  ['0303', 401],
  ['0304', 403],
  ['0305', 401],
  ['0306', 403],
  ['0307', 401],
  ['0308', 429],
  ['0310', 403],
  ['0401', 403],
  ['0402', 403],
  ['0601', 500],
  ['0605', 500],
  ['0602', 400],
  ['0607', 400],
  ['0610', 502],
  ['0613', 503],
  ['0802', 403],
];

test('every documented code of IAM and the gateway has a hint', () => {
  const codes = [
    ...iam,
    ...gateway.map(([n, status]) => [`APIGW.${n}`, status] as const),
    ...gateway.map(([n, status]) => [`APIG.${n}`, status] as const),
  ];
  expect(codes.filter(([code, status]) => (hintForCode(code, status) ?? '').length < 10)).toEqual([]);
});

test.each([
  ['IAM.0061', 401, /locked.*15 minutes/],
  ['IAM.0062', 401, /password is wrong/],
  ['IAM.0081', 403, /console only.*programmatic access/],
  ['IAM.0082', 403, /disabled/],
  ['IAM.1061', 400, /passcode/],
  ['IAM.1030', 400, /policy or MFA/],
  ['1105', 400, /user management/],
  ['APIGW.0201', 413, /too large/],
  ['APIGW.0201', 504, /does not answer/],
  ['APIGW.0402', 403, /addresses/],
])('%s (%i)', (code, status, words) => {
  expect(hintForCode(code, status)).toMatch(words);
});

test.each(['IAM.9999', 'APIGW.9999', 'VPC.1003', 'constructor', 'toString', '1121', ''])('%j is not known', (code) => {
  expect(hintForCode(code, 400)).toBeUndefined();
});

test('every status that the API documents, and any other error of a server, has a hint', () => {
  const documented = [301, 302, 307, 400, 401, 403, 404, 405, 406, 407, 408, 409, 429, 500, 501, 502, 503, 504, 599];
  expect(documented.filter((status) => hintForStatus(status) === undefined)).toEqual([]);
  expect(hintForStatus(418)).toBeUndefined();
});
