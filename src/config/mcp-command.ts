/** `mcp`: its grammar, and the settings that an audit for an editor has. */
import { Command } from 'commander';
import { SECRETS, parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import type { Settings } from './config.ts';
import { inputsSchema, line, POLICY_FILE, readSettings } from './inputs.ts';
import type { Given } from './inputs.ts';

export interface McpCommand {
  readonly kind: 'mcp';
  /** Folders as they were typed. */
  readonly roots: readonly string[];
  /** Defaults, and what was given of them. */
  readonly settings: Settings;
}

/** Flags that are inputs of the action, by input. */
const FLAGS = {
  'fail-on-severity': '--fail-on',
  'config-file': '--config-file',
  'temporal-address': '--temporal-address',
  'temporal-namespace': '--temporal-namespace',
  'temporal-tls-server-name': '--temporal-tls-server-name',
  'temporal-allow-insecure': '--temporal-allow-insecure',
} as const;

/**
 * @param args those after the command's name
 * @param workspace absolute path of the working folder
 * @throws ConfigurationError with every problem
 */
export function parseMcp(args: readonly string[], environment: Given, workspace: string, version: string): McpCommand | Print {
  const program = new Command('infra-audit mcp')
    .description('Serves the audit to an editor or assistant over standard input and output (Model Context Protocol).')
    .argument('[ROOT...]', 'folders that may be read (default: this folder)')
    .option('--fail-on <severity>', 'least severe finding that fails: critical, high, medium, low or none (default: critical)')
    .option('--config-file <file>', `the policy file, relative to each root (default: ${POLICY_FILE})`)
    .option('--temporal-address <host:port>', 'server whose runs the tool status tells of; without it the tool is not offered')
    .option('--temporal-namespace <name>', 'namespace on that server')
    .option('--temporal-tls-server-name <name>', "name that the server's certificate must carry")
    .option('--temporal-allow-insecure', 'use a server outside of this machine without TLS and credentials')
    .version(version, '--version', 'print the version');
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };
  const options = new Map(Object.entries(program.opts<Record<string, string | boolean>>()));
  const option = (flag: string): string | undefined => {
    const value = options.get(flag.slice(2).replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase()));
    return typeof value === 'boolean' ? String(value) : value;
  };
  const given: Given = {
    ...Object.fromEntries(Object.entries(FLAGS).map(([input, flag]) => [input, option(flag)])),
    ...(option('--temporal-address') === undefined
      ? {}
      : Object.fromEntries(Object.entries(SECRETS).map(([input, variable]) => [input, environment[variable]]))),
  };
  const schema = inputsSchema(workspace).extend({ 'config-file': line.prefault(POLICY_FILE) });
  const { settings } = readSettings(schema, given, whereOnCommandLine);
  return { kind: 'mcp', roots: program.args.length === 0 ? ['.'] : program.args, settings };
}

function whereOnCommandLine(input: string): string {
  const named = Object.entries({ ...FLAGS, ...SECRETS }).find(([name]) => name === input);
  return named?.[1] ?? `--${input}`;
}
