import { ActionError, type Place } from '../errors.ts';

/** Where a setting stands: among the step's inputs, in an OS_* variable, or in a clouds.yaml. */
export type SettingKind = 'input' | 'variable' | 'file';

export interface ProblemDetails {
  /** Default: input. */
  readonly kind?: SettingKind;
  /** The line of a file in the workspace. */
  readonly at?: Place | undefined;
}

/** Something wrong with one setting. The text never holds the value of a secret. */
export class InputProblem extends Error {
  /** What a person calls the setting; empty for what is about no single one. */
  readonly label: string;
  readonly kind: SettingKind;
  readonly at: Place | undefined;

  constructor(label: string, text: string, { kind = 'input', at }: ProblemDetails = {}) {
    super(text);
    this.label = label;
    this.kind = kind;
    this.at = at;
  }

  get line(): string {
    return this.label === '' ? this.message : `${this.label}: ${this.message}`;
  }
}

/** A value that was read; asking for one that couldn't be throws its problem again, which is still reported once. */
export type Read<T> = () => T;

const places: Readonly<Record<SettingKind, string>> = {
  input: 'the inputs',
  variable: 'the OS_* variables',
  file: 'clouds.yaml',
};

const prefixes: Readonly<Record<SettingKind, string>> = { input: 'Input ', variable: 'Variable ', file: '' };

const hints: Readonly<Record<SettingKind, string>> = {
  input: 'Mend the inputs of the step (below `with:`); the README has a table of them.',
  variable:
    'Mend the variables (`env:` of the step, the job or the workflow, or what an earlier step has written to GITHUB_ENV).',
  file: 'Mend the clouds.yaml, or give the settings as inputs instead of clouds-file and cloud-name.',
};

function headline(problems: readonly InputProblem[], kinds: readonly SettingKind[]): string {
  const [only] = problems;
  return problems.length === 1 && only !== undefined
    ? `${only.label === '' ? '' : prefixes[only.kind]}${only.line}`
    : `${problems.length} problems with ${kinds.map((kind) => places[kind]).join(' and ')}:`;
}

/** Collects the problems of all inputs, so that a person sees them at once. */
export class InputProblems {
  readonly #problems = new Set<InputProblem>();
  readonly #notes = new Set<string>();

  get count(): number {
    return this.#problems.size;
  }

  /** Reads a value of one or several inputs. */
  attempt<T>(read: () => T): Read<T> {
    try {
      const value = read();
      return () => value;
    } catch (error) {
      const problem = this.#keep(error);
      return () => {
        throw problem;
      };
    }
  }

  /** Like `attempt`, for what waits for a file. */
  async wait<T>(read: () => Promise<T>): Promise<Read<T>> {
    try {
      const value = await read();
      return () => value;
    } catch (error) {
      const problem = this.#keep(error);
      return () => {
        throw problem;
      };
    }
  }

  add(problem: InputProblem): void {
    this.#problems.add(problem);
  }

  /** Goes behind the hint, if there is a problem at all. */
  note(text: string): void {
    this.#notes.add(text);
  }

  /** @throws ActionError with every problem, if there is any: CLOUDS_FILE if all are of a clouds.yaml, else INPUT_INVALID */
  check(): void {
    const problems = [...this.#problems];
    if (problems.length === 0) return;
    const kinds = [...new Set(problems.map(({ kind }) => kind))];
    const rest = problems.length === 1 ? [] : problems.map(({ line }) => `- ${line}`);
    const code = kinds.every((kind) => kind === 'file') ? 'CLOUDS_FILE' : 'INPUT_INVALID';
    throw new ActionError(code, [headline(problems, kinds), ...rest].join('\n'), {
      hint: [...kinds.map((kind) => hints[kind]), ...this.#notes].join(' '),
      at: problems.find(({ at }) => at !== undefined)?.at,
    });
  }

  #keep(error: unknown): InputProblem {
    if (!(error instanceof InputProblem)) throw error;
    this.#problems.add(error);
    return error;
  }
}
