/** `migrate`: says what comments ask of other scanners as exceptions of the policy. */
import { parseExceptions } from '../config/exceptions-command.ts';
import type { ExceptionsCommand } from '../config/exceptions-command.ts';
import type { NewException } from '../config/exceptions-file.ts';
import type { ForeignSuppression } from '../iac/suppressions/migration.ts';
import { foreignSuppressions } from '../iac/suppressions/migration.ts';
import { rules } from '../rules/index.ts';
import type { Command } from './command.ts';
import { readFolder, today, writeExceptions } from './exceptions.ts';

export const main: Command = async (args, { version }) => {
  const parsed = parseExceptions('migrate', args, today(), version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const { workspace, policy } = await readFolder(parsed);
  const found = foreignSuppressions(workspace, [...rules, ...policy.customRules]);
  const isOver = ({ until }: ForeignSuppression): boolean => until !== null && until < today();
  const exceptions = found.flatMap((each) => (isOver(each) ? [] : exceptionsOf(each, parsed)));
  writeExceptions(
    parsed.output,
    [...new Map(exceptions.map((each) => [keyOf(each), each])).values()],
    found.filter((each) => isOver(each) || exceptionsOf(each, parsed).length === 0).map(remarkOn),
  );
  return 0;
};

function exceptionsOf({ scanner, ids, rules: named, resources, ...each }: ForeignSuppression, command: ExceptionsCommand): NewException[] {
  if (each.flaw !== null) return [];
  const { owner, until: last } = command;
  const until = each.until !== null && each.until < last ? each.until : last;
  return resources.flatMap(({ address, source: { file: path } }) =>
    named.map((rule) => ({
      rule,
      resource: address,
      path,
      fingerprint: null,
      reason: each.reason,
      owner,
      until,
      note: `${each.place}: ${scanner} ${ids.join(', ')}`,
    })),
  );
}

function keyOf({ rule, resource, path }: NewException): string {
  return [rule, resource, path].join('\u0000');
}

function remarkOn({ place, scanner, ids, rules: named, resources, until, flaw }: ForeignSuppression): string {
  const why =
    flaw !== null
      ? `it ${flaw}`
      : named.length === 0
        ? 'no rule here is equivalent'
        : resources.length === 0
          ? 'it stands beside no resource'
          : `it expired on ${until ?? 'an earlier day'}`;
  return `not taken over: ${place}: ${scanner} ${ids.join(', ')}: ${why}`;
}
