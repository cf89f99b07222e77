/** A runner whose clock is wrong, through the bundle: it works all the same, or the message says that it is the clock. */
import { describe, expect, test } from 'vitest';
import { startCloud } from '../../cloud/index.ts';
import { applicationCredential, keys } from '../../scenarios/fixtures/ways.ts';
import { runAction } from '../../scenarios/harness/run-action.ts';
import { startGround } from '../ground.ts';
import { type Dialect, situation } from '../situations.ts';
import { tally } from '../tally.ts';

const minute = 60_000;

/** How wrong, in minutes: ahead if positive. */
const errors = [-24 * 60, -60, -14, 14, 60, 24 * 60];

/** Makes the process's clock wrong before anything of the bundle is read. */
function shifted(minutes: number): readonly string[] {
  const code = `const now = Date.now; const Real = Date; const by = ${minutes * minute};
    globalThis.Date = class extends Real { constructor(...a) { a.length === 0 ? super(now() + by) : super(...a); } static now() { return now() + by; } };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

async function runWith(dialect: Dialect, minutes: number, way: Parameters<typeof runAction>[0]['inputs'] = {}) {
  const ground = await startGround(dialect);
  try {
    const { step } = situation('create', dialect);
    const { cloud } = ground;
    const options = { cloud, files: step.files, nodeArguments: shifted(minutes) };
    const inputs = { ...ground.inputs, ...step.inputs };
    const first = await runAction({ ...options, inputs: { ...inputs, ...way } });
    const again = await runAction({ ...options, nodeArguments: [], inputs });
    return { first, again, damage: ground.damage(), miscounted: ground.miscounted(situation('create', dialect)) };
  } finally {
    await ground.cloud.close();
  }
}

describe.each(errors)('a clock that is %d minutes wrong', (minutes) => {
  test.each(['openstack', 'otc'] as const)('does not matter to a login by password: %s', async (dialect) => {
    const { first, again, damage, miscounted } = await runWith(dialect, minutes);
    expect(first.faults).toEqual([]);
    expect(first.outputs['operation']).toBe('created');
    // One login, although the token seems to be over, or to last for days.
    expect(first.requests.filter(({ method, path }) => method === 'POST' && path === '/v3/auth/tokens')).toHaveLength(
      1,
    );
    expect(again.outputs['operation']).toBe('unchanged');
    expect([...damage, ...miscounted]).toEqual([]);
    tally('wrong clocks', 1);
  });

  test('nor to one by application credential', async () => {
    const cloud = await startCloud({ dialect: 'openstack', downAfterMs: 0 });
    try {
      const { step } = situation('create', 'openstack');
      const inputs = { ...step.inputs, ...applicationCredential(cloud) };
      const run = await runAction({ cloud, files: step.files, inputs, nodeArguments: shifted(minutes) });
      expect([run.faults, run.outputs['operation']]).toEqual([[], 'created']);
      tally('wrong clocks', 1);
    } finally {
      await cloud.close();
    }
  });

  test('is told where requests are signed, if the service minds it', async () => {
    const cloud = await startCloud({ dialect: 'otc', downAfterMs: 0 });
    try {
      const { step } = situation('create', 'otc');
      const where = { cloud: 'otc', 'network-endpoint': cloud.networkUrl, 'project-id': cloud.account.projectId };
      const inputs = { ...step.inputs, ...where, 'project-name': undefined, ...keys(cloud) };
      const run = await runAction({ cloud, files: step.files, inputs, nodeArguments: shifted(minutes) });
      expect(run.faults).toEqual([]);
      if (Math.abs(minutes) < 15) {
        expect(run.outputs['operation']).toBe('created');
      } else {
        const [error] = run.annotations.filter(({ level }) => level === 'error');
        expect(error?.message).toMatch(/clock of this runner is/);
        expect(error?.message).toMatch(minutes > 0 ? /ahead of/ : /behind/);
        expect(error?.message).toMatch(Math.abs(minutes) === 60 ? /1 hour|60 minutes/ : /24 hours|1 day|1440 minutes/);
        // Refused once, and never signed again.
        expect(run.requests.length).toBeLessThanOrEqual(2);
      }
      tally('wrong clocks', 1);
    } finally {
      await cloud.close();
    }
  });
});
