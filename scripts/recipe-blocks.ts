/** The workflows in docs/recipes.md, as text. */

/** A link to a recipe alone on its line, and the block of YAML below it. */
const shown = /^\[`(examples\/workflows\/[\w-]+\.yml)`\]\(.*\)\n\n```yaml\n[\s\S]*?^```$/gm;

/**
 * The document with each workflow as its file has it now.
 * @param read the text of a file, by its path from the repository's root
 */
export function withRecipes(document: string, read: (path: string) => string): string {
  return document.replace(shown, (_, path: string) => `[\`${path}\`](../${path})\n\n\`\`\`yaml\n${read(path)}\`\`\``);
}
