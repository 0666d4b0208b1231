/** `status`: its grammar. */
import { Command } from 'commander';
import { z } from 'zod';
import { SECRETS_HELP, addInputs, commandLineSchema, givenBy, whereOnCommandLine } from './audit-command.ts';
import { parseInto } from './command-line.ts';
import type { Print } from './command-line.ts';
import { oneOf, readSettings } from './inputs.ts';
import type { Given } from './inputs.ts';
import { ConfigurationError } from './problem.ts';
import type { TemporalConnection } from './temporal.ts';

export interface StatusCommand {
  readonly kind: 'status';
  readonly temporal: TemporalConnection;
  /** Exactly one of the two is not null: one workflow, or all of a run. */
  readonly workflowId: string | null;
  readonly run: string | null;
  readonly format: 'text' | 'json';
}

/** Inputs that say where the server is. */
export const SERVER_INPUTS = ['temporal-address', 'temporal-namespace', 'temporal-tls-server-name', 'temporal-allow-insecure'];

/**
 * @param args those after the command's name
 * @throws ConfigurationError with every problem
 */
export function parseStatus(args: readonly string[], environment: Given, workspace: string, version: string): StatusCommand | Print {
  const program = new Command('infra-audit status')
    .description('Tells how far the audits of a run are, from the server alone.')
    .argument('[WORKFLOW_ID]', 'the steps of one audit')
    .option('--run <run>', 'the audits of a run, by what its log calls it')
    .option('--format <format>', 'text or json (default: text)');
  addInputs(program, SERVER_INPUTS);
  program.version(version, '--version', 'print the version').addHelpText('after', SECRETS_HELP);
  const printed = parseInto(program, args);
  if (printed !== null) return { kind: 'print', text: printed };

  const { run = null, format } = program.opts<{ run?: string; format?: string }>();
  const workflowId = program.args[0] ?? null;
  const schema = commandLineSchema(workspace).extend({ format: oneOf('text', 'json').prefault('text'), output: z.never().optional() });
  const { settings, values } = readSettings(schema, { ...givenBy(program, environment), format }, whereOnCommandLine);
  const { temporal } = settings;
  if (temporal === null || (workflowId === null) === (run === null)) {
    throw new ConfigurationError([
      ...(temporal === null ? [{ where: '--temporal-address', message: 'is missing: name the server that the run is on' }] : []),
      ...((workflowId === null) === (run === null)
        ? [
            {
              where: 'command line',
              message: 'give either --run RUN or the id of one workflow; the log of an audit and its JSON report have both',
            },
          ]
        : []),
    ]);
  }
  return { kind: 'status', temporal, workflowId, run, format: values.format };
}
