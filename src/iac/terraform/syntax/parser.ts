/**
 * Reads HCL files. A file is first read strictly, up to its first error. If there is one, it is read
 * again with the help of its layout (see {@link Recovery}), so that a broken attribute loses itself and a
 * broken block itself.
 */
import type { Attribute, Block, Comment, Expression, Label, ParsedFile, Range, SyntaxError, Template } from './ast.ts';
import { attempt, Lexer } from './lexer.ts';
import { ExpressionReader } from './expression.ts';
import type { Header } from './recovery.ts';
import { Recovery } from './recovery.ts';

/** Reads a file; costs time in proportion to its length whatever is in it, and never throws. */
export function parseHcl(text: string): ParsedFile {
  const lexer = new Lexer(text);
  const strict = attempt(lexer, () => new BodyReader(lexer, null).file());
  if (strict.failure === null) return { body: { items: strict.result }, comments: withLines(lexer.comments, text), errors: [] };
  const tolerant = new Lexer(text);
  const recovery = new Recovery(tolerant);
  const items = new BodyReader(tolerant, recovery).file();
  return { body: { items }, comments: withLines(tolerant.comments, text), errors: recovery.errorsAfter(strict.failure) };
}

/** Reads a text that is one expression, such as the value of `-var`. Offsets count from the start of `text`. */
export function parseHclExpression(text: string): { readonly expression: Expression | null; readonly errors: readonly SyntaxError[] } {
  const lexer = new Lexer(text, false);
  const { result, failure } = attempt(lexer, () => {
    const expression = new ExpressionReader(lexer).expression();
    if (lexer.kind !== 'end') lexer.unexpected('Extra characters after expression', 'Nothing more was expected.');
    return expression;
  });
  return failure === null ? { expression: result, errors: [] } : { expression: null, errors: [failure] };
}

/** Reads a text that is a template as a whole: a file for `templatefile`, or a string of JSON syntax. */
export function parseHclTemplate(text: string): { readonly template: Template | null; readonly errors: readonly SyntaxError[] } {
  const lexer = new Lexer(text);
  const { result, failure } = attempt(lexer, () => new ExpressionReader(lexer).templates.bare());
  return failure === null ? { template: result, errors: [] } : { template: null, errors: [failure] };
}

const ONE_LINE = 'A block that begins on its first line holds one argument and ends on that line; put its braces on lines of their own.';

type Item = Attribute | Block;

class BodyReader {
  readonly #lexer: Lexer;
  readonly #expressions: ExpressionReader;
  readonly #recovery: Recovery | null;

  /** Without recovery the first error ends the reading: call it in {@link attempt}. */
  constructor(lexer: Lexer, recovery: Recovery | null) {
    this.#lexer = lexer;
    this.#expressions = new ExpressionReader(lexer);
    this.#recovery = recovery;
  }

  file(): Item[] {
    return this.#body(null).items;
  }

  /** From behind the opening brace to behind the closing one, or to the end of the file. */
  #body(header: Header | null): { readonly items: Item[]; readonly close: Range } {
    const lexer = this.#lexer;
    const items: Item[] = [];
    const names = new Set<string>();
    let oneLine = header !== null && lexer.kind !== 'newline' && lexer.kind !== '}' && lexer.kind !== 'end';
    for (;;) {
      while (lexer.kind === 'newline') lexer.advance();
      if (header !== null) {
        const close = this.#close(header);
        if (close !== null) return { items, close };
      } else if (lexer.kind === 'end') {
        return { items, close: emptyRange(lexer.end) };
      }
      if (this.#recovery === null || oneLine) {
        items.push(this.#soundItem(names, oneLine));
      } else {
        const item = this.#recovery.guard(header, () => this.#soundItem(names, false));
        if (item !== null) items.push(item);
      }
      oneLine = false;
    }
  }

  /** The closing brace, passed; an empty range where the block ends without one; null when it goes on. */
  #close(header: Header): Range | null {
    const lexer = this.#lexer;
    const { kind, start, end } = lexer;
    if (kind === 'end' || this.#recovery?.isOutside(header) === true) {
      const before = kind === 'end' ? 'The file ends' : 'The next part of the file starts';
      this.#report({ ...header.open, summary: 'Unclosed block', detail: `${before} before this block is closed with a brace.` });
      return emptyRange(lexer.previousEnd);
    }
    if (kind !== '}' || this.#recovery?.isStray(header) === true) return null;
    lexer.advance();
    return { start, end };
  }

