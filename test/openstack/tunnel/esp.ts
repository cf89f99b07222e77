import { inNamespace, run } from './command.ts';

/** Who encrypts at the far side: the kernel, or strongSwan itself where the kernel was built without ESP. */
export type EspBy = 'kernel' | 'userspace';

const state = ['src', '192.0.2.1', 'dst', '192.0.2.2', 'proto', 'esp', 'spi', '0x1001'];
const key = `0x${'0123456789abcdef'.repeat(2)}`;
const algorithms = ['enc', 'cbc(aes)', key, 'auth-trunc', 'hmac(sha256)', `${key}${key.slice(2)}`, '128'];

/** Finds out by giving the kernel a security association of the documentation's addresses, which is removed at once. */
export async function detectEsp(namespace: string): Promise<EspBy> {
  const add = ['ip', 'xfrm', 'state', 'add', ...state, 'mode', 'tunnel', ...algorithms];
  const { code } = await run(inNamespace(namespace, add));
  if (code !== 0) return 'userspace';
  await run(inNamespace(namespace, ['ip', 'xfrm', 'state', 'delete', ...state]));
  return 'kernel';
}
