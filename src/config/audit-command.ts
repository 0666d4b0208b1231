/** `audit`: its grammar, and how its flags become the same settings as the action's inputs. */
import { Command, Option } from 'commander';
import { SECRETS, parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import type { Settings } from './config.ts';
import type { Given } from './inputs.ts';
import { POLICY_FILE, anyFiles, documentedInputs, inputsSchema, line, oneOf, readSettings } from './inputs.ts';

export interface AuditCommand {
  readonly kind: 'audit';
  readonly settings: Settings;
  readonly format: 'text' | 'json' | 'sarif' | 'markdown' | 'html' | 'patch' | 'script';
  /** Where to write the report; null: standard output. */
  readonly output: string | null;
  /** Any name of the commit that the change is compared with; null: nothing is compared. */
  readonly base: string | null;
  /** False after `--no-color`; whether there is a terminal is for the caller to see. */
  readonly color: boolean;
}

/** Flags that are inputs of the action, by input. */
const FLAGS = {
  'tf-vars': '--tf-vars <file>',
  'cfn-parameters': '--cfn-parameters <file>',
  'plan-file': '--plan-file <file>',
  'fail-on-severity': '--fail-on <severity>',
  block: '--block <which>',
  scope: '--scope <which>',
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

/** The local command delivers to the terminal or a file. */
const NOT_ON_GITHUB = {
  comment: 'never',
  suggestions: 'false',
  'check-name': 'none',
  annotations: 'false',
  'job-summary': 'false',
} as const;

const auditFormat = oneOf('text', 'json', 'sarif', 'markdown', 'html', 'patch', 'script').prefault('text');

/** What the command line takes beyond the inputs, and where it takes more: a person's own paths may lie anywhere. */
export function commandLineSchema(workspace: string) {
  return inputsSchema(workspace).extend({
    'tf-vars': anyFiles.optional(),
    'cfn-parameters': anyFiles.optional(),
    'plan-file': anyFiles.optional(),
    'config-file': line.prefault(POLICY_FILE),
    format: auditFormat,
    output: line.optional(),
    base: line.optional(),
  });
}

/**
 * @param args those after the command's name
 * @param workspace absolute path of the working folder
 * @throws ConfigurationError with every problem
 */
export function parseAudit(args: readonly string[], environment: Given, workspace: string, version: string): AuditCommand | Print {
  const program = new Command('infra-audit')
    .usage('[audit] [PATH...] [options]\n       infra-audit COMMAND --help')
    .description('Audits the S3 and EC2 resources that Terraform and CloudFormation files declare.')
    .argument('[PATH...]', 'files and folders to audit (default: this folder)')
    .option(
      '--format <format>',
      'text, json, sarif, markdown, html, patch (proven fixes, for git apply) or script (for live resources); default: text',
    )
    .option('--output <file>', 'write the report to a file (default: standard output)')
    .option(
      '--base <commit>',
      'audit what changed since a branch, tag or commit (where HEAD parted from it), and fail for new findings only; --scope all and --block all undo each',
    );
  addInputs(program);
  program.option('--no-color', 'never use colours').version(version, '--version', 'print the version').addHelpText('after', AFTER_HELP);
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };

  const option = optionsOf(program);
  const given: Given = { ...givenBy(program, environment), format: option('format'), output: option('output'), base: option('base') };
  const { settings, values } = readSettings(commandLineSchema(workspace), given, whereOnCommandLine);
  return {
    kind: 'audit',
    settings: { ...settings, paths: program.args.length === 0 ? ['.'] : program.args },
    format: values.format,
    output: values.output ?? null,
    base: values.base ?? null,
    color: option('color') !== 'false',
  };
}

/** Adds the flags of these inputs, by default all that have one, with the words of the inputs' own documentation. */
export function addInputs(program: Command, inputs: readonly string[] = Object.keys(FLAGS)): void {
  for (const { name, description, default: initial } of documentedInputs()) {
    const flags = Object.entries(FLAGS).find(([input]) => input === name)?.[1];
    const repeated = REPEATED.has(name);
    const words = repeated ? description.replace('; one a line.', '; may be repeated.') : description;
    const text = `${words.replaceAll('`', '')}${initial === null ? '' : ` (default: ${initial})`}`;
    if (flags === undefined || !inputs.includes(name)) continue;
    const flag = new Option(flags, text);
    program.addOption(repeated ? flag.argParser<string | undefined>((value, before = '') => `${before}${value}\n`) : flag);
  }
}

/** The inputs that the parsed program was given by flags, and the secrets of a server that is named. */
export function givenBy(program: Command, environment: Given): Given {
  const option = optionsOf(program);
  const flagged = Object.entries(FLAGS).map(([input, flags]) => [input, option(nameOf(flags))] as const);
  const secret = Object.entries(SECRETS).map(([input, variable]) => [input, environment[variable]] as const);
  return {
    ...Object.fromEntries(flagged),
    ...(option('temporal-address') === undefined ? {} : Object.fromEntries(secret)),
    ...NOT_ON_GITHUB,
  };
}

function optionsOf(program: Command): (flag: string) => string | undefined {
  const options = new Map(Object.entries(program.opts<Record<string, string | boolean>>()));
  return (flag) => options.get(flag.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase()))?.toString();
}

/** The secrets that a named server may need, as help texts list them. */
export const SECRETS_HELP = `
For a server that is named, from the environment:
${Object.values(SECRETS)
  .map((variable) => `  ${variable}`)
  .join('\n')}`;

const AFTER_HELP = `
Other commands:
  rules         list the rules
  baseline      write today's findings as exceptions of the policy, so that an old repository can start
  migrate       write what comments suppress for other scanners as exceptions of the policy
  schema        print the JSON schema of the policy file, for editors
  verify-setup  tell what would let a writer go around the gate on GitHub
  status        list the audits of a run on a Temporal server, or the steps of one
  worker        take part in an audit that runs on a Temporal server
  mcp           serve the audit to an editor or assistant over the Model Context Protocol
  scanner       run a scanner of ours over the Model Context Protocol
${SECRETS_HELP}

Exit codes: 0 pass, 1 fail or undecided, 2 usage or tool error.`;

function nameOf(flags: string): string {
  return flags.slice(2).replace(/ .*$/u, '');
}

export function whereOnCommandLine(input: string): string {
  const flag = Object.entries(FLAGS).find(([name]) => name === input)?.[1];
  const variable = Object.entries(SECRETS).find(([name]) => name === input)?.[1];
  return variable ?? `--${flag === undefined ? input : nameOf(flag)}`;
}
