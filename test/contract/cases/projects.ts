/** Who sees and changes what: other projects, administrators, readers, quotas. */
import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import type { Login } from '../cloud.ts';
import { badRequest, internalError, neutron } from '../envelopes.ts';
import { facts, type Kind, kinds } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();

const fields: Readonly<Record<Kind, () => Promise<object>>> = {
  ikepolicy: async () => ({}),
  ipsecpolicy: async () => ({}),
  vpnservice: async () => ({ router_id: bench.cloud.router.id }),
  endpoint_group: async () => ({ type: 'cidr', endpoints: ['10.20.0.0/24'] }),
  ipsec_site_connection: () => bench.connectionFields(),
};

async function make(kind: Kind): Promise<string> {
  const { id } = await bench.create(kind, { name: 'ours', ...(await fields[kind]()) });
  if (kind === 'ipsec_site_connection') await bench.cloud.drive(id, 'DOWN');
  return id;
}

function listed(body: unknown, kind: Kind): unknown[] {
  const rows: unknown = at(body, facts[kind].plural);
  return Array.isArray(rows) ? rows.map((row) => at(row, 'id')) : [];
}

describe.each(kinds)('%s', (kind) => {
  const { path } = facts[kind];

  test("is not there for another project's user", async () => {
    const id = await make(kind);
    const { other, project } = bench.cloud;
    const gone = facts[kind].notFound(id);
    expect(said(await bench.get(kind, id, other))).toEqual(gone);
    expect(said(await bench.put(kind, id, { name: 'theirs' }, other))).toEqual(gone);
    expect(said(await bench.delete(kind, id, other))).toEqual(gone);
    for (const query of ['', `?id=${id}`, `?project_id=${project.id}`]) {
      const answer = await bench.vpn('GET', `${path}${query}`, undefined, other);
      expect(answer.status).toBe(200);
      expect(listed(answer.body, kind)).not.toContain(id);
    }
    expect(at((await bench.get(kind, id)).body, kind, 'name')).toBe('ours');
  });

  test('an administrator sees and changes it, and it stays the project’s', async () => {
    const id = await make(kind);
    const { administrator, project } = bench.cloud;
    const list = await bench.vpn('GET', path, undefined, administrator);
    expect(listed(list.body, kind)).toContain(id);
    expect((await bench.get(kind, id, administrator)).status).toBe(200);
    const status = kind === 'vpnservice' ? 400 : 200;
    expect((await bench.put(kind, id, { name: 'changed' }, administrator)).status).toBe(status);
    expect(at((await bench.get(kind, id)).body, kind, 'project_id')).toBe(project.id);
    expect((await bench.delete(kind, id, administrator)).status).toBe(204);
  });

  // The default policy of this release asks for the project alone, not for a role.
  test('a reader can read, and also write', async () => {
    const { reader, project } = bench.cloud;
    const made = await bench.post(kind, await fields[kind](), reader);
    expect(made.status).toBe(201);
    const id = String(at(made.body, kind, 'id'));
    expect(at(made.body, kind, 'project_id')).toBe(project.id);
    if (kind === 'ipsec_site_connection') await bench.cloud.drive(id, 'DOWN');
    expect(at((await bench.get(kind, id, reader)).body, kind, 'id')).toBe(id);
    if (kind !== 'vpnservice') expect((await bench.put(kind, id, { name: 'read' }, reader)).status).toBe(200);
    expect((await bench.delete(kind, id, reader)).status).toBe(204);
  });
});

test('a reader sees the psk', async () => {
  const id = await make('ipsec_site_connection');
  const answer = await bench.get('ipsec_site_connection', id, bench.cloud.reader);
  expect(at(answer.body, 'ipsec_site_connection', 'psk')).toBe('Some-Secret_1');
});

