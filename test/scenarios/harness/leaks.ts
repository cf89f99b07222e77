import { parseCommand } from './command.ts';
import { splitLines } from './lines.ts';
import { runnerForms } from './masker.ts';

/** Forms of a secret that must not show either, whether the runner masks them or not. */
export function secretForms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const form = new URLSearchParams({ v: secret }).toString().slice(2);
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [
    ...runnerForms(secret),
    ...[0, 1, 2].map((shift) => base64Core(bytes, shift)),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    encodeURI(secret),
    form,
    JSON.stringify(json).slice(1, -1),
    secret.replaceAll('%', '%25'),
    ...secret.split(/[\r\n]+/).filter((line) => line.length >= 8),
  ];
  return [...new Set(forms)].filter((text) => text.length >= 4);
}

/** What stands in any base64 text that contains the bytes at this alignment, e.g. of `user:password`. */
function base64Core(bytes: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const whole = Math.floor((shift + bytes.length) / 3) * 4;
  return encoded.slice(shift === 0 ? 0 : 4, whole);
}

export interface Written {
  /** As the process wrote it. */
  readonly stdout: string;
  readonly stderr: string;
  /** As a person sees it. */
  readonly visible: string;
  readonly annotations: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Where a secret shows. The only place allowed is the `add-mask` line on stdout itself: the runner would hide later
 * mentions, but a text that never stands there needs no hiding.
 */
export function findLeaks(written: Written, secrets: readonly string[]): string[] {
  const open = splitLines(written.stdout).filter((line) => parseCommand(line)?.name !== 'add-mask');
  const places = Object.entries({
    'stdout before masking': open.join('\n'),
    'the visible log': written.visible,
    'an annotation': written.annotations,
    stderr: written.stderr,
    ...written.files,
  });
  return secrets.flatMap((secret) =>
    places
      .filter(([, text]) => secretForms(secret).some((form) => text.includes(form)))
      .map(([place]) => `the secret ${hint(secret)} shows in ${place}`),
  );
}

/** Enough to know it again. */
export function hint(secret: string): string {
  return `${secret.slice(0, 3)}… (${secret.length} characters)`;
}
