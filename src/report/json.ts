/**
 * The report for programs: a contract of its own, numbered by `version`. Within a version fields are only added.
 * Lines and columns count from 1, ends are exclusive, offsets and columns count UTF-16 code units from the start of
 * the file or line; files are relative to the audited root.
 */
import type { AuditApproval } from '../domain/audit.ts';
import type { RemediationPlan } from '../domain/finding.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Severity } from '../domain/severity.ts';
import type { Span } from '../domain/source.ts';
import type { Silence } from '../domain/standing.ts';
import { unifiedDiff } from './diff.ts';
import { jsonText } from './encode/json.ts';
import type { BaseReport, Report, ReportedFinding, ResourceReport } from './report.ts';
import { compareText, worstFirst } from './report.ts';
import { shellScript } from './script.ts';

export interface JsonReport {
  readonly version: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly verdict: { readonly outcome: 'pass' | 'fail' | 'undecided'; readonly reasons: readonly string[] };
  readonly failOnSeverity: Severity | 'none';
  /** Whether findings count that the base commit has too. */
  readonly block: 'new' | 'all';
  readonly base: JsonBase | null;
  /** The commit that an approval is for; null where nobody can approve. */
  readonly headSha: string | null;
  readonly summary: JsonSummary;
  readonly resources: readonly JsonResource[];
  readonly findings: readonly JsonFinding[];
  readonly notCovered: readonly { readonly address: string; readonly type: string; readonly file: string }[];
  readonly failedAudits: readonly {
    readonly root: string;
    readonly address: string;
    readonly file: string;
    readonly startLine: number;
    readonly endLine: number;
    readonly reason: string;
  }[];
  readonly files: { readonly scanned: readonly JsonFile[]; readonly failed: readonly JsonFile[]; readonly ignored: readonly JsonFile[] };
  readonly diagnostics: readonly JsonDiagnostic[];
}

/** The commit that was compared with; numbers are null and `unavailable` says why where it could not be had. */
interface JsonBase {
  readonly commit: string;
  readonly changed: number | null;
  readonly unchanged: number | null;
  readonly unavailable: string | null;
}

interface JsonSummary {
  readonly resources: {
    readonly audited: number;
    readonly pass: number;
    readonly fail: number;
    readonly undecided: number;
    readonly reused: number;
    readonly notCovered: number;
  };
  /** All of them, those included that are silenced or were there before. */
  readonly findings: Readonly<Record<Severity, { readonly fail: number; readonly undecided: number }>>;
  readonly standing: { readonly blocking: number; readonly new: number; readonly alreadyThere: number; readonly silenced: number };
  readonly files: { readonly scanned: number; readonly failed: number; readonly ignored: number };
}

interface JsonResource {
  readonly root: string;
  readonly address: string;
  readonly path: string | null;
  readonly type: string;
  readonly framework: 'terraform' | 'cloudformation';
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly instances: readonly string[];
  readonly outcome: 'pass' | 'fail' | 'undecided';
  readonly severity: Severity | null;
  readonly violationFound: boolean;
  readonly workflowId: string | null;
  /** Whether an earlier run's audit of the same gave the result. */
  readonly reused: boolean;
  /** Whether it differs from the base commit's; null where there is nothing to compare with. */
  readonly changed: boolean | null;
  readonly remediationPlan: JsonPlan | null;
  readonly approval: JsonApproval | null;
}

/** What became of waiting for a person; what does not apply to the state is null. */
interface JsonApproval {
  readonly state: 'waiting' | 'expired' | 'approved' | 'rejected';
  readonly fingerprints: readonly string[];
  /** ISO 8601. */
  readonly deadline: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly until: string | null;
  readonly place: string | null;
}

