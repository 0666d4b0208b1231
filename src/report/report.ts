/**
 * What a run found, as every renderer takes it. Not plain data: `rules` is a Map, `source` and `links`
 * are functions. What leaves the program is made by the renderers.
 */
import type { AuditApproval } from '../domain/audit.ts';
import type { Coverage } from '../domain/diagnostic.ts';
import type { Finding, RemediationPlan } from '../domain/finding.ts';
import type { Threshold, Verdict } from '../domain/gate.ts';
import type { Framework } from '../domain/resource.ts';
import type { Rule } from '../domain/rule.ts';
import { compareSeverity } from '../domain/severity.ts';
import type { Severity } from '../domain/severity.ts';
import type { SourceText } from '../domain/source.ts';
import type { WeighedDiagnostic, WeighedFinding } from '../domain/standing.ts';

export interface Report {
  readonly tool: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  readonly threshold: Threshold;
  /** Whether findings count that the base commit has too. */
  readonly block: 'new' | 'all';
  /** What was compared with; null: nothing was to be compared. */
  readonly base: BaseReport | null;
  /** Every resource that was to be audited, in any order, those included that the base commit has as they are. */
  readonly resources: readonly ResourceReport[];
  /** Resources that no rule looks at. */
  readonly notCovered: readonly NotCovered[];
  /** By id; holds at least the rules of the findings. */
  readonly rules: ReadonlyMap<string, RuleText>;
  readonly coverage: Coverage;
  readonly diagnostics: readonly WeighedDiagnostic[];
  readonly failedAudits: readonly FailedAudit[];
  /** Text of a file that was read, by its path relative to the audited root. */
  source(file: string): SourceText | undefined;
  /** URL of lines of a file at the head commit; null where there is none to link to. */
  readonly links: ((file: string, startLine: number, endLine: number) => string) | null;
  /** The commit that an approval is for, in full; null where nobody can approve. */
  readonly headSha: string | null;
}

export type BaseReport = { readonly commit: string } & (
  | { readonly changed: number; readonly unchanged: number }
  /** Why it cannot be had, as a sentence: so everything was audited and counts as new. */
  | { readonly unavailable: string }
);

export interface ResourceReport {
  /** As in the domain's Resource; with `address`, what tells it from every other. */
  readonly root: string;
  readonly address: string;
  /** What the tool that wrote the declaration calls it; null where there is no such tool. */
  readonly path: string | null;
  readonly type: string;
  readonly framework: Framework;
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Addresses of what count and for_each make of it; the address itself without them. */
  readonly instances: readonly string[];
  /** What it certainly is linked to, each once. */
  readonly related: readonly RelatedResource[];
  readonly outcome: 'pass' | 'fail' | 'undecided';
  /** Of the worst finding; null without findings. */
  readonly severity: Severity | null;
  readonly violationFound: boolean;
  /** Null when no workflow was started. */
  readonly workflowId: string | null;
  /** Whether an earlier run's audit of the same gave the result. */
  readonly reused: boolean;
  /** Whether it differs from the base commit's; null where there is nothing to compare with. */
  readonly changed: boolean | null;
  /** In any order; their files exist for `source`. Those of a resource that did not change have no plan. */
  readonly findings: readonly WeighedFinding[];
  /** All proven edits of the resource together, proven together. */
  readonly remediationPlan: RemediationPlan | null;
  /** What became of waiting for a person; null where nothing had to wait. */
  readonly approval: AuditApproval | null;
}

/** Another declaration of the same root, audited or not. */
export interface RelatedResource {
  readonly address: string;
  /** `to`: the resource refers to this one; `from`: this one refers to it. */
  readonly direction: 'to' | 'from';
}

export interface NotCovered {
  readonly address: string;
  readonly type: string;
  readonly file: string;
}

/** A resource whose audit did not end; it is in `resources` too, as undecided. */
export interface FailedAudit {
  readonly root: string;
  readonly address: string;
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly reason: string;
}

/** What a reader is told about a rule. */
export type RuleText = Pick<Rule, 'id' | 'title' | 'severity' | 'why' | 'remedy' | 'references' | 'controls' | 'equivalents'>;

export interface ReportedFinding {
  readonly finding: WeighedFinding;
  readonly resource: ResourceReport;
}

/** Findings as a reader takes them in, each list in the order of {@link worstFirst}. */
export interface Sections {
  /** New, or blocking: told in full. */
  readonly current: readonly ReportedFinding[];
  /** The base commit has them too, and they do not block: told in a line each. */
  readonly before: readonly ReportedFinding[];
  readonly silenced: readonly ReportedFinding[];
}

export function sectionsOf(report: Pick<Report, 'resources'>): Sections {
  const sections = { current: [] as ReportedFinding[], before: [] as ReportedFinding[], silenced: [] as ReportedFinding[] };
  for (const each of worstFirst(report)) {
    const { standing } = each.finding;
    if (standing.silence !== null) sections.silenced.push(each);
    else if (isCurrent(each.finding)) sections.current.push(each);
    else sections.before.push(each);
  }
  return sections;
}

/** Whether whoever made the change is to look at it. */
export function isCurrent({ standing, blocks }: WeighedFinding): boolean {
  return standing.silence === null && (standing.isNew || blocks);
}

/** The plan, if it is proven to change something; not one that closes a silenced finding, which is meant to stay. */
export function offered(plan: RemediationPlan | null, findings: readonly WeighedFinding[]): RemediationPlan | null {
  const closes = new Set(plan?.proof?.closes);
  if (closes.size === 0 || plan?.edits.length === 0) return null;
  return findings.some(({ standing, fingerprint }) => standing.silence !== null && closes.has(fingerprint)) ? null : plan;
}

/** Whether the base commit could be had, so that `isNew` tells one finding from another. */
export function isCompared({ base }: Pick<Report, 'base'>): boolean {
  return base !== null && !('unavailable' in base);
}

/** Every finding with its resource: what blocks first, then worst first, failures before what is undecided, then by place. */
export function worstFirst(report: Pick<Report, 'resources'>): ReportedFinding[] {
  return report.resources
    .flatMap((resource) => resource.findings.map((finding) => ({ finding, resource })))
    .toSorted((a, b) => Number(b.finding.blocks) - Number(a.finding.blocks) || compareFindings(a.finding, b.finding));
}

export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    Number(a.outcome === 'undecided') - Number(b.outcome === 'undecided') ||
    compareText(a.span.file, b.span.file) ||
    a.span.start.offset - b.span.start.offset ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.address, b.address)
  );
}

/** An address with what else the resource is known as. */
export function nameOf(address: string, { path }: Pick<ResourceReport, 'path'>): string {
  return path === null ? address : `${address}, ${path}`;
}

/** By code units, so that the order is the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
