/** What holds for every export, whatever is there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitDescription } from '../../../../src/vpn/mark.ts';
import type { ModelCloud } from '../model-cloud.ts';
import { buildWorld } from '../plan/build-world.ts';
import { worldOf } from '../plan/worlds.ts';
import { exportOf, planAgain, readAgain } from './help.ts';

const runs = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 100) / 5);

/** What any run of this repository would do, whatever the file says: see to old policies and to old left-overs. */
function isHouseKeeping(
  cloud: ModelCloud,
  { action, kind, id }: ReturnType<typeof planAgain>['changes'][number],
): boolean {
  const { mark } = action === 'delete' ? splitDescription(String(cloud.json(kind, id ?? '').description)) : {};
  return action === 'touch' || mark !== undefined;
}

describe.each(['openstack', 'otc'] as const)('%s', { timeout: 600_000 }, (dialect) => {
  test.each(['one file', 'a file each'])('planning an export at once gives nothing: %s', (how) => {
    fc.assert(
      fc.property(worldOf(dialect), (world) => {
        const { cloud } = buildWorld(world);
        fc.pre(cloud.ids('ipsec_site_connection').length > 0);
        const exported = exportOf(cloud, ['*'], how === 'one file' ? undefined : (name) => `${name}.yml`);
        const errors = readAgain(cloud, exported).problems.filter(({ severity }) => severity === 'error');
        expect(errors).toEqual([]);
        const { changes, refusals } = planAgain(cloud, exported);
        expect(refusals).toEqual([]);
        expect(changes.filter((change) => !isHouseKeeping(cloud, change))).toEqual([]);
        expect(exported.connections).toHaveLength(cloud.ids('ipsec_site_connection').length);
        // OTC refuses networks that overlap: such groups go by their ids, and the export says so.
        const others = exported.told.filter((text) => !text.includes('stands in the file by its id alone'));
        expect(others).toHaveLength(changes.length);
        expect(dialect === 'otc' || others.length === exported.told.length).toBe(true);
      }),
      { numRuns: runs },
    );
  });
});
