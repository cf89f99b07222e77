/** A run that fails goes as far as it can, and says for each connection what became of it. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../cloud/index.ts';
import { office, officeFile, officesFile, only, ours } from '../../scenarios/fixtures/office.ts';
import { type Converged, ground, refusal } from './converging.ts';

const post = { method: 'POST', path: '/ipsec-site-connections' } as const;
const put = { method: 'PUT', path: '/ipsec-site-connections/' } as const;
const remove = { method: 'DELETE', path: '/ipsec-site-connections/' } as const;

type Body = Readonly<Record<string, unknown>>;

const names = ['office-0', 'office-1', 'office-2'];

/** Three connections of one VPN service. */
function offices(): string {
  return officesFile(
    names.map((name, index) => ({
      ...{ ...office, name, psk: '${PSK}', peer_address: `198.51.100.${20 + index}` },
      ...{ peer_ep_group: [`10.${80 + index}.0.0/24`] },
    })),
  );
}

/** Names of connections whose POST was refused. */
function refusedNames({ requests }: Converged): unknown[] {
  const refused = requests.filter(
    ({ method, path, status }) => method === 'POST' && path.endsWith(post.path) && status === 400,
  );
  return refused.map(({ body }) => Object(body).ipsec_site_connection.name);
}

describe('one of several connections', () => {
  test('is refused: the others converge, the run fails at the end and names it, outputs have all', async () => {
    const { cloud, converge } = await ground({ dialect: 'openstack', downAfterMs: 1000 });
    cloud.addFault({ ...post, when: { nth: 2 }, effect: refusal(400, 'The peer is not liked.') });
    const converged = await converge(offices());
    const [name] = refusedNames(converged);
    const { error, last, outputs, lines } = converged;
    expect(error).toMatchObject({ code: 'API_REFUSED', at: { file: 'vpn.yml' } });
    expect(error?.message).toContain(`Could not create the IPsec connection ${name}: The peer is not liked.`);
    expect(
      ours(cloud, 'ipsec_site_connection')
        .map((one) => one['name'])
        .toSorted(),
    ).toEqual(names.filter((one) => one !== name));
    for (const one of last.connections) {
      const made = { operation: 'created', status: 'DOWN', settled: true, psk: 'sent' };
      expect(one).toMatchObject(
        one.name === name ? { operation: 'unchanged', psk: 'not compared', failure: error } : made,
      );
      expect(one.id === undefined).toBe(one.name === name);
    }
    expect(outputs['changed']).toBe('true');
    const facts: Record<string, object> = JSON.parse(outputs['connections'] ?? '');
    expect(Object.keys(facts)).toEqual(names);
    expect(facts[String(name)]).toEqual(expect.objectContaining({ operation: 'unchanged', changed: false }));
    expect(facts[String(name)]).not.toHaveProperty('status');
    expect(lines.findLastIndex((line) => line.includes(' is DOWN'))).toBeGreaterThan(lines.indexOf('Apply]'));
  });

  test('two are refused: both reasons, numbered, each with its way out', async () => {
    const { cloud, converge } = await ground('openstack');
    cloud.addFault({ ...post, when: { from: 1, count: 2 }, effect: refusal(400, 'Not liked.') });
    const { error, last } = await converge(offices());
    expect(error?.message).toMatch(
      /^2 connections failed:\n1\. .*office-\d: Not liked\. .*\n2\. .*office-\d: Not liked\. .*$/,
    );
    expect(last.connections.filter(({ failure }) => failure !== undefined)).toHaveLength(2);
  });

  test('an update is refused: the state from before counts on', async () => {
    const { cloud, apply, converge } = await ground('openstack');
    await apply(officeFile());
    cloud.addFault({ ...put, effect: refusal(400, 'Not liked.') });
    const { outputs, last } = await converge(officeFile({ mtu: 1400 }));
    expect(outputs).toMatchObject({ status: 'DOWN', settled: 'true', up: 'false', 'status-stale': 'false' });
    expect([last.progress, outputs['changed']]).toEqual(['planned', 'false']);
  });

  test('all need what is refused: its reason is told once', async () => {
    const { cloud, converge } = await ground('openstack');
    cloud.addFault({ method: 'POST', path: '/vpnservices', effect: refusal(400, 'The router has no gateway.') });
    const { error, last, outputs } = await converge(offices());
    expect(error?.message).toMatch(/^Could not create the VPN service .*The router has no gateway\./);
    expect(last.connections.map(({ failure }) => failure)).toEqual([error, error, error]);
    // The policies and groups had been created by then.
    expect(outputs['changed']).toBe('true');
  });

  test('fails while it is waited for: so does the run, after the others settled', async () => {
    const { cloud, clock, converge } = await ground({ dialect: 'openstack', downAfterMs: 5000 });
    clock.onSleep = () => {
      const [broken] = ours(cloud, 'ipsec_site_connection').filter((one) => one['name'] === 'office-1');
      if (broken !== undefined) cloud.store.setStatus('ipsec_site_connection', broken.id, 'ERROR');
    };
    const { error, connection } = await converge(offices());
    expect(error).toMatchObject({ code: 'CONNECTION_STATE', at: { line: expect.any(Number) } });
    expect(error?.message).toMatch(/^Connection office-1 .* is ERROR/);
    expect(connection('office-0')).toMatchObject({ operation: 'created', status: 'DOWN' });
    expect(connection('office-1')).toMatchObject({
      operation: 'created',
      status: 'ERROR',
      settled: false,
      failure: error,
    });
  });
});

