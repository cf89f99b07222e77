/** The Python files that run inside the servers' processes. */
import { fileURLToPath } from 'node:url';

/** Debian's own, whose modules the servers are; never a pyenv's or a virtual environment's. */
export const python = '/usr/bin/python3';

export const launcher = (name: string) => fileURLToPath(new URL(`python/${name}`, import.meta.url));
