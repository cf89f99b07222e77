/** What the identity service says to a login that has not the right form. */
import { describe, expect, test } from 'vitest';
import { useBench } from '../bench.ts';
import { expecting, keystone, unauthorized } from '../envelopes.ts';
import { type Said, said } from '../raw.ts';
import { schemaTexts } from '../schema-texts.ts';

const bench = useBench();

function badRequest(message: string): Said {
  return keystone(400, 'Bad Request', message);
}

/** As Python's jsonschema words it. */
function invalid(field: string, problem: string, rule: string, schema: string, value: string): Said {
  const keys = field === '' ? [] : field.split('/');
  const index = (key: string): string => (/^\d+$/.test(key) ? `[${key}]` : `['${key}']`);
  const inSchema = keys.map((key) => (/^\d+$/.test(key) ? "['items']" : `['properties']['${key}']`)).join('');
  const indented = schema.replaceAll(/^/gm, '    ');
  const intro = field === '' ? problem : `Invalid input for field '${field}': ${problem}`;
  const where = `Failed validating '${rule}' in schema${inSchema}:\n${indented}`;
  return badRequest(`${intro}\n\n${where}\n\nOn instance${keys.map(index).join('')}:\n    ${value}`);
}

function wrongType(field: string, value: string, types: string, schema: string): Said {
  return invalid(field, `${value} is not of type ${types}`, 'type', schema, value);
}

async function login(body: unknown): Promise<Said> {
  return said(await bench.identity('POST', '/auth/tokens?nocatalog', {}, body));
}

describe('the body', () => {
  test.each<[string, Said]>([
    ['', expecting('auth', 'request body')],
    ['{}', expecting('auth', 'request body')],
    ['{"auth": null}', expecting('auth', 'request body')],
    ['{"other": {}}', expecting('auth', 'request body')],
    ['{', expecting('valid JSON', 'request body')],
    ['null', expecting('valid JSON', 'request body')],
    ['[]', expecting('valid JSON', 'request body')],
    ['5', expecting('valid JSON', 'request body')],
    ['"text"', expecting('valid JSON', 'request body')],
  ])('%s', async (body, answer) => {
    expect(await login(body === '' ? undefined : body)).toEqual(answer);
  });
});

const { top, identity, scope, user, password, project, reference, text } = schemaTexts;

describe('auth', () => {
  test.each<[unknown, Said]>([
    [5, wrongType('', '5', "'object'", top)],
    ['x', wrongType('', "'x'", "'object'", top)],
    [[], wrongType('', '[]', "'object'", top)],
    [{}, invalid('', "'identity' is a required property", 'required', top, '{}')],
    [{ scope: 'unscoped' }, invalid('', "'identity' is a required property", 'required', top, "{'scope': 'unscoped'}")],
    [{ identity: 5 }, wrongType('identity', '5', "'object'", identity)],
    [{ identity: {} }, invalid('identity', "'methods' is a required property", 'required', identity, '{}')],
    [
      { identity: { methods: 'password' } },
      wrongType('identity/methods', "'password'", "'array'", "{'items': {'type': 'string'}, 'type': 'array'}"),
    ],
    [{ identity: { methods: ['password', 5] } }, wrongType('identity/methods/1', '5', "'string'", text)],
    [{ identity: { methods: [], password: 'x' } }, wrongType('identity/password', "'x'", "'object'", password)],
    [
      { identity: { methods: [], password: { user: 'x' } } },
      wrongType('identity/password/user', "'x'", "'object'", user),
    ],
    [
      { identity: { methods: [], token: {} } },
      invalid('identity/token', "'id' is a required property", 'required', schemaTexts.token, '{}'),
    ],
    [{ identity: { methods: [], token: { id: 5 } } }, wrongType('identity/token/id', '5', "'string'", text)],
    [{ identity: { methods: [] }, scope: null }, wrongType('scope', 'None', "'object', 'string'", scope)],
    [{ identity: { methods: [] }, scope: 5 }, wrongType('scope', '5', "'object', 'string'", scope)],
    [{ identity: { methods: [] }, scope: { project: 'x' } }, wrongType('scope/project', "'x'", "'object'", project)],
    [
      { identity: { methods: [] }, scope: { project: { id: 5 } } },
      wrongType('scope/project/id', '5', "'string'", text),
    ],
    [
      { identity: { methods: [] }, scope: { project: { domain: 'x' } } },
      wrongType('scope/project/domain', "'x'", "'object'", reference),
    ],
    [{ identity: { methods: [] }, scope: { domain: 'x' } }, wrongType('scope/domain', "'x'", "'object'", reference)],
    [
      { identity: { methods: [] }, scope: { system: { all: 'x' } } },
      wrongType('scope/system/all', "'x'", "'boolean'", "{'enum': [True, False, None], 'type': 'boolean'}"),
    ],
  ])('%j', async (auth, answer) => {
    expect(await login({ auth })).toEqual(answer);
  });

  test.each(['id', 'name', 'password'])('a number for the user’s %s', async (field) => {
    const auth = { identity: { methods: ['password'], password: { user: { [field]: 5 } } } };
    expect(await login({ auth })).toEqual(wrongType(`identity/password/user/${field}`, '5', "'string'", text));
  });

  test('a refusal shows what was sent, even a password', async () => {
    const user = { name: 'x', password: 'Secret_1' };
    const value = "{'password': {'user': {'name': 'x', 'password': 'Secret_1'}}}";
    expect(await login({ auth: { identity: { password: { user } } } })).toEqual(
      invalid('identity', "'methods' is a required property", 'required', identity, value),
    );
  });
});

