/**
 * Values of a plan at the places of the source. What an attribute is comes from the plan; where it stands, and what an
 * unknown value is made of, from the block that declares it.
 *
 * What is not known before apply is unknown, except an attribute that nobody wrote and that the provider settles: that
 * is absent, as it is in the source, since rules know what a provider does by default. So are the empty texts and
 * lists that stand in a plan for what is not written.
 */
import type { Span } from '../../domain/source.ts';
import type { Data, Known, Reference, Unknown, Value } from '../../domain/value.ts';
import { absent, isList, isMap, known, unknown } from '../../domain/value.ts';
import type { Planned } from './document.ts';
import { element, isObject, member } from './json-reader.ts';
import { pair } from './pairing.ts';

/** Deeper values are unknown; providers nest far less. */
const MAX_DEPTH = 100;
const REASON = 'known only after apply';

/** What the source says of an attribute; undefined when there is no source to ask. */
type Written = Value | undefined;

export interface Context {
  /** Texts that are sensitive wherever they stand. */
  readonly secrets: ReadonlySet<string>;
  /** The source gives places and no more: its names are not those of the plan. */
  readonly guest: boolean;
  /** The one attribute that an expression of the configuration is, for what has no source. */
  readonly reference: (expression: unknown) => Reference | undefined;
  /** Whether the provider settles an attribute that nobody wrote, for what has no source. */
  readonly settled: (attribute: string) => boolean;
}

interface Part {
  readonly json: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
  readonly written: Written;
  /** Of the configuration, for the same path. */
  readonly expression: unknown;
  /** False when the configuration has expressions beside it and none for it. */
  readonly expressed: boolean;
  /** The provider gives it a value as nobody else does. */
  readonly settled: boolean;
}

/** The attributes of an object as a known map at `span`, the header of its declaration. */
export function attributesOf(
  { after, unknown, sensitive }: Planned,
  written: Written,
  expression: unknown,
  context: Context,
  span: Span,
): Value {
  return new Overlay(context).attributes({ json: after, unknown, sensitive, written, expression, expressed: true, settled: false }, span);
}

class Overlay {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  attributes(part: Part, span: Span): Value {
    return this.#map(part, span, 0);
  }

  #value(given: Part, outer: Span, depth: number): Value {
    const { written } = given;
    const part = written !== undefined && written.state !== 'absent' && written.sensitive === true ? { ...given, sensitive: true } : given;
    const span = written?.span ?? outer;
    if (depth > MAX_DEPTH) return unknown('it is nested too deeply to be read', span);
    if (part.unknown === true) return part.settled || written?.state === 'absent' ? absent(span) : this.#unknown(part, span);
    const json = part.json ?? emptyOf(part.unknown);
    const unwritten = !part.expressed || written?.state === 'absent';
    if (json === undefined || (unwritten && isEmpty(json) && !holdsUnknown(part.unknown))) return absent(span);
    if (Array.isArray(json)) return this.#list({ ...part, json }, span, depth);
    if (isObject(json)) return this.#map({ ...part, json }, span, depth);
    if (typeof json === 'string') return this.#text(json, part, span);
    return typeof json === 'number' || typeof json === 'boolean' ? this.#marked(known(json, span), part) : absent(span);
  }

  #list(part: Part & { json: readonly unknown[] }, span: Span, depth: number): Value {
    const length = Math.max(part.json.length, Array.isArray(part.unknown) ? part.unknown.length : 0);
    const planned = Array.from({ length }, (_, index) => part.json[index]);
    const written = part.written?.state === 'known' && isList(part.written.data) ? part.written.data : undefined;
    const pairs = written === undefined ? [] : pair(planned, written);
    // Of several blocks nothing but the source tells which expressions are whose.
    const [expression, ...others] = Array.isArray(part.expression) ? (part.expression as readonly unknown[]) : [part.expression];
    const items = planned.map((json, index) => {
      const to = pairs[index];
      return this.#value(
        {
          json,
          unknown: element(part.unknown, index),
          sensitive: part.sensitive === true || element(part.sensitive, index),
          written: to === undefined ? undefined : written?.[to],
          expression: length > 1 || others.length > 0 ? undefined : expression,
          expressed: true,
          settled: false,
        },
        span,
        depth + 1,
      );
    });
    return this.#marked(known(items, span), part);
  }

  #map(part: Part, span: Span, depth: number): Value {
    const written = entriesOf(part.written);
    const missing = (key: string): boolean => written === undefined && isObject(part.expression) && !Object.hasOwn(part.expression, key);
    const keys = new Set([...keysOf(part.json), ...keysOf(part.unknown)]);
    const entries = new Map<string, Value>();
    for (const key of keys) {
      const value = this.#value(
        {
          json: member(part.json, key),
          unknown: member(part.unknown, key),
          sensitive: part.sensitive === true || member(part.sensitive, key),
          written: written === undefined ? undefined : (written.get(key) ?? absent(span)),
          expression: member(part.expression, key),
          expressed: !missing(key),
          settled: depth === 0 && missing(key) && this.#context.settled(key),
        },
        span,
        depth + 1,
      );
      entries.set(key, value);
    }
    return this.#marked(known(entries, span), part);
  }

  /** A JSON text keeps the places of its parts, and their marks. */
  #text(text: string, part: Part, span: Span): Value {
    const value = this.#marked(known(text, span), part);
    const shape = part.written === undefined || part.written.state === 'absent' ? undefined : part.written.shape;
    const secret = value.sensitive === true;
    if ((shape === undefined && !secret && this.#context.secrets.size === 0) || !/^\s*[[{]/u.test(text)) return value;
    const json = parsed(text);
    if (json === undefined) return value;
    const inner: Part = {
      json,
      unknown: undefined,
      sensitive: secret,
      written: shape,
      expression: undefined,
      expressed: true,
      settled: false,
    };
    return { ...value, shape: this.#value(inner, span, 0) };
  }

  #unknown(part: Part, span: Span): Unknown {
    const { written } = part;
    const sensitive = part.sensitive === true ? { sensitive: true } : {};
    const base: Unknown = { ...unknown(REASON, span), ...sensitive };
    if (written === undefined || this.#context.guest) {
      const reference = this.#context.reference(part.expression);
      return reference === undefined ? base : { ...base, reference };
    }
    if (written.state === 'absent') return base;
    const { shape } = written;
    const document = shape === undefined ? {} : { shape };
    if (written.state === 'known') return { ...base, ...document };
    const { reference, prefix, suffix, texts } = written;
    return {
      ...base,
      ...document,
      ...(reference === undefined ? {} : { reference }),
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
      ...(texts === undefined ? {} : { texts }),
    };
  }

  #marked(value: Known, part: Part): Known {
    const { data } = value;
    const secret = part.sensitive === true || (typeof data === 'string' && this.#context.secrets.has(data));
    return secret ? { ...value, sensitive: true } : value;
  }
}

