/**
 * What a declaration says about an attribute. A value is known (with its data), unknown (with a
 * reason) or absent (not written, or written as null), and knows the span it was written at.
 *
 * Nested blocks of Terraform are a list of maps under the block's type, also when at most one is
 * allowed; the path functions below step through such lists, so that rules need not care.
 */
import type { Span } from './source.ts';

export type Data = string | number | boolean | readonly Value[] | ReadonlyMap<string, Value>;

export interface Known {
  readonly state: 'known';
  readonly data: Data;
  /** Where it is written at the resource: the expression, or for a block its header (`ingress`, `dynamic "ingress"`). */
  readonly span: Span;
  /** Where the data itself stands when it came through a variable, local or parameter. */
  readonly origin?: Span;
  /** The document in a JSON text, each part with its own span; {@link document} answers it. */
  readonly shape?: Value;
  readonly sensitive?: boolean;
}

export interface Unknown {
  readonly state: 'unknown';
  /** Why, naming what would settle it: `var.acl has no value here`. */
  readonly reason: string;
  readonly span: Span;
  /** Set when the value is exactly an attribute of another declaration, which is present but known only after creation. */
  readonly reference?: Reference;
  /** A JSON text of which only parts are unknown: the document with its unknown leaves. */
  readonly shape?: Value;
  /** Blocks whose number is not known: what each of them holds, if there is one. */
  readonly content?: Value;
  /** Known start of a text whose rest is not known: `arn:aws:iam::` of `arn:aws:iam::${var.account}:root`. */
  readonly prefix?: string;
  /** Known end of such a text: `/32` of `${var.office}/32`. */
  readonly suffix?: string;
  /** Each known part of such a text, in order; of a base64 text, those of what is encoded. */
  readonly texts?: readonly string[];
  readonly sensitive?: boolean;
}

/** `span` is where the value is missing: the header of the declaration or block that lacks it, or the null written for it. */
export interface Absent {
  readonly state: 'absent';
  readonly span: Span;
}

export interface Reference {
  readonly address: string;
  /** Attribute path as the framework writes it: `arn`, `id`; CloudFormation's `Ref` is the empty string. */
  readonly attribute: string;
  /** Address of the one instance referred to, where the declaration makes several. */
  readonly instance?: string;
}

export type Value = Known | Unknown | Absent;

export function known(data: Data, span: Span): Known {
  return { state: 'known', data, span };
}

export function unknown(reason: string, span: Span): Unknown {
  return { state: 'unknown', reason, span };
}

export function absent(span: Span): Absent {
  return { state: 'absent', span };
}

export function isList(data: Data): data is readonly Value[] {
  return Array.isArray(data);
}

export function isMap(data: Data): data is ReadonlyMap<string, Value> {
  return data instanceof Map;
}

/**
 * The one value at a path of names: steps into maps by name, and through a list of one block.
 * A list of several blocks gives the first; use {@link all} where each counts.
 * Below something unknown everything is unknown; below something absent everything is absent.
 * Asked of blocks whose number is not known, it answers for each of them; on the way to one, whether there is any is not known.
 */
export function at(value: Value, ...path: readonly (string | number)[]): Value {
  let current = value.state === 'unknown' && path.length > 0 ? (value.content ?? value) : value;
  for (const step of path) {
    if (current.state === 'known' && isList(current.data) && typeof step === 'string') {
      current = current.data[0] ?? absent(current.span);
    }
    if (current.state !== 'known') return current;
    if (isMap(current.data) && typeof step === 'string') {
      current = current.data.get(step) ?? absent(current.span);
    } else if (isList(current.data) && typeof step === 'number') {
      current = current.data[step] ?? absent(current.span);
    } else {
      return absent(current.span);
    }
  }
  return current;
}

/**
 * Every value at a path, fanning out over lists on the way and at the end: `all(v, 'ingress', 'cidr_blocks')`
 * gives each CIDR of each ingress block. Unknown parts appear as unknown values; absent parts are left out.
 */
export function all(value: Value, ...path: readonly string[]): Value[] {
  let current = flatten(value);
  for (const step of path) current = current.flatMap((each) => flatten(at(each, step)));
  return current;
}

function flatten(value: Value): Value[] {
  if (value.state === 'absent') return [];
  if (value.state === 'known' && isList(value.data)) return value.data.flatMap(flatten);
  return [value];
}

export function asString(value: Value): string | undefined {
  return value.state === 'known' && typeof value.data === 'string' ? value.data : undefined;
}

export function asBoolean(value: Value): boolean | undefined {
  return value.state === 'known' && typeof value.data === 'boolean' ? value.data : undefined;
}

export function asNumber(value: Value): number | undefined {
  return value.state === 'known' && typeof value.data === 'number' ? value.data : undefined;
}

/** The JSON document a value holds: a map or list as it is, a JSON text parsed, a partly unknown text by its shape. */
export function document(value: Value): Value {
  if (value.state === 'unknown') return value.shape ?? value;
  if (value.state === 'absent' || typeof value.data !== 'string') return value;
  if (value.shape !== undefined) return value.shape;
  try {
    return fromJson(JSON.parse(value.data), value.span);
  } catch {
    return unknown('its text is not a JSON document', value.span);
  }
}

/** Plain JSON as a value tree whose every part is written at `span`. */
export function fromJson(json: unknown, span: Span): Value {
  if (json === null || json === undefined) return absent(span);
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return known(json, span);
  if (Array.isArray(json))
    return known(
      json.map((item) => fromJson(item, span)),
      span,
    );
  return known(new Map(Object.entries(json).map(([key, item]) => [key, fromJson(item, span)])), span);
}
