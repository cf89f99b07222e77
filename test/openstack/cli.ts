/** The `openstack` command (python3-openstackclient with the VPN plugin of python3-neutronclient): another client's view. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { type Json, type Login, text } from './rest.ts';

type Variables = Readonly<Record<string, string>>;

/** What a command printed as JSON: one object of `show` and `create`, a list of `list`, nothing for `set` and `delete`. */
export type Printed = unknown;

/**
 * Runs one command as a person would type it; costs about a second.
 * @throws Error with what the command said, if it failed
 */
export async function openstack(login: Login, region: string, ...command: readonly string[]): Promise<Json> {
  return await openstackBy(variables(login), region, ...command);
}

/** The same with any of the ways to log in that the command knows, as its variables (`OS_…`). */
export async function openstackBy(login: Variables, region: string, ...command: readonly string[]): Promise<Json> {
  const [printed] = documents(await start(login, region, command, ''));
  return asObject(printed);
}

/**
 * Runs several commands in one process, one a line, without quotes; each gets `-f json` where it prints something.
 * @returns what those printed, in order
 * @throws Error if one of them complained
 */
export async function script(login: Login, region: string, commands: readonly string[]): Promise<Json[]> {
  const lines = commands.map((command) => (prints(command) ? `${command} -f json` : command));
  const printed = documents(await start(variables(login), region, [], `${lines.join('\n')}\n`));
  if (printed.length !== commands.filter(prints).length) {
    throw new Error(`openstack printed ${printed.length} answers to ${commands.join('; ')}`);
  }
  return printed.map(asObject);
}

/** The id of what `create` printed. */
export function idOf(printed: Json): string {
  return text(printed, 'ID');
}

function prints(command: string): boolean {
  return /\b(create|show|list)\b/.test(command);
}

function variables(login: Login): Variables {
  return {
    OS_AUTH_URL: login.authUrl,
    OS_USERNAME: login.username,
    OS_PASSWORD: login.password,
    OS_USER_DOMAIN_NAME: login.domain,
    OS_PROJECT_DOMAIN_NAME: login.domain,
    OS_PROJECT_NAME: login.project,
  };
}

function start(login: Variables, region: string, command: readonly string[], input: string): Promise<string> {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: homedir(),
    LC_ALL: 'C.UTF-8',
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: region,
    ...login,
  };
  return new Promise((resolve, reject) => {
    const child = execFile('openstack', [...command], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error !== null || stderr.trim() !== '') {
        reject(new Error(`openstack ${command.join(' ')}${input}: ${stderr.trim()} ${stdout}`, { cause: error }));
      } else resolve(stdout);
    });
    child.stdin?.end(input);
  });
}

/** The JSON documents in a text, each begins and ends at the start of a line. */
function documents(output: string): Printed[] {
  const found = output.match(/^(?:\{[\s\S]*?^\}|\[\]|\[$[\s\S]*?^\])/gm) ?? [];
  return found.map((document): Printed => JSON.parse(document));
}

function asObject(printed: Printed): Json {
  if (typeof printed !== 'object' || printed === null) return {};
  return Array.isArray(printed) ? { items: printed } : { ...printed };
}
