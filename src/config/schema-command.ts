/** `schema`: its grammar. */
import { Command } from 'commander';
import { parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';

/** @throws ConfigurationError */
export function parseSchema(args: readonly string[], version: string): { readonly kind: 'schema' } | Print {
  const program = new Command('infra-audit schema')
    .description('Prints the JSON schema of the policy file, for editors.')
    .version(version, '--version', 'print the version');
  const printed = parseInto(program, args);
  return printed === null ? { kind: 'schema' } : { kind: 'print', text: printed };
}
