/** `mcp`: its grammar, and the settings that an audit for an editor has. */
import { Command } from 'commander';
import { SECRETS_HELP, addInputs, givenBy, whereOnCommandLine } from './audit-command.ts';
import { parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import type { Settings } from './config.ts';
import { inputsSchema, line, POLICY_FILE, readSettings } from './inputs.ts';
import type { Given } from './inputs.ts';
import { SERVER_INPUTS } from './status-command.ts';

export interface McpCommand {
  readonly kind: 'mcp';
  /** Folders as they were typed. */
  readonly roots: readonly string[];
  /** Defaults, and what was given of them. */
  readonly settings: Settings;
}

/** How an audit for an editor judges, and where the server is whose runs the tool `status` tells of. */
const INPUTS = ['fail-on-severity', 'config-file', ...SERVER_INPUTS];

/**
 * @param args those after the command's name
 * @param workspace absolute path of the working folder
 * @throws ConfigurationError with every problem
 */
export function parseMcp(args: readonly string[], environment: Given, workspace: string, version: string): McpCommand | Print {
  const program = new Command('infra-audit mcp')
    .description('Serves the audit to an editor or assistant over standard input and output (Model Context Protocol).')
    .argument('[ROOT...]', 'folders that may be read (default: this folder)');
  addInputs(program, INPUTS);
  program.version(version, '--version', 'print the version').addHelpText('after', SECRETS_HELP);
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };
  const schema = inputsSchema(workspace).extend({ 'config-file': line.prefault(POLICY_FILE) });
  const { settings } = readSettings(schema, givenBy(program, environment), whereOnCommandLine);
  return { kind: 'mcp', roots: program.args.length === 0 ? ['.'] : program.args, settings };
}
