/** What keys alone do not tell: the id of the project, and the account that they belong to. */
import { ActionError } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import { isFields } from '../http/server-words.ts';
import { cleanWords } from '../http/words.ts';
import { domainWords } from './names.ts';
import { sameName } from './scope.ts';
import { decodeId, type Project } from './token-body.ts';
import type { DomainChoice, ProjectChoice } from './way.ts';

export interface Account {
  readonly id: string;
  /** Undefined if the service does not tell. */
  readonly name: string | undefined;
}

type NamedProject = Exclude<ProjectChoice, { readonly id: string }>;

interface Listed extends Account {
  readonly domainId: string | undefined;
}

/** Longer lists help nobody. */
const mostShown = 20;

const giveId = 'Give the id of the project as project-id (console: My Credentials, Projects).';

/** The entries of a list that have an id which can go into URLs and headers. */
function decodeList(body: unknown, key: string): readonly Listed[] {
  const list = isFields(body) ? body[key] : undefined;
  return (Array.isArray(list) ? list : []).flatMap((one: unknown): readonly Listed[] => {
    const fields = isFields(one) ? one : {};
    const id = decodeId(fields['id']);
    const name = typeof fields['name'] === 'string' ? fields['name'] : undefined;
    return id === undefined ? [] : [{ id, name, domainId: decodeId(fields['domain_id']) }];
  });
}

/**
 * The account that the keys belong to.
 * @param send signs, without a scope
 * @param critical it may stand between the DELETE and the POST of a replacement
 * @throws ActionError LOGIN_SCOPE if the service names none or several; the errors of `send`
 */
export async function accountOfKeys(send: Send, authUrl: URL, critical = false): Promise<Account> {
  const url = new URL(`${authUrl.href}/auth/domains`);
  const what = 'read which account the access key belongs to';
  const { body } = await send({ method: 'GET', url, what, repeat: 'freely', critical });
  const [account, ...others] = decodeList(body, 'domains');
  if (account === undefined || others.length > 0) {
    const count = account === undefined ? 'no account' : `${others.length + 1} accounts`;
    throw new ActionError('LOGIN_SCOPE', `Could not ${what}: the service names ${count}.`, {
      hint: 'Check that auth-url is that of the cloud and region of the access key.',
    });
  }
  return { id: account.id, name: account.name };
}

/** Every account has a project of each region's name, so a project alone does not tell that it is the right account's. */
function checkAccount(account: Account, wanted: DomainChoice): void {
  const fits = 'id' in wanted ? account.id === wanted.id : sameName(account.name ?? '', wanted.name);
  if (!fits) {
    const name = account.name === undefined ? '' : ` "${cleanWords(account.name, 100)}"`;
    throw new ActionError(
      'LOGIN_SCOPE',
      `The access key belongs to the account${name} (id ${account.id}), but the project is to be of ${domainWords(wanted)}.`,
      { hint: 'Correct project-domain-name or project-domain-id, or give a key of a user of that account.' },
    );
  }
}

function theOnly(projects: readonly Listed[], name: string): Listed {
  const alike = projects.filter((project) => project.name !== undefined && sameName(project.name, name));
  const exact = alike.filter((project) => project.name === name);
  const found = exact.length > 0 ? exact : alike;
  const [only] = found;
  if (only === undefined) {
    throw new ActionError('LOGIN_SCOPE', `The access key has no project "${name}".`, {
      hint: `Correct project-name: on OTC it is a region or begins with one, such as eu-de_prod. ${giveId}`,
    });
  }
  if (found.length > 1) {
    const ids = found
      .slice(0, mostShown)
      .map(({ id }) => id)
      .join(', ');
    throw new ActionError('LOGIN_SCOPE', `There are ${found.length} projects of the name "${name}": ${ids}.`, {
      hint: 'Give the id of the right one as project-id.',
    });
  }
  return only;
}

/**
 * The project of a name, in the account that the keys belong to.
 * @param send signs, without a scope
 * @throws ActionError LOGIN_SCOPE if there is none or several, if the keys may not ask, or if another account was meant; the
 * errors of `send`
 */
export async function projectByName({ name, domain }: NamedProject, send: Send, authUrl: URL): Promise<Project> {
  if (domain !== undefined) {
    checkAccount(await accountOfKeys(send, authUrl), domain);
  }
  const url = new URL(`${authUrl.href}/projects`);
  url.searchParams.set('name', name);
  const what = `find the project "${name}" of the access key`;
  const { body } = await send({ method: 'GET', url, what, repeat: 'freely' }).catch((error: unknown) => {
    const isDenied = error instanceof ResponseError && error.status === 403 && error.code === 'API_REFUSED';
    const hint = `The user of the access key may not list projects. ${giveId}`;
    throw isDenied ? new ResponseError('LOGIN_SCOPE', error.message, error, hint) : error;
  });
  const project = theOnly(decodeList(body, 'projects'), name);
  return { id: project.id, name: project.name, domain: { id: project.domainId, name: undefined } };
}
