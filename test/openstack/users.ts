/** Ways to log in that a user of a tenant gets by request: application credentials, passcodes. */
import { randomBytes } from 'node:crypto';
import { passcode } from '../cloud/totp.ts';
import { Api, ask, type Login, logIn, text } from './rest.ts';
import type { Stack } from './stack.ts';
import { administer, type Tenant } from './tenant.ts';

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

export interface CredentialOptions {
  readonly name?: string;
  readonly expiresAt?: Date;
  /** All that it may do; see `access_rules` of Keystone's API. */
  readonly rules?: readonly { readonly service: string; readonly method: string; readonly path: string }[];
}

/** Who has to give a passcode beside the password. */
export interface CarefulUser extends Login {
  readonly id: string;
  /** @param windowsAgo of 30 s; 0 is the present one */
  passcode(windowsAgo?: number): string;
}

export async function userIdOf(login: Login): Promise<string> {
  const token = await logIn(login, 'unscoped');
  return await userIdBy(login.authUrl, token);
}

/** Makes one for the login's project, as its user would. */
export async function makeApplicationCredential(
  login: Login,
  { name = `ci-${randomBytes(4).toString('hex')}`, expiresAt, rules }: CredentialOptions = {},
): Promise<ApplicationCredential> {
  const token = await logIn(login);
  const path = `/users/${await userIdBy(login.authUrl, token)}/application_credentials`;
  const made = await new Api(login.authUrl, token).create(path, 'application_credential', {
    name,
    // Keystone takes no Z.
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt.toISOString().slice(0, -1) }),
    ...(rules === undefined ? {} : { access_rules: rules }),
  });
  return { id: text(made, 'id'), name, secret: text(made, 'secret') };
}

/** A token that lives for so long; Keystone ends it with the application credential that it comes from. */
export async function tokenFor(login: Login, lifeMs: number): Promise<string> {
  const { id, secret } = await makeApplicationCredential(login, { expiresAt: new Date(Date.now() + lifeMs) });
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const answer = await ask(`${login.authUrl}/auth/tokens`, 'POST', undefined, { auth: { identity } });
  return answer.headers.get('x-subject-token') ?? '';
}

/** Makes a member of the project who cannot log in by the password alone. */
export async function makeCarefulUser(stack: Stack, { domain, project }: Tenant): Promise<CarefulUser> {
  const { identity } = await administer(stack);
  const username = `vpn-careful-${randomBytes(4).toString('hex')}`;
  const password = `Pw-${randomBytes(12).toString('base64url')}`;
  const user = await identity.create('/users', 'user', {
    name: username,
    password,
    domain_id: domain.id,
    options: { multi_factor_auth_enabled: true, multi_factor_auth_rules: [['password', 'totp']] },
  });
  const id = text(user, 'id');
  const [member] = await identity.list('/roles?name=member');
  await identity.put(`/projects/${project.id}/users/${id}/roles/${text(member ?? {}, 'id')}`);
  const seed = [...randomBytes(32)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
  await identity.create('/credentials', 'credential', { type: 'totp', blob: seed, user_id: id });
  const login = { authUrl: stack.authUrl, username, password, domain: domain.name, project: project.name };
  return { ...login, id, passcode: (windowsAgo = 0) => passcode(seed, Date.now() - windowsAgo * 30_000) };
}

async function userIdBy(authUrl: string, token: string): Promise<string> {
  const { body } = await ask(`${authUrl}/auth/tokens?nocatalog`, 'GET', token, undefined, { 'x-subject-token': token });
  const { user } = Object(body['token']);
  return text(Object(user), 'id');
}