describe('an administrator', () => {
  test('sees the objects of several projects in one list', async () => {
    const { other, administrator, project, otherProject } = bench.cloud;
    const [ours, theirs] = [await bench.create('ikepolicy', {}), await bench.create('ikepolicy', {}, other)];
    const list = await bench.vpn('GET', '/ikepolicies', undefined, administrator);
    expect(listed(list.body, 'ikepolicy')).toEqual(expect.arrayContaining([ours.id, theirs.id]));
    for (const [id, owner] of [
      [ours.id, project.id],
      [theirs.id, otherProject.id],
    ]) {
      const filtered = await bench.vpn('GET', `/ikepolicies?project_id=${owner}`, undefined, administrator);
      expect(listed(filtered.body, 'ikepolicy')).toContain(id);
    }
  });

  test.each(['project_id', 'tenant_id'])('creates for another project by %s', async (field) => {
    const { administrator, otherProject, other } = bench.cloud;
    const made = await bench.create('ikepolicy', { [field]: otherProject.id }, administrator);
    expect(made).toMatchObject({ project_id: otherProject.id, tenant_id: otherProject.id });
    expect((await bench.get('ikepolicy', made.id, other)).status).toBe(200);
    expect((await bench.get('ikepolicy', made.id)).status).toBe(404);
  });
});

describe('a member who names a project in a body', () => {
  const refused = badRequest(
    "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin or advsvc privileges",
  );

  test.each(['project_id', 'tenant_id'])('%s: may name the own, no other', async (field) => {
    const { project, otherProject } = bench.cloud;
    const made = await bench.create('ikepolicy', { [field]: project.id });
    expect(made).toMatchObject({ project_id: project.id, tenant_id: project.id });
    expect(said(await bench.post('ikepolicy', { [field]: otherProject.id }))).toEqual(refused);
    expect(said(await bench.put('ikepolicy', made.id, { [field]: otherProject.id }))).toEqual(refused);
  });
});

describe("another project's parts", () => {
  test.each(['ipsecpolicy_id', 'vpnservice_id'] as const)('%s: an internal error hides the refusal', async (field) => {
    const { other } = bench.cloud;
    const answer = await bench.post('ipsec_site_connection', await theirFields(field), other);
    // Zed looks at a service of any project before it checks whose it is.
    const expected: Said = field === 'ipsecpolicy_id' ? internalError : facts.vpnservice.notFound(await serviceId());
    expect(said(answer)).toEqual(expected);
  });

  test('ikepolicy_id is not found', async () => {
    const ike = await bench.create('ikepolicy', {}, bench.cloud.other);
    const answer = await bench.post('ipsec_site_connection', {
      ...(await bench.connectionFields()),
      ikepolicy_id: ike.id,
    });
    expect(said(answer)).toEqual(facts.ikepolicy.notFound(ike.id));
  });

  test('peer_ep_group_id is not found', async () => {
    const group = await bench.create(
      'endpoint_group',
      { type: 'cidr', endpoints: ['10.29.0.0/24'] },
      bench.cloud.other,
    );
    const changes = { peer_ep_group_id: group.id };
    const created = await bench.post('ipsec_site_connection', { ...(await bench.connectionFields()), ...changes });
    expect(said(created)).toEqual(facts.endpoint_group.notFound(group.id));
    const { id } = await bench.connection();
    expect(said(await bench.put('ipsec_site_connection', id, changes))).toEqual(
      facts.endpoint_group.notFound(group.id),
    );
  });

  async function serviceId(): Promise<string> {
    return (await bench.parts()).vpnservice_id;
  }

  /** All of the other project's, but for the service, and the IPsec policy if that is asked for. */
  async function theirFields(foreign: 'ipsecpolicy_id' | 'vpnservice_id'): Promise<object> {
    const { other } = bench.cloud;
    const [ike, ipsec] = [await bench.create('ikepolicy', {}, other), await bench.create('ipsecpolicy', {}, other)];
    const own = { ikepolicy_id: ike.id, ...(foreign === 'vpnservice_id' ? { ipsecpolicy_id: ipsec.id } : {}) };
    return { ...(await bench.connectionFields()), ...own };
  }
});

