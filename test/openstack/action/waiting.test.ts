import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { officeFile } from '../../scenarios/fixtures/office.ts';
import { calls, writes } from '../../scenarios/harness/run.ts';
import type { Status, Step } from '../control.ts';
import { text } from '../rest.ts';
import { useStage } from './stage.ts';

const stage = useStage('waiting');

const put = 'PUT /v2.0/vpn/ipsec-site-connections/{id}';
const auto = (...steps: readonly Step[]): Promise<void> => stage.status.mode(stage.tenant.project.id, 'auto', steps);
const manual = (): Promise<void> => stage.status.mode(stage.tenant.project.id, 'manual');
const reported = async (status: Status): Promise<void> =>
  stage.status.drive(text(await stage.sole('ipsec-site-connections'), 'id'), status);

/** The run asks for the connection's status, so it waits for another one. */
const watched = (): Promise<void> => {
  const before = stage.requests.length;
  const since = (): string[] => calls(stage.requests.slice(before));
  return expect.poll(since, { timeout: 30_000 }).toContain('GET /v2.0/vpn/ipsec-site-connections/{id}');
};

beforeEach(() => auto([0.2, 'DOWN']));
afterEach(() => auto([0.2, 'DOWN']));

describe('a new connection', () => {
  test('settled, the default: DOWN is a healthy end, and the log says why no tunnel is up', async () => {
    const run = await stage.apply(officeFile());
    expect(run.outputs).toMatchObject({ status: 'DOWN', settled: 'true', up: 'false', 'status-stale': 'false' });
    expect(run.log).toContain('no tunnel yet');
  });

  test('active: waits through DOWN', async () => {
    await auto([0.3, 'DOWN'], [1.5, 'ACTIVE']);
    const run = await stage.apply(officeFile(), { 'wait-for': 'active' });
    expect(run.outputs).toMatchObject({ status: 'ACTIVE', settled: 'true', up: 'true', 'status-stale': 'false' });
    expect(run.log).toContain('DOWN');
  });

  test('none: ends with PENDING_CREATE, unsettled', async () => {
    await manual();
    const run = await stage.apply(officeFile(), { 'wait-for': 'none' });
    expect(run.outputs).toMatchObject({
      operation: 'created',
      status: 'PENDING_CREATE',
      settled: 'false',
      up: 'false',
    });
    expect(calls(run.requests).filter((call) => call.endsWith('/ipsec-site-connections/{id}'))).toEqual([]);
  });

  test('active, but the tunnel does not come up: the time-out names the status and what works in it', async () => {
    const failure = await stage.refused(officeFile(), { 'wait-for': 'active', timeout: '6s' });
    expect(failure.message).toContain('DOWN');
    expect(failure.outputs).toMatchObject({ operation: 'created', status: 'DOWN', settled: 'true', up: 'false' });
  });

  test('no agent is alive: PENDING_CREATE to the time-out; the next run completes the wait', async () => {
    await manual();
    const failure = await stage.refused(officeFile(), { timeout: '6s' });
    expect(failure.message).toContain('PENDING_CREATE');
    expect(failure.outputs).toMatchObject({ operation: 'created', settled: 'false' });
    await reported('DOWN');
    const next = await stage.apply(officeFile());
    expect(next.outputs).toMatchObject({ operation: 'unchanged', status: 'DOWN', settled: 'true' });
    expect(writes(next.requests)).toEqual([]);
  });

  test('ERROR fails at once and keeps the outputs', async () => {
    await auto([0.3, 'ERROR']);
    const failure = await stage.refused(officeFile(), { timeout: '30s' });
    expect(failure.code).toBe('CONNECTION_STATE');
    expect(failure.message).toContain('ERROR');
    expect(failure.outputs).toMatchObject({ operation: 'created', status: 'ERROR', up: 'false' });
    expect(failure.durationMs).toBeLessThan(25_000);
  });
});

