/** The story of a run, told to the end whatever happens. */
import { describe, expect, test } from 'vitest';
import { splitDescription } from '../../src/vpn/mark.ts';
import type { Fault } from '../cloud/index.ts';
import { officeFile, only, ours, psk } from '../scenarios/fixtures/office.ts';
import { makeAuthority } from '../scenarios/harness/certificates.ts';
import { revocations, type Setting, stage } from './stage.ts';

describe('the story', () => {
  test('inputs, files, login, convergence, conclusion, end: in this order', async () => {
    const { cloud, run } = await stage();
    const { events, conclusion, rejection, listening, wantsSummary } = await run();
    const landmarks = [
      `mask ${cloud.account.password}`,
      'read vpn.yml',
      'log Read 1 connection from 1 file: office-bonn',
      'http',
      'POST /v3/auth/tokens',
      `log Logged in at ${new URL(cloud.authUrl).host} to project ${cloud.account.project} (${cloud.account.projectId}).`,
      'GET /v2.0/vpn/vpnservices',
      'outputs',
      'log [Plan',
      'log [Apply',
      'POST /v2.0/vpn/ipsec-site-connections',
      'log Apply]',
      'DELETE /v3/auth/tokens',
      'conclude',
      'close http',
    ];
    const places = landmarks.map((landmark) => events.indexOf(landmark));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(events.at(-1)).toBe('close http');
    expect(events.indexOf('outputs')).toBeLessThan(events.indexOf('POST /v2.0/vpn/ikepolicies'));
    expect(events.lastIndexOf('outputs')).toBe(events.indexOf('conclude') - 1);
    expect(conclusion).toMatchObject({ mode: 'apply', dialect: 'openstack', connections: [{ operation: 'created' }] });
    expect(conclusion).not.toHaveProperty('failure');
    expect([rejection, listening, wantsSummary]).toEqual([undefined, false, true]);
  });

  test('the result is in the log, after it the notices of the run have been annotated at their lines', async () => {
    const { cloud, run } = await stage();
    await run();
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.update('ipsec_site_connection', id, { description: '' });
    const { lines, annotations } = await run({ files: { 'vpn.yml': officeFile({ mtu: 1400 }) } });
    expect(annotations).toEqual([
      {
        level: 'notice',
        text: expect.stringContaining('taken over'),
        at: expect.objectContaining({ file: 'vpn.yml' }),
        title: undefined,
      },
    ]);
    const [notice, result] = lines.slice(-2);
    expect(notice).toContain('taken over');
    expect(result).toMatch(new RegExp(`^office-bonn: updated, status DOWN .*, id ${id}`));
  });

  test('mode: plan writes nothing, and says so', async () => {
    const { cloud, run } = await stage();
    const { lines, conclusion, requests } = await run({ inputs: { mode: 'plan' } });
    expect(conclusion).toMatchObject({ mode: 'plan', connections: [{ operation: 'created' }] });
    const [result, nothing] = lines.slice(-2);
    expect(result).toMatch(/^office-bonn: would be created/);
    expect(nothing).toBe('Nothing was written (mode: plan).');
    expect(ours(cloud, 'ikepolicy')).toEqual([]);
    expect(revocations(requests)).toEqual({ issued: 1, revoked: 1 });
  });

  test('Open Telekom Cloud, with region, project id and network-endpoint', async () => {
    const { cloud, run } = await stage({ dialect: 'otc' });
    const inputs = {
      ...{ cloud: 'otc', region: 'eu-nl', 'network-endpoint': cloud.networkUrl },
      ...{ 'project-name': undefined, 'project-id': cloud.account.projectId },
    };
    const { conclusion } = await run({ inputs });
    expect(conclusion).toMatchObject({ dialect: 'otc', region: 'eu-nl', connections: [{ operation: 'created' }] });
    expect(conclusion.failure).toBeUndefined();
  });

  test('a project without a name is told by its id', async () => {
    const { cloud, run } = await stage();
    const { lines } = await run({
      inputs: { 'project-name': undefined, 'project-id': cloud.account.projectId },
      answer(request, response) {
        if (request.method !== 'POST' || !request.url.pathname.endsWith('/auth/tokens')) return response;
        const body = structuredClone(Object(response.body));
        delete body.token.project.name;
        return { ...response, body };
      },
    });
    expect(lines).toContainEqual(expect.stringMatching(`to project ${cloud.account.projectId}\\.$`));
  });

  test('no request outlives the timeout by much', async () => {
    const { run } = await stage();
    const { sent } = await run({ inputs: { timeout: '30s' } });
    expect(sent.length).toBeGreaterThan(10);
    for (const { deadlineMs = Number.POSITIVE_INFINITY } of sent) expect(deadlineMs).toBeLessThanOrEqual(30_000);
  });
});

