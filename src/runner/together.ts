/** What the person does next, in plain text. */
export interface NextStep {
  /** Names of the connections that it is about, if there are several. */
  readonly connections: readonly string[];
  readonly text: string;
}

/** The same advice for several connections is given once. */
export function together(steps: readonly NextStep[]): readonly NextStep[] {
  return [...Map.groupBy(steps, ({ text }) => text)].map(([text, same]) => ({
    text,
    connections: same.flatMap(({ connections }) => connections),
  }));
}
