/** What is in the bundle besides our own code: where it comes from, under which licence, and that the release lists it all. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from '../scenarios/harness/manifest.ts';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(`${root}package-lock.json`, 'utf8'),
);
const packages = Object.entries(lock.packages)
  .filter(([folder]) => folder !== '')
  .map(([folder, locked]) => ({ name: folder.replace(/^.*node_modules\//, ''), ...locked }));
const bundled = packages.filter(({ dev }) => dev !== true);
const manifest: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(`${root}package.json`, 'utf8'),
);

/** Those that let anybody use, change and hand on the code, under any other licence. */
const permissive = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD'];

describe('packages', () => {
  test('each is pinned by its content, and comes from the registry', () => {
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter(({ integrity }) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
    expect(packages.filter(({ link }) => link === true)).toEqual([]);
  });

  test('what is in the bundle has a version of its own in package.json, and a permissive licence', () => {
    const wanted = Object.entries(manifest['dependencies'] ?? {});
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(bundled.length).toBeGreaterThan(5);
    expect(bundled.filter(({ license }) => !permissive.includes(license ?? ''))).toEqual([]);
  });

  test('none that is bundled runs a script when it is installed; of the others only those that are allowed to', () => {
    const running = packages.filter(({ hasInstallScript }) => hasInstallScript === true);
    expect(running.filter(({ dev }) => dev !== true)).toEqual([]);
    const allowed = Object.keys(manifest['allowScripts'] ?? {});
    expect(running.filter(({ optional }) => optional !== true).map(({ name }) => name)).toEqual(allowed);
  });
});

test('the list of parts (SBOM) of a release names exactly what can be in the bundle', () => {
  const workflow = readFileSync(`${root}.github/workflows/release.yml`, 'utf8');
  expect(workflow).toContain('run: node scripts/write-sbom.ts >sbom.cdx.json');
  const text = execFileSync(process.execPath, ['scripts/write-sbom.ts'], { cwd: root, encoding: 'utf8' });
  const sbom: { readonly bomFormat: string; readonly components: readonly { name: string; version: string }[] } =
    JSON.parse(text);
  expect(sbom.bomFormat).toBe('CycloneDX');
  const listed = sbom.components.map(({ name, version }) => `${name}@${version}`).sort();
  expect(listed).toEqual([...new Set(bundled.map(({ name, version }) => `${name}@${version}`))].sort());
  expect(workflow).toMatch(/sbom-path: sbom\.cdx\.json/);
});

test('the bundle makes no code from text, starts no program and waits for no connection', () => {
  const names = [
    'index.js',
    ...execFileSync('git', ['ls-files', 'dist/*.js'], { cwd: root, encoding: 'utf8' }).split('\n'),
  ];
  const code = [...new Set(names.filter((name) => name !== '').map((name) => name.replace('dist/', '')))]
    .map((name) => readFileSync(`${root}dist/${name}`, 'utf8'))
    .join('\n');
  const made = code.match(/\beval\(|\bnew Function\(|\bvm\.(?:run|compile)\w*\(|\.createServer\(/g);
  expect(made).toBeNull();
  const modules = [...code.matchAll(/(?:require\)?\(|from |import\()["'](?:node:)?([\w/]+)["']/g)].map(
    (match) => match[1],
  );
  const dangerous = ['child_process', 'cluster', 'dgram', 'inspector', 'repl', 'vm', 'wasi'];
  expect(modules).toContain('crypto');
  expect(modules.filter((name) => dangerous.includes(name ?? ''))).toEqual([]);
});
