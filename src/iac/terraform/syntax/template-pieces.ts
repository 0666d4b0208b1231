/** What a template is made of before its directives are matched up, and how a tree is made of that. */
import type { Expression, ForPart, IfPart, InterpolationPart, Range, TemplatePart } from './ast.ts';
import { trimStart } from './characters.ts';
import type { Lexer } from './lexer.ts';
import { MAX_DEPTH } from './lexer.ts';

/** A stretch of literal text: what is between sequences in a quoted string, at most a line in a heredoc. */
export interface Literal extends Range {
  readonly kind: 'literal';
  value: string;
}

interface Directive extends Range {
  readonly kind: 'else' | 'endif' | 'endfor';
}

interface IfOpening extends Range {
  readonly kind: 'if';
  readonly condition: Expression;
}

interface ForOpening extends Range {
  readonly kind: 'for';
  readonly names: LoopNames;
  readonly collection: Expression;
}

export type Sequence = InterpolationPart | Directive | IfOpening | ForOpening;
export type Piece = Literal | Sequence;

export interface LoopNames {
  readonly keyName: string;
  readonly valueName: string;
}

/** A directive whose end has not come yet. */
interface Open {
  readonly opening: IfOpening | ForOpening;
  readonly outer: TemplatePart[];
  readonly first: TemplatePart[];
  second: TemplatePart[] | null;
}

/**
 * Puts what lies between directives into them, and neighbouring literals together.
 * Fails where directives do not match up.
 */
export function assemble(pieces: readonly Piece[], lexer: Lexer): TemplatePart[] {
  const root: TemplatePart[] = [];
  const open: Open[] = [];
  let parts = root;
  for (const piece of pieces) {
    const innermost = open.at(-1);
    switch (piece.kind) {
      case 'literal':
        addText(parts, piece);
        break;
      case 'interpolation':
        parts.push(piece);
        break;
      case 'if':
      case 'for':
        if (open.length + lexer.depth >= MAX_DEPTH)
          lexer.fail('Nested too deeply', `Directives lie more than ${MAX_DEPTH} levels deep.`, piece.start, piece.end);
        open.push({ opening: piece, outer: parts, first: [], second: null });
        parts = open.at(-1)?.first ?? root;
        break;
      case 'else':
        if (innermost?.opening.kind !== 'if' || innermost.second !== null) return misplaced(piece, innermost, lexer);
        parts = innermost.second = [];
        break;
      case 'endif':
      case 'endfor':
        if (innermost === undefined || `end${innermost.opening.kind}` !== piece.kind) return misplaced(piece, innermost, lexer);
        open.pop();
        parts = innermost.outer;
        parts.push(close(innermost, piece.end));
        break;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    const { kind, start, end } = unclosed.opening;
    lexer.fail('Directive without end', `This \`%{ ${kind} }\` has no \`%{ end${kind} }\`.`, start, end);
  }
  return root;
}

function misplaced(piece: Directive, innermost: Open | undefined, lexer: Lexer): never {
  const expected = innermost === undefined ? 'no directive is open here' : `the open directive is \`%{ ${innermost.opening.kind} }\``;
  return lexer.fail(
    'Misplaced template directive',
    `Found \`%{ ${piece.kind} }\`, but ${expected}${piece.kind === 'else' && innermost?.second ? ', which has its else already' : ''}.`,
    piece.start,
    piece.end,
  );
}

function close({ opening, first, second }: Open, end: number): IfPart | ForPart {
  const { start } = opening;
  if (opening.kind === 'if') return { kind: 'if', start, end, condition: opening.condition, then: first, else: second ?? [] };
  return { kind: 'for', start, end, ...opening.names, collection: opening.collection, body: first };
}

function addText(parts: TemplatePart[], literal: Literal): void {
  if (literal.value === '') return;
  const before = parts.at(-1);
  if (before?.kind === 'text') {
    parts[parts.length - 1] = { kind: 'text', start: before.start, end: literal.end, value: before.value + literal.value };
  } else {
    parts.push({ kind: 'text', start: literal.start, end: literal.end, value: literal.value });
  }
}

/**
 * Takes the white space common to the starts of all lines away. Lines of nothing but white space count
 * for nothing and stay as they are; a line that starts with a sequence has no indentation.
 */
export function removeIndentation(pieces: readonly Piece[]): void {
  let least = Infinity;
  let startsLine = true;
  const indented: Literal[] = [];
  for (const piece of pieces) {
    const literal = piece.kind === 'literal' ? piece : null;
    if (startsLine) {
      if (literal === null) {
        least = 0;
      } else {
        const indentation = literal.value.length - trimStart(literal.value).length;
        if (indentation < literal.value.length || !literal.value.endsWith('\n')) {
          indented.push(literal);
          least = Math.min(least, indentation);
        }
      }
    }
    startsLine = literal?.value.endsWith('\n') ?? false;
  }
  for (const literal of indented) literal.value = literal.value.slice(least);
}
