/** What other tools can do and this action cannot, or must not. Left unsaid, it would surprise. */
import type { AuthType } from './auth-type.ts';
import type { Ecosystem } from './ecosystem.ts';
import { InputProblem, type InputProblems } from './problems.ts';

/** In YAML 1.1 and 1.2, and as the openstack CLI takes them from variables. */
const no = new Set(['false', 'no', 'off', 'n', 'f', '0']);
const yes = new Set(['true', 'yes', 'on', 'y', 't', '1']);

const isVerified = 'Certificates are always verified. For a private CA there is';

interface Refusal {
  readonly key: string;
  /** What stands there in lower case. */
  isFine?(value: string): boolean;
  words(source: Ecosystem): string;
}

const onlyPublic = (): string => 'is not public, and the action uses the public endpoints alone. Remove it.';

const refusals: readonly Refusal[] = [
  {
    key: 'insecure',
    isFine: (value) => no.has(value),
    words: (source) => `cannot be true. ${isVerified} ${source.label('cacert')}.`,
  },
  {
    key: 'verify',
    isFine: (value) => yes.has(value),
    words: (source) => `can only be true. ${isVerified} ${source.label('cacert')}.`,
  },
  { key: 'cert', words: () => 'is given, but certificates of clients are not supported. Remove it.' },
  { key: 'key', words: () => 'is given, but certificates of clients are not supported. Remove it.' },
  { key: 'interface', isFine: (value) => /^public(?:url)?$/.test(value), words: onlyPublic },
  { key: 'endpoint_type', isFine: (value) => /^public(?:url)?$/.test(value), words: onlyPublic },
  {
    key: 'identity_api_version',
    isFine: (value) => /^v?3(?:\.\d+)?$/.test(value),
    words: () => 'is not 3. The action speaks version 3 of the identity API alone.',
  },
  { key: 'system_scope', words: () => 'is given, but a connection belongs to a project. Remove it.' },
  { key: 'trust_id', words: () => 'is given, but trusts are not supported. Remove it.' },
];

const accessToken: Refusal = {
  key: 'access_token',
  words: (source) =>
    `is given, but the action asks GitHub itself for an ID token. Remove it; ${source.label('identity_provider')} is enough.`,
};

/** Adds a problem for each. */
export function refuseUnsupported(source: Ecosystem, type: AuthType | undefined, problems: InputProblems): void {
  const all = type === undefined || type.way === 'oidc' ? [...refusals, accessToken] : refusals;
  for (const { key, isFine, words } of all) {
    const found = source.find(key);
    if (found !== undefined && isFine?.(found.value.trim().toLowerCase()) !== true) {
      problems.add(new InputProblem(found.label, words(source), found));
    }
  }
}
