/** Free ports of loopback, below those that the kernel gives to outgoing connections (32768 and up). */
import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/** Held until the server that shall have it is started: another stack that starts now does not choose the same. */
export interface HeldPort {
  readonly number: number;
  release(): Promise<void>;
}

const [lowest, highest] = [10_240, 32_000];

export async function holdPort(): Promise<HeldPort> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const number = randomInt(lowest, highest);
    const server = await listen(number);
    if (server) return { number, release: () => close(server) };
  }
  throw new Error('Found no free port on 127.0.0.1.');
}

/** Whether someone listens there. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
    server.unref();
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
