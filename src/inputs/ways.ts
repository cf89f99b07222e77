/** What each way to log in is made of. Each reader collects every problem of its way. */
import type { DomainChoice, LoginWay } from '../identity/way.ts';
import type { Secret } from '../secret.ts';
import type { DialectName } from '../vpn/dialects.ts';
import { readUser } from './parties.ts';
import type { InputProblems, Read } from './problems.ts';
import { secretOf } from './secrets.ts';
import { isGiven, type SecretSetting, type SettingsReader, userSettings, type WayName } from './settings.ts';
import { checkName, idOf, required } from './values.ts';

/** Says it where a secret is empty, because this is then the likeliest reason. */
export const forkHint =
  'If the value comes from secrets: workflows started from a fork or by Dependabot do not receive them.';

export interface WayOf {
  readonly way: Read<LoginWay>;
  /** The one that the user is in, where it is known. */
  readonly domain: Read<DomainChoice | undefined>;
}

interface Cloud {
  readonly dialect: Read<DialectName>;
  readonly authUrl: Read<URL>;
}

type ReadWay = (reader: SettingsReader, cloud: Cloud, problems: InputProblems) => WayOf;

const noDomain = (): undefined => undefined;

function requiredSecret(reader: SettingsReader, name: SecretSetting): Secret {
  const secret = secretOf(reader, name);
  if (secret === undefined) throw reader.problem(name, `is empty. ${forkHint}`);
  return secret;
}

function passcodeOf(reader: SettingsReader, { dialect }: Cloud): Secret | undefined {
  const passcode = secretOf(reader, 'passcode');
  if (passcode === undefined) return undefined;
  if (!/^\d{6}$/.test(passcode.reveal())) throw reader.problem('passcode', 'is no passcode: it has six digits.');
  if (dialect() === 'otc' && !isGiven(reader, 'user-id')) {
    const words = `On Open Telekom Cloud it goes with ${reader.label('user-id')}, not with ${reader.label('username')}.`;
    throw reader.problem('passcode', `is given without the id of the user. ${words}`);
  }
  return passcode;
}

const readPassword: ReadWay = (reader, cloud, problems) => {
  const user = readUser(reader, problems);
  const password = problems.attempt(() => requiredSecret(reader, 'password'));
  const passcode = problems.attempt(() => passcodeOf(reader, cloud));
  return {
    way: problems.attempt(() => {
      const code = passcode();
      const way = { way: 'password', user: user(), password: password() } as const;
      return code === undefined ? way : { ...way, passcode: code };
    }),
    domain: problems.attempt(() => {
      const who = user();
      if ('name' in who) return who.domain;
      // With the id of a user, a domain can only be meant for the project.
      const [id, name] = ['user-domain-id', 'user-domain-name'].map((setting) => reader.text(setting));
      if (id) return { id };
      return name ? { name } : undefined;
    }),
  };
};

const readToken: ReadWay = (reader, _cloud, problems) => ({
  way: problems.attempt(() => ({ way: 'token', token: requiredSecret(reader, 'token') })),
  domain: noDomain,
});

const credential = 'application-credential';

const readApplicationCredential: ReadWay = (reader, _cloud, problems) => {
  const [idName, nameName] = [`${credential}-id`, `${credential}-name`];
  const secret = problems.attempt(() => requiredSecret(reader, `${credential}-secret`));
  const byName = isGiven(reader, nameName) && !isGiven(reader, idName);
  const user = byName ? readUser(reader, problems) : undefined;
  const which = problems.attempt(() => {
    if (user !== undefined) return { name: reader.text(nameName), user: user() };
    if (isGiven(reader, nameName)) {
      throw reader.problem(idName, `is given together with ${reader.label(nameName)}. Keep one of them.`);
    }
    const extra = userSettings.find((name) => isGiven(reader, name));
    if (reader.strict && extra !== undefined) {
      throw reader.problem(extra, `has no meaning with ${reader.label(idName)}, which says all. Remove it.`);
    }
    const name = `${reader.label(nameName)} and the user it belongs to`;
    required(reader, idName, `Give it, or ${name}.`);
    return { id: idOf(reader, idName, nameName) };
  });
  return {
    way: problems.attempt(() => ({ way: 'application credential', credential: which(), secret: secret() })),
    domain: noDomain,
  };
};

