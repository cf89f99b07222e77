/** Reads a hostile connection file, and says what must not have happened. */
import type { Given } from '../../unit/spec/support.ts';
import { readText } from '../../unit/spec/support.ts';
import { secret } from './texts.ts';

/** For the largest text here, on a busy machine. */
const longestMs = 5000;

const given: Given = { variables: { A: 'value', HIDDEN: secret }, secrets: { S: secret }, known: [secret] };

const clean = Object.getOwnPropertyNames(Object.prototype).join();

/** @returns what is wrong, in words */
export function readingProblems(text: string, random: () => number): readonly string[] {
  const dialect = random() < 0.5 ? 'otc' : 'openstack';
  const psk = random() < 0.5 ? {} : { psk: secret };
  const started = performance.now();
  let read: ReturnType<typeof readText>;
  try {
    read = readText(text, { ...given, dialect, ...psk });
  } catch (error) {
    return [`reading failed: ${error}`];
  }
  const { connections, problems } = read;
  const tookMs = performance.now() - started;
  const lines = text.split('\n').length;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const faulty = problems.filter(
    ({ at, title, message }) =>
      !(at.line >= 1 && at.line <= lines && at.column >= 1) ||
      title === '' ||
      title.length > 60 ||
      message === '' ||
      message.length > 2000 ||
      /[\p{Cc}\u2028\u2029]/u.test(`${title}${message}`),
  );
  return [
    ...(tookMs > longestMs ? [`it took ${Math.round(tookMs)} ms`] : []),
    ...(JSON.stringify([connections, problems]).includes(secret) ? ['the secret shows'] : []),
    ...(connections.length + errors.length === 0 ? ['nothing was found, and nothing said'] : []),
    ...(problems.length > 1001 ? [`${problems.length} problems`] : []),
    ...faulty.map((problem) => `a problem that cannot be shown: ${JSON.stringify(problem).slice(0, 300)}`),
    ...(Object.getOwnPropertyNames(Object.prototype).join() === clean
      ? []
      : ['the prototype of all objects was changed']),
  ];
}
