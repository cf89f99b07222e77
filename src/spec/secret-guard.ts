/** Knows the texts that must not stand in a file, nor in a message. */
import type { Secret } from '../secret.ts';

/** Shorter texts occur by chance in anything. */
const shortest = 4;

export class SecretGuard {
  readonly #texts: readonly string[];

  constructor(secrets: Iterable<Secret>) {
    const texts = new Set([...secrets].map((secret) => secret.reveal()).filter(({ length }) => length >= shortest));
    this.#texts = [...texts].sort((a, b) => b.length - a.length);
  }

  /** Whether the text contains a known secret. */
  finds(text: string): boolean {
    return this.#texts.some((secret) => text.includes(secret));
  }

  /** The text with every known secret replaced by `***`. */
  clean(text: string): string {
    return this.#texts.reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text);
  }
}
