import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError } from '../envelopes.ts';
import { facts, nobody } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();

const defaults = {
  ikepolicy: {
    name: '',
    description: '',
    auth_algorithm: 'sha1',
    encryption_algorithm: 'aes-128',
    phase1_negotiation_mode: 'main',
    lifetime: { units: 'seconds', value: 3600 },
    ike_version: 'v1',
    pfs: 'group5',
  },
  ipsecpolicy: {
    name: '',
    description: '',
    transform_protocol: 'esp',
    auth_algorithm: 'sha1',
    encryption_algorithm: 'aes-128',
    encapsulation_mode: 'tunnel',
    lifetime: { units: 'seconds', value: 3600 },
    pfs: 'group5',
  },
};
const choices = {
  ikepolicy: {
    auth_algorithm: ['sha1', 'sha256', 'sha384', 'sha512'],
    encryption_algorithm: ['3des', 'aes-128', 'aes-192', 'aes-256'],
    phase1_negotiation_mode: ['main', 'aggressive'],
    ike_version: ['v1', 'v2'],
    pfs: ['group2', 'group5', 'group14'],
  },
  ipsecpolicy: {
    transform_protocol: ['esp', 'ah', 'ah-esp'],
    auth_algorithm: ['sha1', 'sha256', 'sha384', 'sha512'],
    encryption_algorithm: ['3des', 'aes-128', 'aes-192', 'aes-256'],
    encapsulation_mode: ['tunnel', 'transport'],
    pfs: ['group2', 'group5', 'group14'],
  },
};
const kinds = ['ikepolicy', 'ipsecpolicy'] as const;
const fieldsWithChoice = kinds.flatMap((kind) =>
  Object.entries(choices[kind]).map(([field, values]) => ({ kind, field, values })),
);

/** Values of the fields that both kinds have, and what is said to them. */
const refused: readonly (readonly [fields: object, answer: Said])[] = [
  [{ name: 5 }, badRequest("Invalid input for name. Reason: '5' is not a valid string.")],
  [{ name: null }, badRequest("Invalid input for name. Reason: 'None' is not a valid string.")],
  [{ name: ['x'] }, badRequest("Invalid input for name. Reason: '['x']' is not a valid string.")],
  [{ description: true }, badRequest("Invalid input for description. Reason: 'True' is not a valid string.")],
  [{ auth_algorithm: 'md5' }, badRequest('Invalid input for auth_algorithm. Reason: md5 is not in valid_values.')],
  [{ auth_algorithm: 'SHA1' }, badRequest('Invalid input for auth_algorithm. Reason: SHA1 is not in valid_values.')],
  [{ auth_algorithm: '' }, badRequest('Invalid input for auth_algorithm. Reason:  is not in valid_values.')],
  [{ auth_algorithm: null }, badRequest('Invalid input for auth_algorithm. Reason: None is not in valid_values.')],
  [
    { encryption_algorithm: 'aes-256-gcm' },
    badRequest('Invalid input for encryption_algorithm. Reason: aes-256-gcm is not in valid_values.'),
  ],
  [{ pfs: 'group1' }, badRequest('Invalid input for pfs. Reason: group1 is not in valid_values.')],
  [{ pfs: 14 }, badRequest('Invalid input for pfs. Reason: 14 is not in valid_values.')],
  [
    { lifetime: { units: 'seconds', value: 59 } },
    badRequest("Invalid input for lifetime. Reason: '59' is too small - must be at least '60'."),
  ],
  [
    { lifetime: { value: -1 } },
    badRequest("Invalid input for lifetime. Reason: '-1' is too small - must be at least '60'."),
  ],
  [{ lifetime: { value: 'abc' } }, badRequest("Invalid input for lifetime. Reason: 'abc' is not an integer.")],
  [{ lifetime: { value: null } }, badRequest("Invalid input for lifetime. Reason: 'None' is not an integer.")],
  [
    { lifetime: { units: 'kilobytes' } },
    badRequest('Invalid input for lifetime. Reason: kilobytes is not in valid_values.'),
  ],
  [
    { lifetime: { units: 'seconds', value: 3600, foo: 1 } },
    badRequest('Invalid input for lifetime. Reason: Unexpected keys supplied: foo.'),
  ],
  [{ lifetime: 3600 }, badRequest("Invalid input for lifetime. Reason: '3600' is not a dictionary.")],
  [{ lifetime: 'long' }, badRequest("Invalid input for lifetime. Reason: 'long' is not a dictionary.")],
  [{ lifetime: { value: 4_294_967_296 } }, internalError],
  [{ name: 'a\u{1f600}' }, internalError],
  [{ colour: 'red' }, badRequest("Unrecognized attribute(s) 'colour'")],
  [{ status: 'ACTIVE' }, badRequest("Unrecognized attribute(s) 'status'")],
];

