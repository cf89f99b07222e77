/** Which way to log in the inputs describe, and for which project. */
import type { DomainChoice, Login, ProjectChoice } from '../identity/way.ts';
import { InputProblem, type InputProblems, type Read } from './problems.ts';
import type { SecretInputs } from './secrets.ts';
import { checkName, type InputReader, required } from './values.ts';

/** Says it where a secret is empty, because this is then the likeliest reason. */
export const forkHint =
  'If the value comes from secrets: workflows started from a fork or by Dependabot do not receive them.';

const names = ['username', 'user-domain-name', 'project-name', 'project-domain-name'];
const passwordInputs = ['username', 'password', 'user-domain-name'] as const;

/** @throws InputProblem for both a name and an id, or a domain without a name */
function statedProject(reader: InputReader): ProjectChoice | undefined {
  const id = reader.text('project-id');
  const name = reader.text('project-name');
  const domainName = reader.text('project-domain-name');
  if (id !== '' && name !== '') {
    throw new InputProblem('project-id', 'is given together with project-name. Keep one of them.');
  }
  if (domainName !== '' && name === '') {
    throw new InputProblem('project-domain-name', 'says in which domain project-name is, but project-name is empty.');
  }
  if (id !== '' && !/^[0-9A-Za-z_-]{1,64}$/.test(id)) {
    throw new InputProblem(
      'project-id',
      'is no id: only letters, digits, - and _, at most 64. For a name there is project-name.',
    );
  }
  if (id !== '') return { id };
  return name === '' ? undefined : { name, ...(domainName === '' ? {} : { domain: { name: domainName } }) };
}

/** Keystone wants a domain with a project's name. */
function inDomain(project: ProjectChoice, domain: DomainChoice): ProjectChoice {
  return 'name' in project && project.domain === undefined ? { ...project, domain } : project;
}

function passwordLogin(
  reader: InputReader,
  secrets: Pick<SecretInputs, 'password'>,
  problems: InputProblems,
): Read<Login> {
  const username = problems.attempt(() => required(reader, 'username', 'It is the name of the cloud user.'));
  const password = problems.attempt(() => {
    const secret = secrets.password();
    if (secret === undefined) throw new InputProblem('password', `is empty. ${forkHint}`);
    return secret;
  });
  const domain = problems.attempt(() =>
    required(
      reader,
      'user-domain-name',
      'On Open Telekom Cloud it is the OTC… name of the account, elsewhere often Default.',
    ),
  );
  const project = problems.attempt(() => {
    const stated = statedProject(reader);
    if (stated !== undefined) return stated;
    throw new InputProblem(
      'project-name',
      'is empty, and so is project-id. Give one: the connection belongs to a project.',
    );
  });
  return problems.attempt(() => {
    const user = { name: username(), domain: { name: domain() } };
    return { way: { way: 'password', user, password: password() }, project: inDomain(project(), user.domain) };
  });
}

/** Exactly one way to log in; every problem of that way is collected. */
export function readLogin(
  reader: InputReader,
  secrets: Pick<SecretInputs, 'password' | 'token'>,
  problems: InputProblems,
): Read<Login> {
  for (const name of names) checkName(reader, name, problems);
  return problems.attempt((): Login => {
    const token = secrets.token();
    const given = passwordInputs.filter((name) => reader.raw(name).trim() !== '');
    if (token !== undefined && given.length > 0) {
      throw new InputProblem(
        'token',
        `is given together with ${given.join(', ')}. Log in with the token, or with username and password; remove the other.`,
      );
    }
    if (token !== undefined) {
      const project = statedProject(reader);
      return { way: { way: 'token', token }, ...(project === undefined ? {} : { project }) };
    }
    if (given.length > 0) return passwordLogin(reader, secrets, problems)();
    throw new InputProblem(
      'username',
      `there is no way to log in. Give username, password, user-domain-name and a project; or give token. ${forkHint}`,
    );
  });
}
