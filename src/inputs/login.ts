/** Which way to log in the settings describe, and for which project. */
import type { Login } from '../identity/way.ts';
import { readAgency, readProject } from './parties.ts';
import { InputProblem, type InputProblems, type Read } from './problems.ts';
import { isGiven, type SettingsReader, type WayName, waySettings } from './settings.ts';
import { forkHint, readWay } from './ways.ts';
import type { Where } from './where.ts';

interface Signs {
  /** Each is only there for the way. */
  readonly sure: readonly string[];
  /** Count where every setting is there on purpose, or where nothing else is. */
  readonly weak: readonly string[];
}

const signs: Readonly<Record<WayName, Signs>> = {
  oidc: { sure: ['identity-provider'], weak: ['protocol', 'audience'] },
  keys: { sure: waySettings.keys, weak: [] },
  'application credential': { sure: waySettings['application credential'], weak: [] },
  password: { sure: ['password', 'passcode'], weak: ['username', 'user-id', 'user-domain-name', 'user-domain-id'] },
  token: { sure: waySettings.token, weak: [] },
};

const wayNames: readonly WayName[] = ['oidc', 'keys', 'application credential', 'password', 'token'];

const wayWords: Readonly<Record<WayName, string>> = {
  oidc: 'keyless',
  keys: 'access key',
  'application credential': 'application credential',
  password: 'password',
  token: 'token',
};

/** The settings of each way that are given and mean it. */
function meant(reader: SettingsReader): ReadonlyMap<WayName, readonly string[]> {
  const given = (names: readonly string[]): readonly string[] => names.filter((name) => isGiven(reader, name));
  const hasCredential = given(signs['application credential'].sure).length > 0;
  const sureOf = (way: WayName): readonly string[] => given(signs[way].sure);
  // The user may be the one that the application credential belongs to.
  const weakOf = (way: WayName): readonly string[] =>
    way === 'password' && hasCredential ? [] : given(signs[way].weak);
  const hasSure = wayNames.some((way) => sureOf(way).length > 0);
  const counted = wayNames.map((way): [WayName, readonly string[]] => [
    way,
    [...sureOf(way), ...(reader.strict || !hasSure ? weakOf(way) : [])],
  ]);
  return new Map(counted.filter(([, names]) => names.length > 0));
}

function nothing(reader: SettingsReader): InputProblem {
  // The keys of a clouds.yaml come without the entry that they are of, which is said once.
  const key = (name: string): string => reader.label(name).replace(/ of ".*$/s, '');
  const of = (...names: string[]): string => names.map(key).join(', ');
  const entry = reader.label('auth-type').slice(key('auth-type').length).replace(/^ of /, ' by ');
  const ways = [
    `${of('identity-provider')} (keyless, with permissions: id-token: write)`,
    of('access-key', 'secret-key'),
    of('application-credential-id', 'application-credential-secret'),
    of('username', 'password', 'user-domain-name'),
    of('token'),
  ];
  const project = `All but an application credential and a token need ${of('project-name')} or ${of('project-id')} too.`;
  const { kind } = reader.problem('username', '');
  return new InputProblem(
    '',
    `There is no way to log in${entry}. Give the settings of one: ${ways.join('; or ')}. ${project} ${forkHint}`,
    { kind },
  );
}

/** @throws InputProblem unless the settings of exactly one way are given */
function chosenWay(reader: SettingsReader): WayName {
  if (reader.way !== undefined) return reader.way;
  const ways = meant(reader);
  const [first, ...others] = ways.keys();
  if (first === undefined) throw nothing(reader);
  if (others.length === 0) return first;
  const words = [...ways].map(
    ([way, names]) => `${wayWords[way]} (${names.map((name) => reader.label(name)).join(', ')})`,
  );
  const { kind } = reader.problem('username', '');
  const typed = kind === 'input' ? '' : ` Or say which one in ${reader.label('auth-type')}.`;
  throw new InputProblem(
    '',
    `There are ${words.length} ways to log in: ${words.join('; ')}. Keep the settings of one of them.${typed}`,
    { kind },
  );
}

/** Exactly one way to log in, the project, and the agency on top; every problem of them is collected. */
export function readLogin(
  reader: SettingsReader,
  where: Pick<Where, 'dialect' | 'authUrl'>,
  problems: InputProblems,
): Read<Login> {
  const name = problems.attempt(() => chosenWay(reader));
  const agency = readAgency(reader, where.dialect, problems);
  return problems.attempt(() => {
    const chosen = name();
    const { way, domain } = readWay(chosen, reader, where, problems);
    const hasOwnProject = chosen === 'token' || chosen === 'application credential';
    const project = readProject(
      reader,
      {
        isRequired: !hasOwnProject || isGiven(reader, 'agency-name'),
        domain: () => agency()?.domain ?? domain(),
        needsDomain: () => chosen === 'password' && where.dialect() === 'openstack',
      },
      problems,
    );
    const wanted = project();
    const role = agency();
    const { projectName } = reader;
    return {
      way: way(),
      ...(wanted === undefined ? {} : { project: wanted }),
      ...(projectName === undefined ? {} : { projectName }),
      ...(role === undefined ? {} : { agency: role }),
    };
  });
}
