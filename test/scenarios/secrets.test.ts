import { describe, expect } from 'vitest';
import { office, officeFile, only, psk } from './fixtures/office.ts';
import { scenario } from './harness/scenario.ts';

/** What Keystone's checks of a request's form answer, which repeat the value that they refuse. */
const formRefusal = (words: string) => ({
  kind: 'answer' as const,
  status: 400,
  body: { error: { code: 400, title: 'Bad Request', message: `Invalid input for field 'password': ${words}` } },
});

describe('a password that Keystone repeats', () => {
  const password = `Pä"ss\\w0rd<b>x</b>-Loöng'&+ %41Secret`;
  const python = `'${password.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const forms: Record<string, string> = {
    'as it is': password,
    'as Python writes it': python,
    'as JSON': JSON.stringify(password),
    'as JSON in JSON': JSON.stringify(JSON.stringify(password)),
    'as a form': new URLSearchParams({ password }).toString(),
    'as HTML': password.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
    'in base64': Buffer.from(`ci:${password}`).toString('base64'),
    'broken over lines': `${password.slice(0, 12)}\n${password.slice(12)}`,
  };
  for (const [form, text] of Object.entries(forms)) {
    scenario(form, 'openstack', async ({ cloud, refused }) => {
      cloud.addFault({ path: '/auth/tokens', effect: formRefusal(`${text} is too long`) });
      const failure = await refused(officeFile(), { password }, { debug: true });
      expect(failure.message).toContain("Invalid input for field 'password'");
      expect(failure.message).toContain('is too long');
      for (const piece of ['Pä', 'w0rd', 'Loö', '41Secret', 'UMOkInNz'])
        expect(failure.log + failure.summary).not.toContain(piece);
    });
  }

  scenario('where our words are cut', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({ path: '/auth/tokens', effect: formRefusal(`${'x'.repeat(240)} ${python} is too long`) });
    const failure = await refused(officeFile(), { password }, { debug: true });
    expect(failure.log + failure.summary).not.toContain('Pä');
  });

  scenario('where the server has cut it', 'openstack', async ({ cloud, refused }) => {
    cloud.addFault({ path: '/auth/tokens', effect: formRefusal(password.slice(0, 12)) });
    const failure = await refused(officeFile(), { password }, { debug: true });
    expect(failure.log + failure.summary).not.toContain('Pä');
  });
});

describe('the pre-shared key that the cloud has, when another one is given', () => {
  const old = 'OldKey-1234_abc';

  scenario('repeated by a refusal', 'openstack', async ({ cloud, apply, refused }) => {
    await apply(officeFile(), { psk: old });
    cloud.addFault({
      method: 'PUT',
      path: '/ipsec-site-connections/',
      effect: { kind: 'answer', status: 400, body: { NeutronError: { type: 'X', message: `psk ${old} stays` } } },
    });
    const failure = await refused(officeFile(), { psk }, { debug: true, secrets: [old] });
    expect(failure.message).toContain('psk *** stays');
  });

  scenario('in the description that somebody gave the connection', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile(), { psk: old });
    cloud.store.update('ipsec_site_connection', only(cloud, 'ipsec_site_connection').id, { description: `key ${old}` });
    const run = await apply(officeFile({ description: 'Office' }), { psk }, { debug: true, secrets: [old] });
    expect(run.log).toContain('description key *** → Office');
    expect(run.outputs['plan']).toContain('"before":"key ***"');
  });
});

scenario('a secret in the name of a file, in the log and in the summary', 'openstack', async ({ run }) => {
  const key = 'Ab$c&def*gh#1234';
  const result = await run({ files: { [`vpn-${key}.yml`]: officeFile(office) }, inputs: { psk: key } });
  expect(result.exitCode, result.log).toBe(0);
  expect(result.summary).toContain('vpn-');
  expect(result.summary).not.toMatch(/1234|Ab/);
});
