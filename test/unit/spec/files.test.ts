import { describe, expect, it, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { type FileKind, findFiles, type Workspace } from '../../../src/spec/files.ts';

/** A workspace of names; patterns are `*` and `**` only. */
function workspaceOf(kinds: Readonly<Record<string, FileKind>>): Workspace {
  const names = Object.keys(kinds);
  return {
    nameOf: (path) =>
      path.startsWith('../') || path === '/etc/passwd' ? undefined : path.replace(/^(\.\/|\/ws\/)/, ''),
    look: async (name) => kinds[name] ?? 'missing',
    glob: async (pattern) => {
      const form = new RegExp(
        `^${pattern.replaceAll('.', '\\.').replaceAll('**', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '.*')}$`,
      );
      return names.filter((name) => form.test(name)).toReversed();
    },
    read: async (name) => {
      if (name === 'broken.yml') {
        throw new ActionError('SPEC_FILE', `The file "${name}" is not text in UTF-8.`);
      }
      return `text of ${name}`;
    },
  };
}

const workspace = workspaceOf({
  'a.yml': 'file',
  'b.yml': 'file',
  'vpn/c.yml': 'file',
  'vpn/d.yaml': 'file',
  '[x]*.yml': 'file',
  vpn: 'directory',
  'out.yml': 'outside',
  'pipe.yml': 'other',
  'broken.yml': 'file',
});

async function namesOf(...lines: string[]): Promise<string[]> {
  return (await findFiles(lines, workspace)).map(({ name }) => name);
}

async function failure(...lines: string[]): Promise<ActionError> {
  const error = await findFiles(lines, workspace).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ActionError);
  return error instanceof ActionError ? error : new ActionError('BUG', 'no error');
}

describe('findFiles', () => {
  it('reads each file once, sorted by name', async () => {
    expect(await namesOf('b.yml', './a.yml', 'vpn/*.yml', '', '  a.yml  ', '/ws/b.yml')).toEqual([
      'a.yml',
      'b.yml',
      'vpn/c.yml',
    ]);
    expect(await findFiles(['a.yml'], workspace)).toEqual([{ name: 'a.yml', text: 'text of a.yml' }]);
    expect(await namesOf('vpn/**')).toEqual(['vpn/c.yml', 'vpn/d.yaml']);
  });

  it('takes a name that exists as it is, whatever characters it has', async () => {
    expect(await namesOf('[x]*.yml')).toEqual(['[x]*.yml']);
  });

  test.each([
    [['none.yml'], '"none.yml" matches no file.'],
    [['none*.yml'], '"none*.yml" matches no file.'],
    [['vpn/c.yaml'], '"vpn/c.yaml" matches no file. Did you mean "vpn/c.yml"?'],
    [['vpn/d.yml'], '"vpn/d.yml" matches no file. Did you mean "vpn/d.yaml"?'],
    [['vpn/d.txt'], '"vpn/d.txt" matches no file.'],
    [['../x.yml'], '"../x.yml" leads out of the workspace.'],
    [['/etc/passwd'], '"/etc/passwd" leads out of the workspace.'],
    [['vpn'], '"vpn" is a directory. Write "vpn/*.yml".'],
    [['out.yml'], '"out.yml" is a link that leads out of the workspace.'],
    [['pipe.yml'], '"pipe.yml" is no regular file.'],
    [
      ['{a,b}'.repeat(10)],
      '"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}" has braces with more than 1000 alternatives.',
    ],
    [['vpn/{1..1001}.yml'], '"vpn/{1..1001}.yml" has braces with more than 1000 alternatives.'],
    [['vpn/{x,{9..-990}}.yml'], '"vpn/{x,{9..-990}}.yml" has braces with more than 1000 alternatives.'],
    [['vpn/{1..1000}.yml'], '"vpn/{1..1000}.yml" matches no file.'],
    [['a.yml', 'none.yml', 'vpn'], '"none.yml" matches no file. "vpn" is a directory. Write "vpn/*.yml".'],
  ])('%j: tells what is wrong with each line', async (given, message) => {
    const error = await failure(...given);
    expect(error.code).toBe('SPEC_FILE');
    expect(error.message).toBe(`connection-file: ${message}`);
    expect(error.hint).toMatch(/actions\/checkout/);
  });

  it('needs a line', async () => {
    for (const given of [[], ['', '  ']]) {
      expect(await failure(...given)).toMatchObject({ code: 'INPUT_INVALID', message: 'connection-file is empty.' });
    }
  });

  it('takes 200 files, and not 201', async () => {
    const many = (count: number) =>
      workspaceOf(
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`vpn/${index}.yml`, 'file'] as const)),
      );
    expect(await findFiles(['vpn/*.yml'], many(200))).toHaveLength(200);
    await expect(findFiles(['vpn/*.yml'], many(201))).rejects.toThrow('201 files match; at most 200 are possible');
  });

  it('passes on what goes wrong with reading', async () => {
    expect((await failure('broken.yml')).message).toBe('The file "broken.yml" is not text in UTF-8.');
    const failing = { ...workspace, look: () => Promise.reject(new Error('disk')) };
    await expect(findFiles(['none.yml', 'a.yml'], failing)).rejects.toThrow('disk');
  });
});
