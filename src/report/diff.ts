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

/** The lines around edits are compared, not the file: a long file costs no more than a short one, and many edits no more than each. */
function hunksOf(source: SourceText, edits: readonly Edit[]): Hunk[] {
  const hunks: Hunk[] = [];
  let shift = 0;
  for (const near of neighbours(source, edits)) {
    const own = changesOf(source, near, shift);
    hunks.push(...own.hunks);
    shift += own.shift;
  }
  return hunks;
}

/** Edits whose lines of context meet stay together. */
function neighbours(source: SourceText, edits: readonly Edit[]): Edit[][] {
  const groups: Edit[][] = [];
  let end = -Infinity;
  for (const edit of edits.toSorted((a, b) => a.span.start.offset - b.span.start.offset)) {
    const [start, last] = [source.position(edit.span.start.offset).line, source.position(edit.span.end.offset).line];
    if (start - end > 2 * (CONTEXT + 1)) groups.push([]);
    groups.at(-1)?.push(edit);
    end = Math.max(end, last);
  }
  return groups;
}

/** @param shift lines that changes above add to the file; the answer's `shift` is what these add */
function changesOf(source: SourceText, edits: readonly Edit[], shift: number): { hunks: Hunk[]; shift: number } {
  const first = Math.max(1, Math.min(...edits.map(({ span }) => source.position(span.start.offset).line)) - CONTEXT - 1);
  const last = Math.max(...edits.map(({ span }) => source.position(span.end.offset).line)) + CONTEXT + 1;
  const start = source.lineStarts[first - 1] ?? 0;
  const end = source.lineStarts[last] ?? source.text.length;
  const before = source.text.slice(start, end);
  const moved = edits.map(({ span, replacement }) => {
    const move = ({ offset, line, column }: typeof span.start): typeof span.start => ({ offset: offset - start, line, column });
    return { span: { file: span.file, start: move(span.start), end: move(span.end) }, replacement };
  });
  const patch = structuredPatch('', '', before, applyEdits(before, moved), undefined, undefined, { context: CONTEXT });
  // A range without lines is told by the line before it.
  const range = (start: number, lines: number): string => `${start + first - 1 - (lines === 0 ? 1 : 0)},${lines}`;
  return {
    hunks: patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
      header: `@@ -${range(oldStart, oldLines)} +${range(newStart + shift, newLines)} @@`,
      lines,
    })),
    shift: patch.hunks.reduce((sum, { oldLines, newLines }) => sum + newLines - oldLines, 0),
  };
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
