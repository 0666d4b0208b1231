/** What a check run says: while the audit is under way, and when it has ended. Titles are plain text to GitHub, summaries Markdown. */
import type { AuditStep } from '../domain/audit.ts';
import { prose } from './encode/markdown.ts';
import { shorten, visible } from './encode/visible.ts';
import { renderMarkdown } from './markdown.ts';
import type { MarkdownOptions } from './markdown.ts';
import type { Report } from './report.ts';

export interface CheckText {
  readonly title: string;
  readonly summary: string;
}

/** GitHub takes 65,535 characters of a summary. */
const BUDGET = { size: 60_000, unit: 'characters' } as const;
const TITLE_LIMIT = 200;

const STEPS = {
  fetchMetadata: ' · fetching metadata',
  analyzeRisk: ' · analyzing risk',
  approval: ' · waiting for approval',
  generateFix: ' · generating fixes',
  done: '',
} as const satisfies Record<AuditStep, string>;

const OUTCOMES = { pass: 'Pass', fail: 'Fail', undecided: 'Undecided' } as const satisfies Record<Report['verdict']['outcome'], string>;

/** `312 of 1,000 audited · analyzing risk` */
export function checkProgress({ done, total, step }: { done: number; total: number; step: AuditStep }): string {
  return `${done.toLocaleString('en')} of ${total.toLocaleString('en')} audited${STEPS[step]}`;
}

export function checkVerdict(report: Report, rest: MarkdownOptions['rest']): CheckText {
  const { outcome, reasons } = report.verdict;
  return {
    title: shorten(visible(`${OUTCOMES[outcome]}: ${reasons[0] ?? ''}`), TITLE_LIMIT),
    summary: renderMarkdown(report, { budget: BUDGET, rest }),
  };
}

/** For a run that does not come to an end. */
export function checkError(message: string): CheckText {
  return { title: 'The audit did not come to an end', summary: prose(message) };
}
