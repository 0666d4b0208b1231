/** What could not be judged at all, told once each: it blocks, so every report shows it. */
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { Report } from './report.ts';
import { compareText } from './report.ts';

/** Something to say about a place that is not a finding; lines and columns are null where only the file is known. */
export interface Note {
  /** Stable name: a diagnostic's code, `file` for a failed file without one, `audit` for an audit that did not end. */
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
}

const NOWHERE = { file: null, line: null, column: null, endLine: null, endColumn: null };

/** Undecided diagnostics, failed files that none of them explains, audits that did not end; by file and line. */
export function unjudged(report: Report): Note[] {
  const diagnostics = report.diagnostics.filter((each) => each.level === 'undecided');
  const explained = new Set(diagnostics.map((each) => each.file));
  const files = report.coverage.failed.filter(({ path }) => !explained.has(path));
  return [
    ...diagnostics.map(noteOf),
    ...files.map(({ path, reason }): Note => ({ ...NOWHERE, code: 'file', message: `could not be read in full: ${reason}`, file: path })),
    ...report.failedAudits.map(({ address, reason, file, startLine, endLine }): Note => ({
      ...NOWHERE,
      code: 'audit',
      message: `${address} could not be audited: ${reason}`,
      file,
      line: startLine,
      endLine,
    })),
  ].toSorted(byPlace);
}

export function warnings(report: Report): Note[] {
  return report.diagnostics
    .filter((each) => each.level === 'warning')
    .map(noteOf)
    .toSorted(byPlace);
}

/** What stands elsewhere, and whether that blocks. */
export interface UnresolvedNote extends Note {
  readonly isNew: boolean;
  readonly blocks: boolean;
}

/** Code that is not in the repository: what blocks first, then by place. */
export function unresolved(report: Report): UnresolvedNote[] {
  return report.diagnostics
    .filter((each) => each.level === 'unresolved')
    .map((each) => ({ ...noteOf(each), isNew: each.isNew, blocks: each.blocks }))
    .toSorted((a, b) => Number(b.blocks) - Number(a.blocks) || byPlace(a, b));
}

/** `blocks`; `does not block, was there before`. */
export function unresolvedWords({ isNew, blocks }: UnresolvedNote): string {
  return `${blocks ? 'blocks' : 'does not block'}${isNew ? '' : ', was there before'}`;
}

/** `infra/main.tf:3:7`, as far as it is known; null for what has no file. */
export function placeOf({ file, line, column }: Pick<Note, 'file' | 'line' | 'column'>): string | null {
  if (file === null) return null;
  return [file, line, column].filter((part) => part !== null).join(':');
}

function noteOf({ code, message, file, span }: Diagnostic): Note {
  const place = file ?? span?.file ?? null;
  if (span === undefined) return { ...NOWHERE, code, message, file: place };
  return {
    code,
    message,
    file: place,
    line: span.start.line,
    column: span.start.column,
    endLine: span.end.line,
    endColumn: span.end.column,
  };
}

function byPlace(a: Note, b: Note): number {
  return compareText(a.file ?? '', b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
