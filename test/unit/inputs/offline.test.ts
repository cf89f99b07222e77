/** When a plan does without the cloud, and when a missing login is a mistake. */
import { describe, expect, test } from 'vitest';
import { readInputs } from '../../../src/inputs.ts';
import { given, surroundings } from '../given-inputs.ts';
import * as of from './login-settings.ts';

type Texts = Readonly<Record<string, string>>;

interface Setting {
  readonly inputs?: Texts;
  readonly variables?: Texts;
  readonly isWithoutSecrets?: boolean;
}

async function read({ inputs = {}, variables = {}, isWithoutSecrets = false }: Setting) {
  const reader = given({ 'connection-file': 'vpn.yml', mode: 'plan', ...inputs });
  const around = { ...surroundings(variables), isWithoutSecrets };
  return await readInputs(reader, () => {}, around).then(
    ({ offline, identity, dialect }) => ({ offline, hasIdentity: identity !== undefined, dialect, told: '' }),
    (error: unknown) => ({ told: error instanceof Error ? error.message : '' }),
  );
}

const offline = (reason: string, dialect: string, isDialectAssumed: boolean) => ({
  ...{ offline: { reason, isDialectAssumed }, hasIdentity: false, dialect, told: '' },
});

describe('a plan without any login', () => {
  test.each<[string, Texts, string, boolean]>([
    ['nothing at all', {}, 'openstack', true],
    ['a region of Open Telekom Cloud', of.otc, 'otc', false],
    ['another region', { region: 'RegionOne' }, 'openstack', true],
    ['an auth-url', of.openstack, 'openstack', false],
    ['an auth-url of Open Telekom Cloud', { 'auth-url': 'https://iam.eu-de.otc.t-systems.com' }, 'otc', false],
    ['a stated cloud', { cloud: 'otc' }, 'otc', false],
  ])('%s', async (_, inputs, dialect, isAssumed) => {
    expect(await read({ inputs })).toEqual(offline('no login', dialect, isAssumed));
  });

  test.each<[string, Texts]>([
    ['a user', { ...of.otc, username: 'ci' }],
    ['a project', { ...of.otc, ...of.project }],
    ['an identity provider', { ...of.otc, ...of.oidc }],
    ['half an application credential', { 'application-credential-id': 'c0ffee' }],
    ['an agency', { ...of.otc, ...of.agency }],
    ['an entry of a clouds.yaml', { 'cloud-name': 'prod' }],
  ])('%s is a login that is not complete: a secret may be misspelt', async (_, inputs) => {
    expect((await read({ inputs })).told).not.toBe('');
  });

  test.each([{ OS_CLOUD: 'prod' }, { OS_USERNAME: 'ci' }, { OS_AUTH_URL: 'https://k.example.org' }])(
    '%o is one too',
    async (variables) => {
      expect((await read({ variables })).told).not.toBe('');
    },
  );

  test.each(['apply', 'destroy'])('mode: %s needs the cloud', async (mode) => {
    expect((await read({ inputs: { mode } })).told).not.toBe('');
    expect((await read({ inputs: { mode }, isWithoutSecrets: true })).told).not.toBe('');
  });

  test.each(['fail-on-changes', 'drift-issue'])(
    '%s needs it too: it would find no drift, every night',
    async (name) => {
      expect((await read({ inputs: { [name]: 'True' } })).told).toContain('no way to log in');
    },
  );

  test('what says where the cloud is has to be right all the same', async () => {
    expect((await read({ inputs: { 'auth-url': 'nowhere' } })).told).toMatch(/^Input auth-url: is no https URL/);
    expect((await read({ inputs: { cloud: 'azure' } })).told).toMatch(/^Input cloud: /);
  });
});

describe('a run from which GitHub withholds secrets', () => {
  const emptied = { ...of.otc, ...of.user, password: '', ...of.project };

  test('has a login without its secret, and asks nobody', async () => {
    expect(await read({ inputs: emptied, isWithoutSecrets: true })).toEqual(offline('withheld', 'otc', false));
    expect((await read({ inputs: emptied })).told).toContain('password: is empty');
  });

  test.each<[string, Texts]>([
    ['keyless', { ...of.otc, ...of.oidc, ...of.project }],
    ['a clouds.yaml', { 'clouds-file': '/tmp/clouds.yaml' }],
    ['a drift check', { ...emptied, 'fail-on-changes': 'true' }],
  ])('%s', async (_, inputs) => {
    expect(await read({ inputs, isWithoutSecrets: true })).toMatchObject({ offline: { reason: 'withheld' } });
  });

  test.each<[Texts, string, boolean]>([
    [{ OS_AUTH_URL: 'https://iam.eu-de.otc.t-systems.com/v3' }, 'otc', false],
    [{ OS_AUTH_URL: 'https://k.example.org', OS_REGION_NAME: 'eu-nl' }, 'openstack', false],
    [{ OS_REGION_NAME: 'eu-nl' }, 'otc', false],
    [{ OS_AUTH_URL: 'nowhere', OS_REGION_NAME: 'RegionOne' }, 'openstack', true],
  ])('%o says which cloud it is', async (variables, dialect, isAssumed) => {
    expect(await read({ variables, isWithoutSecrets: true })).toEqual(offline('withheld', dialect, isAssumed));
  });

  test.each<[string, Setting]>([
    ['an input', { inputs: { ...of.otc, ...of.password, ...of.project } }],
    [
      'a variable of the runner',
      {
        variables: {
          ...{ OS_AUTH_URL: 'https://k.example.org', OS_TOKEN: 'gAAAAAB-token', OS_PROJECT_ID: 'p1' },
        },
      },
    ],
  ])('logs in if it has a secret all the same: %s', async (_, setting) => {
    expect(await read({ ...setting, isWithoutSecrets: true })).toMatchObject({ offline: undefined, hasIdentity: true });
  });
});
