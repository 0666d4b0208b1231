/** How a template is laid out: what new text has to look like, and where lines start and end. */
import { entryOf } from '../ast.ts';
import type { Entry, MappingNode, Node } from '../ast.ts';
import type { Layout } from './print.ts';
import type { Template } from '../template.ts';

export function layoutOf({ source: { text }, tree, format }: Template): Layout {
  const lines = new Lines(text);
  const newline = /\r?\n/u.exec(text)?.[0];
  const json = format === 'json';
  return {
    newline: newline ?? '\n',
    unit: unitOf(tree, lines, json),
    dash: dashOf(tree, lines),
    space: json && newline === undefined ? '' : ' ',
    json,
  };
}

/** What a resource is indented by more than the section that holds it. */
function unitOf(tree: MappingNode, lines: Lines, json: boolean): string {
  const section = entryOf(tree, 'Resources') ?? tree.entries[0];
  const inner = section?.value.kind === 'mapping' ? section.value.entries[0] : undefined;
  if (section === undefined || inner === undefined) return '  ';
  const [outer, own] = [lines.column(section.keyRange.start), lines.column(inner.keyRange.start)];
  if (!lines.firstOnLine(inner.keyRange.start) || !own.startsWith(outer) || own.length === outer.length)
    return json && outer !== '' ? outer : '  ';
  return own.slice(outer.length);
}

/** What the first list of the template is indented by more than its key. */
function dashOf(tree: MappingNode, lines: Lines): string {
  const stack: Node[] = [tree];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'sequence') for (const item of node.items) stack.push(item);
    if (node.kind !== 'mapping' || node.flow) continue;
    for (const { keyRange, value } of node.entries.toReversed()) {
      if (value.kind === 'sequence' && !value.flow && value.tag === null) {
        return lines.column(value.content.start).slice(lines.column(keyRange.start).length);
      }
      stack.push(value);
    }
  }
  return '  ';
}

export class Lines {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  startOfLine(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Before the line break. */
  endOfLine(offset: number): number {
    const found = this.#text.indexOf('\n', offset);
    const end = found === -1 ? this.#text.length : found;
    return this.#text[end - 1] === '\r' && end > offset ? end - 1 : end;
  }

  startOfNextLine(offset: number): number {
    const found = this.#text.indexOf('\n', offset);
    return found === -1 ? this.#text.length : found + 1;
  }

  /** White space as wide as what stands before this on its line: a dash counts as a blank. */
  column(offset: number): string {
    return this.#text
      .slice(this.startOfLine(offset), offset)
      .replace(/^\uFEFF/u, '')
      .replaceAll(/\S/gu, ' ');
  }

  /** White space that the line starts with. */
  indent(offset: number): string {
    return /^[ \t]*/u.exec(this.#text.slice(this.startOfLine(offset), offset))?.[0] ?? '';
  }

  firstOnLine(offset: number): boolean {
    return this.#text.slice(this.startOfLine(offset), offset).trim() === '';
  }

  /** Offset of the dash of a list's item, which may stand some lines before it, at the column where those of its list do. */
  dashBefore(offset: number, column: number): number {
    let dash = this.startOfLine(offset) + column;
    while (dash > column && (dash >= offset || this.#text[dash] !== '-')) dash = this.startOfLine(dash - column - 1) + column;
    return dash;
  }

  /** After the colon before this, when only white space is between. */
  colonBefore(offset: number): number | null {
    const at = this.#text.slice(0, offset).trimEnd().length;
    return this.#text[at - 1] === ':' ? at : null;
  }

  /** Whether an empty line stands between two entries. */
  blankBetween(first: Entry, second: Entry | undefined): boolean {
    return second !== undefined && /\n[ \t]*\r?\n/u.test(this.#text.slice(first.value.end, second.keyRange.start));
  }
}
