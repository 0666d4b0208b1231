/** `worker`: its grammar, which reads what `audit` reads. */
import { Command } from 'commander';
import { SECRETS_HELP, addInputs, commandLineSchema, givenBy, whereOnCommandLine } from './audit-command.ts';
import { SECRETS, parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import type { Settings } from './config.ts';
import { readSettings, wholeNumber } from './inputs.ts';
import type { Given } from './inputs.ts';
import { ConfigurationError } from './problem.ts';
import { SERVER_INPUTS } from './status-command.ts';
import type { TemporalConnection } from './temporal.ts';

export interface WorkerCommand {
  readonly kind: 'worker';
  readonly settings: Settings;
  readonly temporal: TemporalConnection;
  /** Null: the run that audits the same files from the same folder. */
  readonly run: string | null;
  readonly idleMilliseconds: number;
}

const READING_INPUTS = ['tf-vars', 'cfn-parameters', 'plan-file', 'resource-id', 'resource-type', 'config-file', 'max-parallel'];

/**
 * @param args those after the command's name
 * @throws ConfigurationError with every problem
 */
export function parseWorker(args: readonly string[], environment: Given, workspace: string, version: string): WorkerCommand | Print {
  const program = new Command('infra-audit worker')
    .description('Takes part in an audit that another process leads on a Temporal server, over the same files.')
    .argument('[PATH...]', 'files and folders that are audited (default: this folder)')
    .option('--run <run>', 'the run, by what its log calls it (default: the one over these paths in this folder)')
    .option('--idle-seconds <number>', 'end after so long without work, 1 to 86400 (default: 60)');
  addInputs(program, [...READING_INPUTS, ...SERVER_INPUTS]);
  program.version(version, '--version', 'print the version').addHelpText('after', SECRETS_HELP);
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };

  const { run = null, idleSeconds } = program.opts<{ run?: string; idleSeconds?: string }>();
  const schema = commandLineSchema(workspace).extend({ 'idle-seconds': wholeNumber(1, 86_400).prefault('60') });
  const given = { ...givenBy(program, environment), 'idle-seconds': idleSeconds };
  const { settings, values } = readSettings(schema, given, whereOnCommandLine);
  const { temporal } = settings;
  const hasKey = (temporal?.encryptionKey ?? null) !== null;
  if (temporal === null || !hasKey) {
    throw new ConfigurationError([
      ...(temporal === null ? [{ where: '--temporal-address', message: 'is missing: name the server that the audit runs on' }] : []),
      ...(!hasKey
        ? [
            {
              where: SECRETS['temporal-encryption-key'],
              message: 'is missing: a worker needs the same key as the audit that it takes part in',
            },
          ]
        : []),
    ]);
  }
  return {
    kind: 'worker',
    settings: { ...settings, paths: program.args.length === 0 ? ['.'] : program.args },
    temporal,
    run,
    idleMilliseconds: values['idle-seconds'] * 1000,
  };
}
