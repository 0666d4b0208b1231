/** Types of the language: constraints as written, conversion, and the common type of several values. */
import type { Expression } from '../syntax/ast.ts';
import type { AttributeType, Datum, Type } from './datum.ts';
import { bool, compareText, failure, isFailure, isWhole, mapping, number, numericOf, sequence, string } from './datum.ts';
import { compare, formatNumber, parseNumber } from './number.ts';

export const ANY: Type = { kind: 'any' };
export const STRING: Type = { kind: 'string' };
export const NUMBER: Type = { kind: 'number' };
export const BOOL: Type = { kind: 'bool' };

/** Reads a type constraint; what is not one counts as `any`. `fallback` evaluates the default of `optional()`. */
export function readType(expression: Expression, fallback: (expression: Expression) => Datum): Type {
  switch (expression.kind) {
    case 'variable':
      return primitive(expression.name);
    case 'template': {
      const [part] = expression.parts;
      return part?.kind === 'text' ? legacyType(part.value) : ANY;
    }
    case 'parenthesis':
      return readType(expression.inner, fallback);
    case 'call':
      return readConstructor(expression.name, expression.arguments, fallback);
    default:
      return ANY;
  }
}

function primitive(name: string): Type {
  if (name === 'string' || name === 'number' || name === 'bool') return { kind: name };
  return legacyType(name);
}

/** `list` and `map` alone, and the quoted types of Terraform 0.11. */
function legacyType(name: string): Type {
  if (name === 'string') return STRING;
  if (name === 'list' || name === 'map' || name === 'set') return { kind: name, of: ANY };
  return ANY;
}

function readConstructor(name: string, args: readonly Expression[], fallback: (expression: Expression) => Datum): Type {
  const [first] = args;
  if (first === undefined) return ANY;
  if (name === 'list' || name === 'set' || name === 'map') return { kind: name, of: readType(first, fallback) };
  if (name === 'tuple') return first.kind === 'tuple' ? { kind: 'tuple', items: first.items.map((item) => readType(item, fallback)) } : ANY;
  if (name !== 'object' || first.kind !== 'object') return ANY;
  const attributes = new Map<string, AttributeType>();
  for (const { key, value } of first.items) {
    const attribute =
      key.kind === 'name' || key.kind === 'variable'
        ? key.name
        : key.kind === 'template' && key.parts[0]?.kind === 'text'
          ? key.parts[0].value
          : undefined;
    if (attribute === undefined) continue;
    if (value.kind === 'call' && value.name === 'optional' && value.arguments[0] !== undefined) {
      const [type, otherwise] = value.arguments;
      attributes.set(attribute, {
        type: readType(type, fallback),
        optional: true,
        ...(otherwise === undefined ? {} : { fallback: fallback(otherwise) }),
      });
    } else {
      attributes.set(attribute, { type: readType(value, fallback), optional: false });
    }
  }
  return { kind: 'object', attributes };
}

