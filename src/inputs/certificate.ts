import type { SettingsReader } from './settings.ts';

/** Certificates as text, or the file that holds them. */
export type CaCertificate =
  | { readonly kind: 'pem'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string };

export function hasPrivateKey(text: string): boolean {
  return /PRIVATE KEY-----/.test(text);
}

/** A certificate is public and isn't masked; a private key, pasted by mistake, is masked and refused. */
export function readCaCertificate(reader: SettingsReader, mask: (secret: string) => void): CaCertificate | undefined {
  const text = reader.text('ca-certificate');
  if (hasPrivateKey(text)) {
    mask(text);
    throw reader.problem('ca-certificate', 'holds a private key. Give certificates alone, and replace that key.');
  }
  if (text === '') return undefined;
  if (text.includes('-----BEGIN ')) return { kind: 'pem', text };
  if (/[\r\n]/.test(text)) {
    throw reader.problem(
      'ca-certificate',
      'is neither PEM text ("-----BEGIN CERTIFICATE-----" …) nor the path of one file.',
    );
  }
  return { kind: 'path', path: text };
}
