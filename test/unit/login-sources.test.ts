/** Whole runs whose login comes from variables or from a clouds.yaml. */
import { expect, test } from 'vitest';
import { surroundings } from './given-inputs.ts';
import { stage, type Told } from './stage.ts';

/** Takes the login away from the inputs. */
const noLogin = {
  ...{ 'auth-url': undefined, username: undefined, password: undefined },
  ...{ 'user-domain-name': undefined, 'project-name': undefined },
};

/** What the source has, for a login at the stage's cloud. */
function from(source: string, settings: Readonly<Record<string, string>>): ReturnType<typeof surroundings> {
  const variables = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`OS_${key.toUpperCase()}`, value]),
  );
  const files = { '/etc/openstack/clouds.yaml': JSON.stringify({ clouds: { here: { auth: settings } } }) };
  return source === 'variables' ? surroundings(variables) : surroundings({ OS_CLOUD: 'here' }, files);
}

test.each(['variables', 'clouds.yaml'])('a connection is created with the login of %s', async (source) => {
  const { cloud, run } = await stage();
  const { username, password, domain, project } = cloud.account;
  const settings = {
    ...{ auth_url: cloud.authUrl, username, password },
    ...{ user_domain_name: domain, project_name: project },
  };
  const { environment, runnerFiles } = from(source, settings);
  const told: Told = await run({ inputs: noLogin, replace: () => ({ environment, runnerFiles }) });
  expect(told.conclusion.failure).toBeUndefined();
  expect(told.conclusion.connections).toMatchObject([{ operation: 'created' }]);
  expect(told.events.indexOf(`mask ${password}`)).toBeLessThan(
    told.events.findIndex((event) => event.startsWith('log')),
  );
  expect(told.lines.join('\n')).not.toContain(password);
});

test.each([
  [
    'variables',
    'Correct OS_REGION_NAME. Or give the URL of the network service as OS_NETWORK_ENDPOINT_OVERRIDE. ' +
      'The settings are those of the OS_* variables.',
  ],
  [
    'clouds.yaml',
    'Correct auth.region_name of "here" in /etc/openstack/clouds.yaml (line 1). Or give the URL of the network service as ' +
      'network_endpoint_override of "here" in /etc/openstack/clouds.yaml. ' +
      'The settings are those of "here" of /etc/openstack/clouds.yaml.',
  ],
])('a failed login names the settings as %s do', async (source, hint) => {
  const { cloud, run } = await stage();
  const { username, password, domain, project } = cloud.account;
  const settings = {
    ...{ auth_url: cloud.authUrl, region_name: 'mars', username, password },
    ...{ user_domain_name: domain, project_name: project },
  };
  const { environment, runnerFiles } = from(source, settings);
  const told = await run({ inputs: noLogin, replace: () => ({ environment, runnerFiles }) });
  expect(told.conclusion.failure).toMatchObject({ code: 'CATALOGUE', hint });
});
