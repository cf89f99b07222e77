/** What the YAML library's errors mean, in words of our own: its messages quote the file, which may hold a secret. */
import type { YAMLError } from 'yaml';

/** One line about a syntax error. */
export const yamlWords: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'An alias (*name) cannot have an anchor (&name) or a tag (!name) of its own.',
  BAD_ALIAS: 'The name of this anchor (&name) or alias (*name) is not valid. A text that begins so needs quotes.',
  BAD_COLLECTION_TYPE: 'The tag (!name) does not fit the value after it. Remove the tag.',
  BAD_DIRECTIVE: 'This directive (a line that begins with %) is not valid. Remove it.',
  BAD_DQ_ESCAPE: 'Unknown escape in a text in double quotes. Write \\\\ for a backslash, or use single quotes.',
  BAD_INDENT: 'Wrong indentation (lines of one mapping or list begin in the same column), or a missing ] or }.',
  BAD_PROP_ORDER: 'An anchor (&name) or tag (!name) stands in the wrong place: it comes directly before its value.',
  BAD_SCALAR_START: 'A text cannot begin with this character unless it is in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'A second ": " on one line. Put the inner mapping on lines of its own, or the text in quotes.',
  BLOCK_IN_FLOW: 'Lines with "- " or "key: " cannot stand inside [ ] or { }. Use one of the two styles.',
  DUPLICATE_KEY: 'This key is there twice in one mapping. Keep one of them.',
  IMPOSSIBLE: 'This is not valid YAML.',
  KEY_OVER_1024_CHARS: 'A key with more than 1024 characters. Is a quote or a line break missing?',
  MISSING_CHAR: 'Something is missing here: a colon and a blank after a key, a comma, or a closing quote, ] or }.',
  MULTILINE_IMPLICIT_KEY: 'A key must be on one line, followed by a colon and a blank. Is the ": " missing?',
  MULTIPLE_ANCHORS: 'Two anchors (&name) for one value. Keep one of them.',
  MULTIPLE_DOCS: 'Documents are separated by a line with three dashes (---).',
  MULTIPLE_TAGS: 'Two tags (!name) for one value. Remove them.',
  NON_STRING_KEY: 'A key must be a text. Write it in quotes.',
  RESOURCE_EXHAUSTION: 'The file is nested too deeply.',
  TAB_AS_INDENT: 'A tab as indentation. YAML wants blanks.',
  TAG_RESOLVE_FAILED: 'Tags (!name) are not supported. Remove it.',
  UNEXPECTED_TOKEN: 'This does not belong here. Is a quote, bracket, comma or line break missing or too many?',
};

export const openQuoteWords = 'This quote has no closing quote.';

export const variableWords =
  'A variable inside [ ] or { }, and one whose default contains ": ", needs quotes: ["$' +
  '{NAME}"], {key: "$' +
  '{NAME}"}.';

/** Whether a syntax error at an offset of the text is about the braces of a variable. */
export function beginsVariable(text: string, offset: number): boolean {
  return text.startsWith('${', offset) || text.startsWith('${', offset - 1);
}
