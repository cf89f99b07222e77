/** The configuration of the gateway at the other end, as part of a run. */
import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import type { Peer } from '../../../src/peer/peer.ts';
import { strongswanConfig } from '../../../src/peer/strongswan.ts';
import type { PeerFiles } from '../../../src/vpn/peer-configs.ts';
import { office, officeFile, officesFile, only, ours } from '../../scenarios/fixtures/office.ts';
import { at, parseSettings } from '../peer/settings-parser.ts';
import { ground, refusal } from './converging.ts';

/** Keeps what is rendered and written. */
class Memory implements PeerFiles {
  readonly rendered: Peer[] = [];
  readonly texts = new Map<string, string>();

  render(peer: Peer): string {
    this.rendered.push(peer);
    return strongswanConfig(peer);
  }

  async write(connection: string, text: string): Promise<string> {
    this.texts.set(connection, text);
    return `vpn/${connection}.conf`;
  }
}

const plan = { mode: 'plan' } as const;
const keyed = { ...office, psk: '${PSK}' };

function value(files: Memory, ...names: string[]): unknown {
  return at(parseSettings(files.texts.get('office-bonn') ?? ''), 'connections', 'office-bonn', ...names);
}

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  test('of a new connection: written after the cloud, before the wait, and told', async () => {
    const { cloud, converge } = await ground(dialect);
    const peerFiles = new Memory();
    const { error, outputs, reports } = await converge(officeFile(), { ports: { peerFiles } });
    expect(error).toBeUndefined();
    expect(outputs['peer-config-file']).toBe('vpn/office-bonn.conf');
    expect(value(peerFiles, 'remote_addrs')).toBe(outputs['gateway-address']);
    expect(value(peerFiles, 'children', 'office-bonn', 'remote_ts')).toBe('10.10.1.0/24');
    const first = reports.findIndex(({ connections: [one] }) => one?.peerConfigFile !== undefined);
    expect(reports[first]?.connections[0]?.settled).toBeUndefined();
    expect(only(cloud, 'ipsec_site_connection').name).toBe('office-bonn');
  });

  test('of one that is there, in plan mode: as the cloud would be', async () => {
    const { converge, apply } = await ground(dialect);
    await apply(officeFile());
    const peerFiles = new Memory();
    const changed = officeFile({ peer_ep_group: ['10.99.0.0/16'], initiator: 'response-only' });
    const { error, outputs, writes } = await converge(changed, { options: plan, ports: { peerFiles } });
    expect([error, writes]).toEqual([undefined, []]);
    expect(outputs['peer-config-file']).toBe('vpn/office-bonn.conf');
    expect(value(peerFiles, 'children', 'office-bonn', 'local_ts')).toBe('10.99.0.0/16');
    expect(value(peerFiles, 'keyingtries')).toBe('0');
  });

  test('of a new one in plan mode: none as long as no address is known, with the reason', async () => {
    const { converge } = await ground(dialect);
    const peerFiles = new Memory();
    const { error, outputs, last } = await converge(officeFile(), { options: plan, ports: { peerFiles } });
    expect(error).toBeUndefined();
    expect(outputs).not.toHaveProperty('peer-config-file');
    expect(peerFiles.texts.size).toBe(0);
    expect(last.notices).toContainEqual({
      level: 'notice',
      text: expect.stringMatching(
        /^No configuration was written for the other end of office-bonn: .* no public IPv4 address yet/,
      ),
      at: expect.objectContaining({ file: 'vpn.yml' }),
    });
  });

  test('subnets by their ids, a service by name: their networks are read', async () => {
    const { cloud, converge, apply } = await ground(dialect);
    await apply(officeFile());
    const subnet = ours(cloud, 'subnet').find(({ name }) => name === 'subnet-app');
    const service = only(cloud, 'vpnservice').name;
    const file = officeFile({ vpnservice: service, local_ep_group: [subnet?.id] });
    const peerFiles = new Memory();
    const { error } = await converge(file, { ports: { peerFiles } });
    expect(error).toBeUndefined();
    expect(value(peerFiles, 'children', 'office-bonn', 'remote_ts')).toBe('10.10.1.0/24');
  });
});

test('what a device cannot do is refused before anything is written, for every connection at once', async () => {
  const { converge } = await ground('openstack');
  const ipsecpolicy = { transform_protocol: 'ah-esp' };
  const file = officesFile([
    { ...keyed, name: 'a', ipsecpolicy },
    { ...keyed, name: 'b', peer_address: '198.51.100.21', ipsecpolicy },
  ]);
  for (const mode of ['apply', 'plan'] as const) {
    const peerFiles = new Memory();
    const { error, writes, annotations } = await converge(file, { options: { mode }, ports: { peerFiles } });
    expect(error).toMatchObject({ code: 'PEER_CONFIG', at: { file: 'vpn.yml' } });
    expect(annotations).toMatchObject([{ title: 'PEER_CONFIG', text: expect.stringContaining('Connection b: ') }]);
    expect(error?.message).toMatch(
      /^2 problems:\n1\. Connection a: .*ipsecpolicy\.transform_protocol "ah-esp" is unknown/,
    );
    expect([writes, peerFiles.texts.size]).toEqual([[], 0]);
  }
});

test('so is what the files refuse', async () => {
  const { converge } = await ground('openstack');
  const peerFiles: PeerFiles = {
    render: () => {
      throw new ActionError('PEER_CONFIG', 'It would contain a secret.');
    },
    write: () => expect.unreachable(),
  };
  const { error, writes } = await converge(officeFile(), { ports: { peerFiles } });
  expect(error).toMatchObject({ code: 'PEER_CONFIG', message: 'It would contain a secret.', at: { file: 'vpn.yml' } });
  expect(writes).toEqual([]);
});

test('a file that cannot be written fails the run in the end, with everything else done', async () => {
  const { converge } = await ground('openstack');
  const peerFiles = new Memory();
  peerFiles.write = async () => {
    throw new ActionError('PEER_CONFIG', 'The disk is full.');
  };
  const { error, connection } = await converge(officeFile(), { ports: { peerFiles } });
  expect(error).toMatchObject({ code: 'PEER_CONFIG', message: 'The disk is full.', at: { file: 'vpn.yml' } });
  expect(connection()).toMatchObject({ operation: 'created', status: 'DOWN', settled: true });
  expect(connection()).not.toHaveProperty('peerConfigFile');
});

test('a connection that failed gets none, another does', async () => {
  const { cloud, converge } = await ground('openstack');
  cloud.addFault({ method: 'POST', path: 'ipsec-site-connections', effect: refusal(400) });
  const peerFiles = new Memory();
  const { error, last } = await converge(
    officesFile([
      { ...keyed, name: 'a' },
      { ...keyed, name: 'b', peer_address: '198.51.100.21' },
    ]),
    { ports: { peerFiles } },
  );
  expect(error).toBeDefined();
  const failed = last.connections.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
  expect([...peerFiles.texts.keys()]).toEqual(['a', 'b'].filter((name) => !failed.includes(name)));
});

test('an IPv6 peer is not told to dial an IPv4 address', async () => {
  const { cloud, converge, apply } = await ground('openstack');
  await apply(officeFile());
  cloud.store.update('vpnservice', only(cloud, 'vpnservice').id, { external_v6_ip: null });
  const peerFiles = new Memory();
  const file = officeFile({ peer_address: '2001:db8::20' });
  const { last, error } = await converge(file, { options: plan, ports: { peerFiles } });
  expect(error).toBeUndefined();
  expect(last.notices.map(({ text }) => text).join()).toContain('no public IPv6 address');
  expect(peerFiles.texts.size).toBe(0);
});
