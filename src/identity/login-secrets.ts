import type { Secret } from '../secret.ts';
import type { Login } from './way.ts';

/** Every secret that the login was given. An ID token and obtained tokens come later; they are masked as they appear. */
export function secretsOf({ way }: Login): readonly Secret[] {
  switch (way.way) {
    case 'password':
      return [way.password, ...(way.passcode === undefined ? [] : [way.passcode])];
    case 'token':
      return [way.token];
    case 'application credential':
      return [way.secret];
    case 'oidc':
      return [];
    case 'keys':
      return [way.secretKey, ...(way.securityToken === undefined ? [] : [way.securityToken])];
  }
}
