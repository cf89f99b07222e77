import { parseArgs } from 'node:util';
import { type Cloud, type CloudOptions, startCloud } from './index.ts';

const USAGE = `Serves an embedded cloud on 127.0.0.1 until interrupted, and prints what to log in with.

  node test/cloud/main.ts --dialect openstack|otc [options]

  --dialect NAME      openstack (default) or otc
  --port N            identity service on N, network service on N+1 (default: two free ports)
  --region NAME       region of the catalogue; may be repeated (default eu-nl)
  --down-after MS     a new connection leaves PENDING_CREATE after this (default 2000)
  --active-after MS   and becomes ACTIVE after this; "never" for a peer that isn't there (default 5000)
  --quiet             don't print the requests
`;

/** A mistake on the command line. */
class UsageError extends Error {}

/** Reads the command line. */
function optionsOf(args: string[]): { options: CloudOptions; quiet: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      dialect: { type: 'string', default: 'openstack' },
      port: { type: 'string', default: '0' },
      region: { type: 'string', multiple: true, default: ['eu-nl'] },
      'down-after': { type: 'string', default: '2000' },
      'active-after': { type: 'string', default: '5000' },
      quiet: { type: 'boolean', default: false },
    },
  });
  if (values.dialect !== 'openstack' && values.dialect !== 'otc') throw new UsageError(`no dialect ${values.dialect}`);
  const active = values['active-after'];
  return {
    options: {
      dialect: values.dialect,
      port: wholeNumber('port', values.port),
      regions: values.region,
      downAfterMs: wholeNumber('down-after', values['down-after']),
      activeAfterMs: active === 'never' ? null : wholeNumber('active-after', active),
    },
    quiet: values.quiet,
  };
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new UsageError(`--${name} needs a whole number, not "${value}"`);
  return Number(value);
}

/** The cloud's particulars under the names that OpenStack's own tools use. */
function environment(cloud: Cloud): Record<string, string> {
  const { account } = cloud;
  return {
    OS_AUTH_URL: cloud.authUrl,
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: account.region,
    OS_USERNAME: account.username,
    OS_PASSWORD: account.password,
    OS_USER_DOMAIN_NAME: account.domain,
    OS_PROJECT_DOMAIN_NAME: account.domain,
    OS_PROJECT_NAME: account.project,
  };
}

function introduction(cloud: Cloud): string {
  const exports = Object.entries(environment(cloud)).map(([name, value]) => `export ${name}=${value}`);
  const networks = ['router', 'subnet'] as const;
  const objects = networks.flatMap((kind) =>
    cloud.store
      .all(kind)
      .filter((one) => one.project_id === cloud.account.projectId)
      .map((one) => `# ${kind} ${one['name']} ${one['cidr'] ?? ''} ${one.id}`),
  );
  return [
    ...exports,
    `# network service: ${cloud.networkUrl}`,
    `# project id: ${cloud.account.projectId}`,
    ...objects,
  ].join('\n');
}

/** Prints requests once they are answered; bodies and tokens stay out of it. */
function printRequests(cloud: Cloud): NodeJS.Timeout {
  return setInterval(() => {
    const answered = cloud.requests.filter((request) => request.endedAt !== undefined);
    const waiting = cloud.requests.filter((request) => request.endedAt === undefined);
    cloud.requests.splice(0, cloud.requests.length, ...waiting);
    for (const { service, method, path, status } of answered) console.log(`${service} ${method} ${path} ${status}`);
  }, 500);
}

async function main(): Promise<void> {
  const { options, quiet } = optionsOf(process.argv.slice(2));
  const cloud = await startCloud(options);
  console.log(introduction(cloud));
  const printer = quiet ? undefined : printRequests(cloud);
  const stop = () => {
    clearInterval(printer);
    cloud.close().catch((error: unknown) => console.error(error));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const known = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  console.error(known ? `${Object(error).message}\n\n${USAGE}` : error);
  process.exitCode = 1;
});
