/** What is wrong with the user's own settings: all of it at once, each with its place and what to do. */
import { Explained } from '../domain/explained.ts';

export interface Problem {
  /** `input fail-on-severity`, `--fail-on`, `.github/infra-audit.yml:3`. */
  readonly where: string;
  /** What is wrong, what is expected, what to do. */
  readonly message: string;
}

/** The run cannot start; the caller ends with exit code 2. The message lists every problem, one a line. */
export class ConfigurationError extends Explained {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ where, message }) => `${where}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

const SHOWN = 80;

/** A value as a message shows it: quoted, escaped and at most 80 characters long. Never for secrets. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
