/** `rules`: its grammar. */
import { Command } from 'commander';
import { parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import { oneOf } from './inputs.ts';
import { ConfigurationError } from './problem.ts';

export interface RulesCommand {
  readonly kind: 'rules';
  readonly format: 'text' | 'json';
}

const rulesFormat = oneOf('text', 'json').prefault('text');

/** @throws ConfigurationError */
export function parseRules(args: readonly string[], version: string): RulesCommand | Print {
  const program = new Command('infra-audit rules')
    .description('Lists the rules.')
    .option('--format <format>', 'text or json (default: text)')
    .version(version, '--version', 'print the version');
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };
  const format = rulesFormat.safeParse(program.opts<{ format?: string }>().format);
  if (!format.success) throw new ConfigurationError(format.error.issues.map(({ message }) => ({ where: '--format', message })));
  return { kind: 'rules', format: format.data };
}
