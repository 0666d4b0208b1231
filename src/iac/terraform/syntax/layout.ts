/**
 * What the layout of a broken file says about where its parts end. People and formatters indent what is
 * inside a block and write its closing brace below its first word, so that a missing brace or quote need
 * not cost more than the block it is in. Valid files are never read by their layout.
 */

import { SPACE, TAB } from './characters.ts';

/** White space of a tab, in columns. Matters only in files that mix tabs and spaces. */
const TAB_WIDTH = 4;

const BLANK = -1;

/** Start of an attribute, or of a block with its opening brace on the same line. */
const ITEM = /[\p{ID_Start}_][\p{ID_Continue}-]*[ \t]*(?:=(?!=)|\{|["\p{ID_Start}_][^\n{=]*\{)/uy;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;
const MARKER = /([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?(?:\n|$)/uy;

interface Line {
  readonly start: number;
  /** Where its first character that is not white space stands. */
  readonly first: number;
  /** Columns before that; `BLANK` when there is none. */
  readonly indentation: number;
}

export class Layout {
  /** Whether what is inside braces is mostly indented. */
  readonly indented: boolean;
  readonly #text: string;
  readonly #lines: readonly Line[];
  /** For each line the next one that is not blank. */
  readonly #following: Int32Array;
  /** Words that stand alone on a line, with the last such line. */
  #markers: Map<string, number> | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#lines = linesOf(text);
    this.#following = new Int32Array(this.#lines.length);
    let following = this.#lines.length;
    for (let at = this.#lines.length - 1; at >= 0; at -= 1) {
      this.#following[at] = following;
      if (this.#lines[at]?.indentation !== BLANK) following = at;
    }
    this.indented = this.#isIndented();
  }

  /** Indentation of the line that `offset` lies in. */
  indentation(offset: number): number {
    return this.#lines[this.#lineAt(offset)]?.indentation ?? BLANK;
  }

  isFirstOnLine(offset: number): boolean {
    return this.#firstCharacter(this.#lineAt(offset)) === offset;
  }

  isOneLine(start: number, end: number): boolean {
    return this.#lineAt(start) === this.#lineAt(end);
  }

  /** Whether something that looks like an attribute or block starts at `offset`. */
  looksLikeItem(offset: number): boolean {
    ITEM.lastIndex = offset;
    return ITEM.test(this.#text);
  }

  /** The next line that is not blank: how far it is indented and what it starts with. */
  nextLine(offset: number): { readonly indentation: number; readonly first: string } {
    const line = this.#following[this.#lineAt(offset)] ?? this.#lines.length;
    return { indentation: this.#lines[line]?.indentation ?? 0, first: this.#text.charAt(this.#firstCharacter(line)) };
  }

  /** Start of the line after the one `offset` lies in, or the end of the text. */
  lineAfter(offset: number): number {
    return this.#startOf(this.#lineAt(offset) + 1);
  }

  /**
   * Where the broken item at `start` ends: at the next line that is not indented deeper than it, that
   * closes none of its brackets and that is not text of a heredoc that starts in it.
   */
  endOf(start: number, indentation: number): number {
    let line = this.#lineAt(start);
    for (;;) {
      line = this.#lineAfterHeredoc(line) ?? this.#following[line] ?? this.#lines.length;
      const next = this.#lines[line];
      if (next === undefined) return this.#text.length;
      if (next.indentation === BLANK || next.indentation > indentation) continue;
      const closes = this.indented && next.indentation === indentation && '])}'.includes(this.#text.charAt(next.first));
      if (!closes) return next.start;
    }
  }

  /** The line after the heredoc that starts in a line; undefined when none does or it has no end. */
  #lineAfterHeredoc(line: number): number | undefined {
    const start = this.#startOf(line);
    const opening = this.#text.slice(start, this.#startOf(line + 1)).lastIndexOf('<<');
    if (opening === -1) return undefined;
    HEREDOC.lastIndex = start + opening;
    const marker = HEREDOC.exec(this.#text)?.[1];
    if (marker === undefined) return undefined;
    this.#markers ??= this.#findMarkers();
    const last = this.#markers.get(marker) ?? BLANK;
    for (let at = line + 1; at <= last; at += 1) {
      if (this.#markerOn(at) === marker) return at + 1;
    }
    return undefined;
  }

  #findMarkers(): Map<string, number> {
    const markers = new Map<string, number>();
    for (let line = 0; line < this.#lines.length; line += 1) {
      const marker = this.#markerOn(line);
      if (marker !== undefined) markers.set(marker, line);
    }
    return markers;
  }

  /** The only word on a line. */
  #markerOn(line: number): string | undefined {
    MARKER.lastIndex = this.#firstCharacter(line);
    return MARKER.exec(this.#text)?.[1];
  }

  #firstCharacter(line: number): number {
    return this.#lines[line]?.first ?? this.#text.length;
  }

  #startOf(line: number): number {
    return this.#lines[line]?.start ?? this.#text.length;
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #isIndented(): boolean {
    let deeper = 0;
    let level = 0;
    for (const [at, line] of this.#lines.entries()) {
      const next = this.#lines[this.#following[at] ?? this.#lines.length];
      if (next === undefined || line.indentation === BLANK) continue;
      const lineBreak = this.#startOf(at + 1) - 1;
      const end = this.#text.charAt(lineBreak - 1) === '\r' ? lineBreak - 1 : lineBreak;
      if (this.#text.charAt(end - 1) !== '{') continue;
      if (next.indentation > line.indentation) deeper += 1;
      else level += 1;
    }
    return deeper > 0 && deeper >= level;
  }
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start !== 0 || lines.length === 0; start = text.indexOf('\n', start) + 1) {
    let at = start;
    let indentation = 0;
    while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB) {
      indentation += text.charCodeAt(at) === TAB ? TAB_WIDTH : 1;
      at += 1;
    }
    const blank = at === text.length || text.charAt(at) === '\n' || text.charAt(at) === '\r';
    lines.push({ start, first: at, indentation: blank ? BLANK : indentation });
  }
  return lines;
}
