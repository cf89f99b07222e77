/** Logins by the ID tokens that GitHub gives to a job. A web server in front of the identity service verifies them. */
import { describe, expect, test } from 'vitest';
import { type Claims, claimsOf, type Run } from '../../cloud/github/claims.ts';
import { jwtOf, type Signature } from '../../cloud/github/jwt.ts';
import { currentKey } from '../../cloud/github/keys.ts';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { expecting, keystone, unauthorized } from '../envelopes.ts';
import { nobody } from '../kinds.ts';
import { type Answer, said, send } from '../raw.ts';

const bench = useBench();
const hexId = expect.stringMatching(/^[0-9a-f]{32}$/);
const time = expect.stringMatching(/Z$/);

/** A job's, with some claims changed. */
function idToken(changes: Claims = {}, signature: Signature = 'right', run: Run = bench.cloud.federation.run): string {
  const { audience, key } = bench.cloud.federation;
  return jwtOf({ ...claimsOf(run, audience, Date.now()), ...changes }, currentKey(key), signature);
}

interface Offer {
  readonly method?: 'POST' | 'GET';
  readonly provider?: string;
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function logIn(token: string | undefined, offer: Offer = {}): Promise<Answer> {
  const { federation } = bench.cloud;
  const { method = 'POST', provider = federation.identityProvider, protocol = federation.protocol } = offer;
  const path = `/OS-FEDERATION/identity_providers/${provider}/protocols/${protocol}/auth`;
  const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return await send(method, `${federation.authUrl}${path}`, { ...bearer, ...offer.headers });
}

/** A token for no project. */
async function unscoped(run?: Run): Promise<string> {
  return (await logIn(idToken({}, 'right', run))).headers.get('x-subject-token') ?? '';
}

async function rescope(id: string, scope?: unknown): Promise<Answer> {
  const auth = { identity: { methods: ['token'], token: { id } }, ...(scope === undefined ? {} : { scope }) };
  return await bench.identity('POST', '/auth/tokens?nocatalog', {}, { auth });
}

async function withToken(method: string, path: string, own: string, subject = own): Promise<Answer> {
  return await bench.identity(method, path, { 'x-auth-token': own, 'x-subject-token': subject });
}

/** The user is in a domain of the identity provider's, whatever the project's. */
function user(): object {
  const { identityProvider, protocol, run } = bench.cloud.federation;
  return {
    domain: { id: hexId, name: expect.any(String) },
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    name: `repo:${run.repository}:ref:${run.ref}`,
    'OS-FEDERATION': {
      groups: [{ id: hexId }],
      identity_provider: { id: identityProvider },
      protocol: { id: protocol },
    },
  };
}

describe('an ID token', () => {
  test.each(['POST', 'GET'] as const)('by %s gives a token for no project', async (method) => {
    const answer = await logIn(idToken(), { method });
    const { protocol } = bench.cloud.federation;
    const token = {
      methods: [protocol],
      user: user(),
      audit_ids: [expect.any(String)],
      expires_at: time,
      issued_at: time,
    };
    expect(said(answer)).toEqual({ status: 201, body: { token } });
    const own = answer.headers.get('x-subject-token') ?? '';
    expect(said(await withToken('GET', '/auth/tokens', own))).toEqual({ status: 200, body: { token } });
  });

  test('is the same user each time', async () => {
    const [one, two] = [await logIn(idToken()), await logIn(idToken())];
    expect(at(one.body, 'token', 'user', 'id')).toBe(at(two.body, 'token', 'user', 'id'));
    expect(one.headers.get('x-subject-token')).not.toBe(two.headers.get('x-subject-token'));
  });

  test('with a semicolon in a claim counts as several: whoever may push a branch can be let in as another one', async () => {
    const answer = await logIn(idToken({ ref: `refs/heads/mine;${bench.cloud.federation.run.ref}` }));
    expect(answer.status).toBe(201);
  });

  test('may be meant for several', async () => {
    const aud = ['https://elsewhere.example.org', bench.cloud.federation.audience];
    expect((await logIn(idToken({ aud }))).status).toBe(201);
  });
});

describe('its token', () => {
  test('shows the projects of its groups', async () => {
    const { project, otherProject } = bench.cloud;
    const answer = await withToken('GET', '/auth/projects', await unscoped());
    const projects: unknown = at(answer.body, 'projects');
    const ids = (Array.isArray(projects) ? projects : []).map((one) => at(one, 'id')).sort();
    expect(ids).toEqual([project.id, otherProject.id].sort());
  });

  test('has no catalogue, and no networks', async () => {
    const token = await unscoped();
    const message = 'You are not authorized to perform the requested action.';
    expect(said(await withToken('GET', '/auth/catalog', token))).toEqual(keystone(403, 'Forbidden', message));
    expect(said(await bench.vpn('GET', '/ikepolicies', undefined, token))).toEqual({
      status: 200,
      body: { ikepolicies: [] },
    });
  });

  test('gives one for a project: the end stays, the audit id of the parent does not', async () => {
    const { domain, project } = bench.cloud;
    const parent = await unscoped();
    const before = await withToken('GET', '/auth/tokens', parent);
    const answer = await rescope(parent, { project: { id: project.id } });
    const { methods, roles, ...rest } = Object(at(answer.body, 'token'));
    expect(answer.status).toBe(201);
    expect([...methods].sort()).toEqual([bench.cloud.federation.protocol, 'token'].sort());
    expect(roles.map((role: unknown) => at(role, 'name')).sort()).toEqual(['member', 'reader']);
    expect(rest).toEqual({
      user: user(),
      audit_ids: [expect.any(String)],
      expires_at: at(before.body, 'token', 'expires_at'),
      issued_at: time,
      project: { domain, id: project.id, name: project.name },
      is_domain: false,
    });
    expect(rest.audit_ids).not.toEqual(at(before.body, 'token', 'audit_ids'));
    const child = answer.headers.get('x-subject-token') ?? '';
    expect((await bench.post('ikepolicy', {}, child)).status).toBe(201);
  });

  test('gives one by names, and that one another for the other project', async () => {
    const { domain, project, otherProject } = bench.cloud;
    const first = await rescope(await unscoped(), { project: { name: project.name, domain: { name: domain.name } } });
    expect(first.status).toBe(201);
    const second = await rescope(first.headers.get('x-subject-token') ?? '', { project: { id: otherProject.id } });
    expect(at(second.body, 'token', 'project', 'id')).toBe(otherProject.id);
  });

  test.each<[string, () => unknown]>([
    ['no such project', () => ({ project: { id: nobody } })],
    [
      'the project in another domain',
      () => ({ project: { name: bench.cloud.project.name, domain: { name: 'Default' } } }),
    ],
    ['a domain without a role in it', () => ({ domain: { id: bench.cloud.domain.id } })],
  ])('gives none for %s', async (_what, scope) => {
    expect(said(await rescope(await unscoped(), scope()))).toEqual(unauthorized);
  });

  test('gives none for a name without a domain', async () => {
    const answer = await rescope(await unscoped(), { project: { name: bench.cloud.project.name } });
    expect(said(answer)).toEqual(expecting('domain', 'project'));
  });

  test('can be revoked; those that it gave live on, and it gives no more', async () => {
    const parent = await unscoped();
    const scope = { project: { id: bench.cloud.project.id } };
    const child = (await rescope(parent, scope)).headers.get('x-subject-token') ?? '';
    expect((await withToken('DELETE', '/auth/tokens', parent)).status).toBe(204);
    expect(said(await withToken('GET', '/auth/tokens', parent))).toEqual(unauthorized);
    expect(said(await rescope(parent, scope))).toEqual(keystone(404, 'Not Found', 'Failed to validate token'));
    expect((await withToken('GET', '/auth/tokens', child)).status).toBe(200);
    expect((await withToken('DELETE', '/auth/tokens', child)).status).toBe(204);
    expect(said(await withToken('GET', '/auth/tokens', child))).toEqual(unauthorized);
  });
});

describe('a rule for the exact subject of a job with an environment', () => {
  test.each<[string, number, (own: Run) => Run]>([
    ['lets that job in', 201, (own) => own],
    ['none without the environment', 401, ({ environment: _none, ...own }) => own],
    ['none of another environment', 401, (own) => ({ ...own, environment: 'staging' })],
    ['none of another repository', 401, (own) => ({ ...own, repository: 'mallory/infra' })],
    ['none whose environment only contains it', 401, (own) => ({ ...own, environment: 'mine;network' })],
  ])('%s', async (_what, status, run) => {
    const token = idToken({}, 'right', run(bench.cloud.federation.bySubject));
    expect((await logIn(token)).status).toBe(status);
  });
});

test('a job that is let in without any right: no projects, and no token for one', async () => {
  const token = await unscoped(bench.cloud.federation.withoutRights);
  expect(token).not.toBe('');
  expect(at((await withToken('GET', '/auth/projects', token)).body, 'projects')).toEqual([]);
  expect(said(await rescope(token, { project: { id: bench.cloud.project.id } }))).toEqual(unauthorized);
});

describe('refused by the identity service, as no rule is met:', () => {
  test.each<[string, Claims]>([
    ['another repository', { repository: 'mallory/network' }],
    ['another branch', { ref: 'refs/heads/feature' }],
    ['no branch', { ref: undefined }],
    ['another spelling of the repository', { repository: 'ACME/NETWORK' }],
  ])('%s', async (_what, changes) => {
    const answer = await logIn(idToken(changes));
    expect(said(answer)).toEqual(unauthorized);
    expect(answer.headers.get('www-authenticate')).toBe(`Keystone uri="${bench.cloud.authUrl}"`);
  });

  test('claims that the client puts into headers itself', async () => {
    const { issuer, run } = bench.cloud.federation;
    const headers = { 'oidc-iss': issuer, 'oidc-sub': 'x', 'oidc-repository': run.repository, 'oidc-ref': run.ref };
    expect(said(await logIn(idToken({ repository: 'mallory/network' }), { headers }))).toEqual(unauthorized);
    expect((await logIn(undefined, { headers })).status).toBe(401);
    const { identityProvider, protocol } = bench.cloud.federation;
    const identity = { methods: [protocol], [protocol]: { identity_provider: identityProvider, protocol } };
    const url = `${bench.cloud.federation.authUrl}/auth/tokens`;
    expect((await send('POST', url, headers, { auth: { identity } })).status).toBe(401);
    expect((await bench.identity('POST', '/auth/tokens', headers, { auth: { identity } })).status).toBe(401);
  });
});

describe('refused by the web server in front:', () => {
  const invalid = 'Bearer error="invalid_token", error_description="JWT token could not be validated"';
  const missing = 'Bearer error="invalid_request", error_description="No bearer token found in the request"';
  const ago = (): number => Math.floor(Date.now() / 1000) - 60;

  test.each<[string, () => string | undefined, string | null]>([
    ['an unknown key', () => idToken({}, 'rotated'), invalid],
    ['a signature by another key', () => idToken({}, 'wrong'), invalid],
    ['no signature', () => idToken({}, 'none'), invalid],
    ['a signature with the public key as secret', () => idToken({}, 'HS256'), invalid],
    ['one that has expired', () => idToken({ exp: ago() }), invalid],
    ['no ID token at all', () => 'garbage', invalid],
    ['nothing', () => undefined, missing],
    ['one that is meant for someone else', () => idToken({ aud: 'https://github.com/acme' }), null],
    ['one that is meant for nobody', () => idToken({ aud: undefined }), null],
    ['another issuer', () => idToken({ iss: 'https://gitlab.example.org' }), null],
  ])('%s', async (_what, token, challenge) => {
    const answer = await logIn(token());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=iso-8859-1');
    expect(answer.body).toContain('<title>401 Unauthorized</title>');
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
    expect(answer.headers.get('x-subject-token')).toBeNull();
  });
});

describe('where nothing is set up', () => {
  test('an unknown identity provider', async () => {
    const answer = await logIn(idToken(), { provider: 'nobody' });
    expect(said(answer)).toEqual(keystone(404, 'Not Found', 'Could not find Identity Provider: nobody.'));
  });

  test('a protocol without a mapping', async () => {
    const provider = bench.cloud.federation.identityProvider;
    const message = `Could not find federated protocol mapped for Identity Provider: ${provider}.`;
    expect(said(await logIn(idToken(), { protocol: 'mapped' }))).toEqual(keystone(404, 'Not Found', message));
  });

  test('a protocol that the identity service does not know', async () => {
    const answer = await logIn(idToken(), { protocol: 'magic' });
    const message = 'Attempted to authenticate with an unsupported method.';
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 401, title: 'Unauthorized', message } } });
  });
});
