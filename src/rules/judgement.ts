/** A rule whose fix belongs to each thing that it says. */
import type { Change } from '../domain/change.ts';
import type { Instance } from '../domain/resource.ts';
import type { Fix, Rule, Violation } from '../domain/rule.ts';

export interface Judgement {
  readonly violation: Violation;
  /** What puts a failure right; null where a person must choose. Not used where the violation is undecided. */
  readonly fix: Change | null;
}

/** The check and the fix of a rule, from one function that gives both. */
export function judging(
  judgements: (instance: Instance) => Iterable<Judgement>,
  safety: Fix['safety'],
): Pick<Rule, 'check'> & { readonly fix: Fix } {
  return {
    *check(instance) {
      for (const { violation } of judgements(instance)) yield violation;
    },
    fix: {
      safety,
      changes(instance) {
        const failures = [...judgements(instance)].filter(({ violation }) => violation.outcome === 'fail');
        const changes = failures.map(({ fix }) => fix).filter((fix) => fix !== null);
        return failures.length > 0 && changes.length === 0 ? null : changes;
      },
    },
  };
}
