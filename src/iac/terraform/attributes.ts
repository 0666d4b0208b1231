/** Turns evaluated data into values of the domain: each part with the span it has at the resource. */
import type { Span } from '../../domain/source.ts';
import type { Value } from '../../domain/value.ts';
import { coerced } from './values/coerce.ts';
import type { Datum, Place } from './values/datum.ts';
import { documentIn } from './values/json-text.ts';
import type { Limits } from './limits.ts';
import type { ResourceInstance } from './modules/instance.ts';

/** A declaration: what stands in it has its own span; what came from elsewhere has the span where it is used. */
export interface Home {
  readonly place: Place;
  readonly header: Span;
  readonly limits: Limits;
}

/** The attributes and blocks of a declaration, as a known map whose span is the header; `tags_all` where its provider adds tags. */
export function attributesOf(instance: ResourceInstance, home: Home): Value {
  const { body } = instance;
  const attributes = new Map<string, Value>();
  for (const name of body.names()) {
    const datum = body.get(name);
    if (datum === undefined) continue;
    const typed = body.isBlock(name) || mayBeBlocks(name, datum, home) ? coercedBlocks(datum) : coerced(name, datum);
    attributes.set(name, toValue(typed, home, home.header));
  }
  const tags = instance.tagsAll();
  if (tags !== undefined) attributes.set('tags_all', toValue(tags, home, home.header));
  return { state: 'known', data: attributes, span: home.header };
}

/** Blocks may be written as a list of objects; in JSON one block, with those in it, is an object as a map is. */
function mayBeBlocks(name: string, datum: Datum, { place }: Home): boolean {
  return datum.kind === 'sequence' || (place.source.file.endsWith('.json') && isBlock(name, datum));
}

function isBlock(name: string, datum: Datum): boolean {
  return datum.kind === 'mapping' && !name.startsWith('tags');
}

/** Blocks hold attributes in their turn. */
function coercedBlocks(datum: Datum): Datum {
  if (datum.kind === 'sequence') return { ...datum, items: datum.items.map(coercedBlocks) };
  if (datum.kind === 'unknown' && datum.content !== undefined) return { ...datum, content: coercedBlocks(datum.content) };
  if (datum.kind !== 'mapping') return datum;
  const entries = new Map(
    [...datum.entries].map(([name, item]): [string, Datum] => [
      name,
      item.kind === 'sequence' || item.kind === 'unknown' || isBlock(name, item) ? coercedBlocks(item) : coerced(name, item),
    ]),
  );
  return { ...datum, entries };
}

function toValue(datum: Datum, home: Home, outer: Span): Value {
  const over = home.limits.spend(1);
  const inside = datum.place !== undefined && isInside(datum.place, home.place);
  const span = inside && datum.place !== undefined ? spanOf(datum.place) : outer;
  if (over !== undefined) return { state: 'unknown', reason: over.reason, span };
  if (datum.kind === 'null') return { state: 'absent', span };
  const sensitive = datum.sensitive === true ? { sensitive: true } : {};
  if (datum.kind === 'instance')
    return { state: 'unknown', reason: `${datum.of.address} is known only after creation`, span, ...sensitive };
  if (datum.kind === 'unknown') {
    const { address, attribute, instance } = datum.reference ?? { address: '', attribute: '', instance: '' };
    const reference =
      datum.reference === undefined ? {} : { reference: { address, attribute, ...(instance === address ? {} : { instance }) } };
    const { prefix = '', suffix = '' } = datum;
    const texts = datum.texts === undefined || datum.texts.length === 0 ? {} : { texts: datum.texts };
    const ends = { ...(prefix === '' ? {} : { prefix }), ...(suffix === '' ? {} : { suffix }), ...texts };
    const content = datum.content === undefined ? {} : { content: toValue(datum.content, home, span) };
    return { state: 'unknown', reason: datum.reason, span, ...reference, ...content, ...ends, ...shapeOf(datum, home, span), ...sensitive };
  }
  const from = datum.origin ?? (inside ? undefined : datum.place);
  const origin = from === undefined ? {} : { origin: spanOf(from) };
  const common = { state: 'known', span, ...origin, ...sensitive } as const;
  if (datum.kind === 'sequence') return { ...common, data: datum.items.map((item) => toValue(item, home, span)) };
  if (datum.kind === 'mapping')
    return { ...common, data: new Map([...datum.entries].map(([key, item]) => [key, toValue(item, home, span)])) };
  return { ...common, data: datum.value, ...(datum.kind === 'string' ? shapeOf(datum, home, span) : {}) };
}

function shapeOf(datum: Extract<Datum, { kind: 'string' | 'unknown' }>, home: Home, span: Span): { shape?: Value } {
  const shape = datum.shape ?? (datum.pieces === undefined ? undefined : documentIn(datum.pieces));
  return shape === undefined ? {} : { shape: toValue(shape, home, span) };
}

function isInside(inner: Place, outer: Place): boolean {
  return inner.source.file === outer.source.file && outer.start <= inner.start && inner.end <= outer.end;
}

function spanOf({ source, start, end }: Place): Span {
  return source.span(start, end);
}
