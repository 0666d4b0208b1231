/**
 * Tokens of HCL, one at a time: the lexer stands on a token and knows nothing beyond it, so that whoever
 * reads a template can take over the raw text at any token and hand it back further on.
 */
import type { Range, SyntaxError } from './ast.ts';
import {
  BYTE_ORDER_MARK,
  CARRIAGE_RETURN,
  DOT,
  HASH,
  isDigit,
  isLetter,
  LINE_FEED,
  MINUS,
  PLUS,
  SLASH,
  SPACE,
  STAR,
  TAB,
} from './characters.ts';

/** `~}` ends an interpolation or directive and strips the white space after it. */
// oxfmt-ignore
const PUNCTUATION = [
  '"', '{', '}', '~}', '[', ']', '(', ')', '=', '==', '=>', '!', '!=', '<', '<=', '>', '>=',
  '&&', '||', '+', '-', '*', '/', '%', '?', ':', '::', ',', '.', '...',
] as const;

export type TokenKind =
  | 'identifier'
  | 'number'
  /** `<<NAME` or `<<-NAME` with the line break after it. */
  | 'heredoc'
  | 'newline'
  | 'end'
  /** A character that has no meaning outside strings. */
  | 'unknown'
  | (typeof PUNCTUATION)[number];

/** Deeper nesting of expressions, blocks and directives is an error; it would end in a stack overflow here or in a later walk. */
export const MAX_DEPTH = 200;

/** Thrown to give up what is being read. One object for all, since taking a stack trace for each of a million errors takes seconds. */
const GIVEN_UP = new Error('gave up reading; see failure');

/** The marks that start with a character, by its code, longest first. */
const MARKS: (readonly TokenKind[] | undefined)[] = [];
for (const mark of PUNCTUATION.toSorted((a, b) => b.length - a.length)) {
  const code = mark.charCodeAt(0);
  MARKS[code] = [...(MARKS[code] ?? []), mark];
}

const LAST_ASCII = 0x7f;
const UNICODE_IDENTIFIER = /\p{ID_Start}[\p{ID_Continue}-]*/uy;
const UNICODE_REST = /[\p{ID_Continue}-]*/uy;

export class Lexer {
  readonly text: string;
  readonly comments: Range[] = [];
  kind: TokenKind = 'end';
  start = 0;
  end = 0;
  /** Where the token before this one ended. */
  previousEnd = 0;
  /** Whether line breaks are tokens here; inside brackets and interpolations they are white space. */
  newlines: boolean;
  depth = 0;
  /** What went wrong when `GIVEN_UP` was thrown. */
  failure: SyntaxError | null = null;
  /** From here on there is no end of a comment; saves looking for it again and again. */
  #unclosedFrom = Infinity;

  constructor(text: string, newlines = true) {
    this.text = text;
    this.newlines = newlines;
    this.jump(0);
  }

  /** Goes on with the token at or after `offset`; comments beyond it are forgotten and found again. */
  jump(offset: number): void {
    while ((this.comments.at(-1)?.start ?? -1) >= offset) this.comments.pop();
    this.end = offset;
    this.advance();
  }

  advance(): void {
    this.previousEnd = this.end;
    this.#scan(this.#skip(this.end));
  }

  /** Passes an opening bracket, after which line breaks count or not; answers what to give to {@link leave}. */
  enter(newlines: boolean): boolean {
    const outer = this.newlines;
    this.newlines = newlines;
    this.advance();
    return outer;
  }

  /** Passes the closing bracket. */
  leave(outer: boolean): void {
    this.newlines = outer;
    this.advance();
  }

