import { Refusal } from '../answer.ts';

const PAGE = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>401 Unauthorized</title>
</head><body>
<h1>Unauthorized</h1>
<p>This server could not verify that you
are authorized to access the document
requested.  Either you supplied the wrong
credentials (e.g., bad password), or your
browser doesn't understand how to supply
the credentials required.</p>
</body></html>
`;

/** By what is wrong with the ID token; with its claims, the server says nothing. */
const CHALLENGES = {
  none: 'Bearer error="invalid_request", error_description="No bearer token found in the request"',
  token: 'Bearer error="invalid_token", error_description="JWT token could not be validated"',
  claims: undefined,
};

/** How Apache 2.4 with mod_auth_openidc 2.4 refuses, in front of Keystone: a page, and Keystone never hears of it. */
export function frontRefusal(fault: keyof typeof CHALLENGES): Refusal {
  const challenge = CHALLENGES[fault];
  const headers = { 'Content-Type': 'text/html; charset=iso-8859-1' };
  const more = challenge === undefined ? {} : { 'WWW-Authenticate': challenge };
  return new Refusal({ status: 401, body: PAGE, headers: { ...headers, ...more }, fromFront: true });
}
