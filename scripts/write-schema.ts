/** Writes the JSON Schema of connection files: `node scripts/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { connectionFileSchema } from '../src/vpn/file/schema.ts';

const target = new URL('../schema/ipsec-connection.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(connectionFileSchema(), null, 2)}\n`);
