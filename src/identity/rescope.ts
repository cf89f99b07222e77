/** Exchanges a token for one of another project (Identity API v3, "Token authentication with scoped authorization"). */
import { ActionError } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import { isFields } from '../http/server-words.ts';
import { cleanWords } from '../http/words.ts';
import { projectWords } from './names.ts';
import { sameName } from './scope.ts';
import { requestToken } from './token-request.ts';
import type { Grant, ProjectChoice, WayContext } from './way.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

const mostShown = 20;

function decodeProjects(body: unknown): readonly Named[] {
  const projects = isFields(body) ? body['projects'] : undefined;
  return (Array.isArray(projects) ? projects : []).flatMap((one: unknown): readonly Named[] => {
    const [id, name] = isFields(one) ? [one['id'], one['name']] : [];
    return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : [];
  });
}

function namesOf(projects: readonly Named[]): string {
  const names = projects.slice(0, mostShown).map(({ name }) => `"${cleanWords(name, 60)}"`);
  return projects.length === 0 ? 'none' : `${names.join(', ')}${projects.length > mostShown ? ', …' : ''}`;
}

/** The id of the only project of that name that the token's user has a role in. */
async function idByName(name: string, token: string, { http, authUrl, critical }: WayContext): Promise<string> {
  const { body } = await http.send({
    ...{ method: 'GET', url: new URL(`${authUrl.href}/auth/projects`), headers: { 'x-auth-token': token } },
    ...{ what: 'list the projects of the login', repeat: 'freely', critical },
  });
  const all = decodeProjects(body);
  const found = all.filter((project) => sameName(project.name, name));
  const [only] = found;
  if (only === undefined) {
    throw new ActionError(
      'LOGIN_SCOPE',
      `The login has no role in a project "${name}"; it has one in: ${namesOf(all)}.`,
      {
        hint: 'Correct project-name, or have the user or its group given a role in the project.',
      },
    );
  }
  if (found.length > 1) {
    const ids = found
      .slice(0, mostShown)
      .map(({ id }) => cleanWords(id, 64))
      .join(', ');
    throw new ActionError('LOGIN_SCOPE', `The login has ${found.length} projects of the name "${name}": ${ids}.`, {
      hint: 'Give the id of the right one as project-id, or its domain as project-domain-name.',
    });
  }
  return only.id;
}

function refused(error: ResponseError, project: ProjectChoice): ResponseError {
  if (/\bdelegated token\b/i.test(error.serverWords)) {
    const hint =
      'The token comes from an application credential or a trust, which is for one project: give one of that project.';
    return new ResponseError('LOGIN_SCOPE', error.message, error, hint);
  }
  const hint =
    `${projectWords(project).replace(/^t/, 'T')} does not exist, or the login has no role in it; ` +
    'or the cloud does not let a token of one project be exchanged for another (allow_rescope_scoped_token): ' +
    'then give a token of that project.';
  return new ResponseError('LOGIN_SCOPE', error.message, error, hint);
}

/**
 * A token for the project, of the same user; it expires with the first one. Both stay valid until they are revoked.
 * @throws ActionError LOGIN_SCOPE if the user has no such project; errors of the connection
 */
export async function rescoped({ token }: Grant, project: ProjectChoice, context: WayContext): Promise<Grant> {
  const exact =
    'id' in project || project.domain !== undefined ? project : { id: await idByName(project.name, token, context) };
  return await requestToken(
    {
      url: new URL(`${context.authUrl.href}/auth/tokens`),
      body: { auth: { identity: { methods: ['token'], token: { id: token } }, scope: { project: exact } } },
      what: `get a token for ${projectWords(project)}`,
      refused: (error) => refused(error, project),
    },
    context,
  );
}
