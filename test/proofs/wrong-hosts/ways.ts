/** Every way to log in, as inputs of a step. */
import type { Cloud } from '../../cloud/index.ts';
import {
  agency,
  applicationCredential,
  keyless,
  keys,
  noLogin,
  twoFactors,
  variables,
} from '../../scenarios/fixtures/ways.ts';
import type { Dialect } from '../situations.ts';

export interface Way {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string | undefined>>;
  /** Variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

function temporary(cloud: Cloud): Way['inputs'] {
  const { accessKey, secretKey, securityToken } = cloud.temporaryKeys({ ttlMs: 3_600_000 });
  return { ...noLogin, 'access-key': accessKey, 'secret-key': secretKey, 'security-token': securityToken };
}

/** @param authUrl as the run knows it */
export function waysOf(cloud: Cloud, dialect: Dialect, authUrl: string): readonly Way[] {
  const audience = cloud.authUrl.replace(/\/v3$/, '');
  const everywhere: Way[] = [
    { name: 'password', inputs: {} },
    { name: 'password and passcode', inputs: twoFactors(cloud) },
    { name: 'given token', inputs: { ...noLogin, token: cloud.issueToken() } },
    { name: 'ID token of the job', inputs: { ...keyless(cloud, dialect), audience } },
    {
      name: 'OS_ variables',
      inputs: { ...noLogin, 'auth-url': undefined, 'project-name': undefined },
      environment: { ...variables(cloud), OS_AUTH_URL: authUrl },
    },
  ];
  const own: Way[] =
    dialect === 'openstack'
      ? [{ name: 'application credential', inputs: applicationCredential(cloud) }]
      : [
          { name: 'keys', inputs: keys(cloud) },
          { name: 'temporary keys', inputs: temporary(cloud) },
          { name: 'password, then agency', inputs: agency(cloud) },
          { name: 'ID token, then agency', inputs: { ...keyless(cloud, dialect), audience, ...agency(cloud) } },
        ];
  return [...everywhere, ...own];
}
