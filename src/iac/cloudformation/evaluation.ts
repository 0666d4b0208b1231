/** What the functions of a template and their evaluation share. */
import { absent, isList, isMap } from '../../domain/value.ts';
import type { Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import type { Node, Range } from './ast.ts';
import { LONG_FORMS } from './tags.ts';
import { IN_PLACE } from './template.ts';
import type { Shift, Template } from './template.ts';

/** Where a node stands as seen from the resource. */
export interface Place {
  /** What everything below is blamed at, when it stands somewhere else: behind an alias. */
  readonly at: Span | null;
  /** Of the nodes of the resource. */
  readonly shift: Shift;
  /** The key whose value this is. */
  readonly key: Range | null;
  readonly property: string | null;
  /** The property of the resource that it is a part of. */
  readonly attribute: string | null;
  readonly depth: number;
}

export const TOP: Place = { at: null, shift: IN_PLACE, key: null, property: null, attribute: null, depth: 0 };

export interface Call {
  /** Long form: `Ref`, `Fn::Sub`. */
  readonly name: string;
  readonly argument: Node;
}

/** The function that a node calls, in its short or long form. */
export function callOf(node: Node): Call | null {
  if (node.tag !== null) return { name: LONG_FORMS.get(node.tag) ?? node.tag, argument: { ...node, tag: null } };
  if (node.kind !== 'mapping') return null;
  const [only, another] = node.entries;
  if (only !== undefined && another === undefined && (only.key === 'Ref' || only.key.startsWith('Fn::')))
    return { name: only.key, argument: only.value };
  const mixed = node.entries.find(({ key }) => key.startsWith('Fn::'));
  return mixed === undefined ? null : { name: mixed.key, argument: mixed.value };
}

/** What a function may ask of the evaluation that it is part of. */
export interface Evaluation {
  readonly template: Template;
  value(node: Node, place: Place): Value;
  /** Undefined when not known. */
  condition(name: string): boolean | undefined;
  /** Null when there is no such parameter. */
  parameter(name: string, span: Span): Value | null;
  /** Notes that a resource is referred to. */
  refer(address: string, place: Place): void;
}

/** Known alike in every part. */
export function sameData(a: Value, b: Value): boolean {
  if (a.state === 'absent' || b.state === 'absent') return a.state === b.state;
  if (a.state === 'unknown' || b.state === 'unknown') return false;
  const [left, right] = [a.data, b.data];
  if (isList(left))
    return isList(right) && left.length === right.length && left.every((item, index) => sameData(item, right[index] ?? absent(b.span)));
  if (isMap(left))
    return isMap(right) && left.size === right.size && [...left].every(([key, item]) => sameData(item, right.get(key) ?? absent(b.span)));
  return left === right;
}
