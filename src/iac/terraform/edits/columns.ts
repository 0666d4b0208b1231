/** Keeps `=` and trailing comments aligned as `terraform fmt` aligns them, in the lines that a change touches. */
import { SourceText } from '../../../domain/source.ts';
import type { Body, Expression, ParsedFile } from '../syntax/ast.ts';
import { parseHcl } from '../syntax/parser.ts';

/** A line on which a name is given a value that ends on it (or a heredoc that starts on it). */
interface Assignment {
  readonly line: number;
  readonly lastLine: number;
  readonly nameEnd: number;
  readonly equals: number;
}

interface Layout {
  readonly source: SourceText;
  readonly assignments: ReadonlyMap<number, Assignment>;
  /** Those whose value goes on over several lines, which take part in no run. */
  readonly openers: ReadonlyMap<number, Assignment>;
  /** Offset of the comment that ends a line after something else. */
  readonly comments: ReadonlyMap<number, number>;
}

interface Found {
  readonly assignments: Map<number, Assignment>;
  readonly openers: Map<number, Assignment>;
}

/**
 * The changed text with its columns put right around the new lines and around lines that went. Runs
 * that were not aligned before stay as they are. `touched`: lines of the new text, from 1.
 */
export function realign(
  before: string,
  after: string,
  touched: readonly number[],
  lineBefore: (line: number) => number | undefined,
): string {
  const old = layoutOf(before);
  const now = layoutOf(after);
  if (old === undefined || now === undefined) return after;
  const paddings = new Map<number, { at: number; from: number; width: number }>();
  const lines = new Set(touched.flatMap((line) => [line - 1, line, line + 1]));
  for (const run of runsOf(now, lines)) {
    if (!run.every(({ line }) => isAligned(old, lineBefore(line)))) continue;
    const column = Math.max(...run.map((each) => leadWidth(now, each)));
    for (const each of run) {
      const at = each.nameEnd;
      paddings.set(at, { at, from: each.equals, width: column - leadWidth(now, each) + 1 });
    }
  }
  for (const line of touched) {
    const opener = now.openers.get(line);
    if (opener !== undefined && isAligned(old, lineBefore(line)))
      paddings.set(opener.nameEnd, { at: opener.nameEnd, from: opener.equals, width: 1 });
  }
  const aligned = [...paddings.values()]
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, from, width }) => text.slice(0, at) + ' '.repeat(width) + text.slice(from), after);
  return alignComments(old, aligned, lines, lineBefore);
}

function layoutOf(text: string): Layout | undefined {
  const parsed = parseHcl(text);
  if (parsed.errors.length > 0) return undefined;
  const source = new SourceText('', text);
  const found = { assignments: new Map<number, Assignment>(), openers: new Map<number, Assignment>() };
  collect(parsed.body, source, found);
  return { source, ...found, comments: trailing(parsed, source) };
}

function collect(body: Body, source: SourceText, into: Found): void {
  for (const item of body.items) {
    if (item.kind === 'block') {
      collect(item.body, source, into);
      continue;
    }
    add(item.nameRange, item.equals.start, item.value, source, into);
    collectObjects(item.value, source, into);
  }
}

/** Objects that are written over several lines are laid out like bodies. */
function collectObjects(expression: Expression, source: SourceText, into: Found): void {
  switch (expression.kind) {
    case 'object':
      for (const { key, value } of expression.items) {
        const equals = source.text.indexOf('=', key.end);
        if (equals !== -1 && equals < value.start) add(key, equals, value, source, into);
        collectObjects(value, source, into);
      }
      break;
    case 'tuple':
      for (const item of expression.items) collectObjects(item, source, into);
      break;
    case 'call':
      for (const argument of expression.arguments) collectObjects(argument, source, into);
      break;
    case 'parenthesis':
      collectObjects(expression.inner, source, into);
      break;
    default:
  }
}