describe('operation, id and status say what became of the connection', () => {
  const weak = { ikepolicy: { encryption_algorithm: 'aes-128' } };
  const replacing = { maxImpact: 'replacement' } as const;

  interface Case {
    readonly it: string;
    readonly dialect: 'openstack' | 'otc';
    /** The connection in the cloud, and in the file, as far as it is not the office's. */
    readonly before: Body;
    readonly after?: Body;
    readonly faults: readonly Fault[];
    readonly says: object;
    /** Of the report, compared to the connection before and the one in the cloud now. */
    readonly id: 'kept' | 'new' | 'none';
  }

  const cases: readonly Case[] = [
    {
      it: 'an update that is refused: unchanged',
      dialect: 'openstack',
      before: {},
      after: { mtu: 1400 },
      faults: [{ ...put, effect: refusal(400) }],
      says: { operation: 'unchanged', status: 'DOWN', psk: 'equal' },
      id: 'kept',
    },
    {
      it: 'a policy was changed, but the connection not touched: updated',
      dialect: 'otc',
      before: { ...weak, psk_version: 1 },
      after: { psk_version: 1 },
      faults: [{ ...put, effect: refusal(403) }],
      says: { operation: 'updated', status: 'DOWN' },
      id: 'kept',
    },
    {
      it: 'a replacement whose deletion is refused: unchanged',
      dialect: 'openstack',
      before: { ikepolicy: 'ike-1' },
      after: { ikepolicy: 'ike-2' },
      faults: [{ ...remove, effect: refusal(403) }],
      says: { operation: 'unchanged', status: 'DOWN', psk: 'not compared' },
      id: 'kept',
    },
    {
      it: 'a successor that is refused: replaced by the old one made again, with its new id',
      dialect: 'openstack',
      before: weak,
      faults: [{ ...post, effect: refusal(400) }],
      says: { operation: 'replaced', status: 'PENDING_CREATE' },
      id: 'new',
    },
    {
      it: 'neither the successor nor the old one can be made: deleted',
      dialect: 'openstack',
      before: weak,
      faults: [{ ...post, when: 'always', effect: refusal(400) }],
      says: { operation: 'deleted', psk: 'not compared' },
      id: 'none',
    },
  ];

  test.each(cases)('$it', async ({ dialect, before, after, faults, says, id }) => {
    const { cloud, apply, converge } = await ground({ dialect, downAfterMs: 1 });
    for (const name of ['ike-1', 'ike-2']) cloud.store.seed('ikepolicy', { name });
    const old = (await apply(officeFile(before))).connection();
    for (const fault of faults) cloud.addFault(fault);
    const { error, connection, outputs } = await converge(officeFile(after), { options: replacing });
    expect(error?.message).toContain('office-bonn');
    const told = connection();
    expect(told).toMatchObject({ ...says, failure: error });
    expect(told.status === undefined).toBe(id === 'none');
    const [now] = ours(cloud, 'ipsec_site_connection');
    expect(told.id).toBe(now?.id);
    expect(told.id === undefined ? 'none' : told.id === old.id ? 'kept' : 'new').toBe(id);
    expect(outputs['changed']).toBe(String(told.operation !== 'unchanged'));
  });
});

