/** The embedded cloud, dialect `openstack`, one for each test file. */
import { GITHUB_ISSUER } from '../cloud/github/claims.ts';
import { currentKey, keySet } from '../cloud/github/keys.ts';
import { type Cloud, type FederationOptions, passcode, startCloud } from '../cloud/index.ts';
import type { ContractCloud, Login, Named, Router, Subnet } from './cloud.ts';

/** Of the cloud's own clock, which is then put forward. */
const shortLifeMs = 60_000;

/** Whom the cloud lets in by ID tokens. */
const run = { repository: 'acme/network', ref: 'refs/heads/main' };
const bySubject = { repository: 'acme/infra', environment: 'network' };
const withoutRights = { repository: 'acme/without-rights' };

export async function openEmbedded(): Promise<ContractCloud> {
  let aheadMs = 0;
  const expired = async (): Promise<void> => {
    aheadMs += shortLifeMs;
  };
  const cloud = await startCloud({
    now: () => Date.now() + aheadMs,
    dialect: 'openstack',
    regions: ['eu-de'],
    downAfterMs: Number.POSITIVE_INFINITY,
    activeAfterMs: 60,
    federation: federation(),
  });
  const { account, authUrl, networkUrl } = cloud;
  return {
    ...network(cloud),
    ...logins(cloud),
    authUrl,
    networkUrl,
    region: account.region,
    domain: { id: account.domainId, name: account.domain },
    project: { id: account.projectId, name: account.project },
    otherProject: { id: account.secondProjectId, name: account.secondProject },
    async drive(connectionId, status) {
      const connection = cloud.store.get('ipsec_site_connection', connectionId);
      cloud.store.setStatus('ipsec_site_connection', connectionId, status);
      cloud.store.setStatus('vpnservice', String(connection?.['vpnservice_id']), 'ACTIVE');
    },
    wakeAgent: async () => cloud.pace({ downAfterMs: 60 }),
    async shortLivedToken() {
      return { token: cloud.issueToken({ ttlMs: shortLifeMs }), expired };
    },
    applicationCredential: async () => cloud.issueApplicationCredential(),
    shortLivedCredential: async () => ({ ...cloud.issueApplicationCredential({ ttlMs: shortLifeMs }), expired }),
    careful: careful(cloud, () => aheadMs),
    federation: {
      ...{ authUrl, identityProvider: account.identityProvider, protocol: account.protocol, issuer: GITHUB_ISSUER },
      ...{ audience: authUrl.replace(/\/v3$/, ''), key: gitHubKey(), run, bySubject, withoutRights },
    },
    close: () => cloud.close(),
  };
}

function gitHubKey(): ContractCloud['federation']['key'] {
  const { kid, privateKey } = currentKey();
  return { kid, privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

function federation(): FederationOptions {
  const type = (claim: string) => ({ type: `HTTP_OIDC_${claim}` });
  const user = { user: { name: '{0}' } };
  const repository = (name: string) => ({ ...type('REPOSITORY'), any_one_of: [name] });
  const ref = { ...type('REF'), any_one_of: [run.ref] };
  const subject = { ...type('SUB'), any_one_of: [`repo:${bySubject.repository}:environment:${bySubject.environment}`] };
  return {
    issuer: GITHUB_ISSUER,
    jwks: keySet([currentKey()]),
    rules: [
      { local: [user, { group: { name: 'vpn-operators' } }], remote: [type('SUB'), repository(run.repository), ref] },
      { local: [user, { group: { name: 'vpn-operators' } }], remote: [type('SUB'), subject] },
      { local: [user], remote: [type('SUB'), repository(withoutRights.repository)] },
    ],
  };
}

function careful({ account, authUrl }: Cloud, aheadMs: () => number): ContractCloud['careful'] {
  const { id, name: username, password, seed } = account.totp;
  return {
    ...{ authUrl, id, username, password, domain: account.domain, project: account.project },
    passcode: (windowsAgo = 0) => passcode(seed, Date.now() + aheadMs() - windowsAgo * 30_000),
  };
}

function logins({ account, authUrl }: Cloud): Pick<ContractCloud, 'member' | 'reader' | 'administrator' | 'other'> {
  const { domain, project, secondProject } = account;
  const login = (username: string, password: string, scope = project): Login => ({
    ...{ authUrl, domain, project: scope },
    ...{ username, password },
  });
  return {
    member: login(account.username, account.password),
    reader: login(account.readerUsername, account.readerPassword),
    administrator: login(account.adminUsername, account.adminPassword),
    other: login(account.otherUsername, account.otherPassword, secondProject),
  };
}

function network(
  cloud: Cloud,
): Pick<ContractCloud, 'router' | 'closedRouter' | 'v4Only' | 'subnets' | 'subnetV6' | 'lonelySubnet'> {
  const find = (kind: 'router' | 'subnet', name: string) => {
    const own = cloud.store.all(kind).filter((one) => one.project_id === cloud.account.projectId);
    const found = own.find((one) => one['name'] === name);
    if (found === undefined) throw new Error(`the embedded cloud has no ${kind} ${name}`);
    return found;
  };
  const router = (name: string): Named => ({ id: find('router', name).id, name });
  const subnet = (name: string): Subnet => {
    const { id, cidr } = find('subnet', name);
    return { id, name, cidr: String(cidr) };
  };
  return {
    router: { ...router('vpc-prod'), ...gatewayAddresses(find('router', 'vpc-prod')) },
    closedRouter: router('vpc-closed'),
    v4Only: { router: router('vpc-dev'), subnet: subnet('subnet-dev') },
    subnets: [subnet('subnet-app'), subnet('subnet-db')],
    subnetV6: subnet('subnet-v6'),
    lonelySubnet: subnet('subnet-lonely'),
  };
}

function gatewayAddresses(router: object): Pick<Router, 'gatewayV4' | 'gatewayV6'> {
  const addresses = [...JSON.stringify(router).matchAll(/"ip_address":"([^"]+)"/g)].map(([, address]) => address ?? '');
  const of = (isWanted: (address: string) => boolean): string => addresses.find(isWanted) ?? '';
  return { gatewayV4: of((one) => one.includes('.')), gatewayV6: of((one) => one.includes(':')) };
}
