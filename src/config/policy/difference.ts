/** How one policy differs from another, for whoever reviews a change of it. */
import type { Policy } from './policy.ts';

/** Entries of one kind that are told; the others are counted. */
const SHOWN = 10;

/** One sentence each, such as `fail-on CRITICAL → HIGH`; empty where both say the same, however they write it. */
export function policyDifference(base: Policy, head: Policy): readonly string[] {
  return [
    ...changed('fail-on', base.failOn, head.failOn),
    ...changed('block', base.block, head.block),
    ...changed('undecided', base.undecided, head.undecided),
    ...entries(
      'exclude',
      base.exclude,
      head.exclude,
      (each) => each,
      (each) => each,
    ),
    ...entries(
      'allow-undecided',
      [...base.unresolved],
      [...head.unresolved],
      ([kind]) => kind,
      ([kind, severity]) => `${kind} as ${severity}`,
    ),
    ...entries(
      'rule',
      [...base.rules],
      [...head.rules],
      ([id]) => id,
      ([id, { severity, off, paths }]) =>
        [
          id,
          ...(off === null ? [] : ['off']),
          ...(severity === null ? [] : [severity]),
          ...(paths.length === 0 ? [] : [`only in ${paths.join(', ')}`]),
        ].join(' '),
    ),
    ...entries(
      'custom rule',
      base.customRules,
      head.customRules,
      ({ id }) => id,
      ({ id, severity }) => `${id} ${severity}`,
    ),
    ...entries(
      'exception',
      base.exceptions,
      head.exceptions,
      apartFromPlace,
      ({ rule, resource, path, owner, until }) => `${rule} for ${resource ?? path ?? 'everything'}, of ${owner} until ${until}`,
    ),
    ...changed('max-exception-days', base.maxExceptionDays, head.maxExceptionDays),
    ...changed('suppressions.allow-critical', base.suppressions.critical, head.suppressions.critical),
    ...changed('suppressions.honour-foreign-suppressions', base.suppressions.foreign, head.suppressions.foreign),
    ...entries(
      'scanner',
      base.scanners,
      head.scanners,
      ({ name }) => name,
      ({ name, required }) => `${name}${required ? '' : ' (not required)'}`,
    ),
    ...changed('approval', approvalOf(base), approvalOf(head)),
    ...entries(
      'limit',
      Object.entries(base.limits),
      Object.entries(head.limits),
      ([name]) => name,
      ([name, limit]) => `${name} ${limit}`,
    ),
  ];
}

type Word = string | number | boolean | null;

function changed(name: string, before: Word, after: Word): string[] {
  return before === after ? [] : [`${name} ${before ?? 'not set'} → ${after ?? 'not set'}`];
}

/** Added, removed, and changed where one of the same key is on both sides. */
function entries<T>(
  kind: string,
  before: readonly T[],
  after: readonly T[],
  keyOf: (each: T) => string,
  words: (each: T) => string,
): string[] {
  const old = new Map(before.map((each) => [keyOf(each), each]));
  const now = new Map(after.map((each) => [keyOf(each), each]));
  const both = [...now].flatMap(([key, each]) => {
    const was = old.get(key);
    return was === undefined || apartFromPlace(was) === apartFromPlace(each)
      ? []
      : [words(was) === words(each) ? words(each) : `${words(was)} → ${words(each)}`];
  });
  return [
    ...told(
      kind,
      'added',
      [...now].filter(([key]) => !old.has(key)).map(([, each]) => words(each)),
    ),
    ...told(
      kind,
      'removed',
      [...old].filter(([key]) => !now.has(key)).map(([, each]) => words(each)),
    ),
    ...told(kind, 'changed', both),
  ];
}

/** As text; where it is written does not count. */
function apartFromPlace(entry: unknown): string {
  return JSON.stringify(entry, (key, value: unknown) => (key === 'place' ? undefined : value));
}

function told(kind: string, what: string, all: readonly string[]): string[] {
  const rest = all.length - SHOWN;
  return [...all.slice(0, SHOWN).map((each) => `${kind} ${what}: ${each}`), ...(rest > 0 ? [`${kind} ${what}: ${rest} more`] : [])];
}

function approvalOf({ approval }: Policy): string | null {
  if (approval === null) return null;
  const { severity, deadlineMilliseconds, teams, people } = approval;
  return [`from ${severity}`, `within ${deadlineMilliseconds / 3_600_000}h`, `by ${people}`, ...teams].join(' ');
}
