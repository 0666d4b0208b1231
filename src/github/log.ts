/** Everything that is printed on a runner. */
import { randomBytes } from 'node:crypto';
import type { Annotation } from '../report/annotations.ts';
import { logText } from '../report/encode/log.ts';
import { visible } from '../report/encode/visible.ts';
import { workflowCommand } from '../report/encode/workflow-command.ts';

type Level = Annotation['level'];

/** The runner shows 10 of each level per step; four notices are kept for {@link RunnerLog.message}. */
const ROOM: Readonly<Record<Level, number>> = { error: 10, warning: 10, notice: 6 };

/**
 * Between {@link pauseCommands} and {@link resumeCommands} the runner takes nothing that is printed for a command, whoever
 * prints it, but what this log itself issues.
 */
export class RunnerLog {
  readonly #write: (text: string) => void;
  #token: string | null = null;

  /** @param write prints to standard output, at once */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  pauseCommands(): void {
    if (this.#token !== null) return;
    this.#token = randomBytes(16).toString('hex');
    this.#write(`::stop-commands::${this.#token}\n`);
  }

  resumeCommands(): void {
    if (this.#token === null) return;
    this.#write(`::${this.#token}::\n`);
    this.#token = null;
  }

  /** Text of any number of lines and of any origin. */
  say(text: string): void {
    this.#write(`${logText(text)}\n`);
  }

  /** One sentence that GitHub shows with the run, without a place in a file. */
  message(level: Level, sentence: string): void {
    this.#issue([`::${level}::${visible(sentence).replaceAll('##[', '# #[').replaceAll('%', '%25')}`]);
  }

  /** Marks lines of files: of each level the first that there is room for; the log says how many were left out. */
  annotate(annotations: readonly Annotation[]): void {
    const levels: readonly Level[] = ['error', 'warning', 'notice'];
    this.#issue(
      levels.flatMap((level) =>
        annotations
          .filter((each) => each.level === level)
          .slice(0, ROOM[level])
          .map(workflowCommand),
      ),
    );
    for (const level of levels) {
      const more = annotations.filter((each) => each.level === level).length - ROOM[level];
      if (more > 0)
        this.say(`${more} more of level ${level} are not marked in the files, since GitHub shows 10 of a level; the report has them all.`);
    }
  }

  #issue(commands: readonly string[]): void {
    if (commands.length === 0) return;
    const paused = this.#token !== null;
    this.resumeCommands();
    this.#write(`${commands.join('\n')}\n`);
    if (paused) this.pauseCommands();
  }
}