interface JsonPlace {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface JsonFinding extends JsonPlace {
  readonly ruleId: string;
  readonly title: string | null;
  readonly severity: Severity;
  readonly outcome: 'fail' | 'undecided';
  readonly message: string;
  readonly root: string;
  readonly address: string;
  /** The first 20 of the instances concerned, and how many there are; none and 0 when the declaration makes only one. */
  readonly instances: readonly string[];
  readonly instanceCount: number;
  readonly fingerprint: string;
  /** Whether it keeps the change from being merged. */
  readonly blocks: boolean;
  /** Whether the base commit does not have it; true for all where there is nothing to compare with. */
  readonly isNew: boolean;
  /** What keeps it from counting; null: nothing does. */
  readonly silence: {
    readonly by: 'exception' | 'suppression' | 'approval';
    readonly reason: string;
    readonly owner: string | null;
    readonly until: string | null;
    readonly place: string;
  } | null;
  /** Why silences that were meant for it do not apply. */
  readonly refusedSilences: readonly string[];
  readonly remediationPlan: JsonPlan | null;
}

interface JsonPlan {
  readonly summary: string;
  readonly steps: readonly string[];
  /** Unified diff of all edits; null without edits, and where very long lines would make it over 64 Ki characters. */
  readonly diff: string | null;
  readonly edits: readonly (JsonPlace & { readonly startOffset: number; readonly endOffset: number; readonly replacement: string })[];
  /** Shell script for the live resource; null when its name is not known. */
  readonly script: string | null;
  readonly safety: 'safe' | 'needs-review' | null;
  /** Fingerprints of the findings that were gone when the edits were applied to a copy. */
  readonly proof: { readonly closes: readonly string[]; readonly resourcesAudited: number; readonly valuesUnchanged: number | null } | null;
}

interface JsonFile {
  readonly path: string;
  readonly reason: string;
}

interface JsonDiagnostic {
  readonly level: 'undecided' | 'unresolved' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly isNew: boolean;
  readonly blocks: boolean;
}

const DIFF_LIMIT = 65_536;

/** Resources by file and line, findings worst first: the same report gives the same text. */
export function jsonReport(report: Report): JsonReport {
  const { tool, verdict, threshold, block, base, headSha, coverage, notCovered, failedAudits } = report;
  const plan = (each: RemediationPlan | null): JsonPlan | null => (each === null ? null : jsonPlan(each, report));
  const files = (notes: Report['coverage']['scanned']): JsonFile[] =>
    notes.map(({ path, reason }) => ({ path, reason })).toSorted((a, b) => compareText(a.path, b.path));
  return {
    version: 1,
    tool: { name: tool.name, version: tool.version },
    verdict: { outcome: verdict.outcome, reasons: verdict.reasons },
    failOnSeverity: threshold,
    block,
    base: base === null ? null : jsonBase(base),
    headSha,
    summary: summaryOf(report),
    resources: report.resources.map((each) => jsonResource(each, plan(each.remediationPlan))).toSorted(byPlace),
    findings: worstFirst(report).map((each) =>
      jsonFinding(each, report.rules.get(each.finding.ruleId)?.title ?? null, plan(each.finding.remediationPlan)),
    ),
    notCovered: notCovered.map(({ address, type, file }) => ({ address, type, file })),
    failedAudits: failedAudits.map(({ root, address, file, startLine, endLine, reason }) => ({
      root,
      address,
      file,
      startLine,
      endLine,
      reason,
    })),
    files: { scanned: files(coverage.scanned), failed: files(coverage.failed), ignored: files(coverage.ignored) },
    diagnostics: report.diagnostics.map(({ level, code, message, file, span, isNew, blocks }) => ({
      level,
      code,
      message,
      file: file ?? span?.file ?? null,
      line: span?.start.line ?? null,
      column: span?.start.column ?? null,
      isNew,
      blocks,
    })),
  };
}

/** {@link jsonReport} as text to be written. */
export function renderJson(report: Report): string {
  return jsonText(jsonReport(report));
}

function summaryOf({ resources, notCovered, coverage }: Report): JsonSummary {
  const having = (outcome: ResourceReport['outcome']): number => resources.filter((each) => each.outcome === outcome).length;
  const findings = resources.flatMap((each) => each.findings);
  const counted = findings.filter(({ standing }) => standing.silence === null);
  const counts = (severity: Severity): { fail: number; undecided: number } => {
    const own = findings.filter((each) => each.severity === severity);
    const fail = own.filter((each) => each.outcome === 'fail').length;
    return { fail, undecided: own.length - fail };
  };
  const [CRITICAL, HIGH, MEDIUM, LOW, INFO] = SEVERITIES;
  return {
    resources: {
      audited: resources.length,
      pass: having('pass'),
      fail: having('fail'),
      undecided: having('undecided'),
      reused: resources.filter((each) => each.reused).length,
      notCovered: notCovered.length,
    },
    findings: { CRITICAL: counts(CRITICAL), HIGH: counts(HIGH), MEDIUM: counts(MEDIUM), LOW: counts(LOW), INFO: counts(INFO) },
    standing: {
      blocking: findings.filter(({ blocks }) => blocks).length,
      new: counted.filter(({ standing }) => standing.isNew).length,
      alreadyThere: counted.filter(({ standing }) => !standing.isNew).length,
      silenced: findings.length - counted.length,
    },
    files: { scanned: coverage.scanned.length, failed: coverage.failed.length, ignored: coverage.ignored.length },
  };
}

function jsonResource(resource: ResourceReport, remediationPlan: JsonPlan | null): JsonResource {
  const {
    root,
    address,
    path,
    type,
    framework,
    file,
    startLine,
    endLine,
    instances,
    outcome,
    severity,
    violationFound,
    workflowId,
    reused,
    changed,
  } = resource;
  return {
    root,
    address,
    path,
    type,
    framework,
    file,
    startLine,
    endLine,
    instances,
    outcome,
    severity,
    violationFound,
    workflowId,
    reused,
    changed,
    remediationPlan,
    approval: resource.approval === null ? null : jsonApproval(resource.approval),
  };
}

function jsonApproval(given: AuditApproval): JsonApproval {
  const { fingerprints } = given;
  switch (given.state) {
    case 'waiting':
    case 'expired':
      return { state: given.state, fingerprints, deadline: given.deadline, by: null, reason: null, until: null, place: null };
    case 'approved':
    case 'rejected': {
      const { by, reason, until, place } = given.approval;
      return { state: given.state, fingerprints, deadline: null, by, reason, until, place };
    }
    default:
      return given satisfies never;
  }
}

function jsonBase(base: BaseReport): JsonBase {
  const { commit } = base;
  if ('unavailable' in base) return { commit, changed: null, unchanged: null, unavailable: base.unavailable };
  return { commit, changed: base.changed, unchanged: base.unchanged, unavailable: null };
}

function jsonFinding({ finding, resource }: ReportedFinding, title: string | null, remediationPlan: JsonPlan | null): JsonFinding {
  const { ruleId, severity, outcome, message, address, instances, instanceCount, fingerprint, span, standing, blocks } = finding;
  return {
    ruleId,
    title,
    severity,
    outcome,
    message,
    root: resource.root,
    address,
    instances,
    instanceCount,
    ...jsonPlace(span),
    fingerprint,
    blocks,
    isNew: standing.isNew,
    silence: standing.silence === null ? null : jsonSilence(standing.silence),
    refusedSilences: standing.refusedSilences,
    remediationPlan,
  };
}

function jsonSilence({ by, reason, owner, until, place }: Silence): JsonFinding['silence'] {
  return { by, reason, owner, until, place };
}

function jsonPlan({ summary, steps, edits, commands, safety, proof }: RemediationPlan, report: Report): JsonPlan {
  const diff = unifiedDiff(edits, report.source);
  return {
    summary,
    steps,
    diff: diff === '' || diff.length > DIFF_LIMIT ? null : diff,
    edits: edits.map(({ span, replacement }) => ({
      ...jsonPlace(span),
      startOffset: span.start.offset,
      endOffset: span.end.offset,
      replacement,
    })),
    script: shellScript(commands),
    safety,
    proof:
      proof === null
        ? null
        : { closes: proof.closes, resourcesAudited: proof.resourcesAudited, valuesUnchanged: proof.valuesUnchanged ?? null },
  };
}

function jsonPlace({ file, start, end }: Span): JsonPlace {
  return { file, startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function byPlace(a: JsonResource, b: JsonResource): number {
  return compareText(a.file, b.file) || a.startLine - b.startLine || compareText(a.root, b.root) || compareText(a.address, b.address);
}
