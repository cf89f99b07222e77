/** Reading files of the runner, as a clouds.yaml: real files, links, pipes. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunnerFile } from '../../../src/clouds/files.ts';
import { createRunnerFiles } from '../../../src/runner/runner-files.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'runner-files-')));
const workspace = join(base, 'work');
const outside = join(base, 'temp');

beforeAll(() => {
  for (const folder of [workspace, outside, join(workspace, 'ci')]) mkdirSync(folder);
  writeFileSync(join(workspace, 'clouds.yaml'), 'clouds: {}');
  writeFileSync(join(outside, 'clouds.yaml'), 'outside: {}');
  writeFileSync(join(outside, 'huge'), 'x'.repeat(1_048_577));
  writeFileSync(join(outside, 'binary'), Uint8Array.of(0xff, 0xfe));
  symlinkSync('../clouds.yaml', join(workspace, 'ci/link.yaml'));
  symlinkSync(join(outside, 'clouds.yaml'), join(workspace, 'out.yaml'));
  symlinkSync(outside, join(workspace, 'out'));
  symlinkSync('loop', join(workspace, 'loop'));
  symlinkSync(workspace, join(outside, 'into'));
  symlinkSync(join(workspace, 'clouds.yaml'), join(outside, 'in.yaml'));
  symlinkSync('clouds.yaml', join(outside, 'side.yaml'));
  symlinkSync(workspace, join(base, 'also'));
  execFileSync('mkfifo', [join(outside, 'pipe')]);
});

afterAll(() => rmSync(base, { recursive: true }));

const inside = { is: 'file', text: 'clouds: {}', inWorkspace: true, name: 'clouds.yaml' } as const;
const unusable = (why: RegExp | string) => ({ is: 'unusable', why: expect.stringMatching(why) });

test.each<[string, string, unknown]>([
  ['relative', 'clouds.yaml', inside],
  ['with dots', './ci/../clouds.yaml', inside],
  ['absolute in the workspace', join(workspace, 'clouds.yaml'), inside],
  ['a link that stays inside', 'ci/link.yaml', inside],
  [
    'outside',
    join(outside, 'clouds.yaml'),
    { is: 'file', text: 'outside: {}', inWorkspace: false, name: join(outside, 'clouds.yaml') },
  ],
  [
    'outside by dots',
    '../temp/clouds.yaml',
    { is: 'file', text: 'outside: {}', inWorkspace: false, name: '../temp/clouds.yaml' },
  ],
  [
    'a link from outside to outside',
    join(outside, 'side.yaml'),
    { is: 'file', text: 'outside: {}', inWorkspace: false, name: join(outside, 'side.yaml') },
  ],
  ['a link from outside into the workspace', join(outside, 'in.yaml'), inside],
  ['a link that leads out', 'out.yaml', unusable(/^The file "out\.yaml" is a link that leads out of the workspace\.$/)],
  ['a folder that leads out', 'out/clouds.yaml', unusable(/leads out of the workspace/)],
  ['the same by a way from outside', join(outside, 'into/out/clouds.yaml'), unusable(/leads out of the workspace/)],
  ['links in a circle', 'loop', unusable(/cannot be read \(ELOOP\)/)],
  ['missing', 'nothing.yaml', { is: 'missing' }],
  ['below a file', 'clouds.yaml/x', { is: 'missing' }],
  ['too long a name', 'x'.repeat(5000), { is: 'missing' }],
  ['no name', 'a\0b', { is: 'missing' }],
  ['a directory', 'ci', unusable(/is a directory/)],
  ['a pipe that nobody writes to', join(outside, 'pipe'), unusable(/is no regular file/)],
  ['a device', '/dev/zero', unusable(/is no regular file/)],
  ['too large', join(outside, 'huge'), unusable(/has more than 1048576 bytes/)],
  ['not text', join(outside, 'binary'), unusable(/is not text in UTF-8/)],
])('%s', async (_, path, expected) => {
  expect(await createRunnerFiles(workspace).read(path)).toEqual(expected);
});

test('a workspace that is a link itself', async () => {
  expect(await createRunnerFiles(join(base, 'also')).read('clouds.yaml')).toEqual(inside);
});

test('a file that may not be read', async () => {
  const file = join(outside, 'closed.yaml');
  writeFileSync(file, 'x');
  chmodSync(file, 0);
  const found: RunnerFile = await createRunnerFiles(workspace).read(file);
  // The superuser may read it nevertheless.
  if (process.getuid?.() === 0) expect(found.is).toBe('file');
  else expect(found).toEqual(unusable(/cannot be read \(EACCES\)/));
});