/** Goes into a path, so it has no slash, and is not `.` or `..`. */
function pathPart(reader: SettingsReader, name: string, why: string): string {
  const text = required(reader, name, why);
  if (/^(?!\.+$)[\w.-]{1,64}$/.test(text)) return text;
  throw reader.problem(name, 'is no id: only letters, digits, ".", - and _, at most 64.');
}

function protocolOf(reader: SettingsReader, dialect: DialectName): string | undefined {
  if (dialect === 'openstack') {
    return pathPart(reader, 'protocol', 'It is the protocol of the identity provider at Keystone, often openid.');
  }
  if (reader.strict && isGiven(reader, 'protocol')) {
    throw reader.problem('protocol', 'has no meaning on Open Telekom Cloud. Remove it.');
  }
  return undefined;
}

/** What is left of the auth URL without its version: a token meant for one cloud is worthless at another. */
function defaultAudience(authUrl: URL): string {
  return authUrl.href.replace(/\/v3$/, '');
}

/** OTC's `client_id`, which the audience has to equal, has 5 to 255 characters. */
function audienceOf(reader: SettingsReader, { dialect, authUrl }: Cloud): string {
  const text = reader.text('audience');
  if (text === '') return defaultAudience(authUrl());
  const least = dialect() === 'otc' ? 5 : 1;
  if (/^[\x21-\x7e]{1,255}$/.test(text) && text.length >= least) return text;
  throw reader.problem('audience', `has to have ${least} to 255 characters, without blanks and letters outside ASCII.`);
}

const readOidc: ReadWay = (reader, cloud, problems) => {
  const identityProvider = problems.attempt(() =>
    pathPart(reader, 'identity-provider', 'It is the id of the identity provider that stands for GitHub at the cloud.'),
  );
  const protocol = problems.attempt(() => protocolOf(reader, cloud.dialect()));
  const audience = problems.attempt(() => audienceOf(reader, cloud));
  return {
    way: problems.attempt(() => {
      const name = protocol();
      const way = { way: 'oidc', identityProvider: identityProvider(), audience: audience() } as const;
      return name === undefined ? way : { ...way, protocol: name };
    }),
    domain: noDomain,
  };
};

/** Twenty capital letters and digits as OTC makes them; a secret key has small ones too, and is not taken for one. */
function accessKeyOf(reader: SettingsReader): string {
  const text = required(reader, 'access-key', forkHint);
  if (/^[0-9A-Z]{16,32}$/.test(text)) return text;
  throw reader.problem('access-key', 'is no access key: it has 20 capital letters and digits. Is it the secret key?');
}

const readKeys: ReadWay = (reader, { dialect }, problems) => {
  const accessKey = problems.attempt(() => accessKeyOf(reader));
  const secretKey = problems.attempt(() => requiredSecret(reader, 'secret-key'));
  const securityToken = problems.attempt(() => secretOf(reader, 'security-token'));
  problems.attempt(() => {
    if (dialect() === 'otc') return;
    throw reader.problem('access-key', 'is given, but only Open Telekom Cloud takes access keys.');
  });
  return {
    way: problems.attempt(() => {
      const token = securityToken();
      const way = { way: 'keys', accessKey: accessKey(), secretKey: secretKey() } as const;
      return token === undefined ? way : { ...way, securityToken: token };
    }),
    domain: noDomain,
  };
};

const readers: Readonly<Record<WayName, ReadWay>> = {
  oidc: readOidc,
  keys: readKeys,
  'application credential': readApplicationCredential,
  password: readPassword,
  token: readToken,
};

const names = ['username', 'user-domain-name', 'project-name', 'project-domain-name', `${credential}-name`];

export function readWay(name: WayName, reader: SettingsReader, cloud: Cloud, problems: InputProblems): WayOf {
  for (const setting of names) checkName(reader, setting, problems);
  return readers[name](reader, cloud, problems);
}
