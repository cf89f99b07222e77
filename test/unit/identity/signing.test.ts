import { describe, expect, test } from 'vitest';
import {
  authorization,
  canonicalQuery,
  canonicalRequest,
  type RequestToSign,
  signedHeaders,
} from '../../../src/identity/signing.ts';
import { Secret } from '../../../src/secret.ts';

const keys = { accessKey: 'EXAMPLEAK0000000TEST', secretKey: new Secret('ExampleSecretKeyForDocsOnly0123456789ABC') };
const date = '20260314T092653Z';
const now = Date.parse('2026-03-14T09:26:53.999Z');
const vpn = 'https://vpc.eu-nl.otc.t-systems.com/v2.0/vpn';
const host = 'vpc.eu-nl.otc.t-systems.com';
const json = 'application/json';

function get(url: string, headers: Record<string, string> = {}): RequestToSign {
  return { method: 'GET', url: new URL(url), headers, body: undefined };
}

/** The line of the canonical request, from 1. */
function line(n: number, request: RequestToSign): string | undefined {
  return canonicalRequest(request).split('\n')[n - 1];
}

describe('published and verified signatures', () => {
  const usual = { 'content-type': json, host, 'x-sdk-date': date };

  test('a GET with a query: the whole canonical request and header', () => {
    const request = get(`${vpn}/ipsec-site-connections?name=site+a&limit=50`, usual);
    expect(canonicalRequest(request)).toBe(
      [
        'GET',
        '/v2.0/vpn/ipsec-site-connections/',
        'limit=50&name=site%20a',
        'content-type:application/json',
        `host:${host}`,
        `x-sdk-date:${date}`,
        '',
        'content-type;host;x-sdk-date',
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      ].join('\n'),
    );
    expect(authorization(keys, date, request)).toBe(
      'SDK-HMAC-SHA256 Access=EXAMPLEAK0000000TEST, SignedHeaders=content-type;host;x-sdk-date, ' +
        'Signature=6c6f36d2d81cbbd584d2adef5e87312a9331cb17b10796d18917a58034e2475f',
    );
  });

  const huawei = { accessKey: 'AccessKey', secretKey: new Secret('SecretKey') };
  const example = 'https://example.huaweicloud.com/path';
  test.each([
    [
      'a POST with a body',
      keys,
      {
        ...get(`${vpn}/endpoint-groups`, usual),
        method: 'POST',
        body: '{"endpoint_group":{"name":"peer-lan","type":"cidr","endpoints":["10.80.0.0/24"]}}',
      },
      'f4476baeb48e57a3a8068db0d0bd725b79cd0a72d36cfab02bce25ae30e507f9',
    ],
    [
      'a signed project id',
      keys,
      get(`${vpn}/vpnservices`, { ...usual, 'x-project-id': '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e' }),
      '1b2bdcaaaf0450afe90e075c7bab54132d006829d9b4d0564d19825f6a2d3eb4',
    ],
    [
      "GET of Huawei's SDK",
      huawei,
      get(`${example}?limit=1`, { 'x-sdk-date': '20060102T150405Z' }),
      '5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624',
    ],
    [
      "POST of Huawei's SDK",
      huawei,
      {
        ...get(`${example}?key=value`, { 'x-sdk-date': '20060102T150405Z' }),
        method: 'POST',
        body: '{"Name":"test","Id":1}\n',
      },
      'cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59',
    ],
  ])('%s', (_, pair, request, signature) => {
    const value = authorization(pair, String(request.headers['x-sdk-date']), request);
    expect(value).toMatch(new RegExp(`, Signature=${signature}$`));
  });
});

