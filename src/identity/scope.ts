/** The project a login is for, checked against the inputs. Pure. */
import { ActionError } from '../errors.ts';
import { cleanWords } from '../http/words.ts';
import { type CloudDialect, otcRegion, regionOfProject } from './regions.ts';
import type { Project, TokenBody } from './token-body.ts';
import type { DomainChoice, Login, ProjectChoice } from './way.ts';

export interface Expected {
  readonly login: Login;
  readonly region: string | undefined;
  readonly dialect: CloudDialect;
}

/** Keystone compares names as its database does, which on MariaDB ignores case. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What the answer does not tell is taken to agree. */
function isOther({ id, name }: Project['domain'], choice: DomainChoice): boolean {
  return 'id' in choice ? id !== undefined && id !== choice.id : name !== undefined && !sameName(name, choice.name);
}

/** Whether a token's project is another one than the inputs ask for. */
export function differs(project: Project, choice: ProjectChoice): boolean {
  if ('id' in choice) {
    return project.id !== choice.id;
  }
  const { name, domain } = project;
  return (
    name === undefined ||
    !sameName(name, choice.name) ||
    (choice.domain !== undefined && isOther(domain, choice.domain))
  );
}

function describe({ id, name, domain }: Project): string {
  const words = name === undefined ? '' : ` "${cleanWords(name, 100)}"`;
  const of = domain.name === undefined ? '' : ` of domain "${cleanWords(domain.name, 100)}"`;
  return `the project${words}${of} (id ${id})`;
}

function scopeError(message: string, hint: string): ActionError {
  return new ActionError('LOGIN_SCOPE', message, { hint });
}

/**
 * @throws ActionError LOGIN_SCOPE when there is no project, when it is not the one of the inputs, or when on OTC it
 * belongs to another region.
 */
export function checkedProject(body: TokenBody | undefined, { login, region, dialect }: Expected): Project {
  const project = body?.project;
  const isGiven = login.way.way === 'token' && login.project === undefined;
  const of = isGiven ? 'The given token' : 'The login';
  if (project === undefined) {
    const scope = body?.domainScoped === true ? 'is for a whole domain' : 'is not for any project';
    const hint = isGiven
      ? 'VPN objects belong to a project: give project-name or project-id too, or a token with project scope.'
      : 'Check that auth-url is the URL of Keystone v3, and project-name or project-id.';
    throw scopeError(`${of} ${scope}.`, hint);
  }
  if (login.project !== undefined && differs(project, login.project)) {
    const wanted = 'id' in login.project ? `id ${login.project.id}` : `"${login.project.name}"`;
    const hint =
      login.way.way === 'application credential'
        ? 'An application credential is for one project: correct project-name or project-id, or create one in that project.'
        : 'Correct project-name, project-id or project-domain-name.';
    throw scopeError(`${of} is for ${describe(project)}, but the inputs ask for the project ${wanted}.`, hint);
  }
  if (login.projectName !== undefined && project.name !== undefined && !sameName(project.name, login.projectName)) {
    throw scopeError(
      `The login is for ${describe(project)}, as project-id says, but project-name says "${cleanWords(login.projectName, 100)}".`,
      'Keep the one that is right: they are left-overs of different settings.',
    );
  }
  checkRegion(project, { login, region, dialect });
  return project;
}

/** @throws ActionError LOGIN_SCOPE when on OTC the project belongs to another region than that of the inputs. */
export function checkRegion(project: Project, { region, dialect }: Expected): void {
  const home = dialect === 'otc' ? regionOfProject(project.name) : undefined;
  // A region that OTC does not have is answered with the regions of the catalogue.
  if (home !== undefined && otcRegion(region ?? '') !== undefined && home !== region) {
    throw scopeError(
      `The login is for ${describe(project)} in region ${home}, but the input region is ${region}.`,
      'On OTC a project belongs to the region that its name begins with: correct region or project-name.',
    );
  }
}
