/** The published and cross-checked signatures, and what the text to sign is made of. */
import { expect, test } from 'vitest';
import {
  canonicalRequest,
  expectedSignature,
  parseAuthorization,
  type Signature,
  type WireRequest,
} from '../../cloud/otc/signature.ts';

const SECRET = 'ExampleSecretKeyForDocsOnly0123456789ABC';
const DATE = '20260314T092653Z';
const HOST = 'vpc.eu-nl.otc.t-systems.com';
const USUAL = { 'content-type': 'application/json', host: HOST, 'x-sdk-date': DATE };
const GO = { ...USUAL, accept: 'application/json', 'user-agent': 'vpnctl/1.0' };
const HUAWEI = { 'x-sdk-date': '20060102T150405Z' };
const PROJECT = { ...USUAL, 'x-project-id': '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e' };
const BODY = '{"endpoint_group":{"name":"peer-lan","type":"cidr","endpoints":["10.80.0.0/24"]}}';

const EMPTY = { date: '20260314', region: '', service: '' };
const FULL = { date: '20260314', region: 'eu-nl', service: 'vpc' };

function wire(method: string, target: string, headers: Record<string, string>, body = ''): WireRequest {
  return { method, target, headers, bytes: Buffer.from(body) };
}

function signed(request: WireRequest, scope?: Signature['scope'], secret = SECRET): string {
  const names = Object.keys(request.headers).sort();
  return expectedSignature({ accessKey: 'any', names, ...(scope ? { scope } : {}) }, secret, request);
}

const SITES = '/v2.0/vpn/ipsec-site-connections?name=site%20a&limit=50';
const V1 = wire('GET', SITES, USUAL);
const V2 = wire('POST', '/v2.0/vpn/endpoint-groups', USUAL, BODY);
const V3_GET = wire('GET', SITES, GO);
const V3_POST = wire('POST', '/v2.0/vpn/endpoint-groups', GO, BODY);
const V4 = wire('GET', '/v2.0/vpn/vpnservices', PROJECT);
const V5_GET = wire('GET', '/path?limit=1', HUAWEI);
const V5_POST = wire('POST', '/path?key=value', HUAWEI, '{"Name":"test","Id":1}\n');

test.each<[string, string, string]>([
  ['V1, simple', signed(V1), '6c6f36d2d81cbbd584d2adef5e87312a9331cb17b10796d18917a58034e2475f'],
  ['V1, scoped', signed(V1, EMPTY), 'ac4feea0833a6ee27c889d41c7f719ce34a6a8c65fb2b7676946d8520ffb3dad'],
  ['V2, simple', signed(V2), 'f4476baeb48e57a3a8068db0d0bd725b79cd0a72d36cfab02bce25ae30e507f9'],
  ['V2, scoped', signed(V2, EMPTY), 'b7df1380a5b64f17d48f4910be947010e7ff6b9c6580195028371ebaa34a56d2'],
  ['V2, region', signed(V2, FULL), '69793210efaa1db71adb5b2bebf5d88a0d5cc291fc1fb166b7dc2283aef49ce7'],
  ['V3, GET', signed(V3_GET, EMPTY), '72aeeb3e51f99b5f5de744f2351fd64740c439b90d7dc6f15bf0abf9e96aa84c'],
  ['V3, POST', signed(V3_POST, EMPTY), '23b9ce8742d2e0b5793357e967c034e014ac071719ea7cd2970ef1dd1c8cef93'],
  ['V4', signed(V4), '1b2bdcaaaf0450afe90e075c7bab54132d006829d9b4d0564d19825f6a2d3eb4'],
  [
    'V5, GET',
    signed(V5_GET, undefined, 'SecretKey'),
    '5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624',
  ],
  [
    'V5, POST',
    signed(V5_POST, undefined, 'SecretKey'),
    'cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59',
  ],
])('%s', (_vector, signature, expected) => {
  expect(signature).toBe(expected);
});

