/** The ways to log in; each has its own file and gives a grant. */
import type { HttpClient } from '../http/client.ts';
import type { Clock } from '../ports.ts';
import type { Secret } from '../secret.ts';
import type { TokenBody } from './token-body.ts';

/** A domain; on OTC an account. */
export type DomainChoice = { readonly id: string } | { readonly name: string };

/** A project by id, or by name and domain. Without a domain it is the user's own, or the only one of that name that the user has. */
export type ProjectChoice = { readonly id: string } | { readonly name: string; readonly domain?: DomainChoice };

export type UserChoice = { readonly id: string } | { readonly name: string; readonly domain: DomainChoice };

export interface PasswordWay {
  readonly way: 'password';
  readonly user: UserChoice;
  readonly password: Secret;
  /** Six digits of the moment (TOTP, RFC 6238). */
  readonly passcode?: Secret;
}

/** A token that an earlier step has obtained. */
export interface TokenWay {
  readonly way: 'token';
  readonly token: Secret;
}

/** Of Keystone; it belongs to a project. */
export interface ApplicationCredentialWay {
  readonly way: 'application credential';
  readonly credential: { readonly id: string } | { readonly name: string; readonly user: UserChoice };
  readonly secret: Secret;
}

/** The ID token that GitHub gives to the job, exchanged for a token of the cloud: nothing is stored. */
export interface OidcWay {
  readonly way: 'oidc';
  readonly identityProvider: string;
  /** Of the identity provider at Keystone; OTC's exchange has none. */
  readonly protocol?: string;
  readonly audience: string;
}

/** Access key and secret key of OTC: every request is signed, and there is no token. */
export interface KeysWay {
  readonly way: 'keys';
  readonly accessKey: string;
  readonly secretKey: Secret;
  /** Of temporary keys. */
  readonly securityToken?: Secret;
}

export type LoginWay = PasswordWay | TokenWay | ApplicationCredentialWay | OidcWay | KeysWay;

/** An agency of another OTC account, whose rights the login takes on. */
export interface Agency {
  readonly name: string;
  /** The account that has created the agency, and owns the project. */
  readonly domain: DomainChoice;
}

/** Who logs in, and for which project. */
export interface Login {
  readonly way: LoginWay;
  /** A given token and an application credential have one of their own, which is then checked. */
  readonly project?: ProjectChoice;
  /** A name that was given beside the project's id, as openrc files have it: the two may be of different clouds or times. */
  readonly projectName?: string;
  readonly agency?: Agency;
}

/** A token and what the identity service says about it. */
export interface Grant {
  readonly token: string;
  /** Undefined when the answer is not a token's description. */
  readonly body: TokenBody | undefined;
  /** How long it lives from now on, by the service's own clock, in milliseconds; undefined where the service does not say. */
  readonly lifeMs: number | undefined;
}

/** Where GitHub hands out ID tokens to this job; undefined without `permissions: id-token: write`. */
export interface IdTokenRequest {
  readonly url: string | undefined;
  readonly token: Secret | undefined;
}

export interface WayContext {
  readonly http: HttpClient;
  /** Ends in /v3. */
  readonly authUrl: URL;
  readonly otc: boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly idTokens: IdTokenRequest;
  /** It may stand between the DELETE and the POST of a replacement: the first cancel signal does not stop it. */
  readonly critical: boolean;
  /** Masks a secret that cannot be revoked: an ID token. */
  mask(secret: string): void;
  /** Called with each obtained token before anything else can happen: masks it, and has it revoked at the end. */
  obtained(token: string): void;
}
