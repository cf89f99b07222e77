/** Where a stack is, for people. */
import type { Stack } from '../stack.ts';

export function describeStack(stack: Stack): string {
  const { admin, federation } = stack;
  const exports: Record<string, string> = {
    OS_AUTH_URL: stack.authUrl,
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: stack.region,
    OS_USERNAME: admin.username,
    OS_PASSWORD: admin.password,
    OS_PROJECT_NAME: admin.projectName,
    OS_USER_DOMAIN_ID: 'default',
    OS_PROJECT_DOMAIN_ID: 'default',
  };
  return [
    `mode      ${stack.mode}`,
    `Keystone  ${stack.authUrl}`,
    `          ${stack.shortLivedAuthUrl} (tokens live for three seconds)`,
    ...(federation === undefined
      ? []
      : [`          ${federation.authUrl} (takes ID tokens, for ${federation.audience})`]),
    `Neutron   ${stack.networkUrl}`,
    ...(stack.controlUrl === undefined ? [] : [`statuses  ${stack.controlUrl}`]),
    `logs      ${stack.directory}/*.log`,
    '',
    'For the `openstack` command as the administrator:',
    ...Object.entries(exports).map(([name, value]) => `export ${name}=${value}`),
  ].join('\n');
}
