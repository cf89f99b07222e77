/** The project a login is for, checked against the inputs. Pure. */
import { ActionError } from '../errors.ts';
import { cleanWords } from '../http/words.ts';
import { type CloudDialect, otcRegion, regionOfProject } from './regions.ts';
import type { Project, TokenBody } from './token-body.ts';
import type { LoginWay, ProjectChoice } from './way.ts';

export interface Expected {
  readonly way: LoginWay;
  readonly region: string | undefined;
  readonly dialect: CloudDialect;
}

function same(one: string, other: string): boolean {
  // Keystone compares names as its database does, which on MariaDB ignores case.
  return one.toLowerCase() === other.toLowerCase();
}

function differs(project: Project, choice: ProjectChoice): boolean {
  if ('id' in choice) {
    return project.id !== choice.id;
  }
  const { name, domain } = project;
  const otherDomain =
    choice.domainName !== undefined && domain.name !== undefined && !same(domain.name, choice.domainName);
  return name === undefined || !same(name, choice.name) || otherDomain;
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
export function checkedProject(body: TokenBody | undefined, { way, region, dialect }: Expected): Project {
  const project = body?.project;
  const of = way.way === 'token' ? 'The given token' : 'The login';
  if (project === undefined) {
    const scope = body?.domainScoped === true ? 'is for a whole domain' : 'is not for any project';
    const hint =
      way.way === 'token'
        ? 'VPN objects belong to a project: give a token with project scope.'
        : 'Check that auth-url is the URL of Keystone v3, and project-name or project-id.';
    throw scopeError(`${of} ${scope}.`, hint);
  }
  if (way.project !== undefined && differs(project, way.project)) {
    const wanted = 'id' in way.project ? `id ${way.project.id}` : `"${way.project.name}"`;
    throw scopeError(
      `${of} is for ${describe(project)}, but the inputs ask for the project ${wanted}.`,
      'Correct project-name, project-id or project-domain-name, or give a token of that project.',
    );
  }
  const home = dialect === 'otc' ? regionOfProject(project.name) : undefined;
  // A region that OTC does not have is answered with the regions of the catalogue.
  if (home !== undefined && otcRegion(region ?? '') !== undefined && home !== region) {
    throw scopeError(
      `${of} is for ${describe(project)} in region ${home}, but the input region is ${region}.`,
      'On OTC a project belongs to the region that its name begins with: correct region or project-name.',
    );
  }
  return project;
}
