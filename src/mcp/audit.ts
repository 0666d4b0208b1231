/** `audit`: judges what is covered, one resource after the other, and tells the verdict. */
import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditResult } from '../domain/audit.ts';
import type { Resource } from '../domain/resource.ts';
import { StepFailure } from '../domain/steps.ts';
import type { ReportedFinding, Report } from '../report/report.ts';
import { worstFirst } from '../report/report.ts';
import { jsonReport } from '../report/json.ts';
import { renderText } from '../report/text.ts';
import { terminalText } from '../report/encode/terminal.ts';
import type { auditOutput } from './contracts.ts';
import { diagnosticsOf, firstOf } from './lists.ts';
import { TEXT_CHARACTERS } from './limits.ts';
import type { Judged, Opened } from './port.ts';

export interface Watch {
  readonly signal: AbortSignal;
  /** Called between resources. */
  onProgress(done: number, total: number, address: string): Promise<void>;
}

export interface Answer<T> {
  readonly structured: T;
  /** The same for people. */
  readonly text: string;
}

/** How long judging keeps messages of the client waiting. */
const SLICE_MILLISECONDS = 20;

/** @throws the signal's reason when it is aborted */
export async function auditWorkspace(opened: Opened, watch: Watch): Promise<Answer<z.infer<typeof auditOutput>>> {
  const report = opened.report(await judgeAll(opened, watch));
  const { verdict, failOnSeverity, summary, notCovered } = jsonReport(report);
  const { audited, pass, fail, undecided } = summary.resources;
  const { scanned, failed, ignored } = summary.files;
  const findings = firstOf(worstFirst(report));
  const uncovered = firstOf(notCovered);
  const scannersNotAsked = opened.scannersNotAsked.map(({ scanner }) => scanner);
  return {
    structured: {
      verdict: { outcome: verdict.outcome, reasons: [...verdict.reasons] },
      failOnSeverity,
      counts: {
        resources: { audited, pass, fail, undecided, notCovered: summary.resources.notCovered },
        findings: summary.findings,
        files: { scanned, failed, ignored },
      },
      findings: findings.first.map((each) => findingOf(each, report)),
      moreFindings: findings.more,
      ...diagnosticsOf(report.diagnostics),
      notCovered: uncovered.first.map(({ address, type, file }) => ({ address, type, file })),
      moreNotCovered: uncovered.more,
      scannersNotAsked,
    },
    text: shortened(renderText(report, { colour: false })) + notAsked(scannersNotAsked),
  };
}

async function judgeAll(opened: Opened, { signal, onProgress }: Watch): Promise<Judged[]> {
  const covered = opened.workspace.resources.filter(({ type }) => opened.rules.for(type).length > 0);
  const judged: Judged[] = [];
  let pause = performance.now() + SLICE_MILLISECONDS;
  for (const resource of covered) {
    judged.push(await judge(resource, opened));
    if (performance.now() < pause && judged.length < covered.length) continue;
    await onProgress(judged.length, covered.length, resource.address);
    await setImmediate();
    signal.throwIfAborted();
    pause = performance.now() + SLICE_MILLISECONDS;
  }
  return judged;
}

/** The steps of the workflow without their plans, which propose_fix makes for one resource. */
async function judge(resource: Resource, { audit, scannersNotAsked }: Opened): Promise<Judged> {
  const ref: AuditRef = audit.refOf(resource);
  try {
    const { violationFound, severity, findings } = await audit.analyzeRisk(ref, await audit.fetchMetadata(ref));
    const { address } = ref;
    const scannerFailures = scannersNotAsked.length === 0 ? {} : { scannerFailures: scannersNotAsked };
    const result: AuditResult = { address, violationFound, severity, findings, remediationPlan: null, ...scannerFailures };
    return { ref, result, failure: null };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { ref, result: null, failure: error.message };
  }
}

function findingOf({ finding, resource }: ReportedFinding, { rules }: Report): z.infer<typeof auditOutput>['findings'][number] {
  const { ruleId, severity, outcome, message, address, span, fingerprint, blocks, standing } = finding;
  return {
    ruleId,
    title: rules.get(ruleId)?.title ?? null,
    severity,
    outcome,
    message,
    root: resource.root,
    address,
    file: span.file,
    startLine: span.start.line,
    startColumn: span.start.column,
    endLine: span.end.line,
    endColumn: span.end.column,
    fingerprint,
    blocks,
    silencedBy: standing.silence?.by ?? null,
  };
}

/** The end has totals and verdict, so the middle is left out. */
function shortened(text: string): string {
  if (text.length <= TEXT_CHARACTERS) return text;
  const lines = text.split('\n');
  const half = TEXT_CHARACTERS / 2;
  const head = linesWithin(lines, half);
  const tail = linesWithin(lines.slice(head).toReversed(), half);
  const left = lines.length - head - tail;
  return [
    ...lines.slice(0, head),
    '',
    `… ${left} lines are left out here; the structured content has the findings.`,
    '',
    ...lines.slice(-tail),
  ].join('\n');
}

/** How many lines from the start have at most so many characters. */
function linesWithin(lines: readonly string[], characters: number): number {
  let room = characters;
  const over = lines.findIndex((line) => (room -= line.length + 1) < 0);
  return over === -1 ? lines.length : over;
}

function notAsked(scanners: readonly string[]): string {
  return scanners.length === 0 ? '' : `\nScanners of the policy that are not asked here: ${scanners.map(terminalText).join(', ')}\n`;
}
