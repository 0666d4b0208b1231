/** What is wrong today, as exceptions: a gate that is introduced late then asks for what changes from here on. */
import type { ExceptionTerms, Found } from './silences.ts';

/** Of those found, each as an exception for just that finding, in a fixed order. */
export function baseline(
  found: readonly Found[],
  terms: Pick<ExceptionTerms, 'reason' | 'owner' | 'until'>,
): Omit<ExceptionTerms, 'place'>[] {
  const rows = found.map(({ finding: { ruleId, fingerprint }, resource: { address } }) => [ruleId, address, fingerprint] as const);
  const unique = new Map(rows.map((row) => [row.join('\u0000'), row]));
  return [...unique]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, [rule, resource, fingerprint]]) => ({ rule, resource, path: null, fingerprint, ...terms }));
}
