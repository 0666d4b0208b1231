/** Source lines and changes to them. */
import type { SourceText, Span } from '../../domain/source.ts';
import type { FileDiff } from '../diff.ts';
import type { Html } from '../encode/html.ts';
import { html } from '../encode/html.ts';
import { plural } from '../words.ts';

/** Lines around the range, and lines of the range that are shown. */
const CONTEXT = 2;
const RANGE_LINES = 12;
/** UTF-16 units of a line that are shown, and how many of them before the range. */
const WIDTH = 240;
const BEFORE = 80;
const DIFF_LINES = 400;
const TAB = '    ';

/** The lines of the range with those around it, the range marked; nothing when the source has no such line. */
export function sourceFrame(source: SourceText, span: Span): Html {
  const { start, end } = span;
  const lines = source.lineStarts.length;
  if (start.line > lines) return html``;
  const lastMarked = Math.min(end.line, start.line + RANGE_LINES - 1);
  const last = lastMarked < end.line ? lastMarked : Math.min(lines, end.line + CONTEXT);
  const rows: Html[] = [];
  for (let line = Math.max(1, start.line - CONTEXT); line <= last; line += 1) rows.push(row(line, source.line(line), span));
  const more = end.line - lastMarked;
  return html`<pre class="source" tabindex="0">${rows}</pre>
${more > 0 ? html`<p class="more">${plural(more, 'more line')}, to line ${end.line}</p>\n` : html``}`;
}

function row(line: number, text: string, { start, end }: Span): Html {
  const inside = line >= start.line && line <= end.line;
  const from = line === start.line ? start.column - 1 : text.length - text.trimStart().length;
  const to = inside ? Math.max(from, line === end.line ? end.column - 1 : text.length) : from;
  const left = text.length > WIDTH && inside ? Math.max(0, from - BEFORE) : 0;
  const right = Math.min(text.length, left + WIDTH);
  const piece = (begin: number, stop: number): string => text.slice(Math.max(begin, left), Math.min(stop, right)).replaceAll('\t', TAB);
  const shown = inside ? html`${piece(left, from)}<mark>${piece(from, to)}</mark>${piece(to, right)}` : html`${piece(left, right)}`;
  return html`<span class="line" data-line="${line}">${left > 0 ? '…' : ''}${shown}${right < text.length ? '…' : ''}</span>\n`;
}

/** What a change does to its files; a long one is cut, and says so. */
export function changes(diffs: readonly FileDiff[]): Html {
  const rows = diffs.flatMap(({ file, hunks }) => [
    html`<span class="file">${file}\n</span>`,
    ...hunks.flatMap(({ header, lines }) => [html`<span class="hunk">${header}\n</span>`, ...lines.map(changedLine)]),
  ]);
  const more = rows.length - DIFF_LINES;
  return html`<pre class="diff" tabindex="0">${rows.slice(0, DIFF_LINES)}</pre>
${more > 0 ? html`<p class="more">${plural(more, 'more line')}: the JSON report has them all.</p>\n` : html``}`;
}

function changedLine(line: string): Html {
  const text = line.replace(/\r$/u, '').replaceAll('\t', TAB);
  const shown = text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
  if (line.startsWith('+')) return html`<ins>${shown}\n</ins>`;
  return line.startsWith('-') ? html`<del>${shown}\n</del>` : html`<span>${shown}\n</span>`;
}
