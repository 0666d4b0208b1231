/** `verify-setup`: its grammar. */
import { Command } from 'commander';
import { z } from 'zod';
import { parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import { oneOf } from './inputs.ts';
import { ConfigurationError } from './problem.ts';
import type { Problem } from './problem.ts';

export interface VerifySetupCommand {
  readonly kind: 'verify-setup';
  readonly owner: string;
  readonly name: string;
  /** Name of the repository of this action, by which workflows that use it are known. */
  readonly action: string;
  readonly format: 'text' | 'json';
  /** Without a `/` at the end. */
  readonly apiUrl: string;
  /** Null: only what anybody may see is looked at. */
  readonly token: string | null;
}

const repository = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/u, 'name the repository as OWNER/NAME');
const action = z.string().regex(/^[A-Za-z0-9._-]+$/u, 'give the name of a repository, without its owner');
const format = oneOf('text', 'json').prefault('text');
const apiUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/]+/u, 'GITHUB_API_URL must be an address, such as https://api.github.com')
  .transform((text) => text.replace(/\/+$/u, ''));

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError with every problem */
export function parseVerifySetup(args: readonly string[], environment: Environment, version: string): VerifySetupCommand | Print {
  const program = new Command('infra-audit verify-setup')
    .description(
      'Tells what would let somebody with write access go around the gate, by the rules, workflows and settings of a repository on GitHub. ' +
        'The token is GITHUB_TOKEN and needs `administration: read`; another server is GITHUB_API_URL. ' +
        'Exit code 0: nothing; 1: something; 2: not everything could be looked at.',
    )
    .argument('[repository]', 'OWNER/NAME (default: GITHUB_REPOSITORY)')
    .option('--action <name>', "name of the action's repository (default: infrastructure-security-agent)")
    .option('--format <format>', 'text or json (default: text)')
    .version(version, '--version', 'print the version');
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };
  const given = program.opts<{ action?: string; format?: string }>();
  const problems: Problem[] = [];
  const read = <T>(where: string, schema: z.ZodType<T>, value: unknown): T | null => {
    const result = schema.safeParse(value);
    if (!result.success) problems.push(...result.error.issues.map(({ message }) => ({ where, message })));
    return result.data ?? null;
  };
  const named = read('repository', repository, program.args[0] ?? environment['GITHUB_REPOSITORY'] ?? '');
  const values = {
    action: read('--action', action, given.action ?? 'infrastructure-security-agent'),
    format: read('--format', format, given.format),
    apiUrl: read('GITHUB_API_URL', apiUrl, environment['GITHUB_API_URL'] ?? 'https://api.github.com'),
  };
  if (named === null || values.action === null || values.format === null || values.apiUrl === null) throw new ConfigurationError(problems);
  const [owner = '', name = ''] = named.split('/');
  const token = environment['GITHUB_TOKEN'] ?? '';
  return {
    kind: 'verify-setup',
    owner,
    name,
    action: values.action,
    format: values.format,
    apiUrl: values.apiUrl,
    token: token === '' ? null : token,
  };
}
