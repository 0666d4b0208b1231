/** What the commands share in reading their arguments. */
import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { ConfigurationError } from './problem.ts';

/** `--help` or `--version`: print and exit with 0. */
export interface Print {
  readonly kind: 'print';
  readonly text: string;
}

/** Secrets are not for command lines, which other users of a machine can read; the names are those of Temporal's own tools, where those have one. */
export const SECRETS = {
  'temporal-api-key': 'TEMPORAL_API_KEY',
  'temporal-tls-ca': 'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
  'temporal-tls-cert': 'TEMPORAL_TLS_CLIENT_CERT_DATA',
  'temporal-tls-key': 'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'temporal-encryption-key': 'TEMPORAL_ENCRYPTION_KEY',
} as const;

/** Parses into the program; what it printed when that was all it was asked for. */
export function parseInto(program: Command, args: readonly string[]): string | null {
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