function add(name: { start: number; end: number }, equals: number, value: Expression, source: SourceText, into: Found): void {
  const first = source.position(name.start).line;
  const valueLine = source.position(value.start).line;
  const last = source.position(value.end).line;
  const heredoc = value.kind === 'template' && value.form !== 'quoted';
  const { lineStarts, text } = source;
  const alone =
    /^[ \t]*$/u.test(text.slice(lineStarts[first - 1], name.start)) &&
    /^[ \t]*,?[ \t]*(?:#|\/\/|\/\*|\r?$)/u.test(text.slice(value.end, lineStarts[last] ?? text.length).replace(/\n$/u, ''));
  if (first !== valueLine || !alone) return;
  const found = { line: first, lastLine: last, nameEnd: name.end, equals };
  (heredoc || last === first ? into.assignments : into.openers).set(first, found);
}

function trailing({ comments }: ParsedFile, source: SourceText): Map<number, number> {
  const found = new Map<number, number>();
  for (const { start, line } of comments) {
    if (!/^[ \t]*$/u.test(source.text.slice(source.lineStarts[line - 1], start))) found.set(line, start);
  }
  return found;
}

/** Maximal runs of assignments on neighbouring lines that hold one of the lines. */
function runsOf({ assignments }: Layout, lines: ReadonlySet<number>): Assignment[][] {
  const runs: Assignment[][] = [];
  let run: Assignment[] = [];
  for (const each of [...assignments.values()].toSorted((a, b) => a.line - b.line)) {
    if (run.length > 0 && run.at(-1)?.lastLine !== each.line - 1) {
      runs.push(run);
      run = [];
    }
    run.push(each);
  }
  runs.push(run);
  return runs.filter((each) => each.some(({ line, lastLine }) => lines.has(line) || lines.has(lastLine)));
}

function leadWidth({ source }: Layout, { line, nameEnd }: Assignment): number {
  return nameEnd - (source.lineStarts[line - 1] ?? 0);
}

/** The line's run stood as `terraform fmt` leaves it; true for a line that was not there. */
function isAligned(layout: Layout, line: number | undefined): boolean {
  if (line === undefined) return true;
  const run = runsOf(layout, new Set([line])).find((each) => each.some((assignment) => assignment.line === line));
  if (run === undefined) return true;
  const column = Math.max(...run.map((each) => leadWidth(layout, each)));
  return run.every((each) => each.equals - (layout.source.lineStarts[each.line - 1] ?? 0) === column + 1);
}

function alignComments(old: Layout, text: string, lines: ReadonlySet<number>, lineBefore: (line: number) => number | undefined): string {
  const now = layoutOf(text);
  if (now === undefined || now.comments.size === 0) return text;
  let result = text;
  for (const run of commentRuns(now)
    .filter((each) => each.some((line) => lines.has(line)))
    .toReversed()) {
    if (!run.every((line) => commentIsAligned(old, lineBefore(line)))) continue;
    const column = Math.max(...run.map((line) => contentWidth(now, line)));
    for (const line of run.toReversed()) {
      const start = now.source.lineStarts[line - 1] ?? 0;
      const content = contentWidth(now, line);
      result = result.slice(0, start + content) + ' '.repeat(column - content + 1) + result.slice(now.comments.get(line));
    }
  }
  return result;
}

function commentRuns({ comments }: Layout): number[][] {
  const runs: number[][] = [];
  for (const line of [...comments.keys()].toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === line - 1) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

/** Width of a line before its trailing comment. */
function contentWidth({ source, comments }: Layout, line: number): number {
  const start = source.lineStarts[line - 1] ?? 0;
  return source.text.slice(start, comments.get(line)).trimEnd().length;
}

function commentIsAligned(layout: Layout, line: number | undefined): boolean {
  if (line === undefined) return true;
  const run = commentRuns(layout).find((each) => each.includes(line));
  if (run === undefined) return true;
  const column = Math.max(...run.map((each) => contentWidth(layout, each)));
  return run.every((each) => (layout.comments.get(each) ?? 0) - (layout.source.lineStarts[each - 1] ?? 0) === column + 1);
}