  /** An item that is sound in its body: it ends where it may and sets nothing that is set already. */
  #soundItem(names: Set<string>, oneLine: boolean): Item {
    const item = this.#item(oneLine);
    this.#checkEnd(item, oneLine);
    if (item.kind === 'attribute') {
      const { name, nameRange } = item;
      if (names.has(name)) {
        const detail = `${clip(name)} is set before in this body; remove one of the two.`;
        this.#lexer.fail('Argument set twice', detail, nameRange.start, nameRange.end);
      }
      names.add(name);
    }
    return item;
  }

  #item(oneLine: boolean): Item {
    const lexer = this.#lexer;
    const { start, end } = lexer;
    if (lexer.kind !== 'identifier') {
      lexer.unexpected(
        'Argument or block expected',
        lexer.kind === '"'
          ? 'The name of an argument is written without quotes.'
          : 'An argument (`name = value`) or a block (`type "label" {`) was expected.',
      );
    }
    const name = lexer.word();
    lexer.advance();
    switch (lexer.kind) {
      case '=':
        return this.#attribute(name, { start, end });
      case '{':
      case '"':
      case 'identifier':
        if (oneLine) this.#report({ start, end, summary: 'Block in a one-line block', detail: ONE_LINE });
        return this.#block(name, { start, end });
      default:
        return lexer.fail(
          'Argument or block expected',
          `After ${clip(name)} comes ${lexer.describe()}. An argument is \`name = value\`, a block \`type "label" {\`.`,
          start,
          end,
        );
    }
  }

  #attribute(name: string, nameRange: Range): Attribute {
    const lexer = this.#lexer;
    const equals = { start: lexer.start, end: lexer.end };
    lexer.advance();
    const value = this.#expressions.expression();
    return { kind: 'attribute', start: nameRange.start, end: value.end, name, nameRange, equals, value };
  }

  #block(type: string, typeRange: Range): Block {
    const lexer = this.#lexer;
    const labels: Label[] = [];
    while (lexer.kind !== '{') labels.push(this.#label(type));
    const open = { start: lexer.start, end: lexer.end };
    lexer.deepen();
    lexer.advance();
    const { start } = typeRange;
    const { items, close } = this.#body({ start, open });
    lexer.depth -= 1;
    return { kind: 'block', start, end: close.end, type, typeRange, labels, open, close, body: { items } };
  }

  #label(type: string): Label {
    const lexer = this.#lexer;
    const { start, end } = lexer;
    if (lexer.kind === '"') return this.#expressions.templates.label();
    if (lexer.kind !== 'identifier') {
      const what = lexer.kind === '=' ? 'An argument has one name and no labels;' : 'After the labels, on the same line,';
      lexer.unexpected('Invalid block', `${what} the opening brace of the ${clip(type)} block was expected.`);
    }
    const value = lexer.word();
    lexer.advance();
    return { start, end, value, quoted: false };
  }

  #checkEnd(item: Item, oneLine: boolean): void {
    const { kind } = this.#lexer;
    if (oneLine ? kind === '}' : kind === 'newline' || kind === 'end') return;
    const isUnclosed = item.kind === 'block' && item.close.start === item.close.end;
    if (isUnclosed) return;
    const error = oneLine
      ? this.#lexer.complaint('One-line block not closed', ONE_LINE)
      : this.#lexer.complaint(
          item.kind === 'block' ? 'Missing line break after block' : 'Missing line break after argument',
          kind === ','
            ? 'Arguments are not separated by commas; each has a line of its own.'
            : 'Each argument and each block starts on a new line.',
        );
    if (item.kind === 'block' || kind === '}' || kind === 'newline' || kind === 'end') this.#report(error);
    else this.#lexer.giveUp(error);
  }

  /** For errors that leave the reader where it can go on. */
  #report(error: SyntaxError): void {
    if (this.#recovery === null) this.#lexer.giveUp(error);
    else this.#recovery.add(error);
  }
}

function emptyRange(offset: number): Range {
  return { start: offset, end: offset };
}

function clip(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}...`;
}

/** Comments with the lines they start on. */
function withLines(ranges: readonly Range[], text: string): Comment[] {
  let line = 1;
  let lineEnd = text.indexOf('\n');
  return ranges.map(({ start, end }) => {
    while (lineEnd !== -1 && lineEnd < start) {
      line += 1;
      lineEnd = text.indexOf('\n', lineEnd + 1);
    }
    return { start, end, line };
  });
}
