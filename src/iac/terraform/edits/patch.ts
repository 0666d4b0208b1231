/** Collects changes of one declaration's text and gives the edits that make them, columns put right. */
import type { Edit, SourceText } from '../../../domain/source.ts';
import type { Attribute, Block, ObjectExpression, Range } from '../syntax/ast.ts';
import { realign } from './columns.ts';
import type { Content, Printer } from './print.ts';

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class Patch {
  readonly #source: SourceText;
  readonly #block: Block;
  /** In absolute offsets, in the order in which they were asked for. */
  readonly #splices: Splice[] = [];
  readonly #lineBreak: string;

  constructor(source: SourceText, block: Block) {
    this.#source = source;
    this.#block = block;
    this.#lineBreak = /\r\n/u.test(source.text.slice(0, source.lineStarts[1] ?? 0)) ? '\r\n' : '\n';
  }

  /** White space that the line of an offset starts with. */
  indentOf(offset: number): string {
    const start = this.#lineStart(offset);
    return /^[ \t]*/u.exec(this.#source.text.slice(start, offset))?.[0] ?? '';
  }

  /** Indentation of what a block holds. */
  innerIndent(block: Block, unit: string): string {
    const [first] = block.body.items;
    const multiLine = first !== undefined && this.#lineStart(first.start) !== this.#lineStart(block.start);
    return multiLine ? this.indentOf(first.start) : this.indentOf(block.start) + unit;
  }

  replace({ start, end }: Range, text: string): void {
    const written = this.#native(text);
    if (this.#source.text.slice(start, end) !== written) this.#splices.push({ start, end, text: written });
  }

  /** Removes items of a block with their lines. */
  remove(block: Block, items: readonly (Attribute | Block)[]): void {
    const { text } = this.#source;
    for (const item of items) {
      if (this.#isOneLine(block)) {
        this.#take(item);
        this.#splices.push({ start: block.open.end, end: block.close.start, text: '' });
        continue;
      }
      let start = this.#lineStart(item.start);
      const end = this.#lineEnd(item.end);
      const next = text.slice(end).replace(/^\r?\n/u, '');
      const blankBefore = /\n[ \t]*\r?\n$/u.exec(text.slice(0, start));
      // Of the blank lines around it, one is enough; none before the closing brace.
      if (blankBefore !== null && /^[ \t]*(?:\r?\n|\})/u.test(next)) start -= blankBefore[0].length - 1;
      this.#splices.push({ start, end: end + (/^\r?\n/u.exec(text.slice(end))?.[0].length ?? 0), text: '' });
    }
  }

  /** Adds attributes after the block's attributes, and blocks at its end. */
  extend(
    block: Block,
    added: Content & { readonly removed: readonly (Attribute | Block)[] },
    { indent, inner, printer }: { indent: string; inner: string; printer: Printer },
  ): void {
    const items = block.body.items.filter((item) => !added.removed.includes(item));
    if (this.#isOneLine(block)) {
      const kept = items.map((item) => inner + this.#take(item));
      const attributes = printer.lines({ attributes: added.attributes, blocks: [] }, inner);
      const blocks = printer.lines({ attributes: new Map(), blocks: added.blocks }, inner);
      const separator = blocks.length > 0 && kept.length + attributes.length > 0 ? [''] : [];
      const lines = [...kept, ...attributes, ...separator, ...blocks];
      this.#splices.push({ start: block.open.end, end: block.close.start, text: this.#native(`\n${lines.join('\n')}\n${indent}`) });
      return;
    }
    const attributes = printer.lines({ attributes: added.attributes, blocks: [] }, inner);
    if (attributes.length > 0) {
      const anchor = attributeAnchor(items);
      const end = this.#lineEnd(anchor?.end ?? block.open.end);
      const gap = anchor === undefined && items.length > 0 ? '\n' : '';
      this.#splices.push({ start: end, end, text: this.#native(`\n${attributes.join('\n')}${gap}`) });
    }
    if (added.blocks.length === 0) return;
    const last = items.at(-1);
    const end = this.#lineEnd(last?.end ?? block.open.end);
    const blocks = printer.lines({ attributes: new Map(), blocks: added.blocks }, inner);
    const gap = last === undefined && attributes.length === 0 ? '' : '\n';
    this.#splices.push({ start: end, end, text: this.#native(`${gap}\n${blocks.join('\n')}`) });
  }

  /** The text of an item with the changes so far, which are taken back: it is written again as a whole. */
  #take({ start, end }: Range): string {
    const inside = this.#splices.filter((each) => start <= each.start && each.end <= end);
    for (const each of inside) this.#splices.splice(this.#splices.indexOf(each), 1);
    return spliced(
      this.#source.text.slice(start, end),
      inside.map((each) => ({ start: each.start - start, end: each.end - start, text: each.text })),
    ).text;
  }

  /** Adds items to an object that is written out. */
  extendObject(object: ObjectExpression, items: readonly string[], unit: string): void {
    if (items.length === 0) return;
    const last = object.items.at(-1);
    const closing = object.end - 1;
    if (this.#lineStart(object.start) === this.#lineStart(closing)) {
      const at = last?.value.end ?? object.start + 1;
      const text = last === undefined ? ` ${items.join(', ')} ` : `, ${items.join(', ')}`;
      this.#splices.push({ start: at, end: last === undefined ? closing : at, text });
      return;
    }
    const indent = last === undefined ? this.indentOf(object.start) + unit : this.indentOf(last.key.start);
    const at = this.#lineEnd(last?.value.end ?? object.start + 1);
    const comma = last !== undefined && /^[ \t]*,/u.test(this.#source.text.slice(last.value.end)) ? ',' : '';
    this.#splices.push({ start: at, end: at, text: this.#native(items.map((item) => `\n${indent}${item}${comma}`).join('')) });
  }

  /** An edit that puts text after the declaration and what else stands on its last line. */
  after(text: string): Edit {
    const at = this.#lineEnd(this.#block.end);
    return { span: this.#source.span(at, at), replacement: this.#native(text) };
  }

  edits(): Edit[] {
    if (this.#splices.length === 0) return [];
    const from = this.#lineStart(this.#block.start);
    const before = this.#source.text.slice(from, this.#lineEnd(this.#block.end));
    const { text, pieces } = spliced(
      before,
      this.#splices.map(({ start, end, text: by }) => ({ start: start - from, end: end - from, text: by })),
    );
    const { touched, lineBefore } = compareLines(before, text, pieces);
    const after = realign(before, text, touched, lineBefore);
    return difference(before, after, lineBefore).map(({ start, end, text: replacement }) => ({
      span: this.#source.span(from + start, from + end),
      replacement,
    }));
  }

  #isOneLine(block: Block): boolean {
    return this.#lineStart(block.open.start) === this.#lineStart(block.close.start);
  }

  #lineStart(offset: number): number {
    return this.#source.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Where the line ends, without its line break. */
  #lineEnd(offset: number): number {
    const end = this.#source.text.indexOf('\n', offset);
    if (end === -1) return this.#source.text.length;
    return this.#source.text[end - 1] === '\r' && end > offset ? end - 1 : end;
  }

  #native(text: string): string {
    return this.#lineBreak === '\n' ? text : text.replaceAll('\n', this.#lineBreak);
  }
}

/** The attribute that new ones follow: the last before the first block, else the last. */
function attributeAnchor(items: readonly (Attribute | Block)[]): Attribute | undefined {
  const firstBlock = items.findIndex((item) => item.kind === 'block');
  const leading = items.slice(0, firstBlock === -1 ? items.length : firstBlock);
  return [...leading, ...(leading.length > 0 ? [] : items)].findLast((item): item is Attribute => item.kind === 'attribute');
}

/** Stretches that both texts have: offset before, offset after, length. */
interface Kept {
  readonly before: number;
  readonly after: number;
  readonly length: number;
}

function spliced(text: string, splices: readonly Splice[]): { text: string; pieces: Kept[] } {
  const pieces: Kept[] = [];
  let result = '';
  let at = 0;
  for (const { start, end, text: by } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const from = Math.max(start, at);
    pieces.push({ before: at, after: result.length, length: from - at });
    result += text.slice(at, from) + by;
    at = Math.max(at, end);
  }
  pieces.push({ before: at, after: result.length, length: text.length - at });
  return { text: result + text.slice(at), pieces };
}

/** Which lines of the new text are not simply lines of the old one, and which old line each of the others is. */
function compareLines(
  before: string,
  after: string,
  pieces: readonly Kept[],
): { touched: number[]; lineBefore: (line: number) => number | undefined } {
  const starts = new Map(lineOffsets(before).map((offset, index) => [offset, index + 1]));
  const origins = lineOffsets(after).map((offset) => {
    const piece =
      pieces.find((each) => each.after <= offset && offset < each.after + each.length) ??
      pieces.find((each) => each.after + each.length === offset && each.length > 0);
    return piece === undefined ? undefined : starts.get(piece.before + offset - piece.after);
  });
  const linesBefore = before.split('\n');
  const linesAfter = after.split('\n');
  const touched = origins.flatMap((line, index) =>
    line === undefined || linesBefore[line - 1] !== linesAfter[index] || (index > 0 && line !== 1 && origins[index - 1] !== line - 1)
      ? [index + 1]
      : [],
  );
  return { touched, lineBefore: (line) => origins[line - 1] };
}

function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  return offsets;
}

