/** What the person does next, in plain text. */
export interface NextStep {
  /** Names of the connections that it is about, if there are several. */
  readonly connections: readonly string[];
  readonly text: string;
  /** What it consists of, in this order; missing: the text says all. */
  readonly inOrder?: readonly string[];
}

/** The same advice for several connections is given once. */
export function together(steps: readonly NextStep[]): readonly NextStep[] {
  const namesOf = ({ text }: NextStep): readonly string[] =>
    steps.filter((step) => step.text === text).flatMap(({ connections }) => connections);
  return [...new Map(steps.map((step) => [step.text, step])).values()].map((step) => ({
    ...step,
    connections: namesOf(step),
  }));
}
