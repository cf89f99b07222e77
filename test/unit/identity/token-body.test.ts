import { expect, test } from 'vitest';
import { decodeCatalogue, decodeTokenBody } from '../../../src/identity/token-body.ts';

const project = { id: '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e', name: 'eu-nl', domain: { id: 'd0', name: 'OTC1' } };

test('what Keystone answers', () => {
  const token = {
    methods: ['password'],
    expires_at: '2026-11-22T20:28:16.000000Z',
    user: { id: 'u', name: 'ci-bot', password_expires_at: null },
    project,
    roles: [{ id: '0', name: 'member' }],
    catalog: [
      {
        type: 'network',
        name: 'neutron',
        endpoints: [{ id: 'e', interface: 'public', region: 'eu-nl', region_id: 'eu-nl', url: 'https://n.test' }],
      },
    ],
  };
  expect(decodeTokenBody({ token })).toEqual({
    project,
    domainScoped: false,
    expiresAt: Date.parse('2026-11-22T20:28:16Z'),
    catalogue: [{ type: 'network', endpoints: [{ interface: 'public', regions: ['eu-nl'], url: 'https://n.test' }] }],
    roles: ['member'],
  });
});

test.each([[undefined], [null], ['text'], [{}], [{ token: 5 }], [{ error: {} }]])('%j is no token', (body) => {
  expect(decodeTokenBody(body)).toBeUndefined();
});

test.each([
  [{}, false],
  [{ domain: { id: 'd' } }, true],
  [{ project: 'x', user: 'y', catalog: {} }, false],
  [{ project: { id: '../../x', name: 'evil' } }, false],
  [{ project: { id: 5 } }, false],
  [{ project: { id: 'a/b' } }, false],
  [{ project: { id: '' } }, false],
])('%j has no project', (token, domainScoped) => {
  expect(decodeTokenBody({ token })).toMatchObject({ project: undefined, domainScoped });
});

test.each([
  ['2026-03-15T09:00:00.168000Z', '2026-03-15T09:00:00.168Z'],
  ['2026-03-15T09:00:00.168Z', '2026-03-15T09:00:00.168Z'],
  ['2026-03-15T09:00:00Z', '2026-03-15T09:00:00Z'],
  ['2026-03-15 09:00:00', '2026-03-15T09:00:00Z'],
  ['2026-11-23T03:38:13.626000', '2026-11-23T03:38:13.626Z'],
  ['2026-03-15T09:00:00+02:00', '2026-03-15T07:00:00Z'],
])('the time %s', (text, expected) => {
  expect(decodeTokenBody({ token: { expires_at: text } })?.expiresAt).toBe(Date.parse(expected));
});

test.each([
  [
    [{ name: 'reader' }, { id: '0' }, 5, { name: 'member' }],
    ['reader', 'member'],
  ],
  [[], undefined],
  ['reader', undefined],
])('roles %j', (roles, expected) => {
  expect(decodeTokenBody({ token: { roles } })?.roles).toEqual(expected);
});

test.each(['', 'soon', '2026-99-99T00:00:00Z', '2026-03-15T09:00:00 CET', 5, null])('%j is no time', (value) => {
  expect(decodeTokenBody({ token: { expires_at: value } })?.expiresAt).toBeUndefined();
});

test('a project without name and domain', () => {
  expect(decodeTokenBody({ token: { project: { id: 'p1' } } })?.project).toEqual({
    id: 'p1',
    name: undefined,
    domain: { id: undefined, name: undefined },
  });
});

test('what is odd in a catalogue is left out', () => {
  const endpoints = [
    { interface: 'publicURL', region: '*', region_id: '*', url: 'https://a.test' },
    { interface: 'internal', region: 'R1', region_id: 'r1', url: 'https://b.test' },
    { interface: 'public', region: null, url: 'https://c.test' },
    { interface: 'public', url: 5 },
    { url: 'https://d.test' },
    'text',
  ];
  expect(decodeCatalogue([{ type: 'network', endpoints }, { type: 5, endpoints: [] }, { type: 'x' }, null])).toEqual([
    {
      type: 'network',
      endpoints: [
        { interface: 'public', regions: [], url: 'https://a.test' },
        { interface: 'internal', regions: ['r1', 'R1'], url: 'https://b.test' },
        { interface: 'public', regions: [], url: 'https://c.test' },
      ],
    },
  ]);
  expect(decodeCatalogue(undefined)).toBeUndefined();
});
