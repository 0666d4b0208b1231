import { groupBy } from '../domain/group-by.ts';
import { structuredPatch } from 'diff';
import { applyEdits } from '../domain/source.ts';
import type { Edit, SourceText } from '../domain/source.ts';
import { compareText } from './report.ts';

/** Lines shown around a change. */
const CONTEXT = 3;

export interface FileDiff {
  readonly file: string;
  readonly hunks: readonly Hunk[];
}

export interface Hunk {
  /** `@@ -1,3 +1,4 @@` */
  readonly header: string;
  /** Each with its sign (` `, `-`, `+`, `\`) and without its line break; a CR before it is part of the line. */
  readonly lines: readonly string[];
}

/** What the edits do to each file, files in order of name. Empty when a file they touch is not there. */
export function fileDiffs(edits: readonly Edit[], source: (file: string) => SourceText | undefined): FileDiff[] {
  const byFile = groupBy(edits, (edit) => edit.span.file);
  const diffs: FileDiff[] = [];
  for (const [file, own] of [...byFile].toSorted(([a], [b]) => compareText(a, b))) {
    const text = source(file);
    if (text === undefined) return [];
    const hunks = hunksOf(text, own);
    if (hunks.length > 0) diffs.push({ file, hunks });
  }
  return diffs;
}

/** The lines around the edits are compared, not the file: a long file costs no more than a short one. */
function hunksOf(source: SourceText, edits: readonly Edit[]): Hunk[] {
  const first = Math.max(1, Math.min(...edits.map(({ span }) => source.position(span.start.offset).line)) - CONTEXT - 1);
  const last = Math.max(...edits.map(({ span }) => source.position(span.end.offset).line)) + CONTEXT + 1;
  const start = source.lineStarts[first - 1] ?? 0;
  const end = source.lineStarts[last] ?? source.text.length;
  const before = source.text.slice(start, end);
  const moved = edits.map(({ span, replacement }) => {
    const shift = ({ offset, line, column }: typeof span.start): typeof span.start => ({ offset: offset - start, line, column });
    return { span: { file: span.file, start: shift(span.start), end: shift(span.end) }, replacement };
  });
  const patch = structuredPatch('', '', before, applyEdits(before, moved), undefined, undefined, { context: CONTEXT });
  // A range without lines is told by the line before it.
  const range = (start: number, lines: number): string => `${start + first - 1 - (lines === 0 ? 1 : 0)},${lines}`;
  return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    header: `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    lines,
  }));
}

/** The text that `git apply` and `patch -p1` take; `''` without edits. */
export function unifiedDiff(edits: readonly Edit[], source: (file: string) => SourceText | undefined): string {
  return fileDiffs(edits, source).map(formatDiff).join('');
}

function formatDiff({ file, hunks }: FileDiff): string {
  const lines = hunks.flatMap(({ header, lines: own }) => [header, ...own]);
  return `${[`--- ${diffPath('a', file)}`, `+++ ${diffPath('b', file)}`, ...lines].join('\n')}\n`;
}

/** As git writes paths: odd ones in C quotes, one with a blank ended by a tab. */
export function diffPath(side: 'a' | 'b', file: string): string {
  const path = `${side}/${file}`;
  if (/^[ -!#-[\]-~]*$/u.test(path)) return path.includes(' ') ? `${path}\t` : path;
  const bytes = [...new TextEncoder().encode(path)];
  return `"${bytes.map((byte) => quotedByte(byte)).join('')}"`;
}

function quotedByte(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}
