import { afterEach, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/index.ts';
import { at } from '../../json.ts';
import { begin, build, endAll, problem, type Session } from './client.ts';

afterEach(endAll);

/** A session whose clock is moved by hand. */
async function clocked(options: Partial<CloudOptions> = {}) {
  let now = Date.UTC(2026, 0, 1);
  const session = await begin({ dialect: 'openstack', now: () => now, tokenTtlMs: 1e13, ...options });
  const pass = (ms: number) => {
    now += ms;
  };
  return { session, pass };
}

async function statusOf(session: Session, kind: string, segment: string, id: string): Promise<unknown> {
  return at((await session.vpn('GET', `/${segment}/${id}`)).json, kind, 'status');
}

function connectionStatus(session: Session, id: string): Promise<unknown> {
  return statusOf(session, 'ipsec_site_connection', 'ipsec-site-connections', id);
}

function rename(session: Session, id: string) {
  return session.vpn('PUT', `/ipsec-site-connections/${id}`, { ipsec_site_connection: { name: 'renamed' } });
}

test('a connection is recorded, then down, and never up without its peer', async () => {
  const { session, pass } = await clocked({ downAfterMs: 50 });
  const { connection } = await build(session);
  expect(await connectionStatus(session, connection)).toBe('PENDING_CREATE');
  pass(49);
  expect(problem(await rename(session, connection))).toBe('400 VPNStateInvalidToUpdate');
  pass(1);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
  expect((await rename(session, connection)).status).toBe(200);
  pass(86_000_000);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
});

test('with its peer there a connection comes up; a PUT does not disturb that', async () => {
  const { session, pass } = await clocked({ downAfterMs: 50, activeAfterMs: 200 });
  const { connection } = await build(session);
  pass(100);
  expect(at((await rename(session, connection)).json, 'ipsec_site_connection', 'status')).toBe('DOWN');
  pass(150);
  expect(await connectionStatus(session, connection)).toBe('ACTIVE');
  await rename(session, connection);
  expect(await connectionStatus(session, connection)).toBe('ACTIVE');
});

test('a service stays PENDING_CREATE until its first connection is there', async () => {
  const { session, pass } = await clocked({ downAfterMs: 50 });
  const { store } = session.cloud;
  const router = store.all('router').find((one) => one['name'] === 'vpc-dev')?.id;
  const created = await session.vpn('POST', '/vpnservices', { vpnservice: { router_id: router } });
  const lonely = String(at(created.json, 'vpnservice', 'id'));
  const { vpnservice } = await build(session);
  pass(3_600_000);
  expect(await statusOf(session, 'vpnservice', 'vpnservices', lonely)).toBe('PENDING_CREATE');
  expect(problem(await session.vpn('PUT', `/vpnservices/${lonely}`, { vpnservice: { name: 'x' } }))).toBe(
    '400 VPNStateInvalidToUpdate',
  );
  expect(await statusOf(session, 'vpnservice', 'vpnservices', vpnservice)).toBe('ACTIVE');
});

test('after a PUT the old status is shown for a while, then the next one', async () => {
  const { session, pass } = await clocked({ downAfterMs: 0, statusLagMs: 1000 });
  const { connection } = await build(session);
  session.cloud.store.setStatus('ipsec_site_connection', connection, 'ACTIVE');
  await rename(session, connection);
  pass(999);
  expect(await connectionStatus(session, connection)).toBe('ACTIVE');
  pass(1);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
});

test('a test may say what the status becomes after the next PUT', async () => {
  const { session, pass } = await clocked({ downAfterMs: 0, statusLagMs: 1000 });
  const { connection } = await build(session);
  session.cloud.store.setNextStatus('ipsec_site_connection', connection, 'ERROR');
  await rename(session, connection);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
  pass(1000);
  expect(await connectionStatus(session, connection)).toBe('ERROR');
  expect((await rename(session, connection)).status).toBe(200);
  pass(1000);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
});

test('PENDING_UPDATE is shown after a PUT where the cloud does that, and refuses the next one', async () => {
  const { session, pass } = await clocked({ dialect: 'otc', downAfterMs: 0, pendingUpdateMs: 300 });
  const { connection } = await build(session);
  expect(at((await rename(session, connection)).json, 'ipsec_site_connection', 'status')).toBe('PENDING_UPDATE');
  expect(problem(await rename(session, connection))).toBe('400 VPNStateInvalidToUpdate');
  pass(300);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
});

test('a status that never settles, and one that is set by hand', async () => {
  const { session, pass } = await clocked({ downAfterMs: Number.POSITIVE_INFINITY });
  const { connection } = await build(session);
  pass(1e12);
  expect(await connectionStatus(session, connection)).toBe('PENDING_CREATE');
  session.cloud.store.setStatus('ipsec_site_connection', connection, 'FROZEN');
  expect(await connectionStatus(session, connection)).toBe('FROZEN');
});

test('a service that is switched off takes its connections down, and up again', async () => {
  const { session, pass } = await clocked({ downAfterMs: 50, activeAfterMs: 50 });
  const { connection, vpnservice } = await build(session);
  const other = session.cloud.store.seed('ipsec_site_connection', { name: 'other', status: 'ACTIVE' });
  pass(100);
  const put = (on: boolean) => session.vpn('PUT', `/vpnservices/${vpnservice}`, { vpnservice: { admin_state_up: on } });
  expect(at((await put(false)).json, 'vpnservice', 'status')).toBe('ACTIVE');
  pass(50);
  expect(await connectionStatus(session, connection)).toBe('DOWN');
  expect(await connectionStatus(session, other.id)).toBe('ACTIVE');
  await put(true);
  pass(100);
  expect(await connectionStatus(session, connection)).toBe('ACTIVE');
});

test('a service keeps its status over a PUT, also where connections lag', async () => {
  const { session, pass } = await clocked({ downAfterMs: 0, statusLagMs: 1000 });
  const { vpnservice } = await build(session);
  await session.vpn('PUT', `/vpnservices/${vpnservice}`, { vpnservice: { name: 'renamed' } });
  pass(5000);
  expect(await statusOf(session, 'vpnservice', 'vpnservices', vpnservice)).toBe('ACTIVE');
});
