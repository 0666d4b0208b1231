/** The syntax trees of the files whose mutants are made, and what several parts ask of a node. */
import { dirname, join } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';
import type { Function as FunctionNode, ArrowFunctionExpression, ImportDeclaration, Node, Program, PropertyKey } from 'oxc-parser';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  /** Paths of the files that it imports for more than their types. */
  readonly imports: readonly string[];
}

/**
 * @param path of the file, absolute
 * @throws Error when the text is not TypeScript
 */
export function parse(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  const [first] = errors;
  if (first !== undefined) throw new Error(`${path}: ${first.message}`);
  return { path, text, program, imports: importsOf(program).map(({ source }) => join(dirname(path), source.value)) };
}

export function importsOf({ body }: Program): ImportDeclaration[] {
  return body.filter((statement) => statement.type === 'ImportDeclaration').filter(({ importKind }) => importKind !== 'type');
}

export function childrenOf(node: Node): Node[] {
  const parts = new Map<string, unknown>(Object.entries(node));
  return (visitorKeys[node.type] ?? []).flatMap((key) => parts.get(key) ?? []).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** The node and all below it; what is below a node for which `into` says no is left out. */
export function* nodesIn(node: Node, into: (node: Node) => boolean = () => true): Iterable<Node> {
  yield node;
  if (into(node)) for (const child of childrenOf(node)) yield* nodesIn(child, into);
}

export type AnyFunction = FunctionNode | ArrowFunctionExpression;

export function isFunction(node: Node): node is AnyFunction {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

/** The name of a property that is written as a word or a text. */
export function keyName(key: PropertyKey): string | null {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : null;
}

/** Whether it gives words for people: text with a space in it, or a choice between such a text and another. */
export function isProse(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && /\s/u.test(node.value);
    case 'TemplateLiteral':
      return node.quasis.some(({ value }) => /\s/u.test(value.raw));
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].some(isProse) && ![node.consequent, node.alternate].some(isNothing);
    case 'ArrowFunctionExpression':
      return isProse(node.body);
    default:
      return false;
  }
}

function isNothing(node: Node): boolean {
  return (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined');
}
