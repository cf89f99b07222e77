/** Login with an application credential of Keystone (Identity API v3, "Authenticating with an Application Credential"). */
import { whoWords } from './password.ts';
import { loginRefused, requestToken } from './token-request.ts';
import type { ApplicationCredentialWay, Grant, WayContext } from './way.ts';

function credentialWords({ credential }: ApplicationCredentialWay): string {
  return 'id' in credential
    ? `the application credential with id ${credential.id}`
    : `the application credential "${credential.name}" of ${whoWords(credential.user)}`;
}

function causes(way: ApplicationCredentialWay, otc: boolean): string {
  const unknown = otc
    ? 'Open Telekom Cloud does not document application credentials: take another way to log in. '
    : '';
  return (
    `${unknown}The service does not say which of these it is, likeliest first: the secret is wrong; ${credentialWords(way)} ` +
    'does not exist, was deleted, or has expired; its user is disabled, or lost the role in the project. ' +
    'It is not tried again.'
  );
}

/** Keystone tells this apart from a wrong secret (404), as nothing else. */
function unknown({ credential }: ApplicationCredentialWay): string {
  const other =
    'id' in credential ? ' If this is its name: that goes into application-credential-name, with the user.' : '';
  return `There is no such application credential, or it was deleted, or its user does not exist.${other}`;
}

/**
 * Logs in once. No scope is sent: the credential belongs to a project, and Keystone refuses a request for one.
 * @throws ResponseError LOGIN_REFUSED with what can be wrong; errors of the connection.
 */
export async function applicationCredentialGrant(way: ApplicationCredentialWay, context: WayContext): Promise<Grant> {
  const { credential, secret } = way;
  const { authUrl, otc } = context;
  const identity = { methods: ['application_credential'], application_credential: { ...credential, secret } };
  return await requestToken(
    {
      url: new URL(`${authUrl.href}/auth/tokens`),
      body: { auth: { identity } },
      what: `log in at ${authUrl.href} with ${credentialWords(way)}`,
      refused: (error) => loginRefused(error, error.status === 404 ? unknown(way) : causes(way, otc), context),
    },
    context,
  );
}
