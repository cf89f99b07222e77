import { InputProblem } from './problems.ts';
import type { InputReader } from './values.ts';

/** Certificates as text, or the file that holds them. */
export type CaCertificate =
  | { readonly kind: 'pem'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string };

/** A certificate is public and isn't masked; a private key, pasted by mistake, is masked and refused. */
export function readCaCertificate(reader: InputReader, mask: (secret: string) => void): CaCertificate | undefined {
  const text = reader.text('ca-certificate');
  if (/PRIVATE KEY-----/.test(text)) {
    mask(text);
    throw new InputProblem('ca-certificate', 'holds a private key. Give certificates alone, and replace that key.');
  }
  if (text === '') return undefined;
  if (text.includes('-----BEGIN ')) return { kind: 'pem', text };
  if (/[\r\n]/.test(text)) {
    throw new InputProblem(
      'ca-certificate',
      'is neither PEM text ("-----BEGIN CERTIFICATE-----" …) nor the path of one file.',
    );
  }
  return { kind: 'path', path: text };
}
