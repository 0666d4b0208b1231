import type { Datum, MappingDatum, SequenceDatum } from '../values/datum.ts';
import {
  bool,
  compareText,
  equal,
  failure,
  isFailure,
  isWhole,
  mapping,
  MAX_ELEMENTS,
  NULL,
  number,
  overLimit,
  referentsOf,
  sequence,
  string,
  unknown,
  unknownPart,
} from '../values/datum.ts';
import type { Numeric } from '../values/number.ts';
import { add, compare } from '../values/number.ts';
import { ANY, BOOL, convert, describe, keyOf, STRING, toSet, toText, typeOf, unify } from '../values/type.ts';
import type { Scope } from '../scope.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { numberOf, numericOf, textOf } from './define.ts';
import { graphemes } from './graphemes.ts';

/** A function whose first argument is a list, set or tuple, with parts that may be unknown. */
function onList(
  run: (list: SequenceDatum, ...more: Datum[]) => Datum,
  ...more: readonly ('string' | 'number' | 'whole' | 'raw' | 'partial')[]
): FunctionDefinition {
  return {
    parameters: ['partial', ...more],
    run: ([list, ...rest]) =>
      list?.kind === 'sequence' ? run(list, ...rest) : failure(`a list is needed, but this is ${describe(list ?? NULL)}`),
  };
}

function onMap(run: (map: MappingDatum, ...more: Datum[]) => Datum, ...more: readonly ('string' | 'raw')[]): FunctionDefinition {
  return {
    parameters: ['partial', ...more],
    run: ([map, ...rest]) =>
      map?.kind === 'mapping' ? run(map, ...rest) : failure(`a map is needed, but this is ${describe(map ?? NULL)}`),
  };
}

function onTruths(decisive: boolean): FunctionDefinition {
  return onList((list) => {
    let open: Datum | undefined;
    for (const item of list.items) {
      const value = item.kind === 'null' ? bool(false) : convert(item, BOOL);
      if (isFailure(value)) return value;
      if (value.kind === 'bool' && value.value === decisive) return bool(decisive);
      if (value.kind === 'unknown') open ??= value;
    }
    return open === undefined ? bool(!decisive) : unknownOf(open);
  });
}

type Combine = (first: readonly Datum[], second: readonly Datum[]) => readonly Datum[];

function onSets(combine: Combine): FunctionDefinition {
  return { parameters: ['whole'], rest: 'whole', run: (sets) => setOperation(sets, combine) };
}

/** Those that are, or are not, among the others. */
function among(items: readonly Datum[], others: readonly Datum[], wanted: boolean): readonly Datum[] {
  const keys = new Set(others.map(keyOf));
  return items.filter((item) => keys.has(keyOf(item)) === wanted);
}

export const collectionFunctions: FunctionTable = {
  alltrue: onTruths(false),
  anytrue: onTruths(true),
  chunklist: onList((list, size = NULL) => chunk(list, numberOf(size)), 'number'),
  coalesce: { parameters: [], rest: 'raw', run: coalesce },
  coalescelist: { parameters: [], rest: 'raw', run: coalesceList },
  compact: onList(compact),
  concat: { parameters: [], rest: 'partial', run: concat },
  contains: onList((list, value = NULL) => contains(list, value), 'partial'),
  distinct: onList(distinct),
  element: onList((list, index = NULL) => element(list, numberOf(index)), 'number'),
  flatten: onList(flatten),
  index: onList((list, value = NULL) => indexOf(list, value), 'whole'),
  keys: onMap((map) =>
    sequence(
      map.type === 'map' ? 'list' : 'tuple',
      [...map.entries].map(([key, item]) => ({ ...string(key), place: item.place })),
    ),
  ),
  values: onMap((map) => sequence(map.type === 'map' ? 'list' : 'tuple', [...map.entries.values()])),
  length: { parameters: ['partial'], run: ([value = NULL], scope) => length(value, scope) },
  lookup: {
    parameters: ['partial', 'string', 'raw'],
    optional: 1,
    run: ([map = NULL, key, otherwise]) => lookup(map, textOf(key), otherwise),
  },
  matchkeys: { parameters: ['whole', 'whole', 'whole'], run: matchKeys },
  merge: { parameters: [], rest: 'raw', run: merge },
  one: onList((list) => (list.items.length > 1 ? failure('one() needs a list of at most one element') : (list.items[0] ?? NULL))),
  range: { parameters: ['number'], rest: 'number', run: (args) => range(args.map(numericOf)) },
  reverse: onList((list) =>
    list.type === 'set' && !list.whole ? unknownOf(list) : sequence(list.type === 'tuple' ? 'tuple' : 'list', list.items.toReversed()),
  ),
  setintersection: onSets((first, second) => among(first, second, true)),
  setproduct: { parameters: [], rest: 'whole', run: setProduct },
  setsubtract: {
    parameters: ['whole', 'whole'],
    run: (sets) => setOperation(sets, (first, second) => among(first, second, false)),
  },
  setunion: onSets((first, second) => [...first, ...second]),
  slice: onList((list, start = NULL, end = NULL) => slice(list, numberOf(start), numberOf(end)), 'number', 'number'),
  sort: { parameters: ['whole'], run: ([list = NULL]) => sort(list) },
  transpose: { parameters: ['whole'], run: ([map = NULL]) => transpose(map) },
  zipmap: { parameters: ['whole', 'partial'], run: ([keys = NULL, values = NULL]) => zipMap(keys, values) },
};

