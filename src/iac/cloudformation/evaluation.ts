/** What the functions of a template and their evaluation share. */
import { absent, isList, isMap, known, unknown } from '../../domain/value.ts';
import type { Data, Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import type { Node, Range } from './ast.ts';
import type { Facts } from './facts.ts';
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
  /** What holds where it stands. */
  readonly facts: Facts | null;
  /** Whether an alias leads to it. */
  readonly aliased: boolean;
  readonly depth: number;
}

export const TOP: Place = {
  at: null,
  shift: IN_PLACE,
  key: null,
  property: null,
  attribute: null,
  facts: null,
  aliased: false,
  depth: 0,
};

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

/** A value that goes from one template to another. */
export interface Passed {
  readonly value: Value;
  /** Addresses of the resources that it refers to. */
  readonly mentions: readonly string[];
}

/** What a function may ask of the evaluation that it is part of. */
export interface Evaluation {
  readonly template: Template;
  value(node: Node, place: Place): Value;
  /** Undefined when not known. */
  condition(name: string, facts: Facts | null): boolean | undefined;
  /** The place of what is there only when a condition holds, or does not. */
  assuming(name: string, holds: boolean, place: Place): Place;
  /** Null when there is no such parameter. */
  parameter(name: string, span: Span, place: Place): Value | null;
  /** An output of a nested stack; null when that is not read, or has no such output. */
  output(logicalId: string, name: string, span: Span, place: Place): Value | null;
  /** Notes that a resource is referred to, and returns its address. */
  refer(logicalId: string, place: Place): string;
}

/** The same value as it is seen from another place. */
export function moved(value: Value, span: Span): Value {
  if (value.state === 'absent') return absent(span);
  const shape = value.shape === undefined ? {} : { shape: moved(value.shape, span) };
  if (value.state === 'unknown') return { ...value, ...shape, span };
  const origin = value.origin ?? value.span;
  return { ...value, ...shape, data: movedData(value.data, span), span, origin };
}

function movedData(data: Data, span: Span): Data {
  if (isList(data)) return data.map((item) => moved(item, span));
  return isMap(data) ? new Map([...data].map(([key, item]) => [key, moved(item, span)])) : data;
}

/**
 * One value or the other, whichever it turns out to be: known where both say the same. The parts of two maps,
 * and of two lists as long as each other, are compared one by one. Written at `span`; `reason` is why it is open.
 */
export function either(a: Value, b: Value, span: Span, reason: string): Value {
  const secret = (a.state !== 'absent' && a.sensitive === true) || (b.state !== 'absent' && b.sensitive === true);
  const mark = secret ? { sensitive: true } : {};
  if (sameValue(a, b)) return a.state === 'absent' ? absent(span) : { ...a, ...mark, span };
  if (a.state === 'known' && b.state === 'known') {
    const data = eitherData(a.data, b.data, span, reason);
    if (data !== null) return { ...known(data, span), ...mark };
  }
  return { ...unknown(reason, span), ...mark };
}

function eitherData(a: Data, b: Data, span: Span, reason: string): Data | null {
  const part = (left: Value, right: Value): Value => either(left, right, left.state === 'absent' ? right.span : left.span, reason);
  if (isList(a) && isList(b) && a.length === b.length) return a.map((item, index) => part(item, b[index] ?? absent(span)));
  if (!isMap(a) || !isMap(b)) return null;
  return new Map([...a.keys(), ...b.keys()].map((key) => [key, part(a.get(key) ?? absent(span), b.get(key) ?? absent(span))]));
}

/** A text, number or boolean that is the same, or the same attribute of the same resource. */
function sameValue(a: Value, b: Value): boolean {
  if (a.state === 'absent' || b.state === 'absent') return a.state === b.state;
  if (a.state === 'known' && b.state === 'known') return typeof a.data !== 'object' && a.data === b.data;
  if (a.state !== 'unknown' || b.state !== 'unknown' || a.reference === undefined || b.reference === undefined) return false;
  return a.reference.address === b.reference.address && a.reference.attribute === b.reference.attribute;
}
