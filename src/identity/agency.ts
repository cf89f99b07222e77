/** Takes on the rights of an agency: a trust that another OTC account gives to one's own (IAM, "Obtaining an agency token"). */
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import { domainWords, inDomain, isPlainName, projectWords } from './names.ts';
import { requestToken } from './token-request.ts';
import type { Agency, Grant, ProjectChoice, WayContext } from './way.ts';

/** Who asks: the holder of a token, or keys that sign in the name of their account (`X-Domain-Id`). */
export type Principal = { readonly token: string } | { readonly send: Send };

function requestBody({ name, domain }: Agency, project: ProjectChoice): unknown {
  const account = 'id' in domain ? { domain_id: domain.id } : { domain_name: domain.name };
  return {
    auth: {
      identity: { methods: ['assume_role'], assume_role: { ...account, xrole_name: name } },
      scope: { project },
    },
  };
}

/** Its name, unless it may be a secret in the wrong input. */
function agencyWords({ name }: Agency): string {
  return isPlainName(name) ? `agency "${name}"` : 'agency of the given name';
}

function causes(agency: Agency, project: ProjectChoice) {
  return {
    operator:
      'the user who logs in may not use agencies: have its own account grant it Agent Operator, or a policy with iam:agencies:assume',
    unknown: `${domainWords(agency.domain)} (an account) does not exist, or has no ${agencyWords(agency)}`,
    trust: 'the agency is for another account than that of the user who logs in',
    project: `${projectWords(project)} does not exist, or its account has granted the agency no rights in it`,
    token: 'the token of the login itself is not valid any more',
  };
}

const likeliest: Readonly<Record<number, readonly (keyof ReturnType<typeof causes>)[]>> = {
  401: ['operator', 'unknown', 'trust', 'project', 'token'],
  403: ['operator', 'trust', 'project'],
  404: ['unknown', 'project'],
};

function refused(error: ResponseError, agency: Agency, project: ProjectChoice): ResponseError {
  const words = causes(agency, project);
  const likely = likeliest[error.status]?.map((cause) => words[cause]) ?? Object.values(words);
  const hint = `The service does not say which of these it is, likeliest first: ${likely.join('; ')}.`;
  return new ResponseError('LOGIN_REFUSED', error.message, error, hint);
}

/**
 * Gets a token with the rights of the agency, for a project of the account that has created it: a name without a domain is
 * looked up there.
 * @throws ResponseError LOGIN_REFUSED with what can be wrong; errors of the connection, and of the principal's `send`
 */
export async function assumeRole(
  agency: Agency,
  project: ProjectChoice,
  by: Principal,
  context: WayContext,
): Promise<Grant> {
  const exact = inDomain(project, agency.domain);
  return await requestToken(
    {
      url: new URL(`${context.authUrl.href}/auth/tokens`),
      body: requestBody(agency, exact),
      what: `take on the ${agencyWords(agency)} of ${domainWords(agency.domain)}`,
      refused: (error) => refused(error, agency, exact),
      ...('token' in by ? { headers: { 'x-auth-token': by.token } } : { send: by.send }),
    },
    context,
  );
}
