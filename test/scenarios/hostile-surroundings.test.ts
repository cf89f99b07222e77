import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCloud } from '../cloud/index.ts';
import { officeFile, only, psk } from './fixtures/office.ts';
import { makeAuthority } from './harness/certificates.ts';
import { stepEnvironment } from './harness/environment.ts';
import { readManifest, root } from './harness/manifest.ts';
import { makeSandbox } from './harness/sandbox.ts';
import { scenario } from './harness/scenario.ts';

const authority = makeAuthority();

scenario(
  'NODE_TLS_REJECT_UNAUTHORIZED=0 does not switch verification off',
  { dialect: 'openstack', tls: authority.issue(['127.0.0.1']) },
  async ({ cloud, refused }) => {
    const failure = await refused(officeFile(), {}, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(failure.code).toBe('TLS');
    expect(failure.log).toContain('NODE_TLS_REJECT_UNAUTHORIZED is ignored');
    expect(cloud.requests).toEqual([]);
  },
);

scenario('something that keeps the process alive does not keep the step', 'openstack', async ({ apply }) => {
  const run = await apply(
    officeFile(),
    {},
    { nodeArguments: ['--import', 'data:text/javascript,setInterval(()=>0,99)'] },
  );
  expect(run.outputs['operation']).toBe('created');
});

test('a runner that goes away does not end a replacement halfway', { timeout: 60_000 }, async () => {
  const manifest = readManifest();
  const bundle = process.env['ACTION_BUNDLE'] ?? join(root, manifest.main);
  const cloud = await startCloud({ dialect: 'openstack', downAfterMs: 0, deleteAfterMs: 500 });
  const sandbox = await makeSandbox({
    'before.yml': officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }),
    'after.yml': officeFile(),
  });
  const { account } = cloud;
  /** What stdout was before it was closed, as soon as `isEnough` likes it. */
  const run = async (file: string, isEnough: (stdout: string) => boolean): Promise<string> => {
    const inputs = {
      ...{ 'auth-url': cloud.authUrl, username: account.username, password: account.password },
      ...{ 'user-domain-name': account.domain, 'project-name': account.project },
      ...{ 'connection-file': file, psk, 'max-impact': 'replacement' },
    };
    const env = stepEnvironment(manifest, sandbox, inputs);
    const child = spawn(process.execPath, [bundle], { env, cwd: sandbox.workspace, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      if (isEnough(stdout)) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  try {
    await run('before.yml', () => false);
    const before = only(cloud, 'ipsec_site_connection').id;
    await run('after.yml', (stdout) => stdout.includes('Deleted the IPsec connection'));
    const after = only(cloud, 'ipsec_site_connection');
    expect(after.id).not.toBe(before);
    expect(after.status).toBe('DOWN');
  } finally {
    await Promise.all([cloud.close(), sandbox.remove()]);
  }
});
