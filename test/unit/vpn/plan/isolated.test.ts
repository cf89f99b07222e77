/** One bad connection does not stop the others, and nothing of it is touched. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { type Isolated, planIsolated } from '../../../../src/vpn/plan/isolated.ts';
import { plan } from '../../../../src/vpn/plan/plan.ts';
import { Refusal } from '../../../../src/vpn/plan/refusal.ts';
import type { Plan } from '../../../../src/vpn/plan/steps.ts';
import { described, local, options, peer, spec } from '../build.ts';
import type { ModelCloud } from '../model-cloud.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { buildWorld } from './build-world.ts';
import { changesOf } from './help.ts';
import { worldOf } from './worlds.ts';

type Options = Parameters<typeof options>[1];

async function isolated(
  cloud: ModelCloud,
  specs: readonly ConnectionSpec[],
  others: Options = {},
  check: (plan: Plan, specs: readonly ConnectionSpec[]) => readonly Refusal[] = () => [],
): Promise<Isolated> {
  return await planIsolated(specs, {
    decide: (left, out) => {
      const leftOut = [...(others.leftOut ?? []), ...out.map(({ name }) => name.value)];
      return plan(
        left,
        cloud.observed(),
        options(cloud.dialect.name, { ...others, leftOut, isWhole: out.length === 0 }),
      );
    },
    check: async (planned, left) => check(planned, left),
  });
}

const namesOf = (specs: readonly ConnectionSpec[]): string[] => specs.map(({ name }) => name.value);

/** Groups of its own, and a peer of its own. */
const own = (name: string, index: number, more: Parameters<typeof spec>[1] = {}): ConnectionSpec =>
  spec(name, {
    fields: { peer_address: `198.51.100.${index}` },
    local: local(['subnet-app']),
    peer: peer([`10.9${index}.0.0/24`]),
    ...more,
  });

describe('refusals', () => {
  test('of one: the rest is planned as if it were not there', async () => {
    const { cloud } = standardCloud('openstack');
    const [good, bad, other] = [own('a', 1), own('b', 2, { ike: 'nowhere' }), own('c', 3)];
    const result = await isolated(cloud, [good, bad, other]);
    expect(result.refusals).toMatchObject([{ code: 'NOT_FOUND', connections: ['b'] }]);
    expect(namesOf(result.refused)).toEqual(['b']);
    expect(changesOf(result.plan)).toEqual(changesOf((await isolated(cloud, [good, other])).plan));
    expect(result.plan.steps.length).toBeGreaterThan(0);
  });

  test('of all: no step, and the plan of all is there to be read', async () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'office');
    const stronger = spec('office', { ike: described({ pfs: 'group19' }) });
    const result = await isolated(standard.cloud, [stronger]);
    expect(result.refusals).toMatchObject([{ code: 'IMPACT', connections: ['office'] }]);
    expect(result.plan.steps).toEqual([]);
    expect(changesOf(result.plan).join()).toContain('replace ipsec_site_connection office');
    expect(result.beforehand.get('office')?.report.operation).toBe('replaced');
  });

  test('beyond max-impact stop the one that they are about', async () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'office');
    const result = await isolated(standard.cloud, [
      spec('office', { ike: described({ pfs: 'group19' }) }),
      own('new', 4),
    ]);
    expect(result.refusals).toMatchObject([
      {
        code: 'IMPACT',
        connections: ['office'],
        message: expect.stringMatching(/^Connection office: .* It was left as it is\./),
      },
    ]);
    expect(result.plan.connections.map(({ report: { name, operation } }) => [name, operation])).toEqual([
      ['new', 'created'],
    ]);
    expect(changesOf(result.plan).join()).not.toContain('ikepolicy');
  });

  test('what the rest shares with a refused one is protected as anybody’s', async () => {
    const standard = standardCloud('otc');
    addConnection(standard, 'a');
    addConnection(standard, 'b');
    const shared = described({ pfs: 'group19' }, { name: 'ike' });
    const result = await isolated(standard.cloud, [
      spec('a', { ike: shared, ipsec: 'nowhere' }),
      spec('b', { ike: shared }),
    ]);
    expect(result.refusals).toMatchObject([
      { code: 'NOT_FOUND', connections: ['a'] },
      { code: 'SHARED', connections: ['b'] },
    ]);
    expect(result.plan.steps).toEqual([]);
  });

  test('of a check count as those of the plan, round by round', async () => {
    const { cloud } = standardCloud('openstack');
    const rounds: string[][] = [];
    const result = await isolated(cloud, [own('a', 1), own('b', 2), own('c', 3)], {}, (_, left) => {
      rounds.push(namesOf(left));
      const last = left.at(-1);
      return last === undefined || left.length === 1 ? [] : [new Refusal([last], 'QUOTA', 'No room.')];
    });
    expect(rounds).toEqual([['a', 'b', 'c'], ['a', 'b'], ['a']]);
    expect(namesOf(result.refused)).toEqual(['b', 'c']);
    expect(result.plan.connections.map(({ report }) => report.name)).toEqual(['a']);
  });

  test('that concern nobody in particular stop the run, also beside others', async () => {
    const { cloud } = standardCloud('openstack');
    const result = await isolated(cloud, [own('a', 1), own('b', 2)], {}, () => [
      new Refusal([], 'RIGHTS', 'No rights.'),
    ]);
    expect([namesOf(result.refused), result.plan.steps]).toEqual([['a', 'b'], []]);
    const both = await isolated(cloud, [own('a', 1), own('b', 2)], {}, (_, left) =>
      left.length < 2 ? [] : [new Refusal([], 'RIGHTS', 'No rights.'), new Refusal(left.slice(1), 'QUOTA', 'No room.')],
    );
    expect([namesOf(both.refused), both.plan.steps]).toEqual([['a', 'b'], []]);
  });

  test('of one object that two describe are one, about both', async () => {
    const { cloud } = standardCloud('openstack');
    const service = described({}, { router: 'vpc-pord' });
    const { refusals } = await isolated(cloud, [own('a', 1, { service }), own('b', 2, { service }), own('c', 3)]);
    expect(refusals).toMatchObject([{ code: 'NOT_FOUND', connections: ['a', 'b'] }]);
  });
});

