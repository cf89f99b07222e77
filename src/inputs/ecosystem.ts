/**
 * The settings by the names of the openstack CLI, the Terraform providers and OTC's tools, which are the same in OS_*
 * variables (`OS_USERNAME`) and in a clouds.yaml (`username`), turned into settings by the names of our inputs.
 */
import { isOtcHost, otcRegion } from '../identity/regions.ts';
import { type AuthType, readAuthType } from './auth-type.ts';
import { InputProblem, type InputProblems, type ProblemDetails } from './problems.ts';
import { refuseUnsupported } from './refusals.ts';
import { projectSettings, type SettingsReader, userSettings, waySettings } from './settings.ts';

export interface Found extends ProblemDetails {
  /** `OS_USERNAME`, `auth.username of "prod" in clouds.yaml (line 5)` */
  readonly label: string;
  /** Never empty. */
  readonly value: string;
}

export interface Ecosystem {
  /** By the key of a clouds.yaml, such as `user_domain_name`; undefined if it is not there or empty. */
  find(key: string): Found | undefined;
  /** What a person has to write for a key that is not there. */
  label(key: string): string;
  readonly details: ProblemDetails;
}

/** The first is the usual one, the others are of older versions or of other tools. */
const keys: Readonly<Record<string, readonly string[]>> = {
  'auth-url': ['auth_url'],
  region: ['region_name', 'region'],
  'network-endpoint': ['network_endpoint_override'],
  'ca-certificate': ['cacert'],
  'auth-type': ['auth_type', 'auth_plugin'],
  username: ['username'],
  'user-id': ['user_id', 'userid'],
  'user-domain-name': ['user_domain_name'],
  'user-domain-id': ['user_domain_id'],
  password: ['password'],
  passcode: ['passcode'],
  'project-name': ['project_name', 'tenant_name'],
  'project-id': ['project_id', 'tenant_id'],
  'project-domain-name': ['project_domain_name'],
  'project-domain-id': ['project_domain_id'],
  token: ['token', 'auth_token'],
  'application-credential-id': ['application_credential_id'],
  'application-credential-name': ['application_credential_name'],
  'application-credential-secret': ['application_credential_secret'],
  'identity-provider': ['identity_provider'],
  protocol: ['protocol'],
  audience: ['audience'],
  'access-key': ['access_key', 'access_key_id', 'ak'],
  'secret-key': ['secret_key', 'access_key_secret', 'sk'],
  'security-token': ['security_token', 'aksk_security_token', 'st'],
  'agency-name': ['agency_name', 'target_agency_name'],
  'agency-domain-name': ['agency_domain_name', 'target_domain_name'],
  'agency-domain-id': ['agency_domain_id', 'target_domain_id'],
};

/** The project of an agency, where it is told apart from the user's own. */
const delegated = { id: 'target_project_id', name: ['delegated_project', 'target_project_name'] } as const;

/** Take the place of a domain that is not given. */
const domainFallbacks = ['domain_id', 'domain_name'] as const;
const defaultDomains = ['default_domain_id', 'default_domain', 'default_domain_name'] as const;

/** Every key that says where, who, how or for which project. */
export const identityKeys: readonly string[] = [
  ...Object.values(keys).flat(),
  delegated.id,
  ...delegated.name,
  ...domainFallbacks,
  ...defaultDomains,
  'access_token',
];

/** An id and its name: the id alone counts, as the CLI does it; Horizon writes both. */
const pairs = [
  ['user-id', 'username'],
  ['user-domain-id', 'user-domain-name'],
  ['project-id', 'project-name'],
  ['project-domain-id', 'project-domain-name'],
  ['application-credential-id', 'application-credential-name'],
  ['agency-domain-id', 'agency-domain-name'],
] as const;

class Settings {
  readonly #source: Ecosystem;
  readonly #found = new Map<string, Found>();
  readonly #problems: InputProblems;

  constructor(source: Ecosystem, problems: InputProblems) {
    this.#source = source;
    this.#problems = problems;
  }

  get(name: string): Found | undefined {
    return this.#found.get(name);
  }

  has(name: string): boolean {
    return this.#found.has(name);
  }

  drop(names: readonly string[]): void {
    for (const name of names) this.#found.delete(name);
  }

