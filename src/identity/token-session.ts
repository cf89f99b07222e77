/** A session whose requests carry a token. */
import { type ObtainGrant, renewalOf } from './grants.ts';
import type { AuthHost } from './hosts.ts';
import { locateNetwork } from './locate.ts';
import type { LoginOptions } from './login.ts';
import { createObtainedTokens } from './obtained.ts';
import { checkedProject } from './scope.ts';
import { type Session, tokenSend } from './session.ts';
import { createTokens } from './tokens.ts';
import type { Grant } from './way.ts';

/** For the clean-up of a login that failed: the failure should not wait long to be told. */
const shortMs = 1000;

function durationWords(ms: number): string {
  return ms < 120_000 ? `${Math.max(0, Math.round(ms / 1000))} seconds` : `${Math.round(ms / 60_000)} minutes`;
}

/** A token that cannot be renewed should last as long as the run may take. */
function warnOfShortLife({ clock, log, deadline }: LoginOptions, { lifeMs }: Grant, remedy: string): void {
  const runMs = deadline - clock.now();
  if (lifeMs !== undefined && lifeMs < runMs) {
    const [life, run] = [lifeMs, runMs].map(durationWords);
    log.warning(
      `The token expires in about ${life}, and the input timeout lets the run take ${run}; a run that outlives it fails. ${remedy}`,
    );
  }
}

/** Gets the token, checks it, and finds the network service; what was obtained is revoked again if anything fails. */
export async function tokenSession(options: LoginOptions, host: AuthHost, obtain: ObtainGrant): Promise<Session> {
  const { login, http, clock, log, dialect, region, networkEndpoint, idTokens, deadline, mask } = options;
  const { authUrl } = host;
  const obtained = createObtainedTokens(http, authUrl, mask);
  const grantFor = (critical: boolean): Promise<Grant> =>
    obtain({ http, authUrl, otc: dialect === 'otc', clock, idTokens, critical, mask, obtained: obtained.add });
  try {
    const first = await grantFor(false);
    const project = checkedProject(first.body, { login, region, dialect });
    const renewal = renewalOf(login.way);
    if (renewal !== true) {
      warnOfShortLife(options, first, renewal.remedy);
    }
    const again = renewal === true ? grantFor : renewal;
    const tokens = createTokens({ first, projectId: project.id, again, obtained, now: () => clock.now(), deadline });
    const toAuth = tokenSend(http, tokens, [authUrl.origin]);
    const { catalogue, roles } = first.body ?? {};
    const networkUrl = await locateNetwork({ host, networkEndpoint, region, project, catalogue, send: toAuth });
    return {
      project: { id: project.id, ...(project.name !== undefined && { name: project.name }) },
      ...(roles === undefined ? {} : { roles }),
      networkUrl,
      send: tokenSend(http, tokens, [networkUrl.origin, authUrl.origin]),
      close: (withinMs) => tokens.end(withinMs),
    };
  } catch (error) {
    const warning = await obtained.revoke(shortMs);
    if (warning !== undefined) {
      log.warning(warning);
    }
    throw error;
  }
}
