import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { connectionFileSchema } from '../../../../src/vpn/file/schema.ts';
import { type Changes, file, lines, list, readText } from '../../spec/support.ts';

const root = new URL('../../../../', import.meta.url);
const validate = new Ajv({ strict: true, allowUnionTypes: true, strictTypes: false, strictRequired: false }).compile(
  connectionFileSchema(),
);

/** Whether an editor would take the text. */
function isValid(text: string): boolean {
  return parseAllDocuments(text, { merge: true }).every((document) => validate(document.toJS()));
}

describe('the JSON Schema', () => {
  it('is committed as it is generated', () => {
    const committed = readFileSync(new URL('schema/ipsec-connection.schema.json', root), 'utf8');
    expect(committed, 'run: npm run schema').toBe(`${JSON.stringify(connectionFileSchema(), null, 2)}\n`);
  });

  const examples = readdirSync(new URL('examples/', root)).filter((name) => name.endsWith('.yml'));
  test.each(examples)('takes %s, which names the schema for editors', (name) => {
    const text = readFileSync(new URL(`examples/${name}`, root), 'utf8');
    expect(isValid(text), JSON.stringify(validate.errors)).toBe(true);
    expect(text.startsWith('# yaml-language-server: $schema=../schema/ipsec-connection.schema.json\n')).toBe(true);
  });

  test.each<Changes>([
    {},
    { mtu: '${MTU}', admin_state_up: '${UP:-true}', peer_address: '${PEER}' },
    { mtu: '"1500"', dpd: '{ interval: "${I}", timeout: 60 }' },
    { ikepolicy: '{ pfs: "${PFS}", lifetime: { value: "${L:-3600}" } }' },
    { psk: '${A}${B}', psk_version: '3', tags: '{ env: prod, old: null, x: "${Y}" }' },
    { vpnservice: '{ router: vpc, subnet_id: null }', mtu: 'null', description: '' },
    { peer_ep_group: '["2001:db8::/48", "${NET}"]', local_ep_group: '{ endpoints: [a], type: subnet }' },
    { id: '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f', tenant_id: '${PROJECT}' },
    { ikepolicy: null, ikepolicy_id: '${IKE_ID}' },
    { local_ep_group: null, peer_ep_group: null, peer_cidrs: '[10.0.0.0/8]' },
  ])('takes %j', (changes) => {
    expect(isValid(file(changes)), JSON.stringify(validate.errors)).toBe(true);
    expect(isValid(list(changes, changes))).toBe(true);
  });

  test.each<Changes>([
    { peer_adress: 'x' },
    { name: '2024' },
    { peer_address: 'vpn.example.com' },
    { peer_address: null },
    { vpnservice: null },
    { ikepolicy: null },
    { peer_ep_group: null },
    { psk: 'Hunter2hunter2' },
    { mtu: '67' },
    { mtu: '1500.5' },
    { admin_state_up: 'yes' },
    { ikepolicy: '{ pfs: "14" }' },
    { ikepolicy: '{ lifetime: 3600 }' },
    { ikepolicy: '{ status: ACTIVE }' },
    { dpd: '{ interval: 0 }' },
    { vpnservice: '{ name: gw }' },
    { vpnservice_id: 'gw' },
    { local_ep_group: '[]' },
    { peer_ep_group: '[10.80.0.0]' },
    { tags: '{ "a b": c }' },
    { initiator: 'both' },
  ])('refuses %j, as the action does', (changes) => {
    expect(isValid(file(changes))).toBe(false);
    expect(lines(readText(file(changes))).some((line) => line.includes(' error '))).toBe(true);
  });

  test.each(['{}', 'x-a: 1', 'other: 1', '[]', 'ipsec_site_connections: {}', 'ipsec_site_connection: []'])(
    'refuses %j',
    (text) => {
      expect(isValid(text)).toBe(false);
    },
  );

  it('takes free keys', () => {
    expect(isValid(`x-anything: [1, { a: b }]\n${file()}`)).toBe(true);
  });

  it('says for each key what it is', () => {
    const { definitions } = connectionFileSchema();
    const text = JSON.stringify(definitions);
    expect(text).toContain('Diffie-Hellman group of phase 1. Open Telekom Cloud: group1, ');
    expect(text).toContain('"default":{"action":"hold","interval":30,"timeout":120}');
    expect(text).toContain('Only OpenStack.');
  });
});
