import { randomBytes } from 'node:crypto';
import type { User } from '../identities.ts';

/** An access key with its secret. */
export interface Key {
  access: string;
  secret: string;
  user: User;
  /** Of temporary keys: what comes with each request, and when they end. */
  temporary?: { securityToken: string; expiresAt: number };
  /** Refused signatures since the last good one. */
  failures: number;
  blockedUntil: number;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** The keys of all users. */
export class Keys {
  private readonly now: () => number;
  private readonly keys = new Map<string, Key>();

  constructor(now: () => number) {
    this.now = now;
  }

  /** Permanent ones. */
  create(user: User): Key {
    const key = { access: word(20), secret: word(40), user, failures: 0, blockedUntil: 0 };
    this.keys.set(key.access, key);
    return key;
  }

  createTemporary(user: User, ttlMs: number): Required<Key> {
    const securityToken = randomBytes(600).toString('base64');
    return Object.assign(this.create(user), { temporary: { securityToken, expiresAt: this.now() + ttlMs } });
  }

  find(access: string): Key | undefined {
    return this.keys.get(access);
  }

  /** The user's first ones. */
  of(user: User): Key {
    const key = [...this.keys.values()].find((one) => one.user === user);
    if (key === undefined) throw new Error(`${user.name} has no keys`);
    return key;
  }

  clear(): void {
    this.keys.clear();
  }
}

function word(length: number): string {
  return [...randomBytes(length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