  /** The first of the keys that is there; the others may not contradict it. */
  take(name: string, from: readonly string[]): void {
    const [first, ...others] = from.flatMap((key) => this.#source.find(key) ?? []);
    if (first === undefined) return;
    const other = others.find(({ value }) => value.trim() !== first.value.trim());
    if (other !== undefined) {
      const text = `is given together with ${other.label}, and they differ. Keep one of them.`;
      this.#problems.add(new InputProblem(first.label, text, first));
    }
    this.#found.set(name, first);
  }

  /** A domain by the first key that is there, unless it is known by now. */
  fallBack(of: 'user' | 'project', from: readonly string[], defaultIsName: boolean): void {
    if (this.has(`${of}-domain-id`) || this.has(`${of}-domain-name`)) return;
    const key = from.find((candidate) => this.#source.find(candidate) !== undefined);
    if (key === undefined) return;
    const isName = key.endsWith('_name') || (key === 'default_domain' && defaultIsName);
    this.take(`${of}-domain-${isName ? 'name' : 'id'}`, [key]);
  }
}

/** OTC's Terraform provider has a name in OS_DEFAULT_DOMAIN, the openstack CLI an id. */
function isOtc(settings: Settings): boolean {
  const url = settings.get('auth-url');
  if (url !== undefined) return isOtcHost(URL.parse(url.value.trim())?.hostname ?? '');
  return otcRegion(settings.get('region')?.value.trim() ?? '') !== undefined;
}

/** An agency's project is in the domain of the agency, and may be told apart from the user's own. */
function takeProject(settings: Settings, source: Ecosystem, problems: InputProblems): void {
  const target = source.find(delegated.id) ?? delegated.name.map((key) => source.find(key)).find(Boolean);
  const hasAgency = settings.has('agency-name');
  if (target !== undefined && !hasAgency) {
    const text = `is given, but ${source.label('agency_name')} is empty. The project of an agency needs both.`;
    problems.add(new InputProblem(target.label, text, target));
  } else if (target !== undefined) {
    settings.drop(projectSettings);
    settings.take('project-id', [delegated.id]);
    settings.take('project-name', delegated.name);
  } else if (!hasAgency && settings.has('project-name')) {
    settings.fallBack('project', defaultDomains, isOtc(settings));
  }
  if (!settings.has('project-name') || settings.has('project-id')) {
    settings.drop(['project-domain-id', 'project-domain-name']);
  }
}

/** What belongs to the ways that the source does not state: left-overs. */
function leftOvers(type: AuthType | undefined): ReadonlySet<string> {
  if (type === undefined) return new Set();
  const own = new Set([...waySettings[type.way], ...(type.way === 'application credential' ? userSettings : [])]);
  const others = Object.values(waySettings).flat();
  return new Set(others.filter((name) => !own.has(name) || (name === 'passcode' && type.kind !== 'multifactor')));
}

function requireFor(type: AuthType, settings: Settings, source: Ecosystem, problems: InputProblems): void {
  const needed = { multifactor: ['passcode', 'passcode'], agency: ['agency-name', 'agency_name'] } as const;
  const [setting, key] = type.kind === 'plain' ? [] : needed[type.kind];
  if (setting !== undefined && key !== undefined && !settings.has(setting)) {
    problems.add(new InputProblem(source.label(key), `is empty, but ${type.label} asks for it.`, source.details));
  }
}

/**
 * The settings of one source, by the names of the inputs. What cannot be done is told, contradictions are, left-overs of
 * ways that the source does not state are not.
 */
export function ecosystemSettings(source: Ecosystem, problems: InputProblems): SettingsReader {
  const settings = new Settings(source, problems);
  const type = readAuthType(source, problems);
  refuseUnsupported(source, type, problems);
  const unused = leftOvers(type);
  for (const [name, from] of Object.entries(keys)) if (!unused.has(name)) settings.take(name, from);
  takeProject(settings, source, problems);
  if (!unused.has('username')) settings.fallBack('user', [...domainFallbacks, ...defaultDomains], isOtc(settings));
  if (settings.has('application-credential-id')) settings.drop(userSettings);
  if (type !== undefined) requireFor(type, settings, source, problems);
  const projectName = settings.has('project-id') ? settings.get('project-name')?.value.trim() : undefined;
  for (const [id, name] of pairs) if (settings.has(id)) settings.drop([name]);
  const label = (name: string): string => settings.get(name)?.label ?? source.label(keys[name]?.[0] ?? name);
  return {
    text: (name) => settings.get(name)?.value.trim() ?? '',
    raw: (name) => settings.get(name)?.value ?? '',
    label,
    problem: (name, text) => new InputProblem(label(name), text, settings.get(name) ?? source.details),
    strict: false,
    ...(type === undefined ? {} : { way: type.way }),
    ...(projectName === undefined ? {} : { projectName }),
  };
}
