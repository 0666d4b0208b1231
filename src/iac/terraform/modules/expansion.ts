/** What `count` and `for_each` make of a declaration. */
import type { Declaration } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { Frame, Scope } from '../scope.ts';
import type { Expression } from '../syntax/ast.ts';
import { iterate } from '../values/access.ts';
import type { Datum } from '../values/datum.ts';
import { isFailure, mapping, NULL, number, placed, placeOf, sequence, unknown } from '../values/datum.ts';
import { convert, describe } from '../values/type.ts';
import type { Refuse } from './session.ts';
import { refuseFailure } from './session.ts';

/** An instance key: null without count and for_each, undefined when not known. */
export type Key = string | number | null | undefined;

export interface Expansion {
  readonly kind: 'one' | 'count' | 'for_each' | 'unknown';
  readonly keys: readonly { readonly key: Key; readonly frame: Frame | undefined }[];
}

const WHOLE = 'a whole number of at least 0';
const COLLECTION = 'a map or a set of strings';

/** Undefined `refuse`: the declaration may turn out not to exist, so that nothing of it is refused for certain. */
export function expand(declaration: Declaration, scope: Scope, refuse: Refuse | undefined): Expansion {
  const count = findAttribute(declaration, 'count');
  const forEach = findAttribute(declaration, 'for_each');
  if (count !== undefined && forEach !== undefined) {
    const what = 'count and for_each exclude each other';
    refuse?.(placeOf(forEach.source, forEach.attribute.nameRange), what);
    return notCounted(what);
  }
  if (count !== undefined) return counted(count.attribute.value, { ...scope, source: count.source }, refuse);
  if (forEach !== undefined) return forEachOf(forEach.attribute.value, { ...scope, source: forEach.source }, refuse);
  return { kind: 'one', keys: [{ key: null, frame: undefined }] };
}

function counted(expression: Expression, scope: Scope, refuse: Refuse | undefined): Expansion {
  const place = placeOf(scope.source, expression);
  const refused = (what: string): Expansion => {
    refuse?.(place, what);
    return notCounted(what);
  };
  const written = scope.names.evaluate(expression, scope);
  refuseFailure(written, refuse);
  const value = convert(written, { kind: 'number' });
  if (isFailure(value)) return isFailure(written) ? notCounted(value.reason) : refused(`count: ${value.reason}`);
  if (value.kind === 'null') return refused(`count is null, but must be ${WHOLE}`);
  if (value.kind !== 'number') return notCounted(value.kind === 'unknown' ? value.reason : 'count is not known');
  if (value.value < 0 || !Number.isInteger(value.value))
    return refused(`count is ${value.sensitive === true ? 'another number' : value.value}, but must be ${WHOLE}`);
  const over = scope.names.limits.instances(value.value);
  if (over !== undefined) return notCounted(over.reason);
  const frame = (index: number): Frame => frameOf('count', new Map([['index', number(index)]]));
  return { kind: 'count', keys: Array.from({ length: value.value }, (_, index) => ({ key: index, frame: frame(index) })) };
}

function forEachOf(expression: Expression, scope: Scope, refuse: Refuse | undefined): Expansion {
  const place = placeOf(scope.source, expression);
  const refused = (what: string): Expansion => {
    refuse?.(place, what);
    return notCounted(what);
  };
  const value = scope.names.evaluate(expression, scope);
  refuseFailure(value, refuse);
  if (isSecret(expression, value)) return refused('for_each is sensitive, but the keys of instances cannot be hidden');
  if (value.kind === 'unknown') return notCounted(value.reason, value.element);
  if (value.kind === 'instance') return notCounted(`${value.of.address} is known only after creation`);
  if (value.kind !== 'mapping' && !(value.kind === 'sequence' && value.type === 'set'))
    return refused(`for_each is ${describe(value)}, but must be ${COLLECTION}`);
  const over = scope.names.limits.instances(value.kind === 'mapping' ? value.entries.size : value.items.length);
  if (over !== undefined) return notCounted(over.reason);
  const keys: { key: string; frame: Frame }[] = [];
  for (const [key, item] of iterate(value) ?? []) {
    if (key.kind === 'unknown') return notCounted(key.reason);
    if (key.kind !== 'string') return refused(`for_each has ${describe(key)} among its keys, but must be ${COLLECTION}`);
    const entries = new Map([
      ['key', placed(key, item.place ?? place)],
      ['value', item],
    ]);
    keys.push({ key: key.value, frame: frameOf('each', entries) });
  }
  return { kind: 'for_each', keys };
}

/** Sensitive for certain: a sensitive variable itself, or `sensitive()`. Of what is computed from such, marks tell more than there is. */
function isSecret(expression: Expression, value: Datum): boolean {
  if (value.sensitive !== true) return false;
  switch (expression.kind) {
    case 'parenthesis':
      return isSecret(expression.inner, value);
    case 'get-attribute':
      return expression.of.kind === 'variable' && expression.of.name === 'var';
    case 'call':
      if (expression.name === 'sensitive') return true;
      return ['toset', 'tomap'].includes(expression.name) && expression.arguments.some((each) => isSecret(each, value));
    default:
      return false;
  }
}

/** An unknown number of instances. `element`: what each of them is made for, where that alone is known. */
export function notCounted(reason: string, element: Datum = unknown(reason)): Expansion {
  const each = frameOf(
    'each',
    new Map([
      ['key', unknown(reason)],
      ['value', element],
    ]),
  );
  return { kind: 'unknown', keys: [{ key: undefined, frame: frameOf('count', new Map([['index', unknown(reason)]]), each) }] };
}

function frameOf(name: string, entries: ReadonlyMap<string, Datum>, outer?: Frame): Frame {
  return { name, value: mapping('object', entries), outer };
}

/** Instances as a reference to their declaration sees them. */
export function keyed(instances: readonly (readonly [Key, Datum])[], reason: string, kind: Expansion['kind']): Datum {
  const [first] = instances;
  switch (kind) {
    case 'one':
      return first?.[1] ?? NULL;
    case 'count':
      return sequence(
        'tuple',
        instances.map(([, datum]) => datum),
      );
    case 'for_each':
      return mapping('object', new Map(instances.map(([key, datum]) => [String(key), datum])));
    case 'unknown':
      return unknown(reason, { element: first?.[1] });
    default:
      return kind satisfies never;
  }
}

export function keyText(key: Key): string {
  if (key === null || key === undefined) return '';
  return typeof key === 'number' ? `[${key}]` : `[${JSON.stringify(key)}]`;
}
