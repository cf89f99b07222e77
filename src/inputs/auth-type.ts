/** `auth_type` of keystoneauth's plugins and of OTC's: how the person's other tools log in. */
import { oneOf } from '../spec/show.ts';
import { didYouMean } from '../spec/suggest.ts';
import type { Ecosystem } from './ecosystem.ts';
import { InputProblem, type InputProblems } from './problems.ts';
import type { WayName } from './settings.ts';

export interface AuthType {
  readonly way: WayName;
  /** What the type demands beyond the way. */
  readonly kind: 'plain' | 'multifactor' | 'agency';
  readonly label: string;
}

/** By the name of the plugin without its `v3`. */
const types: Readonly<Record<string, Omit<AuthType, 'label'>>> = {
  password: { way: 'password', kind: 'plain' },
  multifactor: { way: 'password', kind: 'multifactor' },
  token: { way: 'token', kind: 'plain' },
  applicationcredential: { way: 'application credential', kind: 'plain' },
  oidcaccesstoken: { way: 'oidc', kind: 'plain' },
  agency: { way: 'password', kind: 'agency' },
};

const supported = ['v3password', 'v3multifactor', 'v3token', 'v3applicationcredential', 'v3oidcaccesstoken', 'agency'];

/** Undefined if the source does not state it, or after a problem. The value is not shown: it may be a secret. */
export function readAuthType(source: Ecosystem, problems: InputProblems): AuthType | undefined {
  const found = source.find('auth_type') ?? source.find('auth_plugin');
  if (found === undefined) return undefined;
  const text = found.value.trim().toLowerCase();
  const name = text.replace(/^v3/, '');
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type !== undefined) return { ...type, label: found.label };
  const words = `is none of the types that are supported: ${oneOf(supported)} (with or without v3).`;
  problems.add(new InputProblem(found.label, `${words} Access keys need none.${didYouMean(text, supported)}`, found));
  return undefined;
}
