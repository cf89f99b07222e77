import { randomUUID } from 'node:crypto';

/** What goes back to the client. A string body is sent as it is, anything else as JSON. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Wait this long first, ms. */
  delayMs?: number;
  /** openstack: from the web server in front, so without any of the service's own headers. */
  fromFront?: boolean;
}

/** Thrown by a handler to end the request with an error answer. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(JSON.stringify(answer.body));
    this.answer = answer;
  }
}

/** Neutron's envelope. `type` is the exception's class name. */
export function neutronError(status: number, type: string, message: string, delayMs = 0): Refusal {
  return new Refusal({ status, body: { NeutronError: { type, message, detail: '' } }, delayMs });
}

/** Neutron's answer to whatever it didn't foresee. */
export function internalError(delayMs = 0): Refusal {
  const message = 'Request Failed: internal server error while processing your request.';
  return neutronError(500, 'HTTPInternalServerError', message, delayMs);
}

/** Neutron's refusal of a request body. */
export function badRequest(message: string): Refusal {
  return neutronError(400, 'HTTPBadRequest', message);
}

/** Keystone's envelope, used by keystonemiddleware too; `beside` is what OTC puts next to `error`. */
export function keystoneError(status: number, title: string, message: string, beside: object = {}): Refusal {
  return new Refusal({ status, body: { error: { code: status, message, title }, ...beside } });
}

/** Envelope of OTC's VPC layer (classic VPN API, 13.1 form 2). */
export function vpcError(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, body: { code, message } });
}

/** Envelope of OTC's API gateway (classic VPN API, 13.1 form 3). */
export function gatewayError(status: number, code: string, message: string): Refusal {
  const body = { error_msg: message, error_code: code, request_id: randomUUID().replaceAll('-', '') };
  return new Refusal({ status, body });
}

/** Keystone's 401, the same for every reason. */
export function unauthorized(): Refusal {
  return keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.');
}
