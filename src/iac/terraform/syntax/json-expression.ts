/** Values of JSON syntax as expressions. */
import type { Node } from 'jsonc-parser';
import type { Expression, ObjectItem, Range, SyntaxError, Template } from './ast.ts';
import { propertiesOf, rangeOf, tooDeep } from './json-tree.ts';
import { MAX_DEPTH } from './lexer.ts';
import { parseHclExpression, parseHclTemplate } from './parser.ts';

/**
 * What strings are: templates; plain texts, where Terraform evaluates nothing (defaults of variables, files of values);
 * or expressions, where native syntax has no quotes (references in `depends_on`, a variable's type).
 */
export type Mode = 'template' | 'literal' | 'expression';

export class JsonExpressions {
  readonly #text: string;
  readonly #errors: SyntaxError[];

  /** Errors are added to the given ones. */
  constructor(text: string, errors: SyntaxError[]) {
    this.#text = text;
    this.#errors = errors;
  }

  /** Undefined where there is an error in it. `depth`: of the values that it lies in. */
  read(node: Node, mode: Mode, depth: number): Expression | undefined {
    const range = rangeOf(node);
    if (depth > MAX_DEPTH) {
      this.#errors.push(tooDeep(range));
      return undefined;
    }
    switch (node.type) {
      case 'null':
        return { kind: 'null', ...range };
      case 'boolean':
        return { kind: 'boolean', ...range, value: node.value === true };
      case 'number':
        return this.#number(range);
      case 'string':
        return mode === 'expression' ? this.#expression(node) : this.#template(node, mode);
      case 'array':
        return this.#tuple(node, mode, depth);
      case 'object':
        return this.#object(node, mode, depth);
      case 'property':
        return undefined;
      default:
        return node.type satisfies never;
    }
  }

  /** A minus sign is an operator, as in native syntax. */
  #number({ start, end }: Range): Expression {
    const minus = this.#text.startsWith('-', start);
    const from = minus ? start + 1 : start;
    const operand: Expression = { kind: 'number', start: from, end, text: this.#text.slice(from, end) };
    return minus ? { kind: 'unary', start, end, operator: '-', operand } : operand;
  }

  #tuple(node: Node, mode: Mode, depth: number): Expression | undefined {
    const items: Expression[] = [];
    for (const child of node.children ?? []) {
      const item = this.read(child, mode, depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return { kind: 'tuple', ...rangeOf(node), items };
  }

  #object(node: Node, mode: Mode, depth: number): Expression | undefined {
    const items: ObjectItem[] = [];
    const names = new Set<string>();
    for (const { name, key, value } of propertiesOf(node)) {
      if (names.has(name)) {
        this.fail(key, 'Property set twice', 'An object has this property already; remove one of the two.');
        return undefined;
      }
      names.add(name);
      const read = this.read(value, mode, depth + 1);
      const keyText = this.#template(key, mode);
      if (read === undefined || keyText === undefined) return undefined;
      items.push({ key: keyText, value: read });
    }
    return { kind: 'object', ...rangeOf(node), items };
  }

  #template(node: Node, mode: Mode): Template | undefined {
    const range = rangeOf(node);
    const value = String(node.value);
    const inner = { start: range.start + 1, end: range.end - 1 };
    if (mode !== 'template' || !/[$%]\{/u.test(value))
      return { kind: 'template', ...range, form: 'quoted', parts: value === '' ? [] : [{ kind: 'text', ...inner, value }] };
    const { template, errors } = parseHclTemplate(value);
    const offsetOf = offsets(this.#text, inner);
    if (template === null) return this.#broken(errors, offsetOf);
    relocate(template, offsetOf);
    return { ...template, ...range, form: 'quoted' };
  }

  #expression(node: Node): Expression | undefined {
    const range = rangeOf(node);
    const { expression, errors } = parseHclExpression(String(node.value));
    const offsetOf = offsets(this.#text, { start: range.start + 1, end: range.end - 1 });
    if (expression === null) return this.#broken(errors, offsetOf);
    relocate(expression, offsetOf);
    return expression;
  }

  #broken(errors: readonly SyntaxError[], offsetOf: (offset: number) => number): undefined {
    this.#errors.push(...errors.map((each) => ({ ...each, start: offsetOf(each.start), end: offsetOf(each.end) })));
  }

  fail(node: Node, summary: string, detail: string): void {
    this.#errors.push({ ...rangeOf(node), summary, detail });
  }
}

/** From offsets in the decoded text to offsets in the file; `inner` is what stands between the quotes. */
function offsets(text: string, { start, end }: Range): (offset: number) => number {
  const raw = text.slice(start, end);
  if (!raw.includes('\\')) return (offset) => start + offset;
  const starts: number[] = [];
  for (let at = 0; at < raw.length; at += raw[at] === '\\' ? (raw[at + 1] === 'u' ? 6 : 2) : 1) starts.push(start + at);
  return (offset) => starts[offset] ?? end;
}

/** Moves a tree that nobody else has yet, in place; iteratively, since long chains of operators make deep trees. */
function relocate(tree: object, offsetOf: (offset: number) => number): void {
  const pending: object[] = [tree];
  const seen = new Set<object>(pending);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isRange(node)) {
      node.start = offsetOf(node.start);
      node.end = offsetOf(node.end);
    }
    const values: readonly unknown[] = Object.values(node);
    for (const value of values) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      pending.push(value);
    }
  }
}

function isRange(node: object): node is { start: number; end: number } {
  return 'start' in node && 'end' in node && typeof node.start === 'number' && typeof node.end === 'number';
}
