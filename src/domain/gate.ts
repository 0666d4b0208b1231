import type { Coverage, Diagnostic } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { SEVERITIES } from './severity.ts';
import type { Severity } from './severity.ts';
import type { Standing } from './standing.ts';

/** Least severe that blocks; `none`: findings never block. */
export type Threshold = Severity | 'none';

/** What the gate holds against a change. */
export interface GatePolicy {
  readonly threshold: Threshold;
  /** Whether findings count that the base commit has too. */
  readonly block: 'new' | 'all';
  /** Whether a requirement that could not be decided, because a value is not known, counts by its severity or is only reported. */
  readonly undecided: 'block' | 'report';
  /** How severe it is that code is not in the repository, by the code of the diagnostic; `report`: it never blocks. */
  readonly unresolved: ReadonlyMap<string, Severity | 'report'>;
}

/** A module from elsewhere may declare anything; but it is named in the open, and pinned or not for everyone to see. */
const UNRESOLVED_SEVERITY: Severity = 'HIGH';

export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'undecided';
  /** One sentence each; for `pass` what was looked at. */
  readonly reasons: readonly string[];
}

type Judged = Pick<Finding, 'severity' | 'outcome'> & { readonly standing: Standing };

export interface GateInput {
  readonly findings: readonly Judged[];
  readonly diagnostics: readonly (Diagnostic & { readonly isNew: boolean })[];
  readonly coverage: Coverage;
  /** Resources whose audit did not end, with the reason. */
  readonly failedAudits: readonly { readonly address: string; readonly reason: string }[];
  /** Resources that wait for a person, or that one rejected. */
  readonly held: readonly { readonly address: string; readonly state: 'waiting' | 'rejected' }[];
  readonly resourcesAudited: number;
  /** Resources that are as the base commit has them, and were not audited for that. */
  readonly resourcesUnchanged: number;
  readonly policy: GatePolicy;
}

/**
 * What could not be judged at all blocks whatever the threshold; an undecided finding counts by its
 * severity as a failure would. A failure outweighs what is undecided.
 */
export function decide(input: GateInput): Verdict {
  const failed = blocking(input, 'fail');
  const unknown = blocking(input, 'undecided');
  const elsewhere = input.diagnostics.filter((diagnostic) => unresolvedBlocks(diagnostic, input.policy));
  const kind = input.policy.block === 'new' ? 'new ' : '';
  const held = [...heldReasons(input, 'waiting', 'for approval by a person'), ...heldReasons(input, 'rejected', 'by a person')];
  const reasons = [
    ...held,
    ...failed.map(([severity, count]) => plural(count, `${kind}${severity} finding`)),
    ...unknown.map(([severity, count]) => `${plural(count, `${kind}${severity} requirement`)} could not be decided`),
    ...elsewhere.map(({ file, message }) => (file === undefined ? message : `${file}: ${message}`)),
    ...unjudged(input),
  ];
  if (held.length > 0 || failed.length > 0) return { outcome: 'fail', reasons };
  if (reasons.length > 0) return { outcome: 'undecided', reasons };
  return { outcome: 'pass', reasons: [passed(input)] };
}

/** Whether a finding keeps the change from being merged. */
export function blocksMerge({ severity, outcome, standing }: Judged, { threshold, block, undecided }: GatePolicy): boolean {
  if (standing.silence !== null || (block === 'new' && !standing.isNew)) return false;
  return (outcome === 'fail' || undecided === 'block') && blocks(severity, threshold);
}

export function blocks(severity: Severity, threshold: Threshold): boolean {
  return threshold !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

function heldReasons({ held }: GateInput, state: GateInput['held'][number]['state'], how: string): string[] {
  const some = held.filter((each) => each.state === state).map(({ address }) => address);
  return some.length === 0 ? [] : [`${state} ${how}: ${some.join(', ')}`];
}

/** Whether code that is not in the repository keeps the change from being merged. */
export function unresolvedBlocks({ level, code, isNew }: GateInput['diagnostics'][number], policy: GatePolicy): boolean {
  if (level !== 'unresolved' || (policy.block === 'new' && !isNew)) return false;
  const severity = policy.unresolved.get(code) ?? UNRESOLVED_SEVERITY;
  return severity !== 'report' && policy.undecided === 'block' && blocks(severity, policy.threshold);
}

function blocking({ findings, policy }: GateInput, outcome: Finding['outcome']): [Severity, number][] {
  const counting = findings.filter((finding) => finding.outcome === outcome && blocksMerge(finding, policy));
  return SEVERITIES.map((severity): [Severity, number] => [
    severity,
    counting.filter((finding) => finding.severity === severity).length,
  ]).filter(([, count]) => count > 0);
}

function passed({ findings, coverage, policy, resourcesAudited, resourcesUnchanged }: GateInput): string {
  const unchanged = resourcesUnchanged === 0 ? '' : `, ${resourcesUnchanged} unchanged`;
  const looked = `${plural(resourcesAudited, 'resource')} in ${plural(coverage.scanned.length, 'file')} audited${unchanged}`;
  const silenced = findings.filter(({ standing }) => standing.silence !== null).length;
  const old = policy.block === 'new' ? findings.filter(({ standing }) => standing.silence === null && !standing.isNew).length : 0;
  const below = findings.length - silenced - old;
  const parts = [
    ...(below > 0 ? [`${plural(below, 'finding')} below the threshold`] : []),
    ...(old > 0 ? [`${plural(old, 'finding')} that ${old === 1 ? 'was' : 'were'} there before`] : []),
    ...(silenced > 0 ? [`${plural(silenced, 'finding')} silenced`] : []),
  ];
  return `${looked}, ${parts.length === 0 ? 'nothing found' : parts.join(', ')}`;
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
