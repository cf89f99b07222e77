/** The refusals of the two services, in their envelopes. */
import { expect } from 'vitest';
import type { Said } from './raw.ts';

function words(message: string | RegExp): unknown {
  return typeof message === 'string' ? message : expect.stringMatching(message);
}

/** Neutron's envelope; the type is the exception's class name, and no refusal has a detail. */
export function neutron(status: number, type: string, message: string | RegExp): Said {
  return { status, body: { NeutronError: { type, message: words(message), detail: '' } } };
}

/** Refusal of a value or of a form. */
export function badRequest(message: string | RegExp): Said {
  return neutron(400, 'HTTPBadRequest', message);
}

/** What Neutron did not foresee. */
export const internalError = neutron(
  500,
  'HTTPInternalServerError',
  'Request Failed: internal server error while processing your request.',
);

export const methodNotAllowed = neutron(
  405,
  'HTTPMethodNotAllowed',
  'The server could not comply with the request since it is either malformed or otherwise incorrect.',
);

export const noSuchPath = neutron(404, 'HTTPNotFound', 'The resource could not be found.');

/** Keystone's envelope. */
export function keystone(status: number, title: string, message: string | RegExp): Said {
  return { status, body: { error: { code: status, title, message: words(message) } } };
}

/** The answer to whatever is wrong with a login or a token: it doesn't tell what. */
export const unauthorized = keystone(401, 'Unauthorized', 'The request you have made requires authentication.');

/** Keystone's answer to what it cannot understand, in its own words at the start. */
export function malformed(start: string): Said {
  const rest = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';
  return keystone(400, 'Bad Request', `${start} ${rest} The client is assumed to be in error.`);
}

/** A part of a login that has to be there. */
export function expecting(what: string, where: string): Said {
  return malformed(`Expecting to find ${what} in ${where}.`);
}
