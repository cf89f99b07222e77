import { ActionError } from '../errors.ts';

/** Something wrong with one input. The text never holds the value of a secret. */
export class InputProblem extends Error {
  readonly input: string;

  constructor(input: string, text: string) {
    super(text);
    this.input = input;
  }
}

/** A value that was read; asking for one that couldn't be throws its problem again, which is still reported once. */
export type Read<T> = () => T;

/** Collects the problems of all inputs, so that a person sees them at once. */
export class InputProblems {
  readonly #problems = new Set<InputProblem>();

  /** Reads a value of one or several inputs. */
  attempt<T>(read: () => T): Read<T> {
    try {
      const value = read();
      return () => value;
    } catch (error) {
      if (!(error instanceof InputProblem)) throw error;
      this.#problems.add(error);
      return () => {
        throw error;
      };
    }
  }

  add(input: string, text: string): void {
    this.#problems.add(new InputProblem(input, text));
  }

  /** @throws ActionError INPUT_INVALID with every problem, if there is any */
  check(hint: string): void {
    const lines = [...this.#problems].map(({ input, message }) => `${input}: ${message}`);
    if (lines.length === 0) return;
    const [only] = lines;
    const message =
      lines.length === 1
        ? `Input ${only}`
        : [`${lines.length} problems with the inputs:`, ...lines.map((line) => `- ${line}`)].join('\n');
    throw new ActionError('INPUT_INVALID', message, { hint });
  }
}
