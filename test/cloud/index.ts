import { Catalogue } from './catalogue.ts';
import { Faults } from './faults.ts';
import { Identities } from './identities.ts';
import { answerIdentity, withIdentityHeaders } from './keystone.ts';
import { answerNetwork, type NetworkService, networkUrl } from './network-service.ts';
import { OPENSTACK_RULES } from './openstack/rules.ts';
import { OTC_RULES } from './otc/rules.ts';
import type { Incoming } from './request.ts';
import { newStore } from './seeds.ts';
import { listen } from './server.ts';
import { settle } from './settings.ts';
import type { Cloud, CloudOptions, RecordedRequest, TemporaryKeys } from './types.ts';

export type { Kind, VpnKind } from './kinds.ts';
export type { AppliedPolicies, Store, StoredObject } from './store.ts';
export { passcode } from './totp.ts';
export type {
  Account,
  Cloud,
  CloudOptions,
  Fault,
  FaultEffect,
  FederationOptions,
  IssueOptions,
  Moment,
  RecordedRequest,
  TemporaryKeys,
  Watch,
} from './types.ts';

/**
 * Starts a cloud on 127.0.0.1: an identity service (Keystone v3) and a network service (Neutron v2.0 with VPNaaS),
 * each on its own port, with one account, a small network, and a second project that must stay out of sight.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const settings = settle(options);
  const identities = new Identities(settings);
  const account = identities.account();
  const rules = settings.dialect === 'otc' ? OTC_RULES : OPENSTACK_RULES;
  const stores = new Map(settings.regions.map((region) => [region, newStore(settings.now, account, rules)]));
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const network: NetworkService = { settings, identities, stores, authUrl: '', origin: '' };
  const identity = { settings, identities, authUrl: '', catalogue: new Catalogue(settings, addresses(network)) };
  const shared = { settings, faults, requests };
  const handleIdentity = (request: Incoming) =>
    withIdentityHeaders(identity.authUrl, () => answerIdentity(identity, request));
  const handleNetwork = (request: Incoming) => answerNetwork(network, request);
  const auth = await listen({ ...shared, service: 'identity', handle: handleIdentity }, settings.port);
  const networkPort = settings.port === 0 ? 0 : settings.port + 1;
  const neutron = await listen({ ...shared, service: 'network', handle: handleNetwork }, networkPort);
  identity.authUrl = network.authUrl = `${auth.origin}/v3`;
  network.origin = neutron.origin;
  const storeOf = (region: string) => {
    const store = stores.get(region);
    if (store === undefined) throw new Error(`the cloud has no region ${region}`);
    return store;
  };
  return {
    authUrl: identity.authUrl,
    networkUrl: network.origin,
    requests,
    store: storeOf(account.region),
    account,
    storeOf,
    networkUrlOf: (region) => networkUrl(network, region),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    clearRequests: () => requests.splice(0),
    pace: (wanted) => Object.assign(settings, wanted),
    issueToken: (wanted = {}) => identities.issueFor(wanted),
    issueApplicationCredential: (wanted = {}) => identities.issueCredential(wanted.ttlMs),
    revokeToken: (token) => identities.kill(token),
    temporaryKeys: ({ ttlMs }) => temporaryKeys(identities, ttlMs),
    disableKeys: () => identities.keys.clear(),
    suspend: async () => {
      const resumes = await Promise.all([auth.suspend(), neutron.suspend()]);
      return async () => {
        await Promise.all(resumes.map((resume) => resume()));
      };
    },
    close: async () => {
      await Promise.all([auth.close(), neutron.close()]);
    },
  };
}

function temporaryKeys({ keys, users: [user] }: Identities, ttlMs: number): TemporaryKeys {
  if (user === undefined) throw new Error('the cloud has no user');
  const { access: accessKey, secret: secretKey, temporary } = keys.createTemporary(user, ttlMs);
  return { accessKey, secretKey, securityToken: temporary.securityToken };
}

/** Known only once the servers listen, hence looked up each time. */
function addresses(network: NetworkService) {
  return {
    get auth() {
      return network.authUrl;
    },
    network: (region: string) => networkUrl(network, region),
  };
}
