/** Conditions of a template, three-valued: undefined is not known. */
import type { Value } from '../../domain/value.ts';
import { entryOf } from './ast.ts';
import type { Entry, Node } from './ast.ts';
import { callOf } from './evaluation.ts';
import { Facts } from './facts.ts';

/** What conditions ask of the evaluation that they are a part of. */
export interface ConditionEvaluation {
  /** A side of `Fn::Equals`. */
  operand(node: Node, facts: Facts | null): Value;
  /** Counts a step; false when there are too many, or it lies too deep. */
  mayGo(node: Node, depth: number): boolean;
}

export class Conditions {
  readonly #conditions: ReadonlyMap<string, Entry>;
  readonly #evaluation: ConditionEvaluation;
  readonly #settled = new Map<string, boolean | undefined>();
  readonly #assumed = new Map<string, Facts>();

  constructor(conditions: ReadonlyMap<string, Entry>, evaluation: ConditionEvaluation) {
    this.#conditions = conditions;
    this.#evaluation = evaluation;
  }

  /** Whether a named condition holds; undefined too when it refers to itself. */
  named(name: string, facts: Facts | null, depth = 0): boolean | undefined {
    const always = this.#ask(name, this.#settled, null, depth);
    if (always !== undefined || facts === null) return always;
    return facts.named(name) ?? this.#ask(name, facts.settled, facts, depth);
  }

  /** What follows where a named condition holds, or does not. */
  assume(name: string, holds: boolean, outer: Facts | null): Facts {
    const made = outer?.inner ?? this.#assumed;
    const key = `${holds} ${name}`;
    const before = made.get(key);
    if (before !== undefined) return before;
    const facts = new Facts(outer);
    made.set(key, facts);
    this.#assumeNamed(name, holds, facts, 0);
    return facts;
  }

  #ask(name: string, settled: Map<string, boolean | undefined>, facts: Facts | null, depth: number): boolean | undefined {
    if (settled.has(name)) return settled.get(name);
    settled.set(name, undefined);
    const entry = this.#conditions.get(name);
    const holds = entry === undefined ? undefined : this.#holds(entry.value, facts, depth);
    settled.set(name, holds);
    return holds;
  }

  #holds(node: Node, facts: Facts | null, depth: number): boolean | undefined {
    const test = this.#evaluation.mayGo(node, depth) ? testOf(node) : null;
    if (test === null) return undefined;
    if (test.kind === 'named') return this.named(test.name, facts, depth + 1);
    if (test.kind === 'equals') return this.#equals(test.left, test.right, facts);
    const parts = test.parts.map((part) => this.#holds(part, facts, depth + 1));
    if (test.kind === 'not') return parts[0] === undefined ? undefined : !parts[0];
    if (test.kind === 'and') return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
    return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
  }

  #equals(left: Node, right: Node, facts: Facts | null): boolean | undefined {
    const assumed = facts === null ? undefined : facts.compared(comparison(left, right));
    if (assumed !== undefined) return assumed;
    const [a, b] = [this.#evaluation.operand(left, facts), this.#evaluation.operand(right, facts)];
    const [x, y] = [textOf(a), textOf(b)];
    if (x !== null && y !== null) return x === y;
    return cannotBe(a, y) || cannotBe(b, x) ? false : undefined;
  }

  #assumeNamed(name: string, holds: boolean, facts: Facts, depth: number): void {
    if (facts.named(name) !== undefined) return;
    facts.assumeNamed(name, holds);
    const entry = this.#conditions.get(name);
    if (entry !== undefined) this.#assume(entry.value, holds, facts, depth + 1);
  }

  #assume(node: Node, holds: boolean, facts: Facts, depth: number): void {
    const test = this.#evaluation.mayGo(node, depth) ? testOf(node) : null;
    if (test === null) return;
    if (test.kind === 'named') return this.#assumeNamed(test.name, holds, facts, depth);
    if (test.kind === 'equals') return this.#assumeEqual(test.left, test.right, holds, facts);
    if (test.kind === 'not') for (const part of test.parts) this.#assume(part, !holds, facts, depth + 1);
    else if ((test.kind === 'and') === holds) for (const part of test.parts) this.#assume(part, holds, facts, depth + 1);
  }

  #assumeEqual(left: Node, right: Node, holds: boolean, facts: Facts): void {
    facts.assumeCompared(comparison(left, right), holds);
    if (!holds) return;
    for (const [one, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const call = callOf(one);
      if (call?.name !== 'Ref' || call.argument.kind !== 'scalar') continue;
      const text = textOf(this.#evaluation.operand(other, facts));
      if (text !== null) facts.assumeText(String(call.argument.value), text);
    }
  }
}

function textOf(value: Value): string | null {
  return value.state === 'known' && typeof value.data !== 'object' ? String(value.data) : null;
}

/** Whether what is known of the start and end of a text is not that of another. */
function cannotBe(value: Value, text: string | null): boolean {
  if (value.state !== 'unknown' || text === null) return false;
  return !text.startsWith(value.prefix ?? '') || !text.endsWith(value.suffix ?? '');
}

type Test =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'equals'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'not' | 'and' | 'or'; readonly parts: readonly Node[] };

/** Null when it is not written as CloudFormation takes it. */
function testOf(node: Node): Test | null {
  const only = node.kind === 'mapping' && node.entries.length === 1 ? entryOf(node, 'Condition')?.value : undefined;
  const call = only === undefined ? callOf(node) : { name: 'Condition', argument: only };
  if (call === null) return null;
  const { name, argument } = call;
  if (name === 'Condition') return argument.kind === 'scalar' ? { kind: 'named', name: String(argument.value) } : null;
  const parts = argument.kind === 'sequence' ? argument.items : [];
  const [left, right, ...more] = parts;
  if (left === undefined) return null;
  if (name === 'Fn::Equals') return right === undefined || more.length > 0 ? null : { kind: 'equals', left, right };
  if (name === 'Fn::Not') return right === undefined ? { kind: 'not', parts } : null;
  if (name === 'Fn::And') return { kind: 'and', parts };
  return name === 'Fn::Or' ? { kind: 'or', parts } : null;
}

/** The same for each way to write the same comparison; short and long forms are one. */
function comparison(left: Node, right: Node): string {
  return [canonical(left), canonical(right)].toSorted().join(' = ');
}

function canonical(node: Node): string {
  const call = callOf(node);
  if (call !== null) return `${call.name}(${canonical(call.argument)})`;
  switch (node.kind) {
    case 'scalar':
      return JSON.stringify(String(node.value));
    case 'sequence':
      return `[${node.items.map(canonical).join(', ')}]`;
    case 'mapping':
      return `{${node.entries.map(({ key, value }) => `${JSON.stringify(key)}: ${canonical(value)}`).join(', ')}}`;
    case 'alias':
      return `*${node.target === null ? '' : `${node.target.start}`}`;
    default:
      return node satisfies never;
  }
}
