/** Reads templates: quoted strings, heredocs, and the interpolations and directives in them. */
import type { Expression, InterpolationPart, Label, Template } from './ast.ts';
import {
  BACKSLASH,
  CARRIAGE_RETURN,
  DOLLAR,
  isWhiteSpace,
  LINE_FEED,
  OPEN_BRACE,
  PERCENT,
  QUOTE,
  TILDE,
  trimEnd,
  trimStart,
} from './characters.ts';
import type { Lexer } from './lexer.ts';
import type { Literal, LoopNames, Piece, Sequence } from './template-pieces.ts';
import { assemble, removeIndentation } from './template-pieces.ts';

export class TemplateReader {
  readonly #lexer: Lexer;
  readonly #expression: () => Expression;
  /** Where the piece read last ended, and whether its closing marker strips the white space that follows. */
  #at = 0;
  #strips = false;

  constructor(lexer: Lexer, expression: () => Expression) {
    this.#lexer = lexer;
    this.#expression = expression;
  }

  /** From the opening quote. */
  quoted(): Template {
    const lexer = this.#lexer;
    const { start, newlines } = lexer;
    const pieces: Piece[] = [];
    this.#at = lexer.end;
    this.#strips = false;
    for (;;) {
      const literal = this.#quotedLiteral();
      if (literal !== null) pieces.push(literal);
      if (lexer.text.charCodeAt(this.#at) === QUOTE) break;
      pieces.push(this.#sequence(literal));
    }
    const end = this.#at + 1;
    lexer.newlines = newlines;
    lexer.jump(end);
    return { kind: 'template', start, end, form: 'quoted', parts: assemble(pieces, lexer) };
  }

  /** From the opening quote of a block's label. */
  label(): Label {
    const lexer = this.#lexer;
    const { start } = lexer;
    this.#at = lexer.end;
    this.#strips = false;
    const literal = this.#quotedLiteral();
    if (lexer.text.charCodeAt(this.#at) !== QUOTE) {
      const sign = lexer.text.charAt(this.#at);
      lexer.fail('Invalid label', `A label is plain text; to have \`${sign}{\` in it, write \`${sign}${sign}{\`.`, this.#at, this.#at + 2);
    }
    const end = this.#at + 1;
    lexer.jump(end);
    return { start, end, value: literal?.value ?? '', quoted: true };
  }

  /** From the opening marker. */
  heredoc(): Template {
    const lexer = this.#lexer;
    const { start, newlines } = lexer;
    const opening = lexer.word().trimEnd();
    const flush = opening.startsWith('<<-');
    const marker = opening.slice(flush ? 3 : 2);
    this.#at = lexer.end;
    const pieces = this.#lines(marker);
    const end = this.#at;
    if (end === lexer.text.length)
      lexer.fail('Heredoc not closed', `The file ends before a line with nothing but ${marker} on it.`, end, end);
    lexer.newlines = newlines;
    lexer.jump(end);
    if (flush) removeIndentation(pieces);
    return { kind: 'template', start, end, form: flush ? 'heredoc-flush' : 'heredoc', parts: assemble(pieces, lexer) };
  }

  /** The whole text, from its start. */
  bare(): Template {
    const lexer = this.#lexer;
    this.#at = 0;
    const pieces = this.#lines(null);
    return { kind: 'template', start: 0, end: this.#at, form: 'heredoc', parts: assemble(pieces, lexer) };
  }

  /** Up to the line that is the marker, or to the end of the text. */
  #lines(marker: string | null): Piece[] {
    const { text } = this.#lexer;
    const pieces: Piece[] = [];
    let startsLine = true;
    this.#strips = false;
    while (this.#at < text.length) {
      if (startsLine && marker !== null && this.#closes(marker)) break;
      const literal = this.#lineLiteral();
      if (literal !== null) pieces.push(literal);
      startsLine = literal !== null && text.charCodeAt(this.#at - 1) === LINE_FEED;
      if (!startsLine && this.#at < text.length) pieces.push(this.#sequence(literal));
    }
    return pieces;
  }

  /** `value in` or `key, value in`, for a directive or an expression. */
  loopNames(): LoopNames {
    const lexer = this.#lexer;
    const first = this.#loopName();
    let names = { keyName: '', valueName: first };
    if (lexer.kind === ',') {
      lexer.advance();
      names = { keyName: first, valueName: this.#loopName() };
    }
    if (!lexer.isWord('in')) lexer.unexpected('Invalid `for`', 'The word `in` was expected after the names.');
    lexer.advance();
    return names;
  }

  #loopName(): string {
    const lexer = this.#lexer;
    if (lexer.kind !== 'identifier')
      lexer.unexpected('Invalid `for`', 'A name for each value (or two names, for key and value) was expected after `for`.');
    const name = lexer.word();
    lexer.advance();
    return name;
  }

  /** Text up to the closing quote or a sequence; null when there is none. */
  #quotedLiteral(): Literal | null {
    const lexer = this.#lexer;
    const { text } = lexer;
    const start = this.#at;
    let value = '';
    let copied = start;
    let at = start;
    scan: for (;;) {
      const code = text.charCodeAt(at);
      switch (code) {
        case QUOTE:
          break scan;
        case DOLLAR:
        case PERCENT: {
          const opened = this.#opensSequence(at, code);
          if (opened === 'sequence') break scan;
          if (opened === 'escaped') {
            value += text.slice(copied, at + 1);
            copied = at + 2;
            at += 3;
          } else {
            at += 1;
          }
          break;
        }
        case BACKSLASH: {
          value += text.slice(copied, at);
          const length = escapeLength(text, at);
          if (length === 0) this.#badEscape(at);
          value += unescape(text, at, length);
          at += length;
          copied = at;
          break;
        }
        case LINE_FEED:
        case CARRIAGE_RETURN:
          return lexer.fail(
            'String not closed',
            'The string is not closed on its line. Close it with a quote; a text of several lines is written as a heredoc.',
            at,
            at + 1,
          );
        default:
          if (Number.isNaN(code)) return lexer.fail('String not closed', 'The string has no closing quote.', at, at);
          at += 1;
      }
    }
    value += text.slice(copied, at);
    this.#at = at;
    return this.#literal(value, start, at);
  }

  #badEscape(at: number): never {
    const next = this.#lexer.text.charAt(at + 1);
    if (next === 'u' || next === 'U') {
      return this.#lexer.fail(
        'Invalid escape sequence',
        `\`\\${next}\` must be followed by ${next === 'u' ? 'four' : 'eight'} hexadecimal digits.`,
        at,
        at + 2,
      );
    }
    return this.#lexer.fail(
      'Invalid escape sequence',
      'A backslash may only be followed by n, r, t, ", \\, u or U; for a backslash itself write two.',
      at,
      at + 2,
    );
  }

  /** Text up to the end of the line, break included, or to a sequence; null when there is none. */
  #lineLiteral(): Literal | null {
    const lexer = this.#lexer;
    const { text } = lexer;
    const start = this.#at;
    let value = '';
    let copied = start;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED) {
        at += 1;
        break;
      }
      if (code === DOLLAR || code === PERCENT) {
        const opened = this.#opensSequence(at, code);
        if (opened === 'sequence') break;
        if (opened === 'escaped') {
          value += text.slice(copied, at + 1);
          copied = at + 2;
          at += 3;
        } else {
          at += 1;
        }
      } else if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED) {
        lexer.fail('Invalid character', 'A carriage return must be followed by a line feed.', at, at + 1);
      } else if (Number.isNaN(code)) {
        break;
      } else {
        at += 1;
      }
    }
    value += text.slice(copied, at);
    this.#at = at;
    return this.#literal(value, start, at);
  }

  #literal(value: string, start: number, end: number): Literal | null {
    if (start === end) return null;
    const literal: Literal = { kind: 'literal', start, end, value: this.#strips ? trimStart(value) : value };
    this.#strips = false;
    return literal;
  }

  /** Whether the line at hand is the closing marker; then moves to the end of the line. */
  #closes(marker: string): boolean {
    const { text } = this.#lexer;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (code !== LINE_FEED && isWhiteSpace(code)) code = text.charCodeAt((at += 1));
    if (!text.startsWith(marker, at)) return false;
    at += marker.length;
    code = text.charCodeAt(at);
    while (code !== LINE_FEED && isWhiteSpace(code)) code = text.charCodeAt((at += 1));
    if (code !== LINE_FEED) return false;
    this.#at = text.charCodeAt(at - 1) === CARRIAGE_RETURN ? at - 1 : at;
    return true;
  }

