import { X509Certificate } from 'node:crypto';
import { ActionError } from '../errors.ts';

const block = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, each checked, because TLS silently ignores what it cannot read.
 * @throws ActionError INPUT_INVALID if there is none, or one cannot be read.
 */
export function readCertificates(pem: string): readonly string[] {
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0) {
    throw new ActionError('INPUT_INVALID', 'The input ca-certificate holds no certificate.', {
      hint: 'Give the PEM text of the CA, from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
    });
  }
  blocks.forEach((text, index) => {
    try {
      new X509Certificate(text);
    } catch {
      throw new ActionError('INPUT_INVALID', `Certificate ${index + 1} of the input ca-certificate cannot be read.`, {
        hint: 'Check that the PEM text is complete and its line breaks are kept (in YAML: "ca-certificate: |").',
      });
    }
  });
  return blocks;
}
