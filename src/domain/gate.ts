import type { Coverage, Diagnostic } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { SEVERITIES } from './severity.ts';
import type { Severity } from './severity.ts';

/** Least severe that blocks; `none`: findings never block. */
export type Threshold = Severity | 'none';

export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'undecided';
  /** One sentence each; for `pass` what was looked at. */
  readonly reasons: readonly string[];
}

export interface GateInput {
  readonly findings: readonly Pick<Finding, 'severity' | 'outcome'>[];
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: Coverage;
  /** Resources whose audit did not end, with the reason. */
  readonly failedAudits: readonly { readonly address: string; readonly reason: string }[];
  readonly resourcesAudited: number;
  readonly threshold: Threshold;
}

/**
 * What could not be judged at all blocks whatever the threshold; an undecided finding counts by its
 * severity as a failure would. A failure outweighs what is undecided.
 */
export function decide(input: GateInput): Verdict {
  const failed = blocking(input, 'fail');
  const unknown = blocking(input, 'undecided');
  const reasons = [
    ...failed.map(([severity, count]) => plural(count, `${severity} finding`)),
    ...unknown.map(([severity, count]) => `${plural(count, `${severity} requirement`)} could not be decided`),
    ...unjudged(input),
  ];
  if (failed.length > 0) return { outcome: 'fail', reasons };
  if (reasons.length > 0) return { outcome: 'undecided', reasons };
  const below = input.findings.length;
  const looked = `${plural(input.resourcesAudited, 'resource')} in ${plural(input.coverage.scanned.length, 'file')} audited`;
  return {
    outcome: 'pass',
    reasons: [below === 0 ? `${looked}, nothing found` : `${looked}, ${plural(below, 'finding')} below the threshold`],
  };
}

export function blocks(severity: Severity, threshold: Threshold): boolean {
  return threshold !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

function blocking(input: GateInput, outcome: Finding['outcome']): [Severity, number][] {
  return SEVERITIES.filter((severity) => blocks(severity, input.threshold))
    .map((severity): [Severity, number] => [
      severity,
      input.findings.filter((each) => each.outcome === outcome && each.severity === severity).length,
    ])
    .filter(([, count]) => count > 0);
}

function unjudged({ coverage, diagnostics, failedAudits }: GateInput): string[] {
  const reasons: string[] = [];
  for (const { path, reason } of coverage.failed) reasons.push(`${path} could not be read in full: ${reason}`);
  const failed = new Set(coverage.failed.map((note) => note.path));
  for (const { level, file, message } of diagnostics) {
    if (level === 'undecided' && (file === undefined || !failed.has(file)))
      reasons.push(file === undefined ? message : `${file}: ${message}`);
  }
  for (const { address, reason } of failedAudits) reasons.push(`${address} could not be audited: ${reason}`);
  if (coverage.scanned.length === 0 && reasons.length === 0)
    reasons.push('no Terraform or CloudFormation file was found, so nothing was judged');
  return reasons;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
