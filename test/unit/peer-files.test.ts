import { describe, expect, test } from 'vitest';
import { type GeneratedFiles, preparePeerFiles } from '../../src/peer-files.ts';
import { office, peerOf } from './peer/office.ts';
import { Diary } from './quick.ts';

/** Files in memory; what is already there is somebody else's. */
class Memory implements GeneratedFiles {
  readonly texts = new Map<string, string>();
  readonly checked: string[] = [];

  nameOf(path: string): string {
    return path.replace(/^\.\//, '');
  }

  async check(name: string, isOurs: (text: string) => boolean): Promise<void> {
    this.checked.push(name);
    const text = this.texts.get(name);
    if (text !== undefined && !isOurs(text)) throw new Error(`${name} is not ours`);
  }

  async write(name: string, text: string): Promise<'written' | 'unchanged'> {
    const isSame = this.texts.get(name) === text;
    this.texts.set(name, text);
    return isSame ? 'unchanged' : 'written';
  }
}

function bench() {
  const files = new Memory();
  const log = new Diary();
  const prepare = (path: string, names: readonly string[], secret = 'Ex4mple') =>
    preparePeerFiles({ device: 'strongswan', path }, names, {
      generatedFiles: files,
      holdsSecret: (text) => text.includes(secret),
      log,
    });
  return { files, log, prepare };
}

describe('paths', () => {
  test('of one connection: as given, or with its name', async () => {
    const { files, prepare } = bench();
    const plain = await prepare('./vpn/far.conf', ['office']);
    expect(await plain.write('office', 'a')).toBe('vpn/far.conf');
    const named = await prepare('{name}/{name}.conf', ['head office']);
    expect(await named.write('head office', 'b')).toMatch(/^(head-office-[0-9a-f]{8})\/\1\.conf$/);
    expect(files.checked).toHaveLength(2);
  });

  test('of several connections need {name}', async () => {
    const { files, prepare } = bench();
    await expect(prepare('far.conf', ['a', 'b', 'c'])).rejects.toMatchObject({
      code: 'PEER_CONFIG',
      message: 'peer-config-file: the files describe 3 connections, and each needs a file of its own.',
    });
    expect(files.checked).toEqual([]);
    const written = await prepare('vpn/{name}.conf', ['a', 'b']);
    expect([await written.write('a', ''), await written.write('b', '')]).toEqual(['vpn/a.conf', 'vpn/b.conf']);
  });

  test('that differ in capitals alone are one on some file systems', async () => {
    await expect(bench().prepare('{name}.conf', ['office', 'Office'])).rejects.toMatchObject({
      code: 'PEER_CONFIG',
      message: 'peer-config-file: Office.conf would be the file of both office and Office.',
    });
  });

  test('are all checked beforehand', async () => {
    const { files, prepare } = bench();
    files.texts.set('b.conf', 'mine');
    await expect(prepare('{name}.conf', ['a', 'b'])).rejects.toThrow('b.conf is not ours');
    const { render } = await prepare('a.conf', ['a']);
    files.texts.set('b.conf', render(office));
    await prepare('{name}.conf', ['a', 'b']);
  });
});

describe('texts', () => {
  test('that would hold a secret are refused', async () => {
    const { prepare } = bench();
    const { render } = await prepare('a.conf', ['a']);
    for (const changes of [
      { name: 'my Ex4mple' },
      { own: { identity: { type: 'fqdn', text: 'Ex4mple' } } },
      { cloud: { identity: { type: 'fqdn', text: 'x-Ex4mple-x' } } },
    ] as const) {
      expect(() => render(peerOf(changes))).toThrow(expect.objectContaining({ code: 'PEER_CONFIG' }));
    }
    expect(render(office)).toContain('remote_addrs');
  });

  test('our own words are no secret, even if one is used as a key', async () => {
    const { render } = await bench().prepare('a.conf', ['a'], 'secret');
    expect(render(office)).toContain('secret');
  });

  test('what became of the file is logged', async () => {
    const { log, prepare } = bench();
    const { write } = await prepare('a.conf', ['a']);
    await write('a', 'x');
    await write('a', 'x');
    expect(log.lines).toEqual([
      'a: the configuration for the other end is in a.conf (written).',
      'a: the configuration for the other end is in a.conf (unchanged).',
    ]);
  });
});
