/**
 * Values during evaluation. Beside its data a datum remembers where it was written, what it refers to
 * and whether it is sensitive. An error of the language is an unknown that `failed`: it takes with it
 * everything made from it, except under `try`, `can` and in a branch that is not taken.
 */
import type { SourceText } from '../../../domain/source.ts';
import type { Range } from '../syntax/ast.ts';
import type { Exact, Numeric } from './number.ts';
import { compare, toDouble } from './number.ts';

export interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** An attribute of another declaration. */
export interface Referent {
  /** Of the declaration, without instance keys. */
  readonly address: string;
  /** With instance keys. */
  readonly instance: string;
  /** Attribute path: `arn`, `root_block_device[0].volume_id`. */
  readonly attribute: string;
  /** False when that instance may turn out not to exist. */
  readonly exists: boolean;
}

interface Marks {
  /** Undefined only until {@link placed} gives a fresh result its place. */
  readonly place?: Place | undefined;
  /** Where the data stands when it came through a reference. */
  readonly origin?: Place | undefined;
  /** What the data was taken from. */
  readonly refersTo?: readonly Referent[] | undefined;
  readonly sensitive?: boolean | undefined;
}

export interface StringDatum extends Marks {
  readonly kind: 'string';
  readonly value: string;
  /** What a JSON text was encoded from. */
  readonly shape?: Datum | undefined;
  /** What the text was put together from, in order. */
  readonly pieces?: readonly Piece[] | undefined;
}

export interface NumberDatum extends Marks {
  readonly kind: 'number';
  /** The nearest double. */
  readonly value: number;
  /** The number itself, where the double does not stand for it. */
  readonly exact?: Exact | undefined;
}

export interface BooleanDatum extends Marks {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface NullDatum extends Marks {
  readonly kind: 'null';
}

interface Measured {
  /** Nesting, 1 for a flat collection. */
  readonly depth: number;
  /** Data in it, itself included; long texts count for each {@link TEXT_UNIT} of their characters. */
  readonly size: number;
  /** No part is unknown. */
  readonly whole: boolean;
}

export interface SequenceDatum extends Marks, Measured {
  readonly kind: 'sequence';
  readonly type: 'tuple' | 'list' | 'set';
  readonly items: readonly Datum[];
}

export interface MappingDatum extends Marks, Measured {
  readonly kind: 'mapping';
  readonly type: 'object' | 'map';
  /** In the language's order of keys. */
  readonly entries: ReadonlyMap<string, Datum>;
}

export interface UnknownDatum extends Marks {
  readonly kind: 'unknown';
  readonly reason: string;
  readonly failed?: boolean | undefined;
  /** A failure that may be none where Terraform runs. */
  readonly doubtful?: boolean | undefined;
  /** It is not known because it would be too large. */
  readonly limited?: boolean | undefined;
  /** Set when it is exactly this attribute. */
  readonly reference?: Referent | undefined;
  readonly shape?: Datum | undefined;
  readonly pieces?: readonly Piece[] | undefined;
  /** Known start and end of a text. */
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  /** Each known part of a text, in order; of a base64 text, those of what is encoded. */
  readonly texts?: readonly string[] | undefined;
  readonly type?: Type | undefined;
  /** Blocks whose number is not known: what each of them holds. */
  readonly content?: Datum | undefined;
  /** What any index or key of it gives: the one instance of a declaration whose number of instances is not known. */
  readonly element?: Datum | undefined;
}

/** An instance of a resource, data source or module: an object whose attributes are evaluated when asked for. */
export interface InstanceDatum extends Marks {
  readonly kind: 'instance';
  readonly of: Readable;
}

export interface Readable {
  readonly address: string;
  get(name: string): Datum;
}

/** Types of the language. */
export type Type =
  | { readonly kind: 'any' }
  | { readonly kind: 'string' }
  | { readonly kind: 'number' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: Type }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, AttributeType> };

export interface AttributeType {
  readonly type: Type;
  readonly optional: boolean;
  readonly fallback?: Datum | undefined;
}

export type Datum = StringDatum | NumberDatum | BooleanDatum | NullDatum | SequenceDatum | MappingDatum | UnknownDatum | InstanceDatum;