function unknownOf(datum: Datum): Datum {
  return unknown(unknownPart(datum)?.reason ?? 'a part of it is not known', { refersTo: referentsOf([datum]) });
}

function chunk(list: SequenceDatum, size: number): Datum {
  if (!Number.isInteger(size) || size < 0) return failure('the size of a chunk must be a whole number');
  const source = convert(list, { kind: 'list', of: ANY });
  if (source.kind !== 'sequence') return source;
  if (size === 0) return sequence('list', [source]);
  const chunks: Datum[] = [];
  for (let at = 0; at < source.items.length; at += size) chunks.push(sequence('list', source.items.slice(at, at + size)));
  return sequence('list', chunks);
}

function coalesce(args: readonly Datum[]): Datum {
  const type = unify(args.map(typeOf));
  if (type === undefined) return failure('the arguments of coalesce() have no common type');
  for (const arg of args) {
    if (arg.kind === 'unknown') return unknown(arg.reason, { refersTo: referentsOf(args) });
    if (arg.kind === 'null' || (arg.kind === 'string' && arg.value === '')) continue;
    return convert(arg, type);
  }
  return failure('coalesce() has no argument with a value');
}

function coalesceList(args: readonly Datum[]): Datum {
  for (const arg of args) {
    if (arg.kind === 'unknown') return unknown(arg.reason, { refersTo: referentsOf(args) });
    if (arg.kind === 'null') continue;
    if (arg.kind !== 'sequence' || arg.type === 'set') return failure('coalescelist() needs lists');
    if (arg.items.length > 0) return arg;
  }
  return failure('coalescelist() has no list with elements');
}

function compact(list: SequenceDatum): Datum {
  const texts = convert(list, { kind: list.type === 'set' ? 'set' : 'list', of: STRING });
  if (texts.kind !== 'sequence') return texts;
  if (!texts.whole) return unknownOf(texts);
  return sequence(
    'list',
    texts.items.filter((item) => item.kind === 'string' && item.value !== ''),
  );
}

function concat(args: readonly Datum[]): Datum {
  if (args.length === 0) return failure('concat() needs a list');
  const items: Datum[] = [];
  let tuple = false;
  for (const arg of args) {
    if (arg.kind !== 'sequence' || arg.type === 'set') return failure(`concat() needs lists, but has ${describe(arg)}`);
    tuple ||= arg.type !== 'list';
    items.push(...arg.items);
  }
  if (tuple) return sequence('tuple', items);
  const type = unify(items.map(typeOf));
  return type === undefined
    ? sequence('tuple', items)
    : sequence(
        'list',
        items.map((item) => convert(item, type)),
      );
}

function contains(list: SequenceDatum, value: Datum): Datum {
  let open: Datum | undefined;
  for (const item of list.items) {
    const same = equal(item, value);
    if (same === true) return bool(true);
    if (same === undefined) open ??= isWhole(item) ? value : item;
  }
  return open === undefined ? bool(false) : unknownOf(open);
}

function distinct(list: SequenceDatum): Datum {
  if (!list.whole) return unknownOf(list);
  const source = convert(list, { kind: 'list', of: ANY });
  if (source.kind !== 'sequence') return source;
  const found = new Map<string, Datum>();
  for (const item of source.items) {
    const key = keyOf(item);
    if (!found.has(key)) found.set(key, item);
  }
  return sequence('list', [...found.values()]);
}

