import { parseArgs } from 'node:util';
import { type GitHub, startGitHub } from './github/index.ts';
import { type Cloud, type CloudOptions, startCloud } from './index.ts';

const USAGE = `Serves an embedded cloud on 127.0.0.1 until interrupted, and prints what to log in with:
a password, and every other way that the cloud has. GitHub's service for ID tokens is served beside it.

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

/** The cloud's particulars under the names that OpenStack's own tools use; GitHub's as a job has them. */
function environment(cloud: Cloud, gitHub: GitHub): Record<string, string> {
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
    ACTIONS_ID_TOKEN_REQUEST_URL: gitHub.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: gitHub.requestToken,
  };
}

/** The other ways to log in, by the names of the action's inputs. */
function otherWays({ account }: Cloud, dialect: CloudOptions['dialect']): string[] {
  const { totp, agency, applicationCredential } = account;
  const inputs = (given: Record<string, string>) =>
    Object.entries(given)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ');
  const protocol: Record<string, string> = dialect === 'otc' ? {} : { protocol: account.protocol };
  const { id, name, secret } = applicationCredential;
  const credential = { 'application-credential-id': id, 'application-credential-secret': secret };
  const keys = { 'access-key': account.accessKey, 'secret-key': account.secretKey };
  const trusting = { 'agency-name': agency.name, 'agency-domain-name': agency.domain, 'project-name': agency.project };
  return [
    `# ID token of GitHub: ${inputs({ 'identity-provider': account.identityProvider, ...protocol })}`,
    `# user with a passcode: ${inputs({ 'user-id': totp.id, username: totp.name, password: totp.password })}`,
    `# seed of the passcodes, for an authenticator app: ${totp.seed}`,
    ...(dialect === 'otc'
      ? [`# keys: ${inputs(keys)}`, `# agency, with any of the above: ${inputs(trusting)}`]
      : [`# application credential ${name}: ${inputs(credential)}`]),
    `# another project of the user: ${account.secondProject} ${account.secondProjectId}`,
  ];
}

/** As a shell takes it. */
function quoted(value: string): string {
  return /^[\w:/.@-]*$/.test(value) ? value : `'${value}'`;
}

function introduction(cloud: Cloud, gitHub: GitHub, dialect: CloudOptions['dialect']): string {
  const exports = Object.entries(environment(cloud, gitHub)).map(([name, value]) => `export ${name}=${quoted(value)}`);
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
    `# user id: ${cloud.account.userId}, project id: ${cloud.account.projectId}`,
    ...otherWays(cloud, dialect),
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
  const gitHub = await startGitHub();
  const { issuer, jwks } = gitHub;
  const cloud = await startCloud({ ...options, federation: { issuer, jwks } });
  console.log(introduction(cloud, gitHub, options.dialect));
  const printer = quiet ? undefined : printRequests(cloud);
  const stop = () => {
    clearInterval(printer);
    Promise.all([cloud.close(), gitHub.close()]).catch((error: unknown) => console.error(error));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const known = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  console.error(known ? `${Object(error).message}\n\n${USAGE}` : error);
  process.exitCode = 1;
});