/** The source may write as a list of one block what the provider holds as an object. */
function entriesOf(written: Written): ReadonlyMap<string, Value> | undefined {
  if (written?.state !== 'known') return undefined;
  const { data } = written;
  if (isMap(data)) return data;
  return isList(data) && data.length === 1 ? entriesOf(data[0]) : undefined;
}

function keysOf(json: unknown): string[] {
  return isObject(json) ? Object.keys(json) : [];
}

/** A container of which only unknown parts are there is absent from the values. */
function emptyOf(mask: unknown): unknown {
  if (!holdsUnknown(mask)) return undefined;
  return Array.isArray(mask) ? [] : {};
}

function holdsUnknown(mask: unknown, depth = 0): boolean {
  if (mask === true) return true;
  if (depth > MAX_DEPTH || typeof mask !== 'object' || mask === null) return false;
  return Object.values(mask).some((each) => holdsUnknown(each, depth + 1));
}

function isEmpty(json: unknown): boolean {
  return json === '' || (Array.isArray(json) && json.length === 0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The value of a plan after an edit of the source: where the source says something else than before, that; everything
 * else stays the plan's. `planned` has the spans of the source after the edit.
 */
export function edited(planned: Value, before: Value, after: Value): Value {
  if (sameData(before, after)) return planned;
  if (planned.state !== 'known' || before.state !== 'known' || after.state !== 'known') return after;
  if (isMap(planned.data) && isMap(before.data) && isMap(after.data)) {
    return { ...planned, data: editedMap(planned.data, before.data, after.data, after.span) };
  }
  if (isList(planned.data) && isList(before.data) && isList(after.data)) {
    const list = editedList(planned.data, before.data, after.data);
    if (list !== undefined) return { ...planned, data: list };
  }
  return after;
}

function editedMap(
  planned: ReadonlyMap<string, Value>,
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  span: Span,
): Data {
  const entries = new Map(planned);
  const gone = absent(span);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    entries.set(key, edited(planned.get(key) ?? gone, before.get(key) ?? gone, after.get(key) ?? gone));
  }
  return entries;
}

/** Undefined unless each element is known to be the one of the source. */
function editedList(planned: readonly Value[], before: readonly Value[], after: readonly Value[]): Data | undefined {
  const pairs = pair(planned.map(plain), before);
  if (planned.length !== before.length || pairs.includes(undefined)) return undefined;
  if (before.length === after.length) {
    return planned.map((value, index) => {
      const [was, is] = [before[pairs[index] ?? index], after[pairs[index] ?? index]];
      return was === undefined || is === undefined ? value : edited(value, was, is);
    });
  }
  const left = new Map(planned.map((value, index) => [before[pairs[index] ?? index], value]));
  return after.map((item) => {
    const same = [...left.keys()].find((was) => was !== undefined && sameData(was, item));
    const value = left.get(same);
    left.delete(same);
    return value ?? item;
  });
}

/** Known data as JSON; null for what is not. */
function plain(value: Value): unknown {
  if (value.state !== 'known') return null;
  if (isList(value.data)) return value.data.map(plain);
  if (!isMap(value.data)) return value.data;
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of value.data) object[key] = plain(item);
  return object;
}

function sameData(a: Value, b: Value): boolean {
  if (a.state === 'absent' || b.state === 'absent') return a.state === b.state;
  if (a.state === 'unknown' || b.state === 'unknown') return a.state === 'unknown' && b.state === 'unknown' && sameUnknown(a, b);
  const [x, y] = [a.data, b.data];
  if (isList(x)) return isList(y) && x.length === y.length && x.every((item, index) => sameData(item, y[index] ?? absent(item.span)));
  if (isMap(x)) {
    if (!isMap(y) || x.size !== y.size) return false;
    return [...x].every(([key, item]) => {
      const other = y.get(key);
      return other !== undefined && sameData(item, other);
    });
  }
  return x === y;
}

function sameUnknown(a: Unknown, b: Unknown): boolean {
  const none = absent(a.span);
  return (
    a.reason === b.reason &&
    a.prefix === b.prefix &&
    a.suffix === b.suffix &&
    a.texts?.join('\u0000') === b.texts?.join('\u0000') &&
    a.reference?.address === b.reference?.address &&
    a.reference?.attribute === b.reference?.attribute &&
    sameData(a.shape ?? none, b.shape ?? none)
  );
}
