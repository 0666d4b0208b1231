/** Phrases that every report says in the same words. */
import type { AuditApproval } from '../domain/audit.ts';
import type { Proof, RemediationPlan } from '../domain/finding.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Severity } from '../domain/severity.ts';
import type { Silence } from '../domain/standing.ts';
import type { Report, ReportedFinding, ResourceReport } from './report.ts';
import { isCompared, worstFirst } from './report.ts';

/** In place of a script that a person could not check by looking at it. */
export const SCRIPT_REFUSED = 'No script for the live resource: a name in it is too long or holds characters that cannot be seen.';

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `applied to a copy and audited again: 2 findings gone, none new, 41 other values unchanged (3 resources audited)`; proofs with new findings are never shown. */
export function proofWords({ closes, resourcesAudited, valuesUnchanged }: Proof): string {
  const unchanged = (valuesUnchanged ?? 0) === 0 ? '' : `, ${plural(valuesUnchanged ?? 0, 'other value')} unchanged`;
  return `applied to a copy and audited again: ${plural(closes.length, 'finding')} gone, none new${unchanged} (${plural(resourcesAudited, 'resource')} audited)`;
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
export function severityWords({ finding }: { readonly finding: Pick<ReportedFinding['finding'], 'severity' | 'outcome'> }): string {
  return finding.outcome === 'undecided' ? `${finding.severity} undecided` : finding.severity;
}

/** `exception of team-web until 2026-12-31 (.github/infra-audit.yml:12): the bucket holds the public website` */
export function silenceWords({ by, owner, until, place, reason }: Silence): string {
  return `${by}${owner === null ? '' : ` of ${owner}`}${until === null ? '' : ` until ${until}`} (${place}): ${reason}`;
}

/** What became of waiting for a person: `rejected by octocat (https://…): not on a Friday`. */
export function approvalWords(approval: AuditApproval): string {
  switch (approval.state) {
    case 'waiting':
      return `waiting for approval until ${approval.deadline}`;
    case 'expired':
      return `nobody approved it before ${approval.deadline}`;
    case 'approved':
    case 'rejected': {
      const { by, until, place, reason } = approval.approval;
      const holds = approval.state === 'approved' ? ` until ${until}` : '';
      return `${approval.state} by ${by}${holds} (${place})${reason === null ? '' : `: ${reason}`}`;
    }
    default:
      return approval satisfies never;
  }
}

/** What became of waiting for a person to decide on this finding; null where it had not to wait. */
export function approvalOf({ finding, resource: { approval } }: ReportedFinding): AuditApproval | null {
  return approval?.fingerprints.includes(finding.fingerprint) === true ? approval : null;
}

/** The line of a comment that approves what waits; null where nothing waits, or nobody can approve. */
export function approvalCommand({ address, approval }: ResourceReport, { headSha }: Report): string | null {
  return approval?.state === 'waiting' && headSha !== null ? `/infra-audit approve ${address} ${headSha}` : null;
}

/** `2 resources wait for approval`; null when none does. */
export function waitingWords({ resources }: Pick<Report, 'resources'>): string | null {
  const waiting = resources.filter(({ approval }) => approval?.state === 'waiting').length;
  return waiting === 0 ? null : `${plural(waiting, 'resource')} ${waiting === 1 ? 'waits' : 'wait'} for approval`;
}

/** `5 resources changed and audited, 31 unchanged (same as base abcdef1)`; `36 resources audited` where nothing was compared. */
export function auditedWords(
  { resources, base }: Pick<Report, 'resources' | 'base'>,
  counted: (count: number) => string = (count) => plural(count, 'resource'),
): string {
  const all = resources.length;
  if (base === null || 'unavailable' in base) return `${counted(all)} audited`;
  const commit = base.commit.slice(0, SHORT_COMMIT);
  const changed = resources.filter((each) => each.changed !== false).length;
  if (base.unchanged === 0) return `${counted(all)} audited, ${changed} changed since base ${commit}`;
  return `${counted(all - base.unchanged)} changed and audited, ${base.unchanged} unchanged (same as base ${commit})`;
}

/** Why everything counts as new though there is a base commit; null where there is none, or it could be had. */
export function notComparedWords({ base }: Pick<Report, 'base'>): string | null {
  if (base === null || !('unavailable' in base)) return null;
  return `The base commit ${base.commit.slice(0, SHORT_COMMIT)} cannot be had, so everything was audited and counts as new: ${base.unavailable}`;
}

/** As git abbreviates. */
const SHORT_COMMIT = 7;

/** Findings that are counted together. */
export interface Tally {
  /** Null: there is nothing to compare with, so that they are all findings. */
  readonly kind: 'new' | 'already there' | null;
  readonly count: number;
  /** Those of each severity that has any, worst first. */
  readonly severities: readonly (readonly [Severity, number])[];
  readonly undecided: number;
}

/** New findings and others apart where there is something to compare with; silenced ones are in none. */
export function tallies(report: Pick<Report, 'resources' | 'base'>): Tally[] {
  const counted = worstFirst(report).filter(({ finding }) => finding.standing.silence === null);
  const tally = (kind: Tally['kind'], own: readonly ReportedFinding[]): Tally => ({
    kind,
    count: own.length,
    severities: countBySeverity(own),
    undecided: own.filter(({ finding }) => finding.outcome === 'undecided').length,
  });
  if (!isCompared(report)) return [tally(null, counted)];
  return [
    tally(
      'new',
      counted.filter(({ finding }) => finding.standing.isNew),
    ),
    tally(
      'already there',
      counted.filter(({ finding }) => !finding.standing.isNew),
    ),
  ];
}

/** `2 silenced, 1 not in this repository`; what there is none of is left out. */
export function besideWords({ resources, diagnostics }: Pick<Report, 'resources' | 'diagnostics'>): string[] {
  const silenced = resources.flatMap(({ findings }) => findings.filter(({ standing }) => standing.silence !== null)).length;
  const elsewhere = diagnostics.filter(({ level }) => level === 'unresolved').length;
  return [...(silenced === 0 ? [] : [`${silenced} silenced`]), ...(elsewhere === 0 ? [] : [`${elsewhere} not in this repository`])];
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