describe.each(kinds)('%s', (kind) => {
  test('fills in defaults', async () => {
    const { project } = bench.cloud;
    const answer = await bench.post(kind, {});
    const id = at(answer.body, kind, 'id');
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const whole = { id, tenant_id: project.id, project_id: project.id, ...defaults[kind] };
    expect(said(answer)).toEqual({ status: 201, body: { [kind]: whole } });
    expect(said(await bench.get(kind, String(id)))).toEqual({ status: 200, body: { [kind]: whole } });
  });

  test.each(refused)('refuses to create %j', async (fields, answer) => {
    expect(said(await bench.post(kind, fields))).toEqual(answer);
  });

  test.each([
    ['id', { id: nobody }, "Attribute 'id' not allowed in POST"],
    ['two projects', { tenant_id: nobody, project_id: 'x' }, "'project_id' and 'tenant_id' do not match"],
  ])('refuses to be told %s', async (_what, fields, message) => {
    expect(said(await bench.post(kind, fields))).toEqual(badRequest(message));
  });

  test('takes names of 255 characters, no longer ones', async () => {
    const name = 'ü'.repeat(255);
    expect(await bench.create(kind, { name, description: name })).toMatchObject({ name, description: name });
    const long = `${name}x`;
    const reason = `'${long}' exceeds maximum length of 255`;
    for (const field of ['name', 'description']) {
      const answer = await bench.post(kind, { [field]: long });
      expect(said(answer)).toEqual(badRequest(`Invalid input for ${field}. Reason: ${reason}.`));
    }
  });

  test('allows namesakes', async () => {
    const name = bench.name();
    const [one, two] = [await bench.create(kind, { name }), await bench.create(kind, { name })];
    expect(one.id).not.toBe(two.id);
    const list = await bench.vpn('GET', `${facts[kind].path}?name=${name}&fields=name`);
    expect(said(list)).toEqual({ status: 200, body: { [facts[kind].plural]: [{ name }, { name }] } });
  });

  test('a lifetime of texts is echoed, and kept as a number', async () => {
    const { id, lifetime } = await bench.create(kind, { lifetime: { value: '4000' } });
    expect(lifetime).toEqual({ units: 'seconds', value: '4000' });
    const stored = await bench.get(kind, id);
    expect(at(stored.body, kind, 'lifetime')).toEqual({ units: 'seconds', value: 4000 });
  });

  test.each([null, {}, { units: 'seconds' }])('a lifetime of %j is the default', async (lifetime) => {
    expect(await bench.create(kind, { lifetime })).toMatchObject({ lifetime: { units: 'seconds', value: 3600 } });
  });

  test('an update changes what it names', async () => {
    const before = await bench.create(kind, { name: 'before', lifetime: { value: 7200 } });
    const changes = { description: 'after', encryption_algorithm: 'aes-256', pfs: 'group14' };
    const answer = await bench.put(kind, before.id, changes);
    expect(said(answer)).toEqual({ status: 200, body: { [kind]: { ...before, ...changes } } });
    expect(said(await bench.get(kind, before.id))).toEqual({ status: 200, body: answer.body });
  });

  test('an update of nothing changes nothing', async () => {
    const before = await bench.create(kind, {});
    expect(said(await bench.put(kind, before.id, {}))).toEqual({ status: 200, body: { [kind]: before } });
  });

  test('an update of the lifetime keeps the keys that it does not name', async () => {
    const { id } = await bench.create(kind, { lifetime: { value: 7200 } });
    const answer = await bench.put(kind, id, { lifetime: { units: 'seconds' } });
    expect(at(answer.body, kind, 'lifetime')).toEqual({ units: 'seconds', value: 7200 });
  });

  test.each([
    ['id', nobody],
    ['tenant_id', 'own'],
    ['project_id', 'own'],
  ])('never changes %s', async (field, value) => {
    const { id } = await bench.create(kind, {});
    const answer = await bench.put(kind, id, { [field]: value === 'own' ? bench.cloud.project.id : value });
    const named = field === 'project_id' ? 'tenant_id' : field;
    expect(said(answer)).toEqual(badRequest(`Cannot update read-only attribute ${named}`));
  });

  test.each([
    [{ pfs: 'group1' }, 'Invalid input for pfs. Reason: group1 is not in valid_values.'],
    [{ lifetime: { value: 1 } }, "Invalid input for lifetime. Reason: '1' is too small - must be at least '60'."],
    [{ name: null }, "Invalid input for name. Reason: 'None' is not a valid string."],
    [{ colour: 1 }, "Unrecognized attribute(s) 'colour'"],
  ])('refuses to update with %j, also what is not there', async (fields, message) => {
    const { id } = await bench.create(kind, {});
    expect(said(await bench.put(kind, id, fields))).toEqual(badRequest(message));
    expect(said(await bench.put(kind, nobody, fields))).toEqual(badRequest(message));
  });

  test('is gone once deleted', async () => {
    const { id } = await bench.create(kind, {});
    expect(said(await bench.delete(kind, id))).toEqual({ status: 204, body: undefined });
    expect(said(await bench.delete(kind, id))).toEqual(facts[kind].notFound(id));
    expect(said(await bench.get(kind, id))).toEqual(facts[kind].notFound(id));
    expect(said(await bench.put(kind, id, {}))).toEqual(facts[kind].notFound(id));
  });
});

test.each(fieldsWithChoice)('$kind takes each documented $field', async ({ kind, field, values }) => {
  const { id } = await bench.create(kind, {});
  for (const value of values) {
    const made = await bench.create(kind, { [field]: value });
    expect(made[field]).toBe(value);
    expect(at((await bench.put(kind, id, { [field]: value })).body, kind, field)).toBe(value);
  }
});

test.each([
  ['ikepolicy', { phase1_negotiation_mode: 'quick' }, 'phase1_negotiation_mode', 'quick'],
  ['ikepolicy', { ike_version: 2 }, 'ike_version', '2'],
  ['ipsecpolicy', { transform_protocol: 'gre' }, 'transform_protocol', 'gre'],
  ['ipsecpolicy', { encapsulation_mode: 'Tunnel' }, 'encapsulation_mode', 'Tunnel'],
] as const)('%s refuses %j', async (kind, fields, field, value) => {
  const message = `Invalid input for ${field}. Reason: ${value} is not in valid_values.`;
  expect(said(await bench.post(kind, fields))).toEqual(badRequest(message));
});
