/** Whether a plan is made without the cloud: the files alone are then checked. */
import { dialectOf, otcRegion } from '../identity/regions.ts';
import { normaliseAuthUrl } from '../identity/urls.ts';
import type { DialectName } from '../vpn/dialects.ts';
import type { InputProblems, Read } from './problems.ts';
import { isSecretName } from './secrets.ts';
import { identitySettings, isGiven, type SettingsReader, secretSettings, whereSettings } from './settings.ts';
import { choice, serviceUrl } from './values.ts';
import { type Environment, identityVariables } from './variables.ts';

/** Why the cloud is not asked. */
export interface Offline {
  /** GitHub gives this run no secrets, or the step has no login. */
  readonly reason: 'withheld' | 'no login';
  /** Nothing says which cloud it is. */
  readonly isDialectAssumed: boolean;
}

/** Settings that say who logs in, or for which project: with one of them, a login that is not complete is a mistake. */
const loginSettings = [
  ...identitySettings.filter((name) => !whereSettings.some((where) => where === name)),
  'clouds-file',
  'cloud-name',
];

function hasSecret(inputs: SettingsReader, { variables }: Environment): boolean {
  const named = [...variables].some(([name, value]) => isSecretName(name.replace(/^OS_/, '')) && value.trim() !== '');
  return named || secretSettings.some((name) => isGiven(inputs, name));
}

/**
 * Only a plan can do without the cloud, and not one that looks for drift: that would find none, every night.
 * @param isWithheld whether GitHub keeps secrets and ID tokens from the run: a pull request from a fork, or Dependabot
 */
export function offlineReason(
  inputs: SettingsReader,
  environment: Environment,
  isWithheld: boolean,
): Offline['reason'] | undefined {
  if (inputs.text('mode') !== 'plan') return undefined;
  if (isWithheld) return hasSecret(inputs, environment) ? undefined : 'withheld';
  const hasLogin =
    loginSettings.some((name) => isGiven(inputs, name)) ||
    identityVariables(environment).length > 0 ||
    (environment.variables.get('OS_CLOUD')?.trim() ?? '') !== '';
  const looksForDrift = ['fail-on-changes', 'drift-issue'].some((name) => inputs.text(name).toLowerCase() === 'true');
  return hasLogin || looksForDrift ? undefined : 'no login';
}

/** The dialect, as far as `cloud`, `auth-url` or `region` say it, or their variables; undefined if nothing does. */
export function offlineDialect(
  inputs: SettingsReader,
  { variables }: Environment,
  problems: InputProblems,
): Read<DialectName | undefined> {
  return problems.attempt(() => {
    const stated = choice(inputs, 'cloud', ['auto', 'otc', 'openstack']);
    if (stated !== 'auto') return stated;
    if (isGiven(inputs, 'auth-url')) return dialectOf(normaliseAuthUrl(serviceUrl(inputs, 'auth-url')));
    const url = URL.parse(variables.get('OS_AUTH_URL') ?? '');
    if (url !== null) return dialectOf(url);
    const region = inputs.text('region') || (variables.get('OS_REGION_NAME')?.trim() ?? '');
    return otcRegion(region) === undefined ? undefined : 'otc';
  });
}
