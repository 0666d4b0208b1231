/** The local command: finds the command that was asked for and runs it. */
import type { Command } from './commands/command.ts';
import { main as audit } from './commands/audit.ts';
import { main as baseline } from './commands/baseline.ts';
import { main as migrate } from './commands/migrate.ts';
import { main as mcp } from './commands/mcp.ts';
import { main as rules } from './commands/rules.ts';
import { main as verifySetup } from './commands/verify-setup.ts';
import { main as scanner } from './commands/scanner.ts';
import { main as schema } from './commands/schema.ts';
import { main as status } from './commands/status.ts';
import { main as worker } from './commands/worker.ts';
import type { Distribution } from './launch.ts';
import { terminalText } from './report/encode/terminal.ts';
import { CANCELLED, Cancelled, TOOL_ERROR, messageOf } from './run.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['audit', audit],
  ['baseline', baseline],
  ['migrate', migrate],
  ['mcp', mcp],
  ['rules', rules],
  ['verify-setup', verifySetup],
  ['scanner', scanner],
  ['schema', schema],
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