describe('a password login', () => {
  const withUser = (given: object, wanted?: unknown): object => ({
    auth: {
      identity: { methods: ['password'], password: { user: given } },
      ...(wanted === undefined ? {} : { scope: wanted }),
    },
  });
  const nameless = (field: string): Said => badRequest(`Invalid input for field ${field}: id or name must be present.`);
  const full = { name: 'x', password: 'x', domain: { name: 'x' } };

  test.each<[object, Said]>([
    [{ auth: { identity: { methods: ['password'] } } }, expecting('password', 'identity')],
    [{ auth: { identity: { methods: ['password'], password: {} } } }, expecting('user', 'None')],
    [{ auth: { identity: { methods: ['token'] } } }, expecting('token', 'identity')],
    [{ auth: { identity: { methods: ['magic'] } } }, expecting('magic', 'identity')],
    [withUser({ password: 'x' }), nameless('identity/password/user')],
    [withUser({ ...full, domain: {} }), nameless('identity/password/user/domain')],
    [withUser(full, { project: {} }), nameless('scope/project')],
    [withUser(full, { project: { name: 'x', domain: {} } }), nameless('scope/project/domain')],
    [withUser(full, { domain: {} }), nameless('scope/domain')],
    [withUser(full, {}), expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope')],
    [withUser(full, 'nothing'), expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope')],
    [
      withUser(full, { project: { id: 'x' }, domain: { id: 'x' } }),
      expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope'),
    ],
    [withUser(full, { project: { name: 'x' } }), expecting('domain', 'project')],
    [withUser({ name: 'x', password: 'x' }), expecting('domain', 'user')],
  ])('%j', async (body, answer) => {
    expect(await login(body)).toEqual(answer);
  });

  test.each([
    ['no password', { name: 'x', domain: { name: 'x' } }],
    ['an empty password', { ...full, password: '' }],
    ['a very long password', { ...full, password: 'x'.repeat(5000) }],
  ])('with %s is no more than wrong', async (_what, given) => {
    expect(await login(withUser(given))).toEqual(unauthorized);
  });

  test('by no method is no more than wrong', async () => {
    expect(await login({ auth: { identity: { methods: [] } } })).toEqual(unauthorized);
  });

  test('by an unknown method: the known ones are listed', async () => {
    const answer = await login({ auth: { identity: { methods: ['magic'], magic: {} } } });
    const message = 'Attempted to authenticate with an unsupported method.';
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 401, title: 'Unauthorized', message } } });
    expect(answer.body).toMatchObject({
      error: { identity: { methods: expect.arrayContaining(['password', 'token']) } },
    });
  });
});
