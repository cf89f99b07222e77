import { createHmac } from 'node:crypto';

const PERIOD_MS = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The passcode of a time: RFC 6238 with SHA-1, 6 digits, a new one every 30 s.
 * @param seed base32 (RFC 4648), as in an authenticator app
 * @param timeMs ms since 1970
 */
export function passcode(seed: string, timeMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(timeMs / PERIOD_MS)));
  const digest = createHmac('sha1', fromBase32(seed)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  const code = (digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
  return String(code).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')].map((letter) => {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) throw new Error('the seed is not base32');
    return value.toString(2).padStart(5, '0');
  });
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** The passcodes of one user. Each is good as long as the next one is, which is Keystone's default. */
export class Passcodes {
  private readonly seed: string;
  private readonly once: boolean;
  /** Number of the last window whose passcode was used. */
  private used = 0;

  /** @param once whether a passcode is good once only (RFC 6238, 5.2) */
  constructor(seed: string, once: boolean) {
    this.seed = seed;
    this.once = once;
  }

  /** Whether it is the present passcode or the one before, and newer than the last used. */
  take(code: string | undefined, now: number): boolean {
    const window = Math.floor(now / PERIOD_MS);
    const windows = [window, window - 1].filter((one) => !this.once || one > this.used);
    const found = windows.find((one) => passcode(this.seed, one * PERIOD_MS) === code);
    if (found === undefined) return false;
    this.used = found;
    return true;
  }
}
