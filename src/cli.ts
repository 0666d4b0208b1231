/** The local command: finds the command that was asked for and runs it. */
import type { Command } from './commands/command.ts';
import { main as audit } from './commands/audit.ts';
import { main as baseline } from './commands/baseline.ts';
import { main as migrate } from './commands/migrate.ts';
import { main as mcp } from './commands/mcp.ts';
import { main as rules } from './commands/rules.ts';
import type { Distribution } from './launch.ts';
import { terminalText } from './report/encode/terminal.ts';
import { TOOL_ERROR, messageOf } from './run.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['audit', audit],
  ['baseline', baseline],
  ['migrate', migrate],
  ['mcp', mcp],
  ['rules', rules],
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
      process.exitCode = TOOL_ERROR;
    },
  );
}
