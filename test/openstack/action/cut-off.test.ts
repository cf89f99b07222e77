import { describe, expect, test } from 'vitest';
import type { RecordedRequest } from '../../cloud/index.ts';
import { officeFile, psk } from '../../scenarios/fixtures/office.ts';
import { calls, counts, writes } from '../../scenarios/harness/run.ts';
import { asFailure } from '../../scenarios/harness/stage.ts';
import { kinds, useStage } from './stage.ts';

const stage = useStage('cut-off');

const files = { 'vpn.yml': officeFile() };

const isPost =
  (path: string) =>
  (request: RecordedRequest): boolean =>
    request.method === 'POST' && request.path === `/v2.0/vpn/${path}`;

/** One of each kind, two groups. */
async function expectOneOffice(): Promise<void> {
  const lists = await Promise.all(kinds.map((kind) => stage.all(kind)));
  expect(Object.fromEntries(kinds.map((kind, index) => [kind, lists[index]?.length]))).toEqual({
    'ipsec-site-connections': 1,
    vpnservices: 1,
    ikepolicies: 1,
    ipsecpolicies: 1,
    'endpoint-groups': 2,
  });
}

describe('cancelled by SIGTERM while it creates', () => {
  test.each(['vpnservices', 'ikepolicies', 'endpoint-groups', 'ipsec-site-connections'])(
    'at the POST of %s: says what is there; a healthy run completes it without doubles',
    async (path) => {
      const before = stage.requests.length;
      const arrived = (): boolean => stage.requests.slice(before).some(isPost(path));
      const cut = asFailure(
        await stage.run({
          files,
          inputs: { psk, 'wait-for': 'active' },
          signals: [{ signal: 'SIGTERM', when: arrived }],
        }),
      );
      expect(cut.code).toBe('CANCELLED');
      expect(cut.endedAfterSignalMs[0]).toBeLessThan(6000);
      expect(calls(cut.requests).at(-1)).toBe('DELETE /v3/auth/tokens');
      // Every write that reached the server was answered before the process ended.
      expect(cut.requests.filter(({ status }) => status === 'pending')).toEqual([]);
      const run = await stage.apply(files['vpn.yml']);
      expect(run.outputs['connection-id']).toBe((await stage.sole('ipsec-site-connections'))['id']);
      await expectOneOffice();
      expect(writes((await stage.apply(files['vpn.yml'])).requests)).toEqual([]);
    },
  );

  test('two signals: ends now; a healthy run, once the servers are done, completes it without doubles', async () => {
    const before = stage.requests.length;
    const arrived = (): boolean => stage.requests.slice(before).some(isPost('ikepolicies'));
    const cut = await stage.run({
      files,
      inputs: { psk },
      signals: [
        { signal: 'SIGTERM', when: arrived },
        { signal: 'SIGTERM', when: () => true },
      ],
    });
    expect(cut.exitCode).not.toBe(0);
    // The servers go on with what they were asked before.
    await expect
      .poll(() => stage.requests.filter(({ status }) => status === 'pending'), { timeout: 20_000 })
      .toEqual([]);
    await stage.apply(files['vpn.yml']);
    await expectOneOffice();
  });

  test('in the middle of a replacement: the new connection is still made', async () => {
    await stage.apply(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }));
    const old = await stage.sole('ipsec-site-connections');
    const before = stage.requests.length;
    const deleted = (): boolean => stage.requests.slice(before).some(({ method }) => method === 'DELETE');
    await stage.run({
      files,
      inputs: { psk, 'max-impact': 'replacement' },
      signals: [{ signal: 'SIGTERM', when: deleted }],
    });
    const made = await stage.sole('ipsec-site-connections');
    expect(made['id']).not.toBe(old['id']);
    await stage.apply(files['vpn.yml'], { 'max-impact': 'replacement' });
    expect((await stage.sole('ipsec-site-connections'))['id']).toBe(made['id']);
  });
});

describe('the server did it, but its answer is lost', () => {
  test.each(kinds)('POST of %s: found and used, not made twice', async (path) => {
    let lost = 0;
    stage.disturb({ loses: (request) => isPost(path)(request) && lost++ === 0 });
    const run = await stage.apply(officeFile());
    expect(lost).toBeGreaterThan(0);
    expect(run.outputs['operation']).toBe('created');
    await expectOneOffice();
    expect(counts(writes(run.requests))['POST /v2.0/vpn/ipsec-site-connections']).toBe(1);
  });

  test('PUT and DELETE of a change of networks: simply repeated', async () => {
    await stage.apply(officeFile());
    const lost = new Set<string>();
    const loses = ({ method }: RecordedRequest): boolean => {
      const isFirst = (method === 'PUT' || method === 'DELETE') && !lost.has(method);
      if (isFirst) lost.add(method);
      return isFirst;
    };
    stage.disturb({ loses });
    const run = await stage.apply(officeFile({ peer_ep_group: ['10.90.0.0/24'] }), { 'status-interval': '0s' });
    expect([...lost]).toEqual(['PUT', 'DELETE']);
    expect(run.outputs['operation']).toBe('updated');
    await expectOneOffice();
  });

  test('DELETE of a replacement: repeated, its 404 counts as done', async () => {
    await stage.apply(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }));
    let lost = 0;
    const isDelete = ({ method, path }: RecordedRequest): boolean =>
      method === 'DELETE' && path.includes('/ipsec-site-connections/');
    stage.disturb({ loses: (request) => isDelete(request) && lost++ === 0 });
    const run = await stage.apply(officeFile(), { 'max-impact': 'replacement', 'status-interval': '0s' });
    expect(lost).toBeGreaterThan(0);
    expect(run.outputs['operation']).toBe('replaced');
    await expectOneOffice();
  });
});

describe('two runs at once create one office', () => {
  test.each([
    ['from the first part on', 'vpnservices'],
    ['from the connection on', 'ipsec-site-connections'],
  ])(
    'each in the belief that it is alone, %s: one connection is left, both name it, the next run is content',
    async (_, path) => {
      const waiting: (() => void)[] = [];
      const holds = (request: RecordedRequest): Promise<void> | undefined => {
        if (!isPost(path)(request)) return undefined;
        return new Promise((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const go of waiting) go();
        });
      };
      stage.disturb({ holds });
      const other = await stage.beside();
      const runs = await Promise.all([stage, other].map(({ run }) => run({ files, inputs: { psk } })));
      await other.close();
      const made = await stage.sole('ipsec-site-connections');
      for (const run of runs) {
        expect(run.exitCode, run.log).toBe(0);
        expect(run.outputs['connection-id']).toBe(made['id']);
      }
      const next = await stage.apply(files['vpn.yml']);
      expect(next.outputs['operation']).toBe('unchanged');
    },
  );
});
