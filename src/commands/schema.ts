/** `schema`: prints the format of the policy file. */
import { policyJsonSchema } from '../config/policy/json-schema.ts';
import { parseSchema } from '../config/schema-command.ts';
import type { Command } from './command.ts';

export const main: Command = (args, { version }) => {
  const parsed = parseSchema(args, version);
  process.stdout.write(parsed.kind === 'schema' ? policyJsonSchema() : parsed.text);
  return Promise.resolve(0);
};