describe('quotas', () => {
  const quotaPath = (): string => `/v2.0/quotas/${bench.cloud.otherProject.id}`;
  const quotaOf = async (path: string, who: Login): Promise<unknown> =>
    at((await bench.network('GET', path, undefined, who)).body, 'quota');

  const unlimited = { ikepolicy: -1, ipsecpolicy: -1, vpnservice: -1, endpoint_group: -1, ipsec_site_connection: -1 };

  test('a member reads them, and there is none for VPN objects', async () => {
    const answer = await bench.network('GET', quotaPath(), undefined, bench.cloud.other);
    expect(said(answer)).toMatchObject({ status: 200, body: { quota: unlimited } });
  });

  test("a reader reads the own project's, an administrator any", async () => {
    const { reader, project, administrator } = bench.cloud;
    const path = `/v2.0/quotas/${project.id}`;
    for (const who of [reader, administrator]) {
      const answer = await bench.network('GET', path, undefined, who);
      expect(said(answer)).toMatchObject({ status: 200, body: { quota: unlimited } });
    }
    expect(await quotaOf(path, reader)).toEqual(await quotaOf(path, administrator));
  });

  test('what an answer holds: a limit for each kind, and no word of what is used', async () => {
    const quota = await quotaOf(quotaPath(), bench.cloud.other);
    expect(Object.values(Object(quota)).every((limit) => Number.isInteger(limit))).toBe(true);
    expect(Object.keys(Object(quota))).toEqual(expect.arrayContaining(Object.keys(unlimited)));
  });

  test.each(kinds)('none is left of %s: nobody makes one, what is there stays', async (kind) => {
    const { administrator, project } = bench.cloud;
    const id = await make(kind);
    const body = await fields[kind]();
    const path = `/v2.0/quotas/${project.id}`;
    // Fewer than there are: a limit, and no reason to take anything away.
    const set = await bench.network('PUT', path, { quota: { [kind]: 0 } }, administrator);
    expect(said(set)).toMatchObject({ status: 200, body: { quota: { [kind]: 0 } } });
    try {
      expect(await quotaOf(path, bench.cloud.reader)).toMatchObject({ ...unlimited, [kind]: 0 });
      const message = `Quota exceeded for resources: ['${kind}'].`;
      expect(said(await bench.post(kind, body))).toEqual(neutron(409, 'OverQuota', message));
      expect((await bench.get(kind, id)).status).toBe(200);
    } finally {
      expect((await bench.network('DELETE', path, undefined, administrator)).status).toBe(204);
    }
    expect(await quotaOf(path, bench.cloud.reader)).toMatchObject(unlimited);
    expect((await bench.post(kind, body)).status).toBe(201);
  });

  test("a member neither sets them nor reads another project's", async () => {
    const message = (action: string): string => `rule:${action} is disallowed by policy`;
    const body = { quota: { ikepolicy: 5 } };
    const set = await bench.network('PUT', quotaPath(), body, bench.cloud.other);
    expect(said(set)).toEqual(neutron(403, 'PolicyNotAuthorized', message('update_quota')));
    const read = await bench.network('GET', quotaPath());
    expect(said(read)).toEqual(neutron(403, 'PolicyNotAuthorized', message('get_quota')));
  });

  test('that are used up refuse a POST, and nothing else', async () => {
    const { administrator, other } = bench.cloud;
    const { id } = await bench.create('ikepolicy', {}, other);
    const list = await bench.vpn('GET', '/ikepolicies', undefined, other);
    const quota = { ikepolicy: listed(list.body, 'ikepolicy').length };
    const set = await bench.network('PUT', quotaPath(), { quota }, administrator);
    expect(said(set)).toMatchObject({ status: 200, body: { quota } });
    const message = "Quota exceeded for resources: ['ikepolicy'].";
    expect(said(await bench.post('ikepolicy', {}, other))).toEqual(neutron(409, 'OverQuota', message));
    const wrong = await bench.post('ikepolicy', { pfs: 'x' }, other);
    expect(said(wrong)).toEqual(badRequest('Invalid input for pfs. Reason: x is not in valid_values.'));
    expect((await bench.put('ikepolicy', id, { name: 'x' }, other)).status).toBe(200);
    expect((await bench.post('ipsecpolicy', {}, other)).status).toBe(201);
    expect((await bench.delete('ikepolicy', id, other)).status).toBe(204);
    expect((await bench.post('ikepolicy', {}, other)).status).toBe(201);
    expect((await bench.network('PUT', quotaPath(), { quota: { ikepolicy: -1 } }, administrator)).status).toBe(200);
    expect((await bench.post('ikepolicy', {}, other)).status).toBe(201);
  });
});
