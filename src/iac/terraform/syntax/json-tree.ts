/** Strict JSON as a tree with offsets. */
import type { Node, ParseError } from 'jsonc-parser';
import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Range, SyntaxError } from './ast.ts';

export interface Property {
  readonly name: string;
  readonly key: Node;
  /** Offset of the colon. */
  readonly colon: number;
  readonly value: Node;
}

export interface JsonTree {
  /** What could be read; undefined when nothing could. */
  readonly root: Node | undefined;
  /** The first error: what comes after it is often but its consequence. */
  readonly errors: readonly SyntaxError[];
}

const DETAILS: ReadonlyMap<string, string> = new Map([
  ['InvalidCommentToken', 'JSON has no comments; in Terraform a property named "//" holds one.'],
  ['PropertyNameExpected', 'A property name in quotes was expected; the last property is followed by no comma.'],
  ['ValueExpected', 'A value was expected; the last item is followed by no comma, and a file is not empty.'],
  ['ColonExpected', 'A colon was expected between the property name and its value.'],
  ['CommaExpected', 'A comma was expected before the next item.'],
  ['CloseBraceExpected', 'The object is not closed with a brace.'],
  ['CloseBracketExpected', 'The array is not closed with a bracket.'],
  ['EndOfFileExpected', 'Nothing more was expected after the value of the file.'],
  ['UnexpectedEndOfString', 'The string is not closed on its line.'],
  ['InvalidCharacter', 'A string holds no control characters; write them as escapes.'],
  ['InvalidEscapeCharacter', 'A backslash may only be followed by ", \\, /, b, f, n, r, t or u.'],
  ['InvalidUnicode', '`\\u` must be followed by four hexadecimal digits.'],
]);

/** A byte order mark counts and says nothing. Never throws. */
export function parseJsonTree(text: string): JsonTree {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text.replace(/^\uFEFF/u, ' '), errors, { disallowComments: true, allowTrailingComma: false });
    return { root, errors: errors.slice(0, 1).map(asSyntaxError) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { root: undefined, errors: [tooDeep({ start: 0, end: 0 })] };
  }
}

export function tooDeep({ start, end }: Range): SyntaxError {
  return { start, end, summary: 'Nested too deeply', detail: 'The file nests values too deeply to be read.' };
}

function asSyntaxError({ error, offset, length }: ParseError): SyntaxError {
  const detail = DETAILS.get(printParseErrorCode(error)) ?? 'Found what is no part of JSON.';
  return { start: offset, end: offset + length, summary: 'Invalid JSON', detail };
}

/** The properties of an object in their order, repeated ones too; none of anything else. */
export function propertiesOf(node: Node): Property[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [], colonOffset }) =>
    key === undefined || value === undefined
      ? []
      : [{ name: String(key.value), key, colon: colonOffset ?? key.offset + key.length, value }],
  );
}

export function rangeOf({ offset, length }: Node): Range {
  return { start: offset, end: offset + length };
}

/** An object, or the objects of an array; undefined when it is or holds anything else. */
export function objectsOf(node: Node): readonly Node[] | undefined {
  const nodes = node.type === 'array' ? (node.children ?? []) : [node];
  return nodes.every(({ type }) => type === 'object') ? nodes : undefined;
}