describe('secrets are masked before anything else', () => {
  test('all of them, also those that are then not used', async () => {
    const { cloud, run } = await stage();
    const { events } = await run({ inputs: { secrets: `ONE=${psk}-1\nTWO=${psk}-2` } });
    const first = events.findIndex((event) => !event.startsWith('mask '));
    expect(events.slice(0, first).toSorted()).toEqual(
      [cloud.account.password, psk, `${psk}-1`, `${psk}-2`].map((secret) => `mask ${secret}`).toSorted(),
    );
  });

  test('also where the inputs are wrong', async () => {
    const { cloud, run } = await stage();
    const { events } = await run({ inputs: { mode: 'aply', username: undefined } });
    expect(events).toEqual([`mask ${cloud.account.password}`, `mask ${psk}`, 'outputs', 'conclude']);
  });

  test('a token as soon as it is there, before anything is told of the login', async () => {
    const { run } = await stage();
    const { events, requests } = await run();
    const token = requests.find(({ headers }) => headers['x-auth-token'])?.headers['x-auth-token'];
    expect(events.indexOf(`mask ${token}`)).toBe(events.indexOf('POST /v3/auth/tokens') + 1);
  });
});

describe('whatever happens: one conclusion, the token revoked, the client closed, no listener left', () => {
  const hang = { kind: 'hang' } as const;
  const refuse = { kind: 'answer', status: 403, body: {} } as const;
  const cases: readonly (Setting & { it: string; code: string; fault?: Fault; tokens: number })[] = [
    { it: 'wrong inputs', inputs: { mode: 'aply' }, code: 'INPUT_INVALID', tokens: 0 },
    { it: 'no file', inputs: { 'connection-file': 'vpn.yaml' }, code: 'SPEC_FILE', tokens: 0 },
    { it: 'a wrong file', files: { 'vpn.yml': officeFile({ mtu: 'x' }) }, code: 'SPEC_INVALID', tokens: 0 },
    { it: 'no such certificate', inputs: { 'ca-certificate': 'ca.pem' }, code: 'INPUT_INVALID', tokens: 0 },
    { it: 'a wrong password', inputs: { password: 'not-this-one' }, code: 'LOGIN_REFUSED', tokens: 0 },
    { it: 'a refused list', fault: { path: '/vpn/ikepolicies', effect: refuse }, code: 'API_REFUSED', tokens: 1 },
    { it: 'a refused plan', inputs: { psk: undefined }, code: 'INPUT_INVALID', tokens: 1 },
    {
      it: 'a refused write',
      fault: { method: 'POST', path: '/ipsec-site', effect: refuse },
      code: 'API_REFUSED',
      tokens: 1,
    },
    {
      it: 'a signal while observing',
      fault: { path: '/vpn/ikepolicies', effect: hang },
      onEvent: (event, signal) => {
        if (event.startsWith('GET /v2.0/vpn/ikepolicies')) setTimeout(signal, 20);
      },
      code: 'CANCELLED',
      tokens: 1,
    },
    {
      it: 'a signal while writing',
      onEvent: (event, signal) => {
        if (event === 'POST /v2.0/vpn/ikepolicies') signal();
      },
      code: 'CANCELLED',
      tokens: 1,
    },
  ];

  test.each(cases)('$it', async ({ it: _it, code, fault, tokens, ...setting }) => {
    const { cloud, run } = await stage();
    if (fault !== undefined) cloud.addFault(fault);
    const { conclusion, requests, events, listening, rejection, reports } = await run(setting);
    expect(conclusion.failure).toMatchObject({ code, hint: expect.any(String) });
    expect(reports.at(-1)).toBe(conclusion);
    expect(requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/auth/tokens'))).toHaveLength(
      tokens,
    );
    expect(events.includes('close http')).toBe(events.includes('http'));
    expect([listening, rejection]).toEqual([false, undefined]);
  });

  test('a signal before the login: nothing is asked', async () => {
    const { run } = await stage();
    const { conclusion, requests, listening } = await run({
      onEvent: (event, signal) => {
        if (event === 'read vpn.yml') signal();
      },
    });
    expect(conclusion).toMatchObject({ failure: { code: 'CANCELLED' }, connections: [] });
    expect([requests, listening]).toEqual([[], false]);
  });

  test('a signal while waiting: what was written is told', async () => {
    const { cloud, clock, run } = await stage({ downAfterMs: 60_000 });
    let send = (): void => undefined;
    clock.onSleep = () => send();
    const { conclusion, requests, lines } = await run({
      onEvent: (_event, signal) => {
        send = signal;
      },
    });
    const { id } = only(cloud, 'ipsec_site_connection');
    expect(conclusion).toMatchObject({ failure: { code: 'CANCELLED' }, connections: [{ operation: 'created', id }] });
    expect(conclusion.failure?.message).toContain('office-bonn');
    expect(revocations(requests)).toEqual({ issued: 1, revoked: 1 });
    expect(lines.at(-1)).toMatch(
      new RegExp(`^office-bonn: failed \\(created before that\\), status PENDING_CREATE .* id ${id}`),
    );
  });

  test('a defect of ours is a BUG, and what was known before stays known', async () => {
    const { run } = await stage();
    let calls = 0;
    const { conclusion, requests, events } = await run({
      replace: ({ outputs }) => ({
        outputs(report) {
          calls += 1;
          if (calls === 2) throw new TypeError('x is not a function');
          outputs(report);
        },
      }),
    });
    expect(conclusion.failure).toMatchObject({
      code: 'BUG',
      message: 'x is not a function',
      cause: expect.any(TypeError),
    });
    expect(conclusion.connections).toMatchObject([{ name: 'office-bonn' }]);
    expect(revocations(requests)).toEqual({ issued: 1, revoked: 1 });
    expect(events.at(-1)).toBe('close http');
  });

  test('even where the end cannot be told', async () => {
    const { run } = await stage();
    const { rejection, requests, events, listening } = await run({
      replace: ({ conclude }) => ({
        async conclude(report, wantsSummary) {
          await conclude(report, wantsSummary);
          throw new Error('no space left on device');
        },
      }),
    });
    expect(rejection).toEqual(new Error('no space left on device'));
    expect(revocations(requests)).toEqual({ issued: 1, revoked: 1 });
    expect([events.at(-1), listening]).toEqual(['close http', false]);
  });

  test('a token that cannot be revoked is worth a warning, no failure', async () => {
    const { cloud, run } = await stage();
    cloud.addFault({ method: 'DELETE', path: '/auth/tokens', effect: { kind: 'answer', status: 500, body: '' } });
    const { conclusion, annotations, events } = await run();
    expect(conclusion.failure).toBeUndefined();
    expect(annotations).toMatchObject([{ level: 'warning', text: expect.stringContaining('could not be revoked') }]);
    expect(events.at(-1)).toBe('close http');
  });

  test('a clock that is far off is worth a warning, and marks have the time of the cloud', async () => {
    const { cloud, clock, run } = await stage();
    const at = clock.now();
    const { annotations, conclusion } = await run({
      replace: () => ({
        clock: { now: () => clock.now() - 3_600_000, sleep: (ms, signal) => clock.sleep(ms, signal) },
      }),
    });
    expect(conclusion.failure).toBeUndefined();
    expect(annotations).toMatchObject([
      { level: 'warning', text: expect.stringContaining('clock of this runner is 60 minutes behind') },
    ]);
    const marks = cloud.store
      .all('ikepolicy')
      .flatMap(({ description }) => splitDescription(String(description)).mark?.time ?? []);
    expect(marks.map((time) => Math.abs(time - at) < 60_000)).toEqual([true]);
  });

  test('a slow identity service gets the time to revoke the token', async () => {
    const { cloud, run } = await stage();
    cloud.addFault({ method: 'DELETE', path: '/auth/tokens', effect: { kind: 'delay', ms: 1500 } });
    const { annotations, requests } = await run();
    expect(annotations).toEqual([]);
    expect(revocations(requests)).toEqual({ issued: 1, revoked: 1 });
  });

  test('a given token is never revoked', async () => {
    const { cloud, run } = await stage();
    const token = cloud.issueToken();
    const password = { username: undefined, password: undefined, 'user-domain-name': undefined };
    const { conclusion, requests, events } = await run({ inputs: { ...password, token } });
    expect(conclusion.failure).toBeUndefined();
    expect(revocations(requests)).toEqual({ issued: 0, revoked: 0 });
    expect(events[0]).toBe(`mask ${token}`);
  });
});

