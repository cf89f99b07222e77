/** Login with user and password, and a passcode where the user needs one (Keystone v3, `POST /v3/auth/tokens`). */
import { domainOf, domainWords, inDomain, looksLikeId, projectWords, userWords } from './names.ts';
import { loginRefused, requestToken } from './token-request.ts';
import type { Grant, PasswordWay, ProjectChoice, UserChoice, WayContext } from './way.ts';

function requestBody({ user, password, passcode }: PasswordWay, project: ProjectChoice | undefined): unknown {
  const totp = passcode === undefined ? {} : { totp: { user: { ...user, passcode } } };
  const methods = ['password', ...Object.keys(totp)];
  return {
    auth: { identity: { methods, password: { user: { ...user, password } }, ...totp }, ...scope(user, project) },
  };
}

/** For a project, or for the user's own domain, which is what an agency takes; a user by id has none to name. */
function scope(user: UserChoice, project: ProjectChoice | undefined): { readonly scope?: unknown } {
  if (project !== undefined) {
    return { scope: { project } };
  }
  const domain = domainOf(user);
  return domain === undefined ? {} : { scope: { domain } };
}

/** `user "ci-bot" of domain "acme"`. */
export function whoWords(user: UserChoice): string {
  return 'id' in user ? userWords(user) : `${userWords(user)} of ${domainWords(user.domain)}`;
}

function existsWords(user: UserChoice, otc: boolean): string {
  if ('id' in user) {
    return `${userWords(user)} does not exist`;
  }
  const who = userWords(user).replace(/^a user of/, 'user of');
  return `there is no ${who} in ${domainWords(user.domain)}${otc ? ' (on OTC the account, "OTC…")' : ''}`;
}

/** What a person has most likely done where an id does not look like one. */
function namesForIds(user: UserChoice, project: ProjectChoice | undefined): readonly string[] {
  const isName = (choice: object): boolean =>
    'id' in choice && typeof choice.id === 'string' && !looksLikeId(choice.id);
  return [
    ...(isName(user) ? ['user-id is no id (is it the name? then username)'] : []),
    ...(project !== undefined && isName(project) ? ['project-id is no id (is it the name? then project-name)'] : []),
  ];
}

/** Keystone answers alike for each of these, so that nobody can find out which names exist. */
function causes({ user, passcode }: PasswordWay, project: ProjectChoice | undefined, otc: boolean): string {
  const second =
    passcode === undefined
      ? []
      : ['the passcode is wrong, too old (it lives for half a minute) or, on Open Telekom Cloud, used before'];
  const scope = project === undefined ? [] : [`${projectWords(project)} does not exist, or the user has no role in it`];
  const all = [
    ...namesForIds(user, project),
    'the password is wrong',
    ...second,
    existsWords(user, otc),
    ...scope,
    'the user is disabled or locked',
  ];
  const factor = passcode === undefined ? ', or needs a passcode too' : '';
  return (
    `The service does not say which of these it is, likeliest first: ${all.join('; ')}${factor}. ` +
    'It is not tried again, because a handful of wrong passwords locks an account.'
  );
}

const needsPasscode =
  'The user needs a passcode too: give it as passcode. It lives for half a minute, so a run that nobody starts by hand ' +
  "should log in another way: with GitHub's ID token, or as a user that needs none.";

/**
 * Logs in once. A refused password is never sent again.
 * @param wanted undefined for an agency, which takes a login to the user's own domain
 * @throws ResponseError LOGIN_REFUSED with what can be wrong; errors of the connection.
 */
export async function passwordGrant(
  way: PasswordWay,
  wanted: ProjectChoice | undefined,
  context: WayContext,
): Promise<Grant> {
  const { authUrl, otc } = context;
  const project = wanted && inDomain(wanted, domainOf(way.user));
  return await requestToken(
    {
      url: new URL(`${authUrl.href}/auth/tokens`),
      body: requestBody(way, project),
      what: `log in at ${authUrl.href} as ${whoWords(way.user)}`,
      refused: (error) => {
        if (project !== undefined && error.status === 404 && /\bcould not find project\b/i.test(error.serverWords)) {
          const hint = `There is no such project: check project-name and project-domain-name, or project-id.`;
          return loginRefused(error, hint, context);
        }
        const asksForCode = way.passcode === undefined && /\btotp\b/.test(error.serverWords);
        return loginRefused(error, asksForCode ? needsPasscode : causes(way, project, otc), context);
      },
    },
    context,
  );
}