describe('the status cannot be read', () => {
  const unreadable = { method: 'GET', path: /ipsec-site-connections\/./, when: 'always' } as const;

  test('of one: what was written is told, and that it was', async () => {
    const { cloud, converge } = await ground({ dialect: 'openstack', downAfterMs: 60_000 });
    cloud.addFault({ ...unreadable, effect: refusal(403, 'Not for you.') });
    const { error, connection } = await converge(officeFile());
    const { id } = only(cloud, 'ipsec_site_connection');
    expect(error).toMatchObject({ code: 'API_REFUSED', hint: expect.any(String) });
    expect(error?.message).toContain(`Everything was written, but the status of office-bonn (${id}) stays unknown: `);
    expect(error?.message).toContain('Not for you.');
    expect(connection()).toMatchObject({ operation: 'created', id, status: 'PENDING_CREATE', failure: error });
  });

  test('of several: the failures of the others are not lost', async () => {
    const { cloud, converge } = await ground({ dialect: 'openstack', downAfterMs: 60_000 });
    cloud.addFault({ ...post, when: { nth: 2 }, effect: refusal(400, 'Not liked.') });
    // The list of the look before, the one after the creation, then those of the wait.
    cloud.addFault({
      ...{ method: 'GET', path: '/ipsec-site-connections', when: { from: 3, count: 99 } },
      effect: refusal(403, 'Not for you.'),
    });
    const converged = await converge(offices());
    const [refused] = refusedNames(converged);
    const { error, last } = converged;
    expect(error?.message).toMatch(/^2 connections failed:\n/);
    expect(error?.message).toContain(`${refused}: Not liked.`);
    for (const { name, id } of last.connections.filter((one) => one.name !== refused)) {
      expect(error?.message).toMatch(new RegExp(`status of .*${name} \\(${id}\\).* stays unknown: .*Not for you`));
    }
  });

  test('the time is over: each connection says so', async () => {
    const { converge } = await ground({ dialect: 'openstack', downAfterMs: 3_600_000 });
    const { error, last } = await converge(offices(), { options: { timeoutMs: 30_000 } });
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(error?.message).toMatch(/^3 connections failed:/);
    expect(last.connections.map(({ status, settled }) => ({ status, settled }))).toEqual(
      names.map(() => ({ status: 'PENDING_CREATE', settled: false })),
    );
  });

  test('by a defect of ours: a BUG, with what is known', async () => {
    const { clock, converge } = await ground({ dialect: 'openstack', downAfterMs: 60_000 });
    clock.onSleep = () => {
      throw new TypeError('undefined is not a function');
    };
    const { error, connection } = await converge(officeFile());
    expect(error).toMatchObject({ code: 'BUG', hint: expect.stringContaining('report it') });
    expect(error?.message).toContain('undefined is not a function');
    expect(connection()).toMatchObject({ operation: 'created', failure: error });
  });
});

test('a status that cannot be told is no success', async () => {
  const { converge } = await ground('openstack');
  const onTell = ({ connections }: { connections: readonly { settled?: boolean }[] }): void => {
    if (connections[0]?.settled !== undefined) throw new Error('no space left on device');
  };
  await expect(converge(officeFile(), { onTell })).rejects.toThrow(/no ActionError/);
});