/** A line of the text to sign, from 0. */
function line(n: number, request: WireRequest): string | undefined {
  return canonicalRequest(request, Object.keys(request.headers).sort()).split('\n')[n];
}

test('the whole text of V1', () => {
  expect(canonicalRequest(V1, ['content-type', 'host', 'x-sdk-date'])).toBe(
    [
      ...['GET', '/v2.0/vpn/ipsec-site-connections/', 'limit=50&name=site%20a'],
      ...['content-type:application/json', `host:${HOST}`, `x-sdk-date:${DATE}`, ''],
      'content-type;host;x-sdk-date',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ].join('\n'),
  );
});

test.each([
  ['/', '/', ''],
  ['/a/b/', '/a/b/', ''],
  ['/a%2Fb/c%20d~', '/a%2Fb/c%20d~/', ''],
  ["/a'b(c)!*", '/a%27b%28c%29%21%2A/', ''],
  ['/a?b', '/a/', 'b='],
  ['/a?b=&&c==1', '/a/', 'b=&c=%3D1'],
  ['/a?b=2&a=1&b=1', '/a/', 'a=1&b=1&b=2'],
  ['/a?b=%c3%a4+1', '/a/', 'b=%C3%A4%2B1'],
  ['/a?b=1&b-c=0', '/a/', 'b=1&b-c=0'],
])('%s is signed as path %s and query %s', (target, path, query) => {
  const request = wire('GET', target, USUAL);
  expect([line(1, request), line(2, request)]).toEqual([path, query]);
});

test('the body is hashed by its bytes, unless the client says what the hash is', () => {
  const bytes = Buffer.from([0xff, 0xfe]);
  const request = { ...V2, bytes };
  expect(line(8, request)).toBe('b3d510ef04275ca8e698e5b3cbb0ece3949ef9252f0cdc839e9ee347409a2209');
  const declared = { ...request, headers: { ...USUAL, 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' } };
  expect(canonicalRequest(declared, ['host'])).toMatch(/\nhost\nUNSIGNED-PAYLOAD$/);
});

test('values of headers are signed without the blanks around them', () => {
  expect(line(3, wire('GET', '/', { host: '  cloud ' }))).toBe('host:cloud');
});

const VALUE = '0123456789abcdef'.repeat(4);
const TAIL = `SignedHeaders=host;x-sdk-date, Signature=${VALUE}`;
const NAMES = ['host', 'x-sdk-date'];

test.each<[string, Signature]>([
  [`Access=AK1, ${TAIL}`, { accessKey: 'AK1', names: NAMES, value: VALUE }],
  [`Credential=AK1/20260314///sdk_request, ${TAIL}`, { accessKey: 'AK1', scope: EMPTY, names: NAMES, value: VALUE }],
  [
    `Credential=AK1/20260314/eu-nl/vpc/sdk_request, ${TAIL}`,
    { accessKey: 'AK1', scope: FULL, names: NAMES, value: VALUE },
  ],
])('reads %s', (header, expected) => {
  expect(parseAuthorization(`SDK-HMAC-SHA256 ${header}`)).toEqual(expected);
});

test.each([
  `AWS4-HMAC-SHA256 Access=AK1, ${TAIL}`,
  `SDK-HMAC-SHA256 ${TAIL}`,
  `SDK-HMAC-SHA256 Access=, ${TAIL}`,
  `SDK-HMAC-SHA256 Credential=AK1/20260314/sdk_request, ${TAIL}`,
  `SDK-HMAC-SHA256 Credential=AK1/20260314///other, ${TAIL}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=, Signature=${VALUE}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=x-sdk-date;host, Signature=${VALUE}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host;host, Signature=${VALUE}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host;, Signature=${VALUE}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=Host, Signature=${VALUE}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host, Signature=${VALUE.toUpperCase()}`,
  `SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host, Signature=${VALUE}0`,
])('does not take %s', (header) => {
  expect(parseAuthorization(header)).toBeUndefined();
});