describe('a connection that is PENDING', () => {
  test('is not updated before it has settled', async () => {
    await manual();
    await stage.apply(officeFile(), { 'wait-for': 'none' });
    const running = stage.apply(officeFile({ mtu: 1400 }), { 'status-interval': '0s' });
    const settled = watched().then(() => reported('DOWN'));
    const [run] = await Promise.all([running, settled]);
    expect(writes(run.requests)).toEqual([put]);
    expect(run.requests.find(({ method }) => method === 'PUT')?.status).toBe(200);
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ mtu: 1400 });
  });

  test('and stays so: the time-out says it, and nothing is written', async () => {
    await manual();
    await stage.apply(officeFile(), { 'wait-for': 'none' });
    const failure = await stage.refused(officeFile({ mtu: 1400 }), { timeout: '6s' });
    expect(failure.message).toContain('PENDING_CREATE');
    expect(writes(failure.requests)).toEqual([]);
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ mtu: 1500 });
  });

  test('can be replaced: deleting works in that state', async () => {
    await manual();
    await stage.apply(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }), { 'wait-for': 'none' });
    const inputs = { 'max-impact': 'replacement', 'wait-for': 'none' };
    expect((await stage.apply(officeFile(), inputs)).outputs['operation']).toBe('replaced');
    expect(await stage.sole('ikepolicies')).toMatchObject({ encryption_algorithm: 'aes-256' });
  });
});

describe('after an update', () => {
  test('the old status may be shown for a while: settled says so and does not wait', async () => {
    await stage.apply(officeFile());
    await manual();
    const run = await stage.apply(officeFile({ mtu: 1400 }));
    expect(run.outputs).toMatchObject({ operation: 'updated', status: 'DOWN', 'status-stale': 'true' });
    expect(run.durationMs).toBeLessThan(30_000);
  });

  test('a stale ACTIVE does not count for active; the ACTIVE after DOWN does', async () => {
    await auto([0.1, 'DOWN'], [0.1, 'ACTIVE']);
    await stage.apply(officeFile(), { 'wait-for': 'active' });
    await auto([1.5, 'DOWN'], [2, 'ACTIVE']);
    const inputs = { 'wait-for': 'active', 'status-interval': '60s' };
    const run = await stage.apply(officeFile({ peer_address: '198.51.100.30' }), inputs);
    expect(run.outputs).toMatchObject({ status: 'ACTIVE', up: 'true', 'status-stale': 'false' });
    expect(run.durationMs).toBeGreaterThan(3000);
  });

  test('a status that does not change counts once the interval has passed', async () => {
    await auto([0.1, 'DOWN'], [0.1, 'ACTIVE']);
    await stage.apply(officeFile(), { 'wait-for': 'active' });
    await manual();
    const run = await stage.apply(officeFile({ mtu: 1400 }), { 'wait-for': 'active', 'status-interval': '3s' });
    expect(run.outputs).toMatchObject({ status: 'ACTIVE', 'status-stale': 'false' });
    expect(run.durationMs).toBeGreaterThan(3000);
  });

  test('an ERROR from before does not fail the run that mends it', async () => {
    await stage.apply(officeFile());
    await reported('ERROR');
    await auto([1, 'DOWN']);
    const run = await stage.apply(officeFile({ mtu: 1400 }), { 'status-interval': '30s' });
    expect(run.outputs).toMatchObject({ operation: 'updated', status: 'DOWN', settled: 'true' });
  });
});

test('unchanged and ERROR: fails and says so, nothing is written', async () => {
  await stage.apply(officeFile());
  await reported('ERROR');
  const failure = await stage.refused(officeFile());
  expect(failure.code).toBe('CONNECTION_STATE');
  expect(writes(failure.requests)).toEqual([]);
});

test('unchanged and DOWN, active wanted: waits for the tunnel', async () => {
  await stage.apply(officeFile());
  const running = stage.apply(officeFile(), { 'wait-for': 'active' });
  const later = watched().then(() => reported('ACTIVE'));
  const [run] = await Promise.all([running, later]);
  expect(run.outputs).toMatchObject({ operation: 'unchanged', status: 'ACTIVE', up: 'true' });
});