/** The fewest splices by line that turn one text into the other; each without the ends that both share. */
function difference(before: string, after: string, lineBefore: (line: number) => number | undefined): Splice[] {
  const old = lineOffsets(before);
  const lines = lineOffsets(after);
  const splices: Splice[] = [];
  const close = (oldFrom: number, oldTo: number, newFrom: number, newTo: number): void => {
    const gone = before.slice(oldFrom, oldTo);
    const come = after.slice(newFrom, newTo);
    if (gone === come) return;
    let head = 0;
    while (head < gone.length && head < come.length && gone[head] === come[head]) head += 1;
    let tail = 0;
    while (tail < gone.length - head && tail < come.length - head && gone[gone.length - 1 - tail] === come[come.length - 1 - tail])
      tail += 1;
    const blank = gone.slice(head, gone.length - tail).trim() === '' && come.slice(head, come.length - tail).trim() === '';
    if (!blank) {
      // A word is changed as a whole.
      while (head > 0 && /\S/u.test(gone[head - 1] ?? '')) head -= 1;
      while (tail > 0 && /\S/u.test(gone[gone.length - tail] ?? '')) tail -= 1;
    }
    splices.push({ start: oldFrom + head, end: oldTo - tail, text: come.slice(head, come.length - tail) });
  };
  let oldAt = 0;
  let newAt = 0;
  for (const [index, start] of lines.entries()) {
    const line = lineBefore(index + 1);
    const oldStart = line === undefined ? undefined : old[line - 1];
    if (line === undefined || oldStart === undefined || oldStart < oldAt) continue;
    const oldEnd = old[line] ?? before.length;
    const end = lines[index + 1] ?? after.length;
    close(oldAt, oldStart, newAt, start);
    close(oldStart, oldEnd, start, end);
    oldAt = oldEnd;
    newAt = end;
  }
  close(oldAt, before.length, newAt, after.length);
  return splices;
}
