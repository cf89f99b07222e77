import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { statusDriver } from '../../openstack/control.ts';
import { holdPort, isListening } from '../../openstack/server/ports.ts';

describe('a free port', () => {
  test("is nobody else's until it is released", async () => {
    const port = await holdPort();
    expect(await isListening(port.number)).toBe(true);
    await port.release();
    expect(await isListening(port.number)).toBe(false);
  });

  test('is below those of outgoing connections', async () => {
    const port = await holdPort();
    await port.release();
    expect(port.number).toBeGreaterThan(1024);
    expect(port.number).toBeLessThan(32_768);
  });
});

describe('the status driver', () => {
  const requests: string[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').once('data', (body) => {
      requests.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(answers.shift() ?? 200).end('{"error": "no such connection"}');
    });
  });

  const start = async () => {
    const port = await holdPort();
    await port.release();
    await new Promise<void>((resolve) => server.listen(port.number, '127.0.0.1', resolve));
    return statusDriver({ controlUrl: `http://127.0.0.1:${port.number}` });
  };

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  test('steers a project and drives a connection', async () => {
    const driver = await start();
    await driver.mode('p1', 'manual');
    await driver.mode('p1', 'auto', [[0.1, 'ERROR']]);
    await driver.drive('c1', 'ACTIVE');
    expect(requests).toEqual([
      'PUT /projects/p1 {"mode":"manual"}',
      'PUT /projects/p1 {"mode":"auto","steps":[[0.1,"ERROR"]]}',
      'POST /connections/c1/status {"status":"ACTIVE"}',
    ]);
    answers.push(400);
    await expect(driver.drive('c2', 'DOWN')).rejects.toThrow(
      'POST /connections/c2/status: 400 {"error": "no such connection"}',
    );
  });

  test('is not there where an agent reports', () => {
    expect(() => statusDriver({})).toThrow('The statuses of this stack come from a real agent.');
  });
});
