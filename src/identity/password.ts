/** Login with user and password (Keystone v3, `POST /v3/auth/tokens`). */
import { ActionError } from '../errors.ts';
import { CancelledError, LostAnswerError, ResponseError } from '../http/errors.ts';
import { hintForCode } from '../http/hints.ts';
import { decodeTokenBody } from './token-body.ts';
import type { Grant, PasswordWay, ProjectChoice, WayContext } from './way.ts';

/** Printable ASCII: it becomes a header. Its length has no limit. */
const tokenForm = /^[\x21-\x7e]+$/;

function requestBody({ username, password, userDomainName, project }: PasswordWay): unknown {
  const user = { name: username, password, domain: { name: userDomainName } };
  const scope =
    'id' in project
      ? { id: project.id }
      : { name: project.name, domain: { name: project.domainName ?? userDomainName } };
  return { auth: { identity: { methods: ['password'], password: { user } }, scope: { project: scope } } };
}

function describeProject(project: ProjectChoice, userDomainName: string): string {
  return 'id' in project
    ? `the project with id ${project.id}`
    : `the project "${project.name}" of domain "${project.domainName ?? userDomainName}"`;
}

/**
 * A user name, unless it may be the password in the wrong input: the summary escapes special characters, and the runner
 * would not find what it has to mask.
 */
function userWords(username: string): string {
  return /^[\w.-]+(?:@(?:[\w-]+\.)+[a-z]{2,})?$/.test(username)
    ? `user "${username}"`
    : 'the user of the input username';
}

/** Keystone answers alike for each of these, so that nobody can find out which names exist. */
function causes({ username, userDomainName, project }: PasswordWay, otc: boolean): string {
  const domain = otc ? `"${userDomainName}" (on OTC the account, "OTC…")` : `"${userDomainName}"`;
  const projectWords = describeProject(project, userDomainName);
  return (
    `The service does not say which of these it is, likeliest first: the input password is wrong; there is no ` +
    `${userWords(username)} in domain ${domain}; ${projectWords} does not exist, or the user has no role in it; the user is ` +
    'disabled or locked. It is not tried again, because a handful of wrong passwords locks an account.'
  );
}

function refused(error: ResponseError, way: PasswordWay, context: WayContext): ResponseError {
  const known = error.serverCode !== undefined && error.serverCode !== 'IAM.0001';
  const byCode = known ? hintForCode(error.serverCode, error.status) : undefined;
  const wrongPlace = `There is no identity service (Keystone v3) at ${context.authUrl.href}: check auth-url.`;
  const byStatus: Readonly<Record<number, string>> = {
    401: causes(way, context.otc),
    404: wrongPlace,
    405: wrongPlace,
  };
  const hint = byCode ?? byStatus[error.status] ?? error.hint;
  return new ResponseError('LOGIN_REFUSED', error.message, error, hint);
}

/** What a failed login means; nothing in the cloud depends on whether it was carried out. */
function explain(error: unknown, way: PasswordWay, context: WayContext, what: string): unknown {
  if (error instanceof ResponseError) {
    return error.code === 'API_REFUSED' ? refused(error, way, context) : error;
  }
  if (error instanceof LostAnswerError) {
    const { status, requestId, reason } = error;
    const code = status === undefined ? 'NETWORK' : 'API_UNAVAILABLE';
    const hint = 'A login is not repeated by itself, because each wrong password counts towards a lock. Run it again.';
    return new LostAnswerError(code, `Could not ${what}: ${reason}`, { status, requestId, reason }, hint);
  }
  return error instanceof CancelledError ? new CancelledError('CANCELLED', `Cancelled: ${what}.`) : error;
}

/**
 * Logs in once. A refused password is never sent again.
 * @throws ResponseError LOGIN_REFUSED with what can be wrong; errors of the connection.
 */
export async function passwordGrant(way: PasswordWay, context: WayContext, critical: boolean): Promise<Grant> {
  const { http, authUrl, mask } = context;
  const what = `log in at ${authUrl.href} as ${userWords(way.username)} of domain "${way.userDomainName}"`;
  const url = new URL(`${authUrl.href}/auth/tokens`);
  const body = requestBody(way);
  const response = await http
    .send({ method: 'POST', url, body, what, repeat: 'if not carried out or 503', critical })
    .catch((error: unknown) => {
      throw explain(error, way, context, what);
    });
  const token = response.header('x-subject-token') ?? '';
  if (token !== '') {
    mask(token);
  }
  if (!tokenForm.test(token)) {
    throw new ActionError('API_UNAVAILABLE', `Could not ${what}: the answer has no token (header X-Subject-Token).`, {
      hint: `Check that auth-url (${authUrl.href}) is the URL of Keystone v3.`,
    });
  }
  return { token, body: decodeTokenBody(response.body) };
}
