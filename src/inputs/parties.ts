/** Users, domains, projects and agencies: by id or by name. */
import type { Agency, DomainChoice, ProjectChoice, UserChoice } from '../identity/way.ts';
import type { DialectName } from '../vpn/dialects.ts';
import type { InputProblems, Read } from './problems.ts';
import { isGiven, type SettingsReader } from './settings.ts';
import { checkName, idOf, required } from './values.ts';

/** @throws InputProblem for both an id and a name */
function oneOfTwo(reader: SettingsReader, id: string, name: string): void {
  if (isGiven(reader, id) && isGiven(reader, name)) {
    throw reader.problem(id, `is given together with ${reader.label(name)}. Keep one of them.`);
  }
}

/** The domain by `…-domain-id` or `…-domain-name`; undefined if neither is given. */
export function domainOf(reader: SettingsReader, of: 'user' | 'project' | 'agency'): DomainChoice | undefined {
  const id = `${of}-domain-id`;
  const name = `${of}-domain-name`;
  oneOfTwo(reader, id, name);
  if (isGiven(reader, id)) return { id: idOf(reader, id, name) };
  return isGiven(reader, name) ? { name: reader.text(name) } : undefined;
}

/** The user by id, or by name and domain. Each problem is collected. */
export function readUser(reader: SettingsReader, problems: InputProblems): Read<UserChoice> {
  const stated = problems.attempt(() => domainOf(reader, 'user'));
  if (isGiven(reader, 'user-id')) {
    return problems.attempt(() => {
      oneOfTwo(reader, 'user-id', 'username');
      return { id: idOf(reader, 'user-id', 'username') };
    });
  }
  const name = problems.attempt(() => required(reader, 'username', 'It is the name of the cloud user.'));
  const domain = problems.attempt(() => {
    const known = stated();
    if (known !== undefined) return known;
    const others = `${reader.label('user-domain-id')} or ${reader.label('user-id')} can take its place.`;
    const why = 'On Open Telekom Cloud it is the OTC… name of the account, elsewhere often Default.';
    throw reader.problem('user-domain-name', `is empty. ${why} ${others}`);
  });
  return problems.attempt(() => ({ name: name(), domain: domain() }));
}

/** @throws InputProblem for both a name and an id, or a domain without a name */
function statedProject(reader: SettingsReader): ProjectChoice | undefined {
  oneOfTwo(reader, 'project-id', 'project-name');
  const domain = domainOf(reader, 'project');
  if (isGiven(reader, 'project-name')) {
    return { name: reader.text('project-name'), ...(domain === undefined ? {} : { domain }) };
  }
  if (domain !== undefined) {
    const name = 'id' in domain ? 'project-domain-id' : 'project-domain-name';
    const project = reader.label('project-name');
    throw reader.problem(name, `says in which domain ${project} is, but ${project} is empty.`);
  }
  return isGiven(reader, 'project-id') ? { id: idOf(reader, 'project-id', 'project-name') } : undefined;
}

export interface ProjectWanted {
  readonly isRequired: boolean;
  /** The one that a project's name is in unless another is stated. */
  readonly domain: Read<DomainChoice | undefined>;
  /** Whether the cloud cannot find a project by its name alone. */
  readonly needsDomain: Read<boolean>;
}

/** The project that the connection belongs to. */
export function readProject(
  reader: SettingsReader,
  { isRequired, domain, needsDomain }: ProjectWanted,
  problems: InputProblems,
): Read<ProjectChoice | undefined> {
  return problems.attempt(() => {
    const stated = statedProject(reader);
    if (stated === undefined && isRequired) {
      throw reader.problem(
        'project-name',
        `is empty, and so is ${reader.label('project-id')}. Give one: the connection belongs to a project.`,
      );
    }
    if (stated === undefined || 'id' in stated || stated.domain !== undefined) return stated;
    const usual = domain();
    if (usual !== undefined) return { name: stated.name, domain: usual };
    if (needsDomain()) {
      const labels = ['project-domain-name', 'project-domain-id', 'project-id'].map((name) => reader.label(name));
      throw reader.problem(
        'project-name',
        `needs the domain that the project is in, which the id of a user does not tell. Give ${labels[0]} or ${labels[1]}, or ${labels[2]} instead.`,
      );
    }
    return stated;
  });
}

/** The agency of Open Telekom Cloud, whose rights the login takes on; undefined if there is none. */
export function readAgency(
  reader: SettingsReader,
  dialect: Read<DialectName>,
  problems: InputProblems,
): Read<Agency | undefined> {
  for (const name of ['agency-name', 'agency-domain-name']) checkName(reader, name, problems);
  return problems.attempt(() => {
    const domain = domainOf(reader, 'agency');
    const name = reader.text('agency-name');
    if (name === '' && domain === undefined) return undefined;
    if (name === '') throw reader.problem('agency-name', 'is empty, but the domain of an agency is given.');
    if (domain === undefined) {
      const why = 'It is the OTC… name of the account that has created the agency.';
      throw reader.problem('agency-domain-name', `is empty, and so is ${reader.label('agency-domain-id')}. ${why}`);
    }
    if (dialect() === 'openstack') {
      throw reader.problem('agency-name', 'is given, but only Open Telekom Cloud has agencies.');
    }
    return { name, domain };
  });
}