function element(list: SequenceDatum, index: number): Datum {
  if (list.type === 'set') return failure('the elements of a set have no index');
  if (list.items.length === 0) return failure('element() needs a list that is not empty');
  if (!Number.isInteger(index)) return failure('an index must be a whole number');
  const { length: size } = list.items;
  return list.items[((index % size) + size) % size] ?? NULL;
}

function flatten(list: SequenceDatum): Datum {
  const items: Datum[] = [];
  const visit = (sequence_: SequenceDatum): Datum | undefined => {
    for (const item of sequence_.items) {
      // What is unknown may be a list of any length.
      if (item.kind === 'unknown') {
        if (item.type === undefined && item.reference === undefined) return unknownOf(item);
        if (item.type?.kind === 'list' || item.type?.kind === 'set' || item.type?.kind === 'tuple') return unknownOf(item);
      }
      if (item.kind !== 'sequence') items.push(item);
      else {
        const open = visit(item);
        if (open !== undefined) return open;
      }
      if (items.length > MAX_ELEMENTS) return overLimit('the flattened list is over the limit');
    }
    return undefined;
  };
  return visit(list) ?? sequence('tuple', items);
}

function indexOf(list: SequenceDatum, value: Datum): Datum {
  if (list.type === 'set') return failure('the elements of a set have no index');
  if (!list.whole) return unknownOf(list);
  const at = list.items.findIndex((item) => equal(item, value) === true);
  return at === -1 ? failure('the list has no such element') : number(at);
}

function length(value: Datum, scope: Scope): Datum {
  if (value.kind === 'sequence') return value.type === 'set' && !value.whole ? unknownOf(value) : number(value.items.length);
  if (value.kind === 'mapping') return number(value.entries.size);
  if (value.kind === 'string') {
    const characters = graphemes(value.value, scope.names.limits);
    return Array.isArray(characters) ? number(characters.length) : characters;
  }
  return value.kind === 'instance'
    ? unknown(`the number of attributes of ${value.of.address} is not known`)
    : failure(`${describe(value)} has no length`);
}

function lookup(map: Datum, key: string, otherwise: Datum | undefined): Datum {
  if (map.kind === 'instance') return map.of.get(key);
  if (map.kind !== 'mapping') return failure(`a map is needed, but this is ${describe(map)}`);
  const found = map.entries.get(key);
  if (found === undefined && otherwise === undefined) return failure(`the map has no key "${key}"`);
  if (map.type === 'object' || otherwise === undefined) return found ?? otherwise ?? NULL;
  const type = unify([...map.entries.values()].map(typeOf)) ?? ANY;
  const converted = convert(otherwise, type);
  return found ?? converted;
}

function matchKeys([values, keys, search]: readonly Datum[]): Datum {
  if (values?.kind !== 'sequence' || keys?.kind !== 'sequence' || search?.kind !== 'sequence')
    return failure('matchkeys() needs three lists');
  if (values.items.length !== keys.items.length) return failure('keys and values must be of the same length');
  const type = unify([...keys.items, ...search.items].map(typeOf));
  if (type === undefined) return failure('keys and search set have no common type');
  const wanted = new Set(search.items.map((item) => keyOf(convert(item, type))));
  const result = sequence(
    'tuple',
    values.items.filter((_, index) => wanted.has(keyOf(convert(keys.items[index] ?? NULL, type)))),
  );
  return convert(result, { kind: 'list', of: ANY });
}

function merge(args: readonly Datum[]): Datum {
  const entries = new Map<string, Datum>();
  let maps = args.length > 0;
  for (const arg of args) {
    if (arg.kind === 'null') continue;
    if (arg.kind === 'unknown') return unknown(arg.reason, { refersTo: referentsOf(args) });
    if (arg.kind !== 'mapping')
      return arg.kind === 'instance'
        ? unknown(`the attributes of ${arg.of.address} are not all known`)
        : failure(`merge() needs maps, but has ${describe(arg)}`);
    maps &&= arg.type === 'map';
    for (const [key, item] of arg.entries) entries.set(key, arg.sensitive === true ? { ...item, sensitive: true } : item);
  }
  const type = maps ? unify([...entries.values()].map(typeOf)) : undefined;
  const same = type !== undefined && [...entries.values()].every((item) => item.kind === 'unknown' || typeOf(item).kind === type.kind);
  return mapping(same ? 'map' : 'object', entries);
}

