/** GitHub as an identity provider of Keystone's. */
import { Api, text } from '../rest.ts';
import { administrator, type Cloud } from './seed.ts';

/** A job of this repository is let in, and may do nothing: its user is in no group. Suites add rules of their own. */
const rules = [
  {
    local: [{ user: { name: 'github:{0}' } }],
    remote: [{ type: 'HTTP_OIDC_SUB' }, { type: 'HTTP_OIDC_REPOSITORY', any_one_of: ['acme/without-rights'] }],
  },
];

/** Makes the domain that its users are in, the provider, the mapping and the protocol. */
export async function seedFederation(cloud: Cloud): Promise<void> {
  const { federation } = cloud;
  if (!federation) return;
  const identity = new Api(cloud.authUrl, await administrator(cloud));
  const provider = `/OS-FEDERATION/identity_providers/${federation.identityProvider}`;
  const mapping_id = federation.mapping;
  const domain = await identity.create('/domains', 'domain', { name: 'github' });
  const identity_provider = { enabled: true, remote_ids: [federation.issuer], domain_id: text(domain, 'id') };
  await Promise.all([
    identity.put(provider, { identity_provider }),
    identity.put(`/OS-FEDERATION/mappings/${mapping_id}`, { mapping: { rules } }),
  ]);
  await identity.put(`${provider}/protocols/${federation.protocol}`, { protocol: { mapping_id } });
}
