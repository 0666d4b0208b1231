/** The local command: its grammar, and how its flags become the same settings as the action's inputs. */
import { Command, CommanderError, Option } from 'commander';
import type { Settings } from './config.ts';
import type { Given } from './inputs.ts';
import { POLICY_FILE, anyFiles, documentedInputs, inputsSchema, line, oneOf, readSettings } from './inputs.ts';
import { ConfigurationError } from './problem.ts';

export type CommandLine =
  | {
      readonly kind: 'audit';
      readonly settings: Settings;
      readonly format: 'text' | 'json' | 'sarif' | 'markdown' | 'html';
      /** Where to write the report; null: standard output. */
      readonly output: string | null;
      /** False after `--no-color`; whether there is a terminal is for the caller to see. */
      readonly color: boolean;
    }
  | { readonly kind: 'rules'; readonly format: 'text' | 'json' }
  /** `--help` or `--version`: print and exit with 0. */
  | { readonly kind: 'print'; readonly text: string };

/** Flags that are inputs of the action, by input. */
const FLAGS = {
  'tf-vars': '--tf-vars <file>',
  'cfn-parameters': '--cfn-parameters <file>',
  'plan-file': '--plan-file <file>',
  'fail-on-severity': '--fail-on <severity>',
  'resource-id': '--resource-id <id>',
  'resource-type': '--resource-type <type>',
  'config-file': '--config-file <file>',
  'temporal-address': '--temporal-address <host:port>',
  'temporal-namespace': '--temporal-namespace <name>',
  'temporal-tls-server-name': '--temporal-tls-server-name <name>',
  'temporal-allow-insecure': '--temporal-allow-insecure',
  'max-parallel': '--max-parallel <number>',
  'timeout-minutes': '--timeout-minutes <number>',
} as const;

/** Flags that may be given several times, once a file. */
const REPEATED: ReadonlySet<string> = new Set(['tf-vars', 'cfn-parameters', 'plan-file']);

/** Secrets are not for command lines, which other users of a machine can read; the names are those of Temporal's own tools, where those have one. */
const SECRETS = {
  'temporal-api-key': 'TEMPORAL_API_KEY',
  'temporal-tls-ca': 'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
  'temporal-tls-cert': 'TEMPORAL_TLS_CLIENT_CERT_DATA',
  'temporal-tls-key': 'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'temporal-encryption-key': 'TEMPORAL_ENCRYPTION_KEY',
} as const;

/** The local command delivers to the terminal or a file. */
const NOT_ON_GITHUB = {
  comment: 'never',
  suggestions: 'false',
  'check-name': 'none',
  annotations: 'false',
  'job-summary': 'false',
} as const;

const auditFormat = oneOf('text', 'json', 'sarif', 'markdown', 'html').prefault('text');
const rulesFormat = oneOf('text', 'json').prefault('text');

/** What the command line takes beyond the inputs, and where it takes more: a person's own paths may lie anywhere. */
function commandLineSchema(workspace: string) {
  return inputsSchema(workspace).extend({
    'tf-vars': anyFiles.optional(),
    'cfn-parameters': anyFiles.optional(),
    'plan-file': anyFiles.optional(),
    'config-file': line.prefault(POLICY_FILE),
    format: auditFormat,
    output: line.optional(),
  });
}

/**
 * Reads a command line.
 * @param args without the program: `process.argv.slice(2)`
 * @param workspace absolute path of the working folder
 * @throws ConfigurationError with every problem
 */
export function parseCommandLine(args: readonly string[], environment: Given, workspace: string, version: string): CommandLine {
  const [command, ...rest] = args;
  if (command === 'rules') return parseRules(rest, version);
  return parseAudit(command === 'audit' ? rest : args, environment, workspace, version);
}

function parseAudit(args: readonly string[], environment: Given, workspace: string, version: string): CommandLine {
  const program = new Command('infra-audit')
    .usage('[audit] [PATH...] [options]\n       infra-audit rules [--format json]')
    .description('Audits the S3 and EC2 resources that Terraform and CloudFormation files declare.')
    .argument('[PATH...]', 'files and folders to audit (default: this folder)')
    .option('--format <format>', 'text, json, sarif, markdown or html (default: text)')
    .option('--output <file>', 'write the report to a file (default: standard output)');
  for (const { name, description, default: initial } of documentedInputs()) {
    const flags = Object.entries(FLAGS).find(([input]) => input === name)?.[1];
    const repeated = REPEATED.has(name);
    const words = repeated ? description.replace('; one a line.', '; may be repeated.') : description;
    const text = `${words.replaceAll('`', '')}${initial === null ? '' : ` (default: ${initial})`}`;
    if (flags === undefined) continue;
    const flag = new Option(flags, text);
    program.addOption(repeated ? flag.argParser<string | undefined>((value, before = '') => `${before}${value}\n`) : flag);
  }
  program.option('--no-color', 'never use colours').version(version, '--version', 'print the version').addHelpText('after', AFTER_HELP);
  const printed = run(program, args);
  if (printed !== null) return { kind: 'print', text: printed };

  const options = new Map(Object.entries(program.opts<Record<string, string | boolean>>()));
  const option = (flag: string) => {
    const value = options.get(flag.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase()));
    return typeof value === 'boolean' ? String(value) : value;
  };
  const flagged = Object.entries(FLAGS).map(([input, flags]) => [input, option(nameOf(flags))] as const);
  const secret = Object.entries(SECRETS).map(([input, variable]) => [input, environment[variable]] as const);
  const given: Given = {
    ...Object.fromEntries(flagged),
    ...(option('temporal-address') === undefined ? {} : Object.fromEntries(secret)),
    ...NOT_ON_GITHUB,
    format: option('format'),
    output: option('output'),
  };
  const { settings, values } = readSettings(commandLineSchema(workspace), given, whereOnCommandLine);
  return {
    kind: 'audit',
    settings: { ...settings, paths: program.args.length === 0 ? ['.'] : program.args },
    format: values.format,
    output: values.output ?? null,
    color: options.get('color') !== false,
  };
}

function parseRules(args: readonly string[], version: string): CommandLine {
  const program = new Command('infra-audit rules')
    .description('Lists the rules.')
    .option('--format <format>', 'text or json (default: text)')
    .version(version, '--version', 'print the version');
  const printed = run(program, args);
  if (printed !== null) return { kind: 'print', text: printed };
  const format = rulesFormat.safeParse(program.opts<{ format?: string }>().format);
  if (!format.success) throw new ConfigurationError(format.error.issues.map(({ message }) => ({ where: '--format', message })));
  return { kind: 'rules', format: format.data };
}

const AFTER_HELP = `
For a server that is named, from the environment:
${Object.values(SECRETS)
  .map((variable) => `  ${variable}`)
  .join('\n')}

Exit codes: 0 pass, 1 fail or undecided, 2 usage or tool error.`;

/** Parses into the program; what it printed when that was all it was asked for. */
function run(program: Command, args: readonly string[]): string | null {
  let printed = '';
  program.exitOverride().configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {} });
  try {
    program.parse(args, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed;
    throw new ConfigurationError([
      { where: 'command line', message: `${error.message.replace(/^error: /u, '')}; --help lists what there is` },
    ]);
  }
}

function nameOf(flags: string): string {
  return flags.slice(2).replace(/ .*$/u, '');
}

function whereOnCommandLine(input: string): string {
  const flag = Object.entries(FLAGS).find(([name]) => name === input)?.[1];
  const variable = Object.entries(SECRETS).find(([name]) => name === input)?.[1];
  return variable ?? `--${flag === undefined ? input : nameOf(flag)}`;
}