describe('the conclusion', () => {
  test.each([
    ['false', false],
    ['true', true],
  ])('summary: %s', async (summary, wanted) => {
    const { run } = await stage();
    expect((await run({ inputs: { summary } })).wantsSummary).toBe(wanted);
  });

  test('of a run whose inputs are wrong comes with a summary', async () => {
    const { run } = await stage();
    const { wantsSummary, conclusion } = await run({ inputs: { mode: 'aply', summary: 'false' } });
    expect(wantsSummary).toBe(true);
    expect(conclusion).toMatchObject({ mode: 'apply', connections: [], changes: [] });
  });

  test('of a failed run says mode and cloud, as far as it came', async () => {
    const { run } = await stage();
    const { conclusion } = await run({ inputs: { mode: 'plan', cloud: 'otc' }, files: { 'vpn.yml': 'x: [' } });
    expect(conclusion).toMatchObject({ mode: 'plan', dialect: 'otc', failure: { code: 'SPEC_INVALID' } });
  });
});

describe('ca-certificate', () => {
  const { cert } = makeAuthority();

  test.each([
    ['none', undefined, undefined],
    ['its text', cert, cert.trim()],
    ['a file of the workspace', 'certs/ca.pem', cert],
  ])('%s', async (_what, input, given) => {
    const { run } = await stage();
    const files = { 'vpn.yml': officeFile(), 'certs/ca.pem': cert };
    const inputs = { 'connection-file': 'vpn.yml', 'ca-certificate': input };
    const { authorities, events } = await run({ files, inputs });
    expect(authorities).toEqual([given]);
    expect(events.includes('read certs/ca.pem')).toBe(input === 'certs/ca.pem');
  });

  test('a file that is not there: the failure names the input', async () => {
    const { run } = await stage();
    const { conclusion, authorities, requests } = await run({ inputs: { 'ca-certificate': 'certs/ca.pem' } });
    expect(conclusion.failure).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'Input ca-certificate: The file "certs/ca.pem" does not exist.',
    });
    expect([authorities, requests]).toEqual([[], []]);
  });
});