describe('beside a connection that is left out', () => {
  const room = (names: readonly string[]) => (_: Plan, left: readonly ConnectionSpec[]) =>
    left.filter(({ name }) => names.includes(name.value)).map((one) => new Refusal([one], 'QUOTA', 'No room.'));

  test.each(['openstack', 'otc'] as const)('%s: what it means by its name is not cleaned up', async (dialect) => {
    const { cloud } = standardCloud(dialect);
    const mine = own('a', 1, { ike: described({ pfs: 'group14' }, { name: 'mine' }) });
    cloud.apply((await isolated(cloud, [mine])).plan);
    const leaving = own('a', 1, { ike: described({ pfs: 'group14' }, { name: 'another' }) });
    const specs = [leaving, own('b', 2, { ike: 'mine' })];
    const others = { maxImpact: 'replacement' } as const;
    const whole = await isolated(cloud, specs, others);
    expect(changesOf(whole.plan).filter((change) => change.startsWith('delete'))).toEqual([]);
    const part = await isolated(cloud, specs, others, room(['b']));
    expect(namesOf(part.refused)).toEqual(['b']);
    expect(changesOf(part.plan).filter((change) => change.startsWith('delete'))).toEqual([]);
    const alone = await isolated(cloud, [leaving], others);
    expect(changesOf(alone.plan)).toContain('delete ikepolicy mine');
  });

  test('a successor of the same name still takes the place of the old one, which goes', async () => {
    const { cloud } = standardCloud('openstack');
    cloud.apply((await isolated(cloud, [own('a', 1)])).plan);
    const wider = own('a', 1, { peer: peer(['10.91.0.0/24', '10.95.0.0/24']) });
    const part = await isolated(cloud, [wider, own('b', 2)], {}, room(['b']));
    expect(changesOf(part.plan)).toContain('delete endpoint_group a-peer');
  });

  test('it is not renamed by another that gives its id', async () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, 'old');
    const { plan: planned, refusals } = await isolated(standard.cloud, [spec('new', { id })], { leftOut: ['old'] });
    expect(refusals).toMatchObject([{ code: 'CONFLICT', connections: ['new'] }]);
    expect(planned.steps).toEqual([]);
  });

  test.each(['openstack', 'otc'] as const)(
    '%s: allow-shared does not change it through what it shares',
    async (dialect) => {
      const standard = standardCloud(dialect);
      addConnection(standard, 'a');
      addConnection(standard, 'b');
      const ike = described({ pfs: 'group19' }, { name: 'ike' });
      const others = { allowShared: true, maxImpact: 'replacement' } as const;
      const part = await isolated(standard.cloud, [spec('a', { ike }), spec('b', { ike })], others, room(['b']));
      expect(part.refusals).toMatchObject([{ connections: ['b'] }, { code: 'SHARED', connections: ['a'] }]);
      expect(part.plan.steps).toEqual([]);
    },
  );
});

/** Ids of a connection and of everything that nobody else uses. */
function holdingsOf(cloud: ModelCloud, { name, id: stated }: ConnectionSpec): string[] {
  const { connections } = cloud.observed();
  const mine = connections.filter((one) => one.name === name.value || one.id === stated?.value);
  return mine.map(({ id }) => id);
}

describe.each(['openstack', 'otc'] as const)('%s', { timeout: 600_000 }, (dialect: DialectName) => {
  test('no step writes, deletes or tags a connection that was refused, nor changes what it refers to', async () => {
    await fc.assert(
      fc.asyncProperty(worldOf(dialect), fc.nat(2), async (world, pick) => {
        const { cloud, specs } = buildWorld(world);
        const victim = specs[pick % specs.length];
        if (victim === undefined) return;
        // A shared object may change if the person allows it; then all of its users are named.
        const result = await isolated(cloud, specs, { ...world.options, allowShared: false }, (_, left) =>
          left.includes(victim) ? [new Refusal([victim], 'QUOTA', 'No room.')] : [],
        );
        const out = result.refused.flatMap((one) => holdingsOf(cloud, one));
        const kept = cloud.observed().connections.filter(({ id }) => out.includes(id));
        const untouchable = new Set([...out, ...kept.flatMap(({ refs }) => Object.values(refs))]);
        const touched = result.plan.steps.flatMap((step): string[] => {
          if (step.do === 'replace') return [step.old.id];
          // Remembers for which policies it was last touched: harmless, and only where a policy changes.
          if (step.do === 'tag') return 'id' in step.connection ? [step.connection.id] : [];
          return step.do === 'create' ? [] : [step.id];
        });
        expect(touched.filter((id) => untouchable.has(id))).toEqual([]);
        expect(result.refused).toContain(victim);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) },
    );
  });
});
