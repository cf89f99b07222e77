/** What the files do not say about the connections of the repository: other files may describe them, or other runs of these. */
export interface Elsewhere {
  /** What other YAML files of the same folders describe. */
  readonly connections: readonly { readonly file: string; readonly name: string; readonly id?: string }[];
  /** Files whose connections are not known for certain, and why, as the end of a sentence. */
  readonly unclear: readonly { readonly file: string; readonly why: string }[];
}
