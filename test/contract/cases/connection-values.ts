/** What a POST says to each value of a connection. The connections here are of the model with endpoint groups. */
import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError, neutron } from '../envelopes.ts';
import { nobody } from '../kinds.ts';
import { type Answer, type Said, said } from '../raw.ts';

const bench = useBench();
const kind = 'ipsec_site_connection';

async function post(changes: object): Promise<Answer> {
  return await bench.post(kind, { ...(await bench.connectionFields()), ...changes });
}

/** The server's reading of a value that it takes. */
async function stored(changes: object): Promise<unknown> {
  const answer = await post(changes);
  expect(said(answer)).toMatchObject({ status: 201 });
  const shown = await bench.get(kind, String(at(answer.body, kind, 'id')));
  return at(shown.body, kind);
}

test('fills in defaults', async () => {
  const { project } = bench.cloud;
  const fields = await bench.connectionFields();
  const answer = await bench.post(kind, fields);
  const id = at(answer.body, kind, 'id');
  const whole = {
    ...{ id, tenant_id: project.id, project_id: project.id, name: '', description: '', ...fields },
    ...{ local_id: '', route_mode: 'static', mtu: 1500, auth_mode: 'psk', initiator: 'bi-directional' },
    ...{ dpd: { action: 'hold', interval: 30, timeout: 120 }, admin_state_up: true, status: 'PENDING_CREATE' },
    peer_cidrs: [],
  };
  expect(said(answer)).toEqual({ status: 201, body: { [kind]: whole } });
  expect(said(await bench.get(kind, String(id)))).toEqual({ status: 200, body: { [kind]: whole } });
});

test('keeps every value that is given', async () => {
  const given = {
    ...{ name: 'büro-köln', description: 'line 1\nline 2', local_id: '@cloud', peer_id: '@office', mtu: 1400 },
    ...{ initiator: 'response-only', dpd: { action: 'restart', interval: 10, timeout: 60 }, admin_state_up: false },
  };
  expect(await stored(given)).toMatchObject(given);
});

describe('without a required attribute', () => {
  test.each(['vpnservice_id', 'ikepolicy_id', 'ipsecpolicy_id', 'peer_address', 'peer_id', 'psk'])(
    '%s',
    async (field) => {
      const { [field]: _left, ...rest } = await bench.connectionFields();
      const message = `Failed to parse request. Required attribute '${field}' not specified`;
      expect(said(await bench.post(kind, rest))).toEqual(badRequest(message));
    },
  );

  test('of several that are missing the first is named', async () => {
    const message = "Failed to parse request. Required attribute 'peer_address' not specified";
    expect(said(await bench.post(kind, {}))).toEqual(badRequest(message));
  });
});

describe('read-only attributes', () => {
  test.each([
    ['id', nobody],
    ['status', 'ACTIVE'],
    ['auth_mode', 'psk'],
    ['route_mode', 'static'],
  ])('%s', async (field, value) => {
    expect(said(await post({ [field]: value }))).toEqual(badRequest(`Attribute '${field}' not allowed in POST`));
  });
});

test('unknown attributes are named', async () => {
  const message = /^Unrecognized attribute\(s\) '(colour, shape|shape, colour)'$/;
  expect(said(await post({ colour: 'red', shape: 'round' }))).toEqual(badRequest(message));
});

describe('texts', () => {
  test.each(['name', 'description', 'local_id', 'peer_address', 'peer_id', 'psk'])('%s', async (field) => {
    for (const [value, shown] of [
      [5, '5'],
      [null, 'None'],
      [false, 'False'],
      [['x'], "['x']"],
      [{ a: 'x' }, "{'a': 'x'}"],
    ]) {
      const message = `Invalid input for ${field}. Reason: '${shown}' is not a valid string.`;
      expect(said(await post({ [field]: value }))).toEqual(badRequest(message));
    }
  });

  test.each(['name', 'description'])('%s of 256 characters', async (field) => {
    const long = 'x'.repeat(256);
    const message = `Invalid input for ${field}. Reason: '${long}' exceeds maximum length of 255.`;
    expect(said(await post({ [field]: long }))).toEqual(badRequest(message));
  });

  test.each(['local_id', 'peer_id', 'psk', 'peer_address'])(
    '%s of 256 characters is an internal error',
    async (field) => {
      expect(said(await post({ [field]: 'x'.repeat(256) }))).toEqual(internalError);
    },
  );

  test.each(['local_id', 'peer_id'])('%s may be anything of 255 characters', async (field) => {
    for (const value of ['', '198.51.100.7', 'vpn.example.com', 'C=DE, O=Büro', 'x'.repeat(255)]) {
      expect(await stored({ [field]: value })).toMatchObject({ [field]: value });
    }
  });
});

