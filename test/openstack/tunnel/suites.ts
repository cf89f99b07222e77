import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { measured, seconds } from './measurements.ts';
import { aes128, aes256, firstOffice, type Office, suiteText, tripleDes } from './office.ts';
import { pingUntilAnswered } from './ping.ts';
import type { Site } from './site.ts';

const psk = 'Ex4mple-Only_Suite.6';

/** What each policy has to become in the SAs, in the words of `swanctl --list-sas`. */
const cases = [
  { version: 'v1', policy: aes256, sa: 'AES_CBC-256/HMAC_SHA2_256_128' },
  { version: 'v2', policy: aes256, sa: 'AES_CBC-256/HMAC_SHA2_256_128' },
  { version: 'v1', policy: aes128, sa: 'AES_CBC-128/HMAC_SHA1_96' },
  { version: 'v2', policy: aes128, sa: 'AES_CBC-128/HMAC_SHA1_96' },
  { version: 'v2', policy: tripleDes, sa: '3DES_CBC/HMAC_SHA2_512_256' },
  { version: 'v1', policy: tripleDes, sa: '3DES_CBC/HMAC_SHA2_512_256' },
] as const;

const dhGroups = { group2: 'MODP_1024', group5: 'MODP_1536', group14: 'MODP_2048' };

/** IKEv2 has no Diffie-Hellman group of phase 2 before its first rekeying: a wrong one would show up hours later. */
async function untilRekeyed({ far }: Site, wanted: string): Promise<void> {
  const sas = async (): Promise<string> => (await far.swanctl('--list-sas')).stdout;
  const check = async (): Promise<true | undefined> => {
    if ((await sas()).includes(wanted)) return true;
    await far.rekey();
    return undefined;
  };
  await eventually(wanted, check, 20_000, async () => `${await sas()}\n${far.log.slice(-2000)}`);
}

/** The far side agrees by its file alone, whatever is negotiated. */
export function suites(current: () => Site): void {
  test.each(cases)(
    'IKE$version $policy.encryption $policy.integrity $policy.group',
    async ({ version, policy, sa }) => {
      const site = current();
      const office: Office = { ...firstOffice(site.plane), version, policy };
      await site.clear();
      const started = performance.now();
      await site.up(office, psk);
      const took = seconds((performance.now() - started) / 1000);
      const { stdout } = await site.far.swanctl('--list-sas');
      expect(stdout).toContain(`IKE${version}`);
      expect(stdout).toContain(`ESP:${sa}`);
      expect(stdout).toContain(`/${dhGroups[policy.group]}`);
      await untilRekeyed(site, `ESP:${sa}/${dhGroups[policy.group]}`);
      await pingUntilAnswered(site.cloudHosts[0], site.peerHosts[0].address);
      measured(suiteText(office), `file to answered ping ${took}, phase 2 keyed with ${policy.group}`);
    },
  );

  test.each(['v1', 'v2'] as const)('IKE%s with two networks on both sides', async (version) => {
    const site = current();
    const local = site.tenant.subnets.map(({ cidr }) => cidr);
    const remote = site.peerHosts.map(({ cidr }) => cidr);
    await site.clear();
    await site.up({ ...firstOffice(site.plane), version, local, remote }, psk);
    for (const host of site.cloudHosts) {
      for (const far of site.peerHosts) await pingUntilAnswered(host, far.address);
    }
    measured(`IKE${version}, 2 × 2 networks`, 'all four pairs answer');
  });

  test('a connection that only answers: the far side dials', async () => {
    const site = current();
    const office: Office = { ...firstOffice(site.plane), policy: aes256, initiator: 'response-only' };
    await site.clear();
    const dialled = (): number => site.far.log.match(/initiating (?:IKE_SA|Main Mode)/g)?.length ?? 0;
    const before = dialled();
    await site.up(office, psk);
    expect(dialled()).toBeGreaterThan(before);
  });
}