/** A stretch of text and where it was written, or a part that is not known. */
export type Piece = { readonly text: string; readonly place: Place | undefined } | { readonly unknown: UnknownDatum };

export const MAX_ELEMENTS = 10_000;
const MAX_SIZE = 100_000;
const TEXT_UNIT = 256;
export const MAX_DEPTH = 100;
export const MAX_TEXT = 1024 * 1024;

export function placeOf(source: SourceText, range: Range): Place {
  return { source, start: range.start, end: range.end };
}

export function string(value: string): StringDatum | UnknownDatum {
  if (value.length > MAX_TEXT) return overLimit(`a text of ${value.length} characters is over the limit of ${MAX_TEXT}`);
  return { kind: 'string', value: value.normalize('NFC') };
}

/** Binary exponents beyond this are further from 1 than any double. */
const MAX_BINARY_EXPONENT = 4_000;

/** An infinite number is no error of an expression, but nothing can hold it. */
export function number(given: Numeric): NumberDatum | UnknownDatum {
  const value = toDouble(given);
  if (!Number.isFinite(value)) return unknown('a number that is not finite, or too large or too long, is not evaluated');
  if (typeof given === 'number') return { kind: 'number', value };
  if (Math.abs(given.exponent) > MAX_BINARY_EXPONENT) return unknown('a number that is this small is not evaluated');
  return { kind: 'number', value, exact: given };
}

export function numericOf(datum: NumberDatum): Numeric {
  return datum.exact ?? datum.value;
}

export function bool(value: boolean): BooleanDatum {
  return { kind: 'bool', value };
}

export const NULL: NullDatum = { kind: 'null' };

export function unknown(reason: string, more: Partial<UnknownDatum> = {}): UnknownDatum {
  return { kind: 'unknown', reason, ...more };
}

export function failure(reason: string): UnknownDatum {
  return { kind: 'unknown', reason, failed: true };
}

export function overLimit(what: string): UnknownDatum {
  return { kind: 'unknown', reason: what, limited: true };
}

export function isFailure(datum: Datum): datum is UnknownDatum & { readonly failed: true } {
  return datum.kind === 'unknown' && datum.failed === true;
}

export function sequence(type: SequenceDatum['type'], items: readonly Datum[]): SequenceDatum | UnknownDatum {
  const measure = measured(items);
  return measure.kind === 'unknown'
    ? measure
    : { kind: 'sequence', type, items, depth: measure.depth, size: measure.size, whole: measure.whole };
}

export function mapping(type: MappingDatum['type'], entries: ReadonlyMap<string, Datum>): MappingDatum | UnknownDatum {
  const measure = measured([...entries.values()]);
  if (measure.kind === 'unknown') return measure;
  return { kind: 'mapping', type, entries: inKeyOrder(entries), depth: measure.depth, size: measure.size, whole: measure.whole };
}

function measured(items: readonly Datum[]): UnknownDatum | (Measured & { kind: 'measure' }) {
  if (items.length > MAX_ELEMENTS) return overLimit(`a collection of ${items.length} elements is over the limit of ${MAX_ELEMENTS}`);
  let depth = 0;
  let size = 1;
  let whole = true;
  for (const item of items) {
    if (isFailure(item)) return item;
    if (item.kind === 'sequence' || item.kind === 'mapping') {
      depth = Math.max(depth, item.depth);
      size += item.size;
      whole &&= item.whole;
    } else {
      size += 1 + (item.kind === 'string' ? Math.floor(item.value.length / TEXT_UNIT) : 0);
      whole &&= item.kind !== 'unknown' && item.kind !== 'instance';
    }
  }
  if (depth >= MAX_DEPTH) return overLimit(`a value nested deeper than ${MAX_DEPTH} is over the limit`);
  if (size > MAX_SIZE) return overLimit(`a value of ${size} parts is over the limit of ${MAX_SIZE}`);
  return { kind: 'measure', depth: depth + 1, size, whole };
}

function inKeyOrder(entries: ReadonlyMap<string, Datum>): ReadonlyMap<string, Datum> {
  let previous: string | undefined;
  for (const key of entries.keys()) {
    if (previous !== undefined && compareText(previous, key) > 0) {
      return new Map([...entries].toSorted(([a], [b]) => compareText(a, b)));
    }
    previous = key;
  }
  return entries;
}

