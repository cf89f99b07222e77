import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { strongswanConfig } from '../../src/peer/strongswan.ts';
import { root } from '../scenarios/harness/manifest.ts';
import { peerOf } from '../unit/peer/office.ts';

test('the configuration in the README is as the action writes it', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, shown] = /^```\n(connections \{[\s\S]*?)^```$/m.exec(readme) ?? [];
  const written = strongswanConfig(peerOf({ cloud: { networks: ['10.10.1.0/24'] } }));
  expect(written.slice(written.indexOf('\nconnections {') + 1)).toBe(shown);
});
