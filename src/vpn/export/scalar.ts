/** Texts of the cloud as YAML scalars that any reader takes for the same text. Pure. */
import { clip, visible } from '../../spec/show.ts';

/** Words alone that YAML 1.2, or 1.1 before it, takes for a text in every place. */
const word = /^[A-Za-z][A-Za-z0-9_.-]*$/;
/** An exponent alone is a number to some readers, though none that can be counted with. */
const noText = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf|e[\d_.]+)$/i;
const network = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Quotes and backslashes, and what does not show or breaks a line. */
const special = /["\\\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  if (character === '"' || character === '\\') {
    return `\\${character}`;
  }
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

export interface Scalar {
  readonly yaml: string;
  /** What it stands for: looked over for secrets. */
  readonly raw: string;
}

/** A text. No variable is in it: the reader takes each `$$` for a `$`. */
export function textScalar(raw: string): Scalar {
  if ((word.test(raw) && !noText.test(raw)) || network.test(raw) || uuid.test(raw)) {
    return { yaml: raw, raw };
  }
  return { yaml: `"${raw.replace(special, escaped).replaceAll('$', () => '$$')}"`, raw };
}

/** The key of a mapping, where no variable is looked for. */
export function keyScalar(raw: string): string {
  return word.test(raw) && !noText.test(raw) ? raw : `"${raw.replace(special, escaped)}"`;
}

/** A number or a flag. */
export function plainScalar(value: number | boolean): Scalar {
  return { yaml: String(value), raw: String(value) };
}

const longestRemark = 160;

/** Words for a comment: one line, nothing invisible, not endless. */
export function remark(text: string): string {
  return visible(clip(text, longestRemark));
}
