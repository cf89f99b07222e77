import { describe, expect, test } from 'vitest';
import { readServerWords } from '../../../src/http/server-words.ts';
import { createRedactor } from '../../../src/redact.ts';

const same = (text: string): string => text;

const neutron = { NeutronError: { type: 'VPNServiceInUse', message: 'VPNService x is still in use', detail: '' } };

const table: readonly [name: string, body: unknown, words: string, code?: string, requestId?: string][] = [
  ['Neutron', neutron, 'VPNService x is still in use', 'VPNServiceInUse'],
  ['Neutron with a detail', { NeutronError: { type: 'X', message: 'no', detail: 'row 7' } }, 'no: row 7', 'X'],
  ['Neutron as a text', { NeutronError: 'not so' }, 'not so'],
  ['VPC layer', { code: 'VPC.1003', message: 'Quota exceeded.' }, 'Quota exceeded.', 'VPC.1003'],
  [
    'gateway',
    { error_msg: 'decrypt token fail', error_code: 'APIGW.0301', request_id: '1f0c' },
    'decrypt token fail',
    'APIGW.0301',
    '1f0c',
  ],
  [
    'gateway around JSON text',
    { error_code: 'APIGW.0201', error_msg: JSON.stringify(neutron), request_id: '77aa' },
    'VPNService x is still in use',
    'VPNServiceInUse',
    '77aa',
  ],
  ['JSON text twice', { message: JSON.stringify(JSON.stringify({ message: 'deep' })) }, '"{\\"message\\":\\"deep\\"}"'],
  ['Keystone', { error: { code: 401, title: 'Unauthorized', message: 'Log in.' } }, 'Log in.'],
  [
    'Keystone where several factors are wanted',
    { receipt: { methods: ['password'] }, required_auth_methods: [['password', 'totp'], ['token', 7], 'x'] },
    'The user has to log in with password and totp, or token.',
  ],
  ['Keystone without a message', { error: { code: 401, title: 'Unauthorized' } }, 'Unauthorized'],
  [
    'Keystone with fields of OTC beside it',
    { error: { code: 401, message: 'no' }, error_code: 'IAM.0061', error_msg: 'Account locked.' },
    'Account locked.',
    'IAM.0061',
  ],
  ['a code in error', { error: { code: 'XYZ.1', message: 'm' } }, 'm', 'XYZ.1'],
  ['error_code in error', { error: { error_code: 'VPC.2701', error_msg: 'm' } }, 'm', 'VPC.2701'],
  ['user management', { error: { code: 1109, message: 'weak', title: 'Bad Request' } }, 'weak', '1109'],
  ['Nova', { badRequest: { code: 400, message: 'bad' } }, 'bad'],
  ['faultstring', { faultstring: 'broken' }, 'broken'],
  ['message alone', { message: 'hm' }, 'hm'],
  ['detail as text', { detail: 'Not found' }, 'Not found'],
  ['detail as a list', { detail: [{ loc: ['body'], msg: 'field required' }] }, 'field required'],
  ['broken JSON inside', { error_msg: '{"half":' }, '{"half":'],
  ['nothing to say', {}, ''],
  ['two objects', { a: {}, b: {} }, ''],
  ['numbers', { message: 5, code: null }, ''],
  ['a code that is no code', { code: '<b>', message: 'm' }, 'm'],
  ['null', null, ''],
  ['a number', 7, ''],
  ['a list', [{ message: 'first' }], 'first'],
];

test.each(table)('%s', (_name, body, words, code, requestId) => {
  expect(readServerWords(JSON.stringify(body), same)).toEqual({ words, code, requestId });
});

test.each([
  ['empty', '', ''],
  ['blank', '  \n ', ''],
  ['text', 'upstream connect error', 'upstream connect error'],
  ['HTML with a title', '<html><head><title>502 Bad Gateway</title></head><body>x</body></html>', '502 Bad Gateway'],
  [
    'HTML without a title',
    '<!doctype html><style>a{}</style><h1>Not Found</h1><script>alert("x")</script><p>Check it.</p>',
    'Not Found Check it.',
  ],
  ['cut JSON', '{"NeutronError": {"type": "X", "mess', '{"NeutronError": {"type": "X", "mess'],
])('%s', (_name, text, words) => {
  expect(readServerWords(text, same)).toEqual({ words, code: undefined, requestId: undefined });
});

test('an envelope nested without end is given up', () => {
  let body: unknown = { message: 'too deep' };
  for (let depth = 0; depth < 50; depth += 1) {
    body = { error: body };
  }
  expect(readServerWords(JSON.stringify(body), same).words).toBe('');
});

describe('secrets are taken out before the words are cleaned and cut', () => {
  const secret = 'Pä"ss\\w<b>0</b>rd-1';
  const { add, redact } = createRedactor();
  add(secret);
  const words = (message: string): string => readServerWords(JSON.stringify({ error: { message } }), redact).words;

  test('a secret that JSON escapes, and with what looks like markup', () => {
    expect(words(`'${secret}' is too long`)).toBe("'***' is too long");
  });

  test('a secret where the words are cut', () => {
    expect(words(`${'x'.repeat(290)} ${secret} is too long`)).toBe(`${'x'.repeat(290)} *** is t…`);
  });

  test('a secret that the server itself has cut', () => {
    expect(words(`the password Pä"ss`)).toBe('the password ***');
  });

  test('a secret in a page', () => {
    expect(readServerWords(`<p>No: P&auml; P&#228;&quot;ss\\w&lt;b&gt;0&lt;/b&gt;rd-1`, redact).words).toBe(
      'No: P&auml; ***',
    );
  });
});
