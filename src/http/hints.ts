/** What to do about the codes of OTC's IAM and API gateway, and about HTTP statuses without a code. Data. */

const again = 'Run it again in a few minutes.';
const support = 'If it stays so, ask the cloud provider, with the request id.';
const report = 'This looks like a mistake in the request: report it, with the request id.';
const credentials =
  'Check the inputs username, password and user-domain-name; on OTC the domain is the account ("OTC…").';
const newToken = 'Get a new token, or log in with username and password.';
const rights =
  'The user lacks a right in this project: have the roles granted that the README lists under Permissions.';
const accessKey = 'Check the access key and its secret; after several failures the key is blocked for some minutes.';

/** IAM reference, error codes; the Keystone-style codes 1100 to 1120 and IAM.1000 to .1062 are ranges below. */
const iam: Readonly<Record<string, string>> = {
  'IAM.0001': credentials,
  'IAM.0002': rights,
  'IAM.0003': `A policy of the account does not allow this. ${rights}`,
  'IAM.0004': 'Check the names and ids of user, domain and project.',
  'IAM.0005': `Something with this name exists already, or changed at the same time. ${again}`,
  'IAM.0006': `IAM has an internal error. ${again} ${support}`,
  'IAM.0007': report,
  'IAM.0009': 'The token in the request is malformed: check the input token for missing or added characters.',
  'IAM.0011': report,
  'IAM.0012': 'IAM takes only so many requests in a time. Run fewer jobs at once, or run it again in a minute.',
  'IAM.0020': `IAM of this region has failed over and is coming back. ${again}`,
  'IAM.0061':
    'The account is locked after too many wrong passwords. Wait (15 minutes by default), then check password, username and user-domain-name; each try with wrong ones locks it again.',
  'IAM.0062':
    'The password is wrong, or there is no such user in this domain (on OTC the account, "OTC…"): check password, username and user-domain-name. A handful of tries locks the account.',
  'IAM.0063': 'The access token was rejected: get a new one.',
  'IAM.0064': `The access token has too few rights. ${rights}`,
  'IAM.0066': `The token has expired. ${newToken}`,
  'IAM.0067': `The token is invalid. ${newToken}`,
  'IAM.0072': report,
  'IAM.0073': report,
  'IAM.0077': report,
  'IAM.0080': 'The user of the access key is disabled: enable the user in IAM, or use another key.',
  'IAM.0081': 'This user may use the console only: enable programmatic access for the user in IAM.',
  'IAM.0082': 'The user is disabled: enable the user in IAM.',
  'IAM.0083': 'The user has no access to this private region: have it granted, or choose another region.',
  'IAM.1061': 'The one-time passcode is wrong. Use a user without MFA for the API.',
  'IAM.1101': report,
  'IAM.1102': report,
  'IAM.1103': report,
  'IAM.1104': `The access key is on the block list. ${accessKey}`,
  'IAM.1105': 'The access key has expired: create a new one.',
  'IAM.1106': 'The user or agency of the access key is gone: create a key for another user.',
  'IAM.1107': 'The access key is inactive: activate it in IAM.',
  'IAM.1108': 'The security token of the temporary access key has expired: get a new one.',
  'IAM.1109': 'The project does not exist: check project-name or project-id, and that auth-url is that of its region.',
};

const notOffered = 'The service does not offer this call here: check region and network-endpoint.';
const backend = `The service behind the gateway does not answer. ${again}`;

/** API gateway: `APIGW.` in answers, `APIG.` in the gateway's own pages. With ` 5xx` for a code that has two meanings. */
const gateway: Readonly<Record<string, string>> = {
  '0101': notOffered,
  '0103': `The gateway is misconfigured. ${again} ${support}`,
  '0104': `The gateway is misconfigured. ${again} ${support}`,
  '0105': `The gateway is misconfigured. ${again} ${support}`,
  '0106': report,
  '0107': `The gateway is misconfigured. ${again} ${support}`,
  '0201': 'The request is malformed or too large: describe fewer objects at once, or report it, with the request id.',
  '0201 5xx': backend,
  '0202': backend,
  '0203': backend,
  '0204': 'The gateway does not take this TLS version: a proxy on the way may offer an old one.',
  '0205': 'The gateway rejected a client certificate: a proxy on the way may send one.',
  '0301': `The gateway does not accept the token or signature. ${newToken} ${accessKey}`,
  '0302': rights,
  '0303': credentials,
  '0304': rights,
  '0305': credentials,
  '0306': rights,
  '0307': `The token must be renewed. ${newToken}`,
  '0308': 'The gateway takes only so many requests in a time. Run fewer jobs at once, or run it again in a minute.',
  '0310': 'The project is not available: check that it is not frozen or suspended.',
  '0401': 'The gateway could not tell the address of this runner. Check the access control of the account (API ACL).',
  '0402':
    'The account allows the API from certain addresses only (API ACL): add the address of this runner, or use one with a fixed address.',
  '0601': `The gateway has an internal error. ${again} ${support}`,
  '0602': report,
  '0605': backend,
  '0607': 'The gateway does not take this protocol: check that the URL begins with https.',
  '0610': backend,
  '0613': `IAM is unavailable for the moment. ${again}`,
  '0802': 'The user may not use this region: check region, or have access granted.',
};

const statuses: Readonly<Record<number, string>> = {
  400: 'Check the value that the message names.',
  401: `The login is missing or has expired. ${newToken} An account can also refuse addresses (API ACL).`,
  403: `${rights} An account can also refuse addresses (API ACL).`,
  404: 'Check the id or name, the project, and that the URL is that of this service.',
  405: notOffered,
  406: report,
  407: 'The proxy wants a user and password: set https_proxy as http://user:password@host:port.',
  408: again,
  409: 'It is in use, or changed at the same time: see the message.',
  410: again,
  413: 'The request is too large: describe fewer objects at once.',
  429: 'The service takes only so many requests in a time. Run fewer jobs at once, or run it again in a minute.',
  500: `The service has an internal error. ${again} ${support}`,
  501: notOffered,
  502: backend,
  503: `The service is unavailable for the moment. ${again}`,
  504: backend,
};

/** What to do about an error code of IAM or the gateway; undefined for a code that is not theirs. */
export function hintForCode(code: string, status: number): string | undefined {
  const [, suffix] = /^APIGW?\.(\d{4})$/.exec(code) ?? [];
  if (suffix !== undefined) {
    return (status >= 500 ? gateway[`${suffix} 5xx`] : undefined) ?? gateway[suffix];
  }
  if (/^11(?:0\d|1\d|20)$/.test(code)) {
    return 'IAM refused a value of the user management: see the message.';
  }
  if (/^IAM\.10(?:[0-5]\d|6[0-2])$/.test(code)) {
    return iam[code] ?? 'IAM refused a policy or MFA setting: see the message.';
  }
  return Object.hasOwn(iam, code) ? iam[code] : undefined;
}

/** What to do about an HTTP status, where there is no code to go by. */
export function hintForStatus(status: number): string | undefined {
  if (status >= 300 && status < 400) {
    return 'Check the URL; a proxy or login page on the way may also answer with a redirect.';
  }
  return statuses[status] ?? (status >= 500 ? `${again} ${support}` : undefined);
}