describe('the headers of a request', () => {
  test('without a body: host and time are signed, as they are sent', () => {
    const sent = { accept: json, 'user-agent': 'x', 'accept-encoding': 'identity' };
    const added = signedHeaders(keys, get(`${vpn}/vpnservices`, sent), now);
    expect(added).toEqual({
      'x-sdk-date': date,
      authorization: authorization(keys, date, get(`${vpn}/vpnservices`, { host, 'x-sdk-date': date })),
    });
  });

  test('with a body, a project and temporary keys: they are signed too', () => {
    const body = '{}';
    const sent = { 'content-type': json, 'x-project-id': 'p1', 'x-domain-id': 'd1', accept: json };
    const temporary = { ...keys, securityToken: new Secret('sec-tok') };
    const request = { ...get(vpn, sent), method: 'POST', body };
    const added = signedHeaders(temporary, request, now);
    expect(added['x-security-token']).toBe('sec-tok');
    const { accept: _, ...signed } = { ...sent, host, 'x-sdk-date': date, 'x-security-token': 'sec-tok' };
    expect(added['authorization']).toBe(authorization(keys, date, { ...request, headers: signed }));
    expect(added['authorization']).toContain(
      'SignedHeaders=content-type;host;x-domain-id;x-project-id;x-sdk-date;x-security-token, ',
    );
  });

  test.each([
    ['https://example.org/v3', 'example.org'],
    ['https://example.org:443/v3', 'example.org'],
    ['https://example.org:8443/v3', 'example.org:8443'],
    ['http://127.0.0.1:5000/v3', '127.0.0.1:5000'],
    ['https://[2001:DB8::1]/v3', '[2001:db8::1]'],
    ['https://[2001:db8::1]:9696/v3', '[2001:db8::1]:9696'],
  ])('the host of %s is %s', (url, expected) => {
    const added = signedHeaders(keys, get(url), now);
    const headers = { host: expected, 'x-sdk-date': date };
    expect(added['authorization']).toBe(authorization(keys, date, get(url, headers)));
  });

  test('another secret key, body or time gives another signature', () => {
    const request = { ...get(vpn), method: 'POST', body: '{"a":1}' };
    const other = { ...keys, secretKey: new Secret('ExampleSecretKeyForDocsOnly0123456789ABD') };
    const values = [
      signedHeaders(keys, request, now),
      signedHeaders(other, request, now),
      signedHeaders(keys, { ...request, body: '{"a":2}' }, now),
      signedHeaders(keys, request, now + 1000),
    ];
    expect(new Set(values.map((value) => value['authorization'])).size).toBe(4);
  });
});

test.each([
  ['https://h', '/'],
  ['https://h/', '/'],
  ['https://h/v3', '/v3/'],
  ['https://h/v3/', '/v3/'],
  ['https://h/a%2Fb', '/a%2Fb/'],
  ['https://h/a%2fb', '/a%2Fb/'],
  ['https://h/ä b', '/%C3%A4%20b/'],
  ['https://h/%61%7E!*', '/a~%21%2A/'],
  ['https://h/100%', '/100%25/'],
  ['https://h/%zz/%C3', '/%25zz/%C3/'],
])('the path of %s is signed as %s', (url, path) => {
  expect(line(2, get(url))).toBe(path);
});

test.each([
  ['', ''],
  ['?', ''],
  ['?a', 'a='],
  ['?a=', 'a='],
  ['?&b=2&&a=1&', 'a=1&b=2'],
  ['?name=site+a', 'name=site%20a'],
  ['?name=site%20a', 'name=site%20a'],
  ['?name=1%2B1', 'name=1%2B1'],
  ['?id=b&id=a&fields=id&id=B', 'fields=id&id=B&id=a&id=b'],
  ['?name=Büro 😀', 'name=B%C3%BCro%20%F0%9F%98%80'],
  ["?name=o'brien(*)!", 'name=o%27brien%28%2A%29%21'],
  ['?a=b=c/d', 'a=b%3Dc%2Fd'],
  ['?marker=100%', 'marker=100%25'],
  ['?name=%0a%1F', 'name=%0A%1F'],
])('the query %s is signed as %s', (query, canonical) => {
  const url = new URL(`https://h/p${query}`);
  expect(canonicalQuery(url)).toBe(canonical);
  expect(line(3, get(url.href))).toBe(canonical);
});

test('what is signed stays the same when it is signed once more, so that it can be sent in that form', () => {
  const url = new URL("https://h/p?b=site+a&a=o'brien&b=%2f&c");
  const sent = new URL(url);
  sent.search = canonicalQuery(url);
  expect(sent.href).toBe('https://h/p?a=o%27brien&b=%2F&b=site%20a&c=');
  expect(canonicalQuery(sent)).toBe(canonicalQuery(url));
});

test('header values are trimmed', () => {
  expect(line(4, get('https://h', { 'x-project-id': '  p1 ' }))).toBe('x-project-id:p1');
});