describe('psk', () => {
  test.each([
    ['empty', ''],
    ['one character', 'x'],
    ['quotes and backslash', `"'\\$()`],
    ['blanks around', ' key '],
    ['a line break', 'one\ntwo'],
    ['not ASCII', 'schlüssel-ключ'],
    ['255 characters', 'k'.repeat(255)],
  ])('%s: is kept, and shown in clear', async (_what, psk) => {
    expect(await stored({ psk })).toMatchObject({ psk });
  });

  test('characters beyond the basic plane are an internal error', async () => {
    expect(said(await post({ psk: 'key-\u{1f511}' }))).toEqual(internalError);
  });
});

describe('mtu', () => {
  test.each([68, 1280, 9000, 2_147_483_647])('%j', async (mtu) => {
    expect(await stored({ mtu })).toMatchObject({ mtu });
  });

  test.each([
    ['a number in a text', '1400', 1400],
    ['true is one, and too small', true, 1],
    ['a fraction is cut', 1400.9, 1400],
  ])('%s', async (_what, mtu, read) => {
    if (read >= 68) expect(await stored({ mtu })).toMatchObject({ mtu: read });
    else expect(said(await post({ mtu }))).toEqual(tooSmall(read));
  });

  test('zero is not checked', async () => {
    expect(await stored({ mtu: 0 })).toMatchObject({ mtu: 0 });
  });

  function tooSmall(mtu: number): Said {
    return neutron(400, 'IPsecSiteConnectionMtuError', `ipsec_site_connection MTU ${mtu} is too small for ipv4`);
  }

  test.each([67, 1])('%j is too small for IPv4', async (mtu) => {
    expect(said(await post({ mtu }))).toEqual(tooSmall(mtu));
  });

  test.each<[unknown, Said]>([
    [-1, badRequest("Invalid input for mtu. Reason: '-1' should be non-negative.")],
    ['abc', neutron(400, 'InvalidInput', "Invalid input for operation: 'abc' is not an integer.")],
    ['', neutron(400, 'InvalidInput', "Invalid input for operation: '' is not an integer.")],
    [null, neutron(400, 'InvalidInput', "Invalid input for operation: 'None' is not an integer.")],
    [[], neutron(400, 'InvalidInput', "Invalid input for operation: '[]' is not an integer.")],
    [{}, neutron(400, 'InvalidInput', "Invalid input for operation: '{}' is not an integer.")],
    ['1.5', neutron(400, 'InvalidInput', "Invalid input for operation: '1.5' is not an integer.")],
    [2_147_483_648, internalError],
  ])('refuses %j', async (mtu, answer) => {
    expect(said(await post({ mtu }))).toEqual(answer);
  });
});

describe('dpd', () => {
  test.each(['hold', 'clear', 'disabled', 'restart', 'restart-by-peer'])('action %s', async (action) => {
    expect(await stored({ dpd: { action } })).toMatchObject({ dpd: { action, interval: 30, timeout: 120 } });
  });

  test.each([null, {}])('%j is the default', async (dpd) => {
    expect(await stored({ dpd })).toMatchObject({ dpd: { action: 'hold', interval: 30, timeout: 120 } });
  });

  test('numbers in texts are echoed, and kept as numbers', async () => {
    const answer = await post({ dpd: { interval: '10', timeout: '60' } });
    expect(at(answer.body, kind, 'dpd')).toEqual({ action: 'hold', interval: '10', timeout: '60' });
    const shown = await bench.get(kind, String(at(answer.body, kind, 'id')));
    expect(at(shown.body, kind, 'dpd')).toEqual({ action: 'hold', interval: 10, timeout: 60 });
  });

  test.each([
    [{ interval: 0, timeout: 1 }],
    [{ interval: 1, timeout: 2_147_483_647 }],
    [{ interval: 119 }],
    [{ timeout: 31 }],
  ])('%j', async (dpd) => {
    expect(await stored({ dpd })).toMatchObject({ dpd: { action: 'hold', interval: 30, timeout: 120, ...dpd } });
  });

  test.each([
    [{ interval: 30, timeout: 30 }],
    [{ interval: 60, timeout: 30 }],
    [{ timeout: 30 }],
    [{ interval: 120 }],
    [{ interval: 0, timeout: 0 }],
    [{ action: 'disabled', interval: 5, timeout: 4 }],
  ])('%j: a timeout must be larger than the interval', async (dpd) => {
    const message = 'ipsec_site_connection dpd_timeout is equal to or less than dpd_interval';
    expect(said(await post({ dpd }))).toEqual(neutron(400, 'IPsecSiteConnectionDpdIntervalValueError', message));
  });

  test.each<[unknown, Said]>([
    [{ action: 'reboot' }, badRequest('Invalid input for dpd. Reason: reboot is not in valid_values.')],
    [{ action: null }, badRequest('Invalid input for dpd. Reason: None is not in valid_values.')],
    [{ interval: -1 }, badRequest("Invalid input for dpd. Reason: '-1' should be non-negative.")],
    [{ interval: 'x' }, badRequest("Invalid input for dpd. Reason: 'x' is not an integer.")],
    [{ timeout: null }, badRequest("Invalid input for dpd. Reason: 'None' is not an integer.")],
    [{ retries: 3 }, badRequest('Invalid input for dpd. Reason: Unexpected keys supplied: retries.')],
    ['hold', badRequest("Invalid input for dpd. Reason: 'hold' is not a dictionary.")],
    [[], badRequest("Invalid input for dpd. Reason: '[]' is not a dictionary.")],
    [{ timeout: 2_147_483_648 }, internalError],
    [{ timeout: '200' }, internalError],
  ])('refuses %j', async (dpd, answer) => {
    expect(said(await post({ dpd }))).toEqual(answer);
  });
});

