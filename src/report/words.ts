/** Phrases that every report says in the same words. */
import type { Proof, RemediationPlan } from '../domain/finding.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Severity } from '../domain/severity.ts';
import type { Report, ReportedFinding } from './report.ts';

/** In place of a script that a person could not check by looking at it. */
export const SCRIPT_REFUSED = 'No script for the live resource: a name in it is too long or holds characters that cannot be seen.';

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `applied to a copy and audited again: 2 findings gone, none new (3 resources audited)`; proofs with new findings are never shown. */
export function proofWords({ closes, resourcesAudited }: Proof): string {
  return `applied to a copy and audited again: ${plural(closes.length, 'finding')} gone, none new (${plural(resourcesAudited, 'resource')} audited)`;
}

export function safetyWords(safety: NonNullable<RemediationPlan['safety']>): string {
  switch (safety) {
    case 'safe':
      return 'safe to apply';
    case 'needs-review':
      return 'needs review';
    default:
      return safety satisfies never;
  }
}

/** `HIGH`, or `HIGH undecided`. */
export function severityWords({ finding }: ReportedFinding): string {
  return finding.outcome === 'undecided' ? `${finding.severity} undecided` : finding.severity;
}

/** Findings of each severity that has any, worst first. */
export function countBySeverity(findings: readonly ReportedFinding[]): [Severity, number][] {
  return SEVERITIES.map((severity): [Severity, number] => [
    severity,
    findings.filter(({ finding }) => finding.severity === severity).length,
  ]).filter(([, count]) => count > 0);
}

/** `9 pass, 2 fail`; outcomes that no resource has are left out. */
export function outcomeWords({ resources }: Pick<Report, 'resources'>): string {
  const outcomes = ['fail', 'undecided', 'pass'] as const;
  const reused = resources.filter((each) => each.reused).length;
  return outcomes
    .map((outcome) => [outcome, resources.filter((each) => each.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .concat(reused === 0 ? [] : `${reused} of them recorded by an earlier run`)
    .join(', ');
}
