/** `rules`: lists the catalogue. */
import { parseRules } from '../config/rules-command.ts';
import { renderRules } from '../report/rules.ts';
import { rules } from '../rules/index.ts';
import type { Command } from './command.ts';

export const main: Command = async (args, { version }) => {
  const parsed = parseRules(args, version);
  process.stdout.write(parsed.kind === 'rules' ? renderRules(rules, parsed.format) : parsed.text);
  return 0;
};
