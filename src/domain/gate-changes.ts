/** What a change does to the gate itself. None of it applies to the change: it is told, so that whoever merges it knows. */
import type { Diagnostic } from './diagnostic.ts';
import { groupBy } from './group-by.ts';
import { addedSuppressions } from './silences.ts';
import type { Suppression } from './silences.ts';

/** A file of a change, relative to the repository; null where there is none. */
export interface GateFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface GateChangesInput {
  /** Files that differ from the base commit. Those that are no gate configuration are passed over. */
  readonly changed: readonly GateFile[];
  /** Where the policy is, relative to the repository. */
  readonly policyFile: string;
  /** How two policies differ, each difference in words; or what is wrong with the second. Null stands for no policy. */
  readonly comparePolicies: (
    before: string | null,
    after: string | null,
  ) => { readonly differences: readonly string[] } | { readonly problems: readonly string[] };
  readonly suppressions: { readonly here: readonly Suppression[]; readonly base: readonly Suppression[] };
}

/** One warning a file, files in the order of their names. */
export function gateChanges({ changed, policyFile, comparePolicies, suppressions }: GateChangesInput): Diagnostic[] {
  const said: [string, string][] = changed.flatMap(({ path, before, after }): [string, string][] => {
    if (before === after) return [];
    if (path === policyFile) return [[path, policyChange(comparePolicies(before, after), after === null)]];
    const meaning = meaningOf(path);
    return meaning === null ? [] : [[path, `${wordOf(before, after)}: ${meaning}`]];
  });
  const added = groupBy(addedSuppressions(suppressions.here, suppressions.base), ({ at }) => at.file);
  for (const [file, some] of added) said.push([file, suppressionsAdded(some)]);
  return said
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([file, message]) => ({ level: 'warning', code: 'gate-config-changed', message, file }));
}

/** Whether a file has a part in whether and how a change is audited. */
export function isGateConfiguration(path: string, policyFile: string): boolean {
  return path === policyFile || meaningOf(path) !== null;
}

function policyChange(comparison: ReturnType<GateChangesInput['comparePolicies']>, removed: boolean): string {
  const rest = 'the policy of the base commit applies to this change';
  if ('problems' in comparison)
    return `the policy would not be valid, and every run would end with an error: ${comparison.problems.join('; ')}; ${rest}`;
  const { differences } = comparison;
  if (removed) return `the policy is removed, which would change: ${differences.join('; ')}; ${rest}`;
  return differences.length === 0
    ? `the policy is written otherwise and says the same; ${rest}`
    : `the policy would change: ${differences.join('; ')}; ${rest}`;
}

function meaningOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (path.startsWith('.github/workflows/'))
    return 'workflows decide whether, when and with which settings this audit runs; check that it still runs as before';
  if (name === 'action.yml' || name === 'action.yaml')
    return 'an action that a workflow uses may decide what is checked out and how this audit runs';
  if (path === '.gitmodules') return 'it decides which other repositories are checked out as part of this one';
  if (name === '.gitattributes') return 'it decides what git writes into files at checkout, and which of them a review hides';
  return null;
}

function wordOf(before: string | null, after: string | null): string {
  return before === null ? 'added' : after === null ? 'removed' : 'changed';
}

function suppressionsAdded(suppressions: readonly Suppression[]): string {
  const places = new Map(suppressions.map(({ at, rule }) => [`${at.start.line} ${rule}`, `${rule} in line ${at.start.line}`]));
  const shown = [...places.values()].slice(0, MOST_SHOWN);
  const more = places.size > shown.length ? ` and ${places.size - shown.length} more` : '';
  return `suppressions are added: ${shown.join(', ')}${more}; they do not count until they are on the base branch`;
}

const MOST_SHOWN = 10;
