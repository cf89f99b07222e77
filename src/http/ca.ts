import { X509Certificate } from 'node:crypto';
import { ActionError } from '../errors.ts';

const marker = /-----(BEGIN|END) (?:TRUSTED )?CERTIFICATE-----/g;

/** From each BEGIN to the END that follows it. */
function blocksOf(pem: string): readonly string[] {
  const blocks: string[] = [];
  let begin: number | undefined;
  for (const match of pem.matchAll(marker)) {
    if (match[1] === 'BEGIN') {
      begin = match.index;
    } else if (begin !== undefined) {
      blocks.push(pem.slice(begin, match.index + match[0].length));
      begin = undefined;
    }
  }
  return blocks;
}

/**
 * The certificates of a PEM text, each checked, because TLS silently ignores what it cannot read.
 * @throws ActionError INPUT_INVALID if there is none, or one cannot be read.
 */
export function readCertificates(pem: string): readonly string[] {
  const blocks = blocksOf(pem);
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