describe('initiator and admin_state_up', () => {
  test.each(['bi-directional', 'response-only'])('%s', async (initiator) => {
    expect(await stored({ initiator })).toMatchObject({ initiator });
  });

  test.each(['', 'Bi-Directional', 'initiate', null, 5])('no initiator %j', async (initiator) => {
    const message = `Invalid input for initiator. Reason: ${initiator ?? 'None'} is not in valid_values.`;
    expect(said(await post({ initiator }))).toEqual(badRequest(message));
  });

  test.each([
    ['no', false],
    [1, true],
  ])('admin_state_up %j is %j', async (given, read) => {
    expect(await stored({ admin_state_up: given })).toMatchObject({ admin_state_up: read });
  });

  test('admin_state_up is nothing else', async () => {
    const message = "Invalid input for operation: 'perhaps' cannot be converted to boolean.";
    expect(said(await post({ admin_state_up: 'perhaps' }))).toEqual(neutron(400, 'InvalidInput', message));
  });
});

describe('peer_address', () => {
  test.each([
    ['IPv4', '192.0.2.9', '192.0.2.9'],
    ['IPv6, as the router has an address of IPv6 too', '2001:db8::9', '2001:db8::9'],
    ['upper case stays', '2001:DB8::9', '2001:DB8::9'],
    ['a name becomes its address', 'localhost', expect.stringMatching(/^(127\.0\.0\.1|::1)$/)],
    ['the C library reads two parts', '1.2', '1.0.0.2'],
    ['and hexadecimal ones', '0x7f.1', '127.0.0.1'],
  ])('%s', async (_what, peer_address, kept) => {
    expect(await stored({ peer_address })).toMatchObject({ peer_address: kept });
  });

  test.each(['', '300.1.1.1', '192.0.2.9/32', '192.0.2.9,192.0.2.10', 'no such host'])(
    'refuses %j, which has no address',
    async (peer_address) => {
      const message = `Peer address ${peer_address} cannot be resolved`;
      expect(said(await post({ peer_address }))).toEqual(neutron(400, 'VPNPeerAddressNotResolved', message));
    },
  );

  test('refuses IPv6 where the router has no address of IPv6', async () => {
    const { router, subnet } = bench.cloud.v4Only;
    const { id: vpnservice_id } = await bench.create('vpnservice', { router_id: router.id });
    const local = await bench.create('endpoint_group', { type: 'subnet', endpoints: [subnet.id] });
    const answer = await post({ vpnservice_id, local_ep_group_id: local.id, peer_address: '2001:db8::9' });
    const message = `Router's ${router.id} external network has no IPv6 subnet`;
    expect(said(answer)).toEqual(neutron(400, 'ExternalNetworkHasNoSubnet', message));
  });
});

describe('of several faults', () => {
  test.each<[string, object, Said]>([
    ['the form comes before what it refers to', { ikepolicy_id: nobody, psk: 5 }, badRequest(/^Invalid input for psk/)],
    ['dpd before mtu', { mtu: 1, dpd: { timeout: 1 } }, neutron(400, 'IPsecSiteConnectionDpdIntervalValueError', /./)],
    ['mtu before peer_address', { mtu: 1, peer_address: '' }, neutron(400, 'IPsecSiteConnectionMtuError', /./)],
    ['attributes in the order of the API', { psk: 5, name: 5 }, badRequest(/^Invalid input for name/)],
  ])('%s', async (_what, changes, answer) => {
    expect(said(await post(changes))).toEqual(answer);
  });
});
