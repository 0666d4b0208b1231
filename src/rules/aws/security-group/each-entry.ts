/** Rules that look at each entry of a security group on its own, the same way for both directions. */
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Entry } from '../network/security-group.ts';
import { entriesOf, TARGETS } from '../network/security-group.ts';
import type { Direction } from '../network/traffic.ts';
import { isDoubt } from '../network/traffic.ts';

interface EntryRule extends Omit<Rule, 'targets' | 'check' | 'fix'> {
  readonly direction: Direction;
  judge(entry: Entry): Iterable<Violation>;
}

/** Makes a rule whose failures are undecided for an entry that may be of the other direction. */
export function entryRule({ direction, judge, ...rest }: EntryRule): Rule {
  return defineRule({
    ...rest,
    targets: TARGETS[direction],
    *check(instance) {
      for (const entry of entriesOf(instance, direction)) {
        for (const violation of judge(entry)) yield isDoubt(entry.direction) ? unsure(violation, entry.direction.why) : violation;
      }
    },
  });
}

function unsure({ message, span }: Violation, why: string): Violation {
  return { outcome: 'undecided', message: `Whether this counts is not known, as ${why}: ${message}`, span };
}