/** By code point, as UTF-8 bytes sort. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** No part is unknown. */
export function isWhole(datum: Datum): boolean {
  if (datum.kind === 'sequence' || datum.kind === 'mapping') return datum.whole;
  return datum.kind !== 'unknown' && datum.kind !== 'instance';
}

/** Gives a fresh result the place of the expression that made it; what already stands somewhere stays there. */
export function placed(datum: Datum, place: Place): Datum {
  return datum.place === undefined ? { ...datum, place } : datum;
}

/** What a reference gives: the same data, used here, written there. */
export function used(datum: Datum, place: Place): Datum {
  const origin = datum.origin ?? datum.place;
  return { ...datum, place, origin };
}

const MAX_REFERENTS = 64;

/** Everything the data and its parts were taken from. */
export function referentsOf(data: Iterable<Datum>): readonly Referent[] | undefined {
  const found = new Map<string, Referent>();
  const visit = (datum: Datum): void => {
    if (found.size >= MAX_REFERENTS) return;
    for (const each of datum.refersTo ?? []) found.set(`${each.instance}\u0000${each.attribute}`, each);
    if (datum.kind === 'sequence') for (const item of datum.items) visit(item);
    else if (datum.kind === 'mapping') for (const item of datum.entries.values()) visit(item);
    else if (datum.kind === 'unknown' && datum.element !== undefined) visit(datum.element);
  };
  for (const datum of data) visit(datum);
  return found.size === 0 ? undefined : [...found.values()];
}

export function isSensitive(data: Iterable<Datum>): boolean {
  for (const datum of data) {
    if (datum.sensitive === true) return true;
    if (datum.kind === 'sequence' && isSensitive(datum.items)) return true;
    if (datum.kind === 'mapping' && isSensitive(datum.entries.values())) return true;
  }
  return false;
}

/** The result of computing with `inputs`: it refers to what they refer to and is as sensitive as they are. */
export function derived(result: Datum, inputs: readonly Datum[]): Datum {
  if (result.place !== undefined) return result;
  const sensitive = result.sensitive ?? (inputs.some((each) => isSensitive([each])) ? true : undefined);
  const scalar = result.kind !== 'sequence' && result.kind !== 'mapping';
  const refersTo = scalar ? referentsOf(result.refersTo === undefined ? inputs : [result, ...inputs]) : result.refersTo;
  if (sensitive === undefined && refersTo === undefined) return result;
  return { ...result, sensitive, refersTo };
}

/** Why a datum, or the first part of it that is not known, is not known. */
export function unknownPart(datum: Datum): UnknownDatum | undefined {
  if (datum.kind === 'unknown') return datum;
  if (datum.kind === 'instance') return unknown(`${datum.of.address} is known only after creation`);
  const items = datum.kind === 'sequence' ? datum.items : datum.kind === 'mapping' ? datum.entries.values() : [];
  for (const item of items) {
    const found = unknownPart(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Deep equality as the language has it; undefined when it depends on something unknown. */
export function equal(a: Datum, b: Datum): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'instance' || b.kind === 'instance') return undefined;
  if (a.kind === 'null' || b.kind === 'null') return a.kind === b.kind;
  if (a.kind === 'sequence') {
    if (b.kind !== 'sequence' || a.type !== b.type) return false;
    if (a.type === 'set' && !(a.whole && b.whole)) return undefined;
    return a.items.length === b.items.length && everyPair(a.items, b.items);
  }
  if (a.kind === 'mapping') {
    if (b.kind !== 'mapping' || a.type !== b.type) return false;
    const keys = [...a.entries.keys()];
    if (a.entries.size !== b.entries.size || keys.some((key) => !b.entries.has(key))) return false;
    return everyPair([...a.entries.values()], [...b.entries.values()]);
  }
  if (a.kind === 'number' && b.kind === 'number') return compare(numericOf(a), numericOf(b)) === 0;
  return a.kind === b.kind && a.value === b.value;
}

function everyPair(a: readonly Datum[], b: readonly Datum[]): boolean | undefined {
  let certain = true;
  for (const [index, item] of a.entries()) {
    const other = b[index];
    const same = other === undefined ? false : equal(item, other);
    if (same === false) return false;
    if (same === undefined) certain = false;
  }
  return certain ? true : undefined;
}
