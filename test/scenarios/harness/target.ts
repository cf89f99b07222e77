import type { Cloud, RecordedRequest } from '../../cloud/index.ts';
import { nested, secretTexts } from './secrets.ts';

/** What a run needs to know of the cloud that it talks to: the embedded one, or real servers that are listened to. */
export interface Target {
  /** The `with:` that logs in there. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Every request so far; it grows. */
  readonly requests: readonly RecordedRequest[];
  /** Texts of the cloud that must not show: passwords, tokens, and the pre-shared keys that it holds. */
  secrets(): readonly string[];
}

export function embedded(cloud: Cloud): Target {
  const { username, password, otherPassword, adminPassword, domain, project } = cloud.account;
  const held = (): unknown[] => cloud.store.all('ipsec_site_connection').map((connection) => nested(connection, 'psk'));
  return {
    inputs: {
      'auth-url': cloud.authUrl,
      username,
      password,
      'user-domain-name': domain,
      'project-name': project,
    },
    requests: cloud.requests,
    secrets: () => [password, otherPassword, adminPassword, ...secretTexts(held())],
  };
}
