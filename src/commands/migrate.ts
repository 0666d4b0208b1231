/** `migrate`: says what comments ask of other scanners as exceptions of the policy. */
import { catalogueUnder } from '../catalogue.ts';
import { parseExceptions } from '../config/exceptions-command.ts';
import type { ExceptionsCommand } from '../config/exceptions-command.ts';
import type { NewException } from '../config/exceptions-file.ts';
import { groupBy } from '../domain/group-by.ts';
import type { ForeignSuppression } from '../iac/suppressions/migration.ts';
import { foreignSuppressions } from '../iac/suppressions/migration.ts';
import type { Command } from './command.ts';
import { dayHere } from './day-here.ts';
import { readFolder, writeExceptions } from './exceptions.ts';

export const main: Command = async (args, { version }) => {
  const parsed = parseExceptions('migrate', args, dayHere(), version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return 0;
  }
  const { workspace, policy } = await readFolder(parsed);
  const found = foreignSuppressions(workspace, catalogueUnder(policy).ruleSet.rules);
  const isOver = ({ until }: ForeignSuppression): boolean => until !== null && until < dayHere();
  const exceptions = found.flatMap((each) => (isOver(each) ? [] : exceptionsOf(each, parsed)));
  const remarks = found.filter((each) => isOver(each) || exceptionsOf(each, parsed).length === 0).map(remarkOn);
  writeExceptions(parsed.output, merged(exceptions), remarks);
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
      reason: each.reason.replaceAll(/\s+/gu, ' ').trim(),
      owner,
      until,
      note: `${each.place}: ${scanner} ${ids.join(', ')}`,
    })),
  );
}

/** Of several for the same, the one that applies longest, with the notes of all. */
function merged(exceptions: readonly NewException[]): NewException[] {
  const groups = groupBy(exceptions, ({ rule, resource, path }) => [rule, resource, path].join('\u0000'));
  return [...groups.values()].flatMap((group) => {
    const [longest] = group.toSorted((a, b) => b.until.localeCompare(a.until));
    return longest === undefined ? [] : [{ ...longest, note: group.map(({ note = '' }) => note).join('; ') }];
  });
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
