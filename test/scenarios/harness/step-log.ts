import { type Command, parseCommand, registeredCommands } from './command.ts';
import { splitLines } from './lines.ts';
import { Masker } from './masker.ts';

/** A line as a person sees it in the step's log. */
export interface ShownLine {
  readonly kind: 'text' | 'group' | 'error' | 'warning' | 'notice' | 'debug';
  readonly text: string;
  /** Inside a group: shown when the group is unfolded. */
  readonly inGroup: boolean;
}

/** A line of a file that GitHub shows with a message in the pull request and on the run's page. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

/** What the runner makes of a step's standard output. */
export interface StepLog {
  readonly commands: readonly Command[];
  readonly lines: readonly ShownLine[];
  /** At most ten of each level, as GitHub keeps them. */
  readonly annotations: readonly Annotation[];
  /** Outputs and state set by the old commands on stdout, which still work. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** What the runner would complain about, and groups left open or nested. Empty for a well-behaved step. */
  readonly faults: readonly string[];
  /** Holds every mask of the step: for the files that are handled after its end. */
  readonly masker: Masker;
}

export const openGroup = 'a group is left open';

const annotationsPerLevel = 10;
const messageLimit = 4096;

/**
 * Handles a step's output line by line, in order: a mask counts for later lines only.
 * @param debug step debug logging is on: debug lines are shown
 * @param workspace absolute path; annotation paths below it become relative
 */
export function readStepLog(stdout: string, options: { debug: boolean; workspace: string }): StepLog {
  const reader = new StepLogReader(options);
  for (const line of splitLines(stdout)) reader.read(line);
  return reader.finish();
}

class StepLogReader {
  readonly #masker = new Masker();
  readonly #commands: Command[] = [];
  readonly #lines: ShownLine[] = [];
  readonly #annotations: Annotation[] = [];
  readonly #outputs: Record<string, string> = {};
  readonly #state: Record<string, string> = {};
  readonly #faults: string[] = [];
  readonly #options: { readonly debug: boolean; readonly workspace: string };
  #inGroup = false;
  #stopToken: string | undefined;

  constructor(options: { debug: boolean; workspace: string }) {
    this.#options = options;
  }

  read(line: string): void {
    if (this.#stopToken !== undefined) {
      const resumes = parseCommand(line, new Set([this.#stopToken.toLowerCase()])) !== undefined;
      if (resumes) this.#stopToken = undefined;
      this.#show('text', line);
      return;
    }
    const command = parseCommand(line, registeredCommands);
    if (command === undefined) {
      this.#show('text', line);
      return;
    }
    this.#commands.push(command);
    this.#process(command, line);
  }

  finish(): StepLog {
    if (this.#inGroup) this.#faults.push(openGroup);
    return {
      commands: this.#commands,
      lines: this.#lines,
      annotations: this.#annotations,
      outputs: this.#outputs,
      state: this.#state,
      faults: this.#faults,
      masker: this.#masker,
    };
  }

  #process(command: Command, line: string): void {
    switch (command.name) {
      case 'add-mask':
        if (command.data.trim() === '') this.#faults.push('an empty text was masked');
        this.#masker.addMask(command.data);
        break;
      case 'group':
        if (this.#inGroup) this.#faults.push(`a group inside a group: ${this.#masker.mask(command.data)}`);
        this.#inGroup = false;
        this.#show('group', command.data);
        this.#inGroup = true;
        break;
      case 'endgroup':
        if (!this.#inGroup) this.#faults.push('a group is closed that was not open');
        this.#inGroup = false;
        break;
      case 'debug':
        if (this.#options.debug) this.#show('debug', command.data);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        this.#show(command.name, command.data);
        this.#annotate(command.name, command);
        break;
      case 'stop-commands':
        this.#show('text', line);
        this.#stopToken = command.data;
        break;
      case 'set-output':
        this.#outputs[command.properties['name'] ?? ''] = command.data;
        break;
      case 'save-state':
        this.#state[command.properties['name'] ?? ''] = command.data;
        break;
      default:
        this.#faults.push(`the command ${command.name} was used`);
    }
  }

  #show(kind: ShownLine['kind'], text: string): void {
    const masked = this.#masker.mask(text);
    for (const line of masked === '' ? [''] : splitLines(masked)) {
      this.#lines.push({ kind, text: line, inGroup: this.#inGroup });
    }
  }

  #annotate(level: Annotation['level'], command: Command): void {
    if (this.#annotations.filter((other) => other.level === level).length >= annotationsPerLevel) return;
    const { title, file } = command.properties;
    this.#annotations.push({
      level,
      message: this.#masker.mask(command.data).slice(0, messageLimit),
      ...(title === undefined ? {} : { title: this.#masker.mask(title) }),
      ...(file === undefined ? {} : { file: this.#relative(file) }),
      ...validRange(command.properties),
    });
  }

  #relative(file: string): string {
    const root = `${this.#options.workspace}/`;
    return file.startsWith(root) ? file.slice(root.length) : file;
  }
}

/** The rules of the runner's `ValidateLinesAndColumns`: what contradicts itself is dropped. */
function validRange(properties: Readonly<Record<string, string>>): {
  line?: number;
  endLine?: number;
  column?: number;
  endColumn?: number;
} {
  const line = whole(properties['line']);
  const endLine = whole(properties['endline']);
  const column = whole(properties['col']);
  const endColumn = whole(properties['endcolumn']);
  if (line === undefined || (endLine !== undefined && endLine < line)) return {};
  const lines = { line, ...(endLine === undefined ? {} : { endLine }) };
  const severalLines = endLine !== undefined && endLine !== line;
  if (column === undefined || severalLines || (endColumn !== undefined && endColumn < column)) return lines;
  return { ...lines, column, ...(endColumn === undefined ? {} : { endColumn }) };
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
