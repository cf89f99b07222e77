/**
 * Starts the embedded cloud for whoever wants to try the action without an account, and prints the inputs that log in
 * there as JSON on one line. Ends with SIGINT or SIGTERM.
 *
 *   node scripts/serve-cloud.ts [--dialect openstack|otc] [--port 8080]
 *
 * Identity service on the port, network service on the next one.
 */
import { parseArgs } from 'node:util';
import { startCloud } from '../test/cloud/index.ts';

const { values } = parseArgs({
  options: { dialect: { type: 'string', default: 'openstack' }, port: { type: 'string', default: '0' } },
});
if (values.dialect !== 'openstack' && values.dialect !== 'otc') throw new Error('--dialect is openstack or otc');
const { dialect } = values;
const port = Number(values.port);
const cloud = await startCloud({ dialect, downAfterMs: 2000, port }).catch((error: Error) => {
  console.error(`The ports ${port} and ${port + 1} cannot both be used: ${error.message}`);
  process.exit(1);
});
const { username, password, domain, project } = cloud.account;
const otc = { cloud: 'otc', 'network-endpoint': cloud.networkUrl };
console.log(
  JSON.stringify({
    'auth-url': cloud.authUrl,
    username,
    password,
    'user-domain-name': domain,
    'project-name': project,
    ...(dialect === 'otc' ? otc : {}),
  }),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void cloud.close());
