import { shorten, visible } from './encode/visible.ts';
import type { Report, ReportedFinding } from './report.ts';
import { nameOf, sectionsOf } from './report.ts';
import type { Note } from './unjudged.ts';
import { unjudged, unresolved, warnings } from './unjudged.ts';
import { severityWords } from './words.ts';

/** What GitHub shows on a line of a file. Titles have at most 255 characters, columns only a place within one line. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  /** Exclusive. */
  readonly endColumn: number | null;
  readonly title: string;
  readonly message: string;
}

const TITLE_LIMIT = 200;
const MESSAGE_LIMIT = 4000;

/**
 * Worst first: what could not be judged, what is not in the repository, findings that block, other findings, warnings.
 * What is silenced has none; where only what is new counts, nor has what was there before. Invisible characters are shown by number.
 */
export function annotations(report: Report): Annotation[] {
  const { current, before } = sectionsOf(report);
  const findings = report.block === 'new' ? current : [...current, ...before];
  return [
    ...unjudged(report).flatMap((note) => ofNote(note, 'error', 'Could not be judged')),
    ...unresolved(report)
      .filter(({ isNew, blocks }) => report.block === 'all' || isNew || blocks)
      .flatMap((note) => ofNote(note, note.blocks ? 'error' : 'warning', 'Not in this repository')),
    ...findings.map((each) => ofFinding(each, report)),
    ...warnings(report).flatMap((note) => ofNote(note, 'warning', 'Worth knowing')),
  ];
}

function ofFinding(each: ReportedFinding, { rules }: Report): Annotation {
  const { finding, resource } = each;
  const { start, end, file } = finding.span;
  const plan = finding.remediationPlan;
  return annotation({
    level: finding.blocks ? 'error' : belowBlocking(finding.severity),
    file,
    startLine: start.line,
    endLine: end.line,
    startColumn: start.column,
    endColumn: end.column,
    title: `${severityWords(each)}: ${rules.get(finding.ruleId)?.title ?? finding.ruleId}`,
    message: [
      finding.message,
      nameOf(finding.address, resource),
      ...finding.standing.refusedSilences.slice(0, 1),
      ...(plan === null ? [] : [`Fix: ${plan.summary}`]),
    ]
      .map((line) => visible(line))
      .join('\n'),
  });
}

function belowBlocking(severity: ReportedFinding['finding']['severity']): Annotation['level'] {
  return severity === 'LOW' || severity === 'INFO' ? 'notice' : 'warning';
}

/** A note without a file has no line to stand on; the other reports show it. */
function ofNote({ file, line, column, endLine, endColumn, message }: Note, level: Annotation['level'], title: string): Annotation[] {
  if (file === null) return [];
  const startLine = line ?? 1;
  return [
    annotation({ level, file, startLine, endLine: endLine ?? startLine, startColumn: column, endColumn, title, message: visible(message) }),
  ];
}

function annotation(whole: Annotation): Annotation {
  const oneLine = whole.startLine === whole.endLine;
  return {
    ...whole,
    startColumn: oneLine ? whole.startColumn : null,
    endColumn: oneLine ? whole.endColumn : null,
    title: shorten(visible(whole.title), TITLE_LIMIT),
    message: shorten(whole.message, MESSAGE_LIMIT),
  };
}
