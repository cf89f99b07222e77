/** The identity settings: where the cloud is, who logs in, for which project. One source gives them all. */
import type { LoginWay } from '../identity/way.ts';
import { InputProblem } from './problems.ts';

export type WayName = LoginWay['way'];

/** Reads the step's inputs; one that isn't given and has no default in action.yml is empty. */
export interface InputReader {
  /** Without white space around it. */
  text(name: string): string;
  /** As given. */
  raw(name: string): string;
}

/** Reads settings of any source by the names of the inputs. */
export interface SettingsReader extends InputReader {
  /** What a person calls the setting in this source: `username`, `OS_USERNAME`, `auth.username of "prod" in clouds.yaml`. */
  label(name: string): string;
  problem(name: string, text: string): InputProblem;
  /** The way to log in, where the source says it itself (OS_AUTH_TYPE). */
  readonly way?: WayName;
  /** A project's name beside its id, to be compared once the cloud has told the name; among inputs one of the two is refused. */
  readonly projectName?: string;
  /**
   * Each setting is given on purpose, so one without a meaning is an error. Variables and files serve other tools too, and
   * have left-overs.
   */
  readonly strict: boolean;
}

export const whereSettings = ['auth-url', 'region', 'network-endpoint', 'ca-certificate'] as const;
export const userSettings = ['username', 'user-id', 'user-domain-name', 'user-domain-id'] as const;
export const projectSettings = ['project-name', 'project-id', 'project-domain-name', 'project-domain-id'] as const;
export const agencySettings = ['agency-name', 'agency-domain-name', 'agency-domain-id'] as const;

/** What belongs to each way alone, in the order in which messages offer the ways. */
export const waySettings: Readonly<Record<WayName, readonly string[]>> = {
  oidc: ['identity-provider', 'protocol', 'audience'],
  keys: ['access-key', 'secret-key', 'security-token'],
  'application credential': [
    'application-credential-id',
    'application-credential-name',
    'application-credential-secret',
  ],
  password: [...userSettings, 'password', 'passcode'],
  token: ['token'],
};

export const identitySettings: readonly string[] = [
  ...whereSettings,
  ...projectSettings,
  ...agencySettings,
  ...Object.values(waySettings).flat(),
];

/** They are masked before anything else is read. */
export const secretSettings = [
  'password',
  'passcode',
  'token',
  'application-credential-secret',
  'secret-key',
  'security-token',
] as const;

export type SecretSetting = (typeof secretSettings)[number];

/** The settings are the step's own inputs. */
export function inputSettings(reader: InputReader): SettingsReader {
  return {
    text: (name) => reader.text(name),
    raw: (name) => reader.raw(name),
    label: (name) => name,
    problem: (name, text) => new InputProblem(name, text),
    strict: true,
  };
}

export function isGiven(reader: InputReader, name: string): boolean {
  return reader.text(name) !== '';
}