/** Converts as an assignment to this type does; a failure says what was expected. */
export function convert(datum: Datum, type: Type): Datum {
  if (isFailure(datum)) return datum;
  if (datum.kind === 'unknown') return type.kind === 'any' || datum.type !== undefined ? datum : { ...datum, type };
  if (datum.kind === 'null' || type.kind === 'any') return datum;
  if (datum.kind === 'instance') return datum;
  switch (type.kind) {
    case 'string':
      return toText(datum);
    case 'number':
      if (datum.kind === 'number') return datum;
      if (datum.kind === 'string') {
        const value = parseNumber(datum.value);
        if (value !== undefined) return { ...number(value), ...marks(datum) };
      }
      return failure(`a number is required, but this is ${describe(datum)}`);
    case 'bool':
      if (datum.kind === 'bool') return datum;
      if (datum.kind === 'string' && TRUTHS.has(datum.value)) return { ...bool(TRUTHS.get(datum.value) === true), ...marks(datum) };
      return failure(`a bool is required, but this is ${describe(datum)}`);
    case 'list':
    case 'set':
      return toSequence(datum, type.kind, type.of);
    case 'map':
      return toMap(datum, type.of);
    case 'tuple':
      return toTuple(datum, type.items);
    case 'object':
      return toObject(datum, type.attributes);
    default:
      return type satisfies never;
  }
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function marks(datum: Datum): Pick<Datum, 'place' | 'origin' | 'refersTo' | 'sensitive'> {
  const { place, origin, refersTo, sensitive } = datum;
  return { place, origin, refersTo, sensitive };
}

export function toText(datum: Datum): Datum {
  switch (datum.kind) {
    case 'string':
    case 'unknown':
    case 'null':
      return datum;
    case 'bool':
      return { ...string(String(datum.value)), ...marks(datum) };
    case 'number':
      return { ...string(formatNumber(numericOf(datum))), ...marks(datum) };
    default:
      return failure(`a string is required, but this is ${describe(datum)}`);
  }
}

function toSequence(datum: Datum, kind: 'list' | 'set', of: Type): Datum {
  if (datum.kind !== 'sequence') return failure(`a ${kind} is required, but this is ${describe(datum)}`);
  const element = of.kind === 'any' ? (datum.type === 'tuple' ? unify(datum.items.map(typeOf)) : ANY) : of;
  if (element === undefined) return failure('all elements must be of the same type');
  const items = datum.items.map((item) => convert(item, element));
  return { ...(kind === 'set' ? toSet(items) : sequence('list', items)), ...marks(datum) };
}

function toMap(datum: Datum, of: Type): Datum {
  if (datum.kind !== 'mapping') return failure(`a map is required, but this is ${describe(datum)}`);
  const values = [...datum.entries.values()];
  const element = of.kind === 'any' ? (datum.type === 'object' ? unify(values.map(typeOf)) : ANY) : of;
  if (element === undefined) return failure('all elements of a map must be of the same type');
  return { ...mapping('map', new Map([...datum.entries].map(([key, item]) => [key, convert(item, element)]))), ...marks(datum) };
}

function toTuple(datum: Datum, types: readonly Type[]): Datum {
  if (datum.kind !== 'sequence' || datum.items.length !== types.length)
    return failure(`a tuple of ${types.length} elements is required, but this is ${describe(datum)}`);
  return {
    ...sequence(
      'tuple',
      datum.items.map((item, index) => convert(item, types[index] ?? ANY)),
    ),
    ...marks(datum),
  };
}

function toObject(datum: Datum, attributes: ReadonlyMap<string, AttributeType>): Datum {
  if (datum.kind !== 'mapping') return failure(`an object is required, but this is ${describe(datum)}`);
  const entries = new Map<string, Datum>();
  for (const [name, { type, optional, fallback }] of attributes) {
    const given = datum.entries.get(name);
    if (given === undefined && !optional) return failure(`attribute "${name}" is required`);
    const value = given === undefined || given.kind === 'null' ? (fallback ?? given ?? { kind: 'null', place: datum.place }) : given;
    entries.set(name, convert(value, type));
  }
  return { ...mapping('object', entries), ...marks(datum) };
}

/** A set of the items: without repeats, in the language's order. */
export function toSet(items: readonly Datum[]): Datum {
  const known = new Map<string, Datum>();
  const open: Datum[] = [];
  for (const item of items) {
    if (isFailure(item)) return item;
    if (!isWhole(item)) open.push(item);
    else {
      // A text is its own key: it may be long, and need not be copied.
      const key = item.kind === 'string' ? item.value : keyOf(item);
      if (!known.has(key)) known.set(key, item);
    }
  }
  const sorted = [...known].toSorted(([left, a], [right, b]) => compareElements(a, b) || compareText(left, right));
  return sequence('set', [...sorted.map(([, item]) => item), ...open]);
}

/** Primitive elements by their value, null last; all others by their keys. */
function compareElements(a: Datum, b: Datum): number {
  if (a.kind === 'string' && b.kind === 'string') return compareText(a.value, b.value);
  if (a.kind === 'number' && b.kind === 'number') return compare(numericOf(a), numericOf(b));
  if (a.kind === 'bool' && b.kind === 'bool') return Number(a.value) - Number(b.value);
  return Number(a.kind === 'null') - Number(b.kind === 'null');
}

/** Tells whole data apart as {@link equal} does; composed elements of a set stand in the order of these texts. */
export function keyOf(datum: Datum): string {
  switch (datum.kind) {
    case 'string':
      return JSON.stringify(datum.value);
    case 'number':
      return formatNumber(numericOf(datum));
    case 'bool':
      return datum.value ? 'T' : 'F';
    case 'null':
      return '~';
    case 'unknown':
    case 'instance':
      return '?';
    case 'sequence': {
      const items = datum.items.map((item) => `${keyOf(item)};`).join('');
      return datum.type === 'tuple' ? `<${items}>` : datum.type === 'list' ? `[${items}]` : `[${items}]=`;
    }
    case 'mapping':
      return datum.type === 'object'
        ? `<${[...datum.entries].map(([key, item]) => `${JSON.stringify(key)}${keyOf(item)};`).join('')}>`
        : `{${[...datum.entries].map(([key, item]) => `${JSON.stringify(key)}:${keyOf(item)};`).join('')}}`;
    default:
      return datum satisfies never;
  }
}

export function typeOf(datum: Datum): Type {
  switch (datum.kind) {
    case 'string':
    case 'number':
    case 'bool':
      return { kind: datum.kind };
    case 'unknown':
      return datum.type ?? ANY;
    case 'null':
    case 'instance':
      return ANY;
    case 'sequence':
      if (datum.type === 'tuple') return { kind: 'tuple', items: datum.items.map(typeOf) };
      return { kind: datum.type, of: elementType(datum.items) };
    case 'mapping':
      if (datum.type === 'map') return { kind: 'map', of: elementType([...datum.entries.values()]) };
      return {
        kind: 'object',
        attributes: new Map([...datum.entries].map(([name, item]) => [name, { type: typeOf(item), optional: false }])),
      };
    default:
      return datum satisfies never;
  }
}

function elementType(items: readonly Datum[]): Type {
  return items.map(typeOf).find((type) => type.kind !== 'any') ?? ANY;
}

/** The type all of them convert to; undefined when there is none. */
export function unify(types: readonly Type[]): Type | undefined {
  const given = types.filter((type) => type.kind !== 'any');
  const [first] = given;
  if (first === undefined) return ANY;
  if (given.every((type) => type.kind === 'string' || type.kind === 'number' || type.kind === 'bool')) {
    if (given.every((type) => type.kind === first.kind)) return first;
    return given.some((type) => type.kind === 'string') ? STRING : undefined;
  }
  if (given.every((type) => type.kind === 'tuple' || type.kind === 'list' || type.kind === 'set')) return unifySequences(given);
  if (given.every((type) => type.kind === 'object' || type.kind === 'map')) return unifyMappings(given);
  return undefined;
}

function unifySequences(types: readonly Type[]): Type | undefined {
  const tuples = types.filter((type) => type.kind === 'tuple');
  const length = tuples[0]?.items.length;
  if (length !== undefined && tuples.length === types.length && tuples.every((type) => type.items.length === length)) {
    const items = Array.from({ length }, (_, index) => unify(tuples.map((type) => type.items[index] ?? ANY)));
    return items.every((item) => item !== undefined) ? { kind: 'tuple', items } : undefined;
  }
  const of = unify(
    types.flatMap((type) => (type.kind === 'tuple' ? type.items : type.kind === 'list' || type.kind === 'set' ? [type.of] : [])),
  );
  return of === undefined ? undefined : { kind: types.some((type) => type.kind === 'set') ? 'set' : 'list', of };
}

function unifyMappings(types: readonly Type[]): Type | undefined {
  const objects = types.filter((type) => type.kind === 'object');
  const names = [...(objects[0]?.attributes.keys() ?? [])];
  if (
    objects.length === types.length &&
    objects.every((type) => type.attributes.size === names.length && names.every((name) => type.attributes.has(name)))
  ) {
    const attributes = new Map<string, AttributeType>();
    for (const name of names) {
      const type = unify(objects.map((each) => each.attributes.get(name)?.type ?? ANY));
      if (type === undefined) return undefined;
      attributes.set(name, { type, optional: false });
    }
    return { kind: 'object', attributes };
  }
  const of = unify(
    types.flatMap((type) =>
      type.kind === 'object' ? [...type.attributes.values()].map((each) => each.type) : type.kind === 'map' ? [type.of] : [],
    ),
  );
  return of === undefined ? undefined : { kind: 'map', of };
}

/** For messages: `a string`, `an object`. */
export function describe(datum: Datum): string {
  const name = datum.kind === 'sequence' || datum.kind === 'mapping' ? datum.type : datum.kind === 'instance' ? 'object' : datum.kind;
  return name === 'null' ? 'null' : `${/^[aeiou]/u.test(name) ? 'an' : 'a'} ${name}`;
}