function range(args: readonly Numeric[]): Datum {
  if (args.length > 3) return failure('range() takes at most three numbers');
  const [start = 0, end = 0] = args.length === 1 ? [0, args[0]] : args;
  const upwards = compare(end, start) >= 0;
  const step = args[2] ?? (upwards ? 1 : -1);
  const direction = compare(step, 0);
  if (compare(start, end) !== 0 && direction > 0 !== upwards)
    return failure(direction === 0 ? 'the step of range() is 0' : 'the step of range() leads away from its end');
  const items: Datum[] = [];
  for (let value = start; upwards ? compare(value, end) < 0 : compare(value, end) > 0; value = add(value, step)) {
    if (items.length === 1_024) return failure('range() gives more than 1024 numbers');
    items.push(number(value));
  }
  return sequence('list', items);
}

function setOperation(sets: readonly Datum[], combine: Combine): Datum {
  const lists: SequenceDatum[] = [];
  for (const each of sets) {
    if (each.kind !== 'sequence') return failure(`a set is needed, but this is ${describe(each)}`);
    lists.push(each);
  }
  const type = unify(lists.flatMap((list) => list.items.map(typeOf)));
  if (type === undefined) return failure('the sets have no common type');
  const converted = lists.map((list): readonly Datum[] => list.items.map((item) => convert(item, type)));
  return toSet(converted.reduce(combine));
}

function setProduct(sets: readonly Datum[]): Datum {
  if (sets.length < 2) return failure('setproduct() needs two sets');
  let rows: Datum[][] = [[]];
  let ordered = true;
  for (const set of sets) {
    if (set.kind !== 'sequence') return failure(`setproduct() needs sets, but has ${describe(set)}`);
    ordered &&= set.type !== 'set';
    const list = convert(set, { kind: set.type === 'set' ? 'set' : 'list', of: ANY });
    if (list.kind !== 'sequence') return list;
    if (rows.length * list.items.length > MAX_ELEMENTS)
      return overLimit(`a product of more than ${MAX_ELEMENTS} elements is over the limit`);
    rows = rows.flatMap((row) => list.items.map((item) => [...row, item]));
  }
  const tuples = rows.map((row) => sequence('tuple', row));
  return ordered ? sequence('list', tuples) : toSet(tuples);
}

function slice(list: SequenceDatum, start: number, end: number): Datum {
  if (list.type === 'set') return failure('a set cannot be sliced');
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > list.items.length)
    return failure('the slice does not lie in the list');
  return sequence(list.type, list.items.slice(start, end));
}

function sort(list: Datum): Datum {
  const texts = convert(list, { kind: list.kind === 'sequence' && list.type === 'set' ? 'set' : 'list', of: STRING });
  if (texts.kind !== 'sequence') return texts;
  if (!texts.whole) return unknownOf(texts);
  if (texts.items.some((item) => item.kind === 'null')) return failure('null cannot be sorted');
  return sequence(
    'list',
    texts.items.toSorted((a, b) => compareText(textOf(a), textOf(b))),
  );
}

function transpose(map: Datum): Datum {
  if (map.kind !== 'mapping') return failure(`a map is needed, but this is ${describe(map)}`);
  const entries = new Map<string, Datum[]>();
  for (const [key, list] of map.entries) {
    if (list.kind !== 'sequence') return failure('transpose() needs a map of lists');
    for (const item of list.items) {
      const text = toText(item);
      if (text.kind !== 'string') return failure('transpose() needs lists of strings');
      const keys = entries.get(text.value) ?? [];
      keys.push({ ...string(key), place: list.place });
      entries.set(text.value, keys);
    }
  }
  return mapping('map', new Map([...entries].map(([key, keys]) => [key, sequence('list', keys)])));
}

function zipMap(keys: Datum, values: Datum): Datum {
  if (keys.kind !== 'sequence' || values.kind !== 'sequence') return failure('zipmap() needs two lists');
  if (keys.items.length !== values.items.length) return failure('keys and values must be of the same length');
  const entries = new Map<string, Datum>();
  for (const [index, key] of keys.items.entries()) {
    const name = toText(key);
    if (name.kind !== 'string') return failure('a key of zipmap() is no string');
    entries.set(name.value, values.items[index] ?? NULL);
  }
  return mapping(values.type === 'list' ? 'map' : 'object', entries);
}
