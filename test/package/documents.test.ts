import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { errorCodes } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { readSpec } from '../../src/spec/read.ts';
import { dialects } from '../../src/vpn/dialects.ts';
import { readManifest, root } from '../scenarios/harness/manifest.ts';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/troubleshooting.md',
  'docs/oidc.md',
  'docs/testing.md',
  'docs/recipes.md',
];

/** YAML code blocks with the line they start on. */
function yamlBlocks(path: string): { place: string; text: string }[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split('\n').length}`,
    text: match[1] ?? '',
  }));
}

const blocks = documents.flatMap(yamlBlocks);

/** Every mapping inside a value. */
function mappings(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(mappings);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(mappings)];
}

describe.each(blocks)('$place', ({ text }) => {
  const parsed = parseAllDocuments(text, { merge: true });
  const all = mappings(parsed.map((document) => document.toJS()));

  test('is YAML', () => {
    expect(parsed.flatMap((document) => document.errors)).toEqual([]);
  });

  test('gives the action only inputs that it has', () => {
    const { inputs } = readManifest();
    const steps = all.filter((mapping) => String(mapping['uses']).includes('ipsec-connection-action'));
    const given = steps.flatMap((step) => Object.keys(mappings(step['with'])[0] ?? {}));
    expect(given.filter((name) => inputs[name] === undefined)).toEqual([]);
  });

  test('as a connection file is valid', () => {
    if (!all.some((mapping) => Object.keys(mapping).some((key) => key.startsWith('ipsec_site_connection')))) return;
    const { problems } = readSpec([{ name: 'example.yml', text }], {
      dialect: text.includes('tags:') ? dialects.otc : dialects.openstack,
      variables: new Map([['MAINZ_ADDRESS', '198.51.100.30']]),
      secrets: new Map(['OFFICE_BONN_PSK', 'OFFICE_MAINZ_PSK'].map((name) => [name, new Secret('Ex4mple-Only_Key')])),
      knownSecrets: [],
      undefinedSecrets: 'error',
    });
    expect(problems).toEqual([]);
  });

  test('puts no expression into a script', () => {
    expect(all.filter((mapping) => String(mapping['run'] ?? '').includes('${{'))).toEqual([]);
  });
});

test.each(documents)('%s links only to files that are there', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
  expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(documents)('%s links only to headings that are there', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const links = [...text.matchAll(/\]\(((?!https?:)[^)#]*)#([^)]+)\)/g)];
  const missing = links.filter(([, file = '', anchor = '']) => {
    const target = file === '' ? path : join(dirname(path), file);
    return target.endsWith('.md') && !anchorsOf(target).includes(anchor);
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

/** All texts of the source, strings put together as they are shown. */
function sourceTexts(): string {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.map((name) => readFileSync(join(root, 'src', name), 'utf8')).join('\n');
}

describe('texts in the headings of docs/troubleshooting.md are those of the code', () => {
  const source = sourceTexts();
  const text = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
  const headings = [...text.matchAll(/^### (.+)$/gm)].map((match) => match[1] ?? '');
  test.each(headings)('%s', (heading) => {
    // Statuses are values; the verb in front and the punctuation around a value are put together in the code.
    const pieces = heading
      .replace(/\b[A-Z]{4,}\b/g, '…')
      .split('…')
      .map((piece) => piece.replace(/^Could not /, '').replace(/^\W+|\W+$/g, ''))
      .filter((piece) => /\w\W+\w/.test(piece));
    const missing = pieces.filter((piece) => !source.includes(piece));
    expect(missing).toEqual([]);
  });
});

test('troubleshooting has a heading for each error code, and for no other', () => {
  const text = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
  const headings = [...text.matchAll(/^## `?([A-Z_]+)`?$/gm)].map((match) => match[1]);
  expect(headings.toSorted()).toEqual([...errorCodes].toSorted());
});