  /** What a dollar or per cent sign starts: a sequence, an escaped one, or nothing. */
  #opensSequence(at: number, sign: number): 'sequence' | 'escaped' | 'nothing' {
    const { text } = this.#lexer;
    const next = text.charCodeAt(at + 1);
    if (next === OPEN_BRACE) return 'sequence';
    return next === sign && text.charCodeAt(at + 2) === OPEN_BRACE ? 'escaped' : 'nothing';
  }

  /** From `${` or `%{`; `before` is the literal right before it, which a strip marker trims. */
  #sequence(before: Literal | null): Sequence {
    const lexer = this.#lexer;
    const start = this.#at;
    const interpolation = lexer.text.charCodeAt(start) === DOLLAR;
    const strips = lexer.text.charCodeAt(start + 2) === TILDE;
    if (strips && before !== null) before.value = trimEnd(before.value);
    lexer.newlines = false;
    lexer.jump(start + (strips ? 3 : 2));
    const sequence = interpolation ? this.#interpolation(start) : this.#directive(start);
    this.#at = lexer.end;
    this.#strips = lexer.is('~}');
    return sequence;
  }

  #interpolation(start: number): InterpolationPart {
    const lexer = this.#lexer;
    const value = this.#expression();
    if (lexer.kind !== '}' && lexer.kind !== '~}') {
      lexer.unexpected('Interpolation not closed', 'A closing brace was expected after the expression; a literal `${` is written `$${`.');
    }
    return { kind: 'interpolation', start, end: lexer.end, value };
  }

  #directive(start: number): Sequence {
    const lexer = this.#lexer;
    const word = lexer.kind === 'identifier' ? lexer.word() : '';
    switch (word) {
      case 'if': {
        lexer.advance();
        const condition = this.#expression();
        return { kind: 'if', start, end: this.#directiveEnd(), condition };
      }
      case 'for': {
        lexer.advance();
        const names = this.loopNames();
        const collection = this.#expression();
        return { kind: 'for', start, end: this.#directiveEnd(), names, collection };
      }
      case 'else':
      case 'endif':
      case 'endfor':
        lexer.advance();
        return { kind: word, start, end: this.#directiveEnd() };
      default:
        return lexer.unexpected(
          'Invalid template directive',
          'One of if, else, endif, for and endfor was expected; a literal `%{` is written `%%{`.',
        );
    }
  }

  #directiveEnd(): number {
    const lexer = this.#lexer;
    if (lexer.kind !== '}' && lexer.kind !== '~}')
      lexer.unexpected('Directive not closed', 'A closing brace was expected at the end of the directive.');
    return lexer.end;
  }
}

/** Length of the escape sequence at a backslash; 0 when it is none. */
function escapeLength(text: string, at: number): number {
  switch (text.charAt(at + 1)) {
    case 'n':
    case 'r':
    case 't':
    case '"':
    case '\\':
      return 2;
    case 'u':
      return /^[\da-f]{4}$/iu.test(text.slice(at + 2, at + 6)) ? 6 : 0;
    case 'U':
      return /^[\da-f]{8}$/iu.test(text.slice(at + 2, at + 10)) ? 10 : 0;
    default:
      return 0;
  }
}

function unescape(text: string, at: number, length: number): string {
  const selector = text.charAt(at + 1);
  switch (selector) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'u':
    case 'U': {
      const code = Number.parseInt(text.slice(at + 2, at + length), 16);
      const exists = code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
      return exists ? String.fromCodePoint(code) : '\ufffd';
    }
    default:
      return selector;
  }
}
