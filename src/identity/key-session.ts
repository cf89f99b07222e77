/** A session whose requests are signed with keys: it has no token, and nothing to revoke. */
import { stated } from './grants.ts';
import type { AuthHost } from './hosts.ts';
import { projectByName } from './key-project.ts';
import { locateNetwork } from './locate.ts';
import type { LoginOptions } from './login.ts';
import { checkRegion } from './scope.ts';
import type { Session } from './session.ts';
import { createSigner } from './signed-send.ts';
import type { Project } from './token-body.ts';
import type { KeysWay } from './way.ts';

/**
 * Finds the project and the network service. An id of a project is taken as it is: the service refuses the first signed
 * request for a project that is not of the keys' account.
 */
export async function keySession(options: LoginOptions, host: AuthHost, keys: KeysWay): Promise<Session> {
  const { login, http, clock, dialect, region, networkEndpoint } = options;
  const { authUrl } = host;
  const signer = createSigner({ http, keys, clock });
  const choice = stated(login.project);
  const project: Project =
    'id' in choice
      ? { id: choice.id, name: undefined, domain: { id: undefined, name: undefined } }
      : await projectByName(choice, signer.sendTo([authUrl.origin]), authUrl);
  checkRegion(project, { login, region, dialect });
  const scope = { projectId: project.id };
  const send = signer.sendTo([authUrl.origin], scope);
  const networkUrl = await locateNetwork({ host, networkEndpoint, region, project, catalogue: undefined, send });
  return {
    project: { id: project.id, ...(project.name !== undefined && { name: project.name }) },
    networkUrl,
    send: signer.sendTo([networkUrl.origin, authUrl.origin], scope),
    close: () => Promise.resolve(undefined),
  };
}
