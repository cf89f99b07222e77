/** The ways to log in; each has its own file and gives a grant. */
import type { HttpClient } from '../http/client.ts';
import type { Secret } from '../secret.ts';
import type { TokenBody } from './token-body.ts';

/** A project by id, or by name and domain. */
export type ProjectChoice =
  | { readonly id: string }
  | {
      readonly name: string;
      /** Default: the user's domain. */
      readonly domainName?: string;
    };

export interface PasswordWay {
  readonly way: 'password';
  readonly username: string;
  readonly password: Secret;
  readonly userDomainName: string;
  readonly project: ProjectChoice;
}

export interface TokenWay {
  readonly way: 'token';
  readonly token: Secret;
  /** Checked against the token's own project. */
  readonly project?: ProjectChoice;
}

export type LoginWay = PasswordWay | TokenWay;

/** A token and what the identity service says about it. */
export interface Grant {
  readonly token: string;
  /** Undefined when the answer is not a token's description. */
  readonly body: TokenBody | undefined;
}

export interface WayContext {
  readonly http: HttpClient;
  /** Ends in /v3. */
  readonly authUrl: URL;
  readonly otc: boolean;
  /** Called with each obtained token before anything else can happen. */
  mask(secret: string): void;
}
