/** `baseline` and `migrate`, which both write exceptions: their grammar. */
import { Command } from 'commander';
import { z } from 'zod';
import { parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import { POLICY_FILE, line } from './inputs.ts';
import { ConfigurationError, quote } from './problem.ts';

export interface ExceptionsCommand {
  readonly kind: 'exceptions';
  /** What to read, as it was typed. */
  readonly folder: string;
  /** Of the policy that applies, relative to the folder. */
  readonly configFile: string;
  readonly owner: string;
  /** `YYYY-MM-DD` */
  readonly until: string;
  /** Of every exception; null where each has its own. */
  readonly reason: string | null;
  /** The policy to write into; null: print. */
  readonly output: string | null;
}

const DEFAULT_DAYS = 90;

const COMMANDS = {
  baseline: {
    description: 'Writes what is wrong today as exceptions, one a finding, so that only what is new is held against a change.',
    reason: 'was there when the audit was introduced',
  },
  migrate: {
    description: 'Lists what comments and metadata ask of other scanners, and writes it as exceptions as far as rules here are equivalent.',
    reason: null,
  },
} as const;

/**
 * @param today `YYYY-MM-DD`
 * @throws ConfigurationError
 */
export function parseExceptions(
  name: keyof typeof COMMANDS,
  args: readonly string[],
  today: string,
  version: string,
): ExceptionsCommand | Print {
  const { description, reason } = COMMANDS[name];
  const until = new Date(Date.parse(today) + DEFAULT_DAYS * 86_400_000).toISOString().slice(0, 10);
  const program = new Command(`infra-audit ${name}`)
    .description(description)
    .argument('[path]', 'folder to read', '.')
    .requiredOption('--owner <owner>', 'who answers for the exceptions: a team or a person')
    .option('--until <day>', 'the last day they apply, as YYYY-MM-DD', until)
    .option('--config-file <file>', 'the policy that applies, relative to the folder', POLICY_FILE)
    .option('--output <file>', 'the policy to write them into; it is made where there is none (default: print them)')
    .version(version, '--version', 'print the version');
  if (reason !== null) program.option('--reason <reason>', 'why they are accepted', reason);
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };
  const read = schema(today).safeParse(program.opts());
  if (!read.success)
    throw new ConfigurationError(
      read.error.issues.map(({ path, message }) => ({ where: `--${path.join('.').replace('configFile', 'config-file')}`, message })),
    );
  const { owner, configFile, output = null, ...given } = read.data;
  return {
    kind: 'exceptions',
    folder: program.args[0] ?? '.',
    configFile,
    owner,
    until: given.until,
    reason: given.reason ?? null,
    output,
  };
}

function schema(today: string) {
  const text = line.refine((value) => value.trim() !== '', 'must not be empty');
  return z.object({
    owner: text,
    until: z
      .string()
      .refine((value) => z.iso.date().safeParse(value).success, { error: ({ input }) => `${quote(input)} is not a day as YYYY-MM-DD` })
      .refine((value) => value >= today, { error: ({ input }) => `${quote(input)} is over already; give a day from ${today} on` }),
    reason: text.optional(),
    configFile: line,
    output: line.optional(),
  });
}
