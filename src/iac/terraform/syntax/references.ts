/** What expressions refer to: the names in them that no `for` and no iterator gives a meaning. */
import type { Call, Expression, GetAttribute, Index, Range, SplatStep, TemplatePart } from './ast.ts';

export interface Reference extends Range {
  /** `aws_s3_bucket`, `logs`, `id`: as far as they are written as names, at most three. */
  readonly names: readonly [string, ...string[]];
}

/** Names that hold inside an expression. */
export interface Bound {
  readonly name: string;
  readonly outer: Bound | undefined;
}

/** Each reference and each call of an expression, iteratively: long chains of operators make deep trees. */
export function* mentions(expression: Expression, bound?: Bound): Iterable<Reference | Call> {
  const pending: [Expression, Bound | undefined][] = [[expression, bound]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, names] = next;
    const add = (each: Expression): void => void pending.push([each, names]);
    switch (node.kind) {
      case 'null':
      case 'boolean':
      case 'number':
        break;
      case 'variable':
      case 'get-attribute':
      case 'index': {
        const reference = follow(node, add);
        if (reference !== undefined && !isBound(reference.names[0], names)) yield reference;
        break;
      }
      case 'call':
        yield node;
        for (const each of node.arguments) add(each);
        break;
      case 'template':
        for (const part of partsOf(node.parts, names)) pending.push(part);
        break;
      case 'for': {
        const inner = bind(names, node.keyName, node.valueName);
        add(node.collection);
        for (const each of [node.key, node.value, node.condition]) if (each !== null) pending.push([each, inner]);
        break;
      }
      case 'object':
        for (const { key, value } of node.items) {
          if (key.kind !== 'name' && key.kind !== 'variable') add(key);
          add(value);
        }
        break;
      case 'splat':
        add(node.of);
        for (const each of keysOf(node.each)) add(each);
        break;
      case 'conditional':
        for (const each of [node.condition, node.then, node.else]) add(each);
        break;
      case 'binary':
        add(node.left);
        add(node.right);
        break;
      case 'unary':
        add(node.operand);
        break;
      case 'parenthesis':
        add(node.inner);
        break;
      case 'tuple':
        for (const each of node.items) add(each);
        break;
      default:
        node satisfies never;
    }
  }
}

/** The reference that a chain of steps is, if it starts with a name; what stands in brackets is handed on. */
function follow(chain: Expression, add: (each: Expression) => void): Reference | undefined {
  const steps: (GetAttribute | Index)[] = [];
  let root = chain;
  for (; root.kind === 'get-attribute' || root.kind === 'index'; root = root.of) {
    steps.push(root);
    if (root.kind === 'index') add(root.key);
  }
  if (root.kind !== 'variable') {
    add(root);
    return undefined;
  }
  const names: [string, ...string[]] = [root.name];
  for (const step of steps.toReversed().slice(0, 2)) {
    const name = step.kind === 'get-attribute' ? step.name : textOf(step.key);
    if (name === undefined) break;
    names.push(name);
  }
  return { names, start: chain.start, end: chain.end };
}

function textOf(key: Expression): string | undefined {
  const [part, ...more] = key.kind === 'template' ? key.parts : [];
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}

function partsOf(parts: readonly TemplatePart[], bound: Bound | undefined): [Expression, Bound | undefined][] {
  return parts.flatMap((part): [Expression, Bound | undefined][] => {
    switch (part.kind) {
      case 'text':
        return [];
      case 'interpolation':
        return [[part.value, bound]];
      case 'if':
        return [[part.condition, bound], ...partsOf(part.then, bound), ...partsOf(part.else, bound)];
      case 'for':
        return [[part.collection, bound], ...partsOf(part.body, bind(bound, part.keyName, part.valueName))];
      default:
        return part satisfies never;
    }
  });
}

function keysOf(steps: readonly SplatStep[]): Expression[] {
  return steps.flatMap((step) => (step.kind === 'index' ? [step.key] : step.kind === 'splat' ? keysOf(step.each) : []));
}

export function bind(outer: Bound | undefined, ...names: readonly string[]): Bound | undefined {
  let bound = outer;
  for (const name of names) if (name !== '') bound = { name, outer: bound };
  return bound;
}

function isBound(name: string, bound: Bound | undefined): boolean {
  for (let each = bound; each !== undefined; each = each.outer) if (each.name === name) return true;
  return false;
}
