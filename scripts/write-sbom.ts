/**
 * Prints what can be in the bundle as CycloneDX. `npm sbom --omit=dev` leaves out what a development dependency wants too
 * (npm 11), so the whole list is made and cut to what the lock file does not call a development dependency.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

const lock: { readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>> } =
  JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
const bundled = new Set(
  Object.entries(lock.packages)
    .filter(([folder, { dev }]) => folder !== '' && dev !== true)
    .map(([folder, { version }]) => `${folder.replace(/^.*node_modules\//, '')}@${version}`),
);

interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

const text = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const {
  components,
  dependencies,
  ...head
}: {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly Dependency[];
} = JSON.parse(text);
const ours = dependencies.filter(({ ref }) => !components.some((component) => component['bom-ref'] === ref));
const kept = dependencies.filter((dependency) => ours.includes(dependency) || bundled.has(dependency.ref));
const sbom = {
  ...head,
  components: components.filter((component) => bundled.has(component['bom-ref'])),
  dependencies: kept.map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => bundled.has(other)) })),
};
process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);
