/** The settings of each way to log in as inputs, and what comes of them. */

export type Texts = Readonly<Record<string, string>>;

export const otc = { region: 'eu-nl' };
export const openstack = { 'auth-url': 'https://keystone.example.org/identity/v3' };
export const user = { username: 'ci', 'user-domain-name': 'OTC1' };
export const password = { ...user, password: 'correct horse' };
export const project = { 'project-name': 'eu-nl_prod' };
export const keys = { 'access-key': 'EXAMPLEAK0000000TEST', 'secret-key': 'ExampleSecretKey' };
export const credential = { 'application-credential-id': 'c0ffee', 'application-credential-secret': 'the secret' };
export const oidc = { 'identity-provider': 'github' };
export const agency = { 'agency-name': 'ci', 'agency-domain-name': 'OTC2' };
export const token = { token: 'gAAAAAB-token' };

export const passwordWay = {
  way: 'password',
  user: { name: 'ci', domain: { name: 'OTC1' } },
  password: 'secret correct horse',
};
export const keysWay = { way: 'keys', accessKey: 'EXAMPLEAK0000000TEST', secretKey: 'secret ExampleSecretKey' };
export const credentialWay = {
  way: 'application credential',
  credential: { id: 'c0ffee' },
  secret: 'secret the secret',
};