  /** Call once for each level entered; the caller lowers `depth` again. */
  deepen(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      this.fail('Nested too deeply', `This lies more than ${MAX_DEPTH} levels deep; split it into several values.`);
    }
  }

  is(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  isWord(word: string): boolean {
    return this.kind === 'identifier' && this.end - this.start === word.length && this.text.startsWith(word, this.start);
  }

  word(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Gives up, to be caught by {@link attempt}. */
  fail(summary: string, detail: string, start = this.start, end = this.end): never {
    return this.giveUp({ start, end, summary, detail });
  }

  /** Fails at the current token; `expected` is a sentence about what should stand here. */
  unexpected(summary: string, expected: string): never {
    return this.giveUp(this.complaint(summary, expected));
  }

  giveUp(failure: SyntaxError): never {
    this.failure = failure;
    throw GIVEN_UP;
  }

  /** An error about the current token. */
  complaint(summary: string, expected: string): SyntaxError {
    const { start, end, kind } = this;
    return kind === 'unknown'
      ? { start, end, summary: 'Invalid character', detail: `${explainCharacter(this.text, start)} ${expected}` }
      : { start, end, summary, detail: `Found ${this.describe()}. ${expected}` };
  }

  /** The current token in words. */
  describe(): string {
    switch (this.kind) {
      case 'end':
        return 'the end of the file';
      case 'newline':
        return 'the end of the line';
      case 'heredoc':
        return 'a heredoc';
      case '"':
        return 'a quoted string';
      default: {
        const token = this.word();
        return token.length <= 40 ? `\`${token}\`` : `\`${token.slice(0, 40)}...\``;
      }
    }
  }

  /** Skips white space and comments. */
  #skip(from: number): number {
    const { text, newlines } = this;
    let at = from;
    for (;;) {
      switch (text.charCodeAt(at)) {
        case SPACE:
        case TAB:
          at += 1;
          continue;
        case LINE_FEED:
          if (newlines) return at;
          at += 1;
          continue;
        case CARRIAGE_RETURN:
          if (newlines || text.charCodeAt(at + 1) !== LINE_FEED) return at;
          at += 2;
          continue;
        case HASH:
          at = this.#lineComment(at);
          continue;
        case SLASH: {
          const next = text.charCodeAt(at + 1);
          if (next === SLASH) {
            at = this.#lineComment(at);
            continue;
          }
          const end = next === STAR ? this.#commentEnd(at) : -1;
          if (end === -1) return at;
          this.comments.push({ start: at, end });
          at = end;
          continue;
        }
        case BYTE_ORDER_MARK:
          if (at !== 0) return at;
          at += 1;
          continue;
        default:
          return at;
      }
    }
  }

  /** -1 when the comment is never closed, in which case it is none. */
  #commentEnd(start: number): number {
    if (start >= this.#unclosedFrom) return -1;
    const close = this.text.indexOf('*/', start + 2);
    if (close !== -1) return close + 2;
    this.#unclosedFrom = start;
    return -1;
  }

  #lineComment(start: number): number {
    const { text } = this;
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    else if (text.charCodeAt(end - 1) === CARRIAGE_RETURN) end -= 1;
    this.comments.push({ start, end });
    return end;
  }

  #token(kind: TokenKind, start: number, length: number): void {
    this.kind = kind;
    this.start = start;
    this.end = start + length;
  }

  #scan(at: number): void {
    const { text } = this;
    const code = text.charCodeAt(at);
    if (isLetter(code)) return this.#token('identifier', at, this.#identifierEnd(at) - at);
    if (isDigit(code)) return this.#number(at);
    for (const mark of MARKS[code] ?? []) {
      if (mark === '<' && text.charCodeAt(at + 1) === code && this.#heredoc(at)) return;
      if (mark.length === 1 || text.startsWith(mark, at)) return this.#token(mark, at, mark.length);
    }
    if (code === LINE_FEED) return this.#token('newline', at, 1);
    if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) return this.#token('newline', at, 2);
    if (Number.isNaN(code)) return this.#token('end', at, 0);
    const end = this.#identifierEnd(at);
    if (end > at) return this.#token('identifier', at, end - at);
    return this.#token('unknown', at, String.fromCodePoint(text.codePointAt(at) ?? 0).length);
  }

  /** Where the identifier at `start` ends: at `start` when there is none. */
  #identifierEnd(start: number): number {
    const { text } = this;
    let at = start;
    let code = text.charCodeAt(at);
    if (isLetter(code)) {
      do code = text.charCodeAt((at += 1));
      while (isLetter(code) || isDigit(code) || code === MINUS);
    }
    if (code <= LAST_ASCII || Number.isNaN(code)) return at;
    const rest = at === start ? UNICODE_IDENTIFIER : UNICODE_REST;
    rest.lastIndex = at;
    return rest.test(text) ? rest.lastIndex : at;
  }

  /** Everything that looks like a number, several points included; whether it is one is for the reader of the expression to say. */
  #number(start: number): void {
    const { text } = this;
    let at = start + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (isDigit(code) || code === DOT) {
        at += 1;
      } else if (code === 0x65 || code === 0x45) {
        const sign = text.charCodeAt(at + 1);
        const digit = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
        if (!isDigit(text.charCodeAt(digit))) break;
        at = digit + 1;
      } else {
        break;
      }
    }
    while (text.charCodeAt(at - 1) === DOT) at -= 1;
    this.#token('number', start, at - start);
  }

  /** From `<<`; false when it opens no heredoc. */
  #heredoc(start: number): boolean {
    const { text } = this;
    const name = text.charCodeAt(start + 2) === MINUS ? start + 3 : start + 2;
    let end = this.#identifierEnd(name);
    if (end === name) return false;
    if (text.charCodeAt(end) === CARRIAGE_RETURN) end += 1;
    if (text.charCodeAt(end) !== LINE_FEED) return false;
    this.#token('heredoc', start, end + 1 - start);
    return true;
  }
}

type Attempt<T> = { readonly result: T; readonly failure: null } | { readonly result: null; readonly failure: SyntaxError };

/** The result of reading, or why it was given up. */
export function attempt<T>(lexer: Lexer, read: () => T): Attempt<T> {
  try {
    return { result: read(), failure: null };
  } catch (error) {
    const { failure } = lexer;
    if (error !== GIVEN_UP || failure === null) throw error;
    return { result: null, failure };
  }
}

function explainCharacter(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  switch (character) {
    case "'":
      return 'Strings are written in double quotes, not in single ones.';
    case '`':
      return 'A backtick has no meaning here; longer texts are written as heredocs.';
    case ';':
      return 'A semicolon ends nothing here; write each argument on a line of its own.';
    case '&':
      return 'There are no operators on bits; "and" is written `&&`.';
    case '|':
      return 'There are no operators on bits; "or" is written `||`.';
    case '^':
    case '~':
      return `There are no operators on bits, so \`${character}\` has no meaning here.`;
    default:
      return `The character ${codeName(character)} has no meaning outside strings and comments.`;
  }
}

function codeName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
