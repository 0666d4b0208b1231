/** The local command: finds the command that was asked for and runs it. */
import type { Command } from './commands/command.ts';
import { main as audit } from './commands/audit.ts';
import { main as rules } from './commands/rules.ts';
import { main as status } from './commands/status.ts';
import { main as worker } from './commands/worker.ts';
import type { Distribution } from './launch.ts';
import { terminalText } from './report/encode/terminal.ts';
import { CANCELLED, Cancelled, TOOL_ERROR, messageOf } from './run.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['audit', audit],
  ['rules', rules],
  ['status', status],
  ['worker', worker],
]);

export function main(distribution: Distribution): void {
  const [name = '', ...rest] = process.argv.slice(2);
  const named = COMMANDS.get(name);
  (named === undefined ? audit(process.argv.slice(2), distribution) : named(rest, distribution)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(
        messageOf(error)
          .split('\n')
          .map((line) => `${terminalText(line)}\n`)
          .join(''),
      );
      // What was begun and is waited for no more must not keep the process.
      if (error instanceof Cancelled) process.exit(CANCELLED);
      process.exitCode = TOOL_ERROR;
    },
  );
}
