/**
 * Where things stand in source text, and how text is changed.
 * Offsets count UTF-16 code units from 0, as JavaScript strings do; lines and columns count from 1.
 */

export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A range of one file; `end` is exclusive. `file` is relative to the audited root, with `/`. */
export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Replaces what stands at `span`; an empty span inserts. */
export interface Edit<S = Span> {
  readonly span: S;
  readonly replacement: string;
}

/** One file's text, able to turn offsets into positions. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Offsets at which lines start; a line ends with LF or CRLF. */
  get lineStarts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  position(offset: number): Position {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { offset, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  span(start: number, end: number): Span {
    return { file: this.file, start: this.position(start), end: this.position(end) };
  }

  /** Text of a 1-based line, without its line break; `''` when there is no such line. */
  line(line: number): string {
    const start = this.lineStarts[line - 1];
    if (start === undefined) return '';
    const end = this.lineStarts[line] ?? this.text.length;
    return this.text.slice(start, end).replace(/\r?\n$/u, '');
  }
}

/**
 * Applies edits of one file to its text.
 * @throws RangeError when edits overlap or lie outside the text.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => a.span.start.offset - b.span.start.offset || a.span.end.offset - b.span.end.offset);
  let result = '';
  let at = 0;
  for (const { span, replacement } of ordered) {
    if (span.start.offset < at || span.end.offset < span.start.offset || span.end.offset > text.length) {
      throw new RangeError(`edits overlap or lie outside ${span.file} at offset ${span.start.offset}`);
    }
    result += text.slice(at, span.start.offset) + replacement;
    at = span.end.offset;
  }
  return result + text.slice(at);
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.file === b.file && a.start.offset === b.start.offset && a.end.offset === b.end.offset;
}
