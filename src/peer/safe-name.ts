/** Names of connections as names of files and of sections in a device's configuration. */
import { createHash } from 'node:crypto';

/** Of the whole name, and of the hash. */
const longest = 48;
const hashLength = 8;

/** Neither a hidden file nor an option; without dots, which separate the parts of a key. */
const plain = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** Words that begin a statement where a section's name may stand. */
const statements = ['include', 'also'];

/**
 * The name itself where it is made of ASCII letters, digits, `-` and `_`; else what is left of it with a hash that tells
 * it from others.
 */
export function safeName(name: string): string {
  if (name.length <= longest && plain.test(name) && !statements.includes(name.toLowerCase())) {
    return name;
  }
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength);
  const cleaned = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[-_]+|[-_]+$/g, '');
  return `${cleaned === '' ? 'connection' : cleaned.slice(0, longest - 1 - hashLength)}-${hash}`;
}
