/** Source lines as they look on a terminal, with the range in question marked. */
import type { SourceText, Span } from '../domain/source.ts';
import type { Paint, Style } from './colour.ts';
import { visible } from './encode/visible.ts';

/** Terminal columns that source text may take. */
const WIDTH = 100;
/** Columns kept before the range when a long line is cut around it. */
const BEFORE = 30;
const TAB = '    ';
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const COMBINING = /\p{M}/u;

interface Cell {
  readonly text: string;
  /** Terminal columns. */
  readonly width: number;
  /** UTF-16 offset in the source line. */
  readonly at: number;
}

/**
 * The line before, the range's first line with `^^^^` under the range, the line after. A long line is cut
 * around the range and stands alone. Empty when the source has no such line.
 */
export function frame(source: SourceText, span: Span, paint: Paint, style: Style): string[] {
  const { line, column } = span.start;
  if (line > source.lineStarts.length) return [];
  const whole = source.line(line);
  const skipped = Math.max(0, column - 1 - WIDTH);
  const cells = cellsOf(whole.slice(skipped, skipped + 4 * WIDTH));
  const manyLines = span.end.line > line;
  const from = columnOf(cells, column - 1 - skipped);
  const to = columnOf(cells, (manyLines ? whole.length : span.end.column - 1) - skipped);
  const left = skipped > 0 || to > WIDTH ? Math.max(0, from - BEFORE) : 0;
  const width = Math.max(1, Math.min(to, left + WIDTH) - from);
  const marks = paint(style, '^'.repeat(width) + (manyLines ? ` to line ${span.end.line}` : ''));
  const context = left > 0 ? [] : [line - 1, line + 1].filter((each) => source.line(each).trim() !== '');
  const gutter = String(Math.max(line, ...context)).length;
  const row = (number: string, text: string): string => `${paint('dim', `${number.padStart(gutter)} │`)} ${text}`.trimEnd();
  const around = (each: number): string[] => (context.includes(each) ? [row(String(each), frameLine(source.line(each)))] : []);
  const indent = ' '.repeat(from - left + (left > 0 ? 1 : 0));
  return [...around(line - 1), row(String(line), cut(cells, left)), row('', indent + marks), ...around(line + 1)];
}

/** One line of source text, tabs as blanks, no wider than a frame. */
export function frameLine(text: string): string {
  return cut(cellsOf(text.slice(0, 2 * WIDTH)), 0);
}

function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  for (const character of line) {
    const text = character === '\t' ? TAB : visible(character);
    cells.push({ text, width: text.length > 1 && text !== character ? text.length : columns(character), at });
    at += character.length;
  }
  return cells;
}

function columns(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function columnOf(cells: readonly Cell[], offset: number): number {
  return widthOf(cells.filter((cell) => cell.at < offset));
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

/** What lies in the columns from `left` on, with `…` where something was cut. */
function cut(cells: readonly Cell[], left: number): string {
  let column = 0;
  let shown = '';
  let after = false;
  for (const { text, width } of cells) {
    if (column >= left && column + width <= left + WIDTH) shown += text;
    else if (column + width > left + WIDTH) {
      after = true;
      break;
    }
    column += width;
  }
  return (left > 0 ? '…' : '') + shown + (after ? '…' : '');
}
