/** Steps into values: attributes, indices, iteration. */
import type { Datum, Referent } from './datum.ts';
import { failure, isFailure, isSensitive, number, referentsOf, string, unknown } from './datum.ts';
import { describe, toText } from './type.ts';
import { parseNumber, toDouble } from './number.ts';

/** `datum.name` */
export function getAttribute(datum: Datum, name: string): Datum {
  switch (datum.kind) {
    case 'instance':
      return datum.of.get(name);
    case 'mapping': {
      const item = datum.entries.get(name);
      if (item !== undefined) return marked(item, datum);
      // Of what another declaration writes, the provider may know more attributes.
      return { ...failure(`there is no attribute "${name}"`), doubtful: datum.refersTo !== undefined };
    }
    case 'unknown':
      return isFailure(datum) ? datum : below(datum, `.${name}`);
    default:
      return failure(`${describe(datum)} has no attributes`);
  }
}

/** `datum[key]` */
export function indexed(datum: Datum, key: Datum): Datum {
  if (isFailure(datum)) return datum;
  if (isFailure(key)) return key;
  if (key.kind === 'null') return failure('an index is null');
  if (datum.kind === 'unknown') {
    if (datum.element !== undefined) return datum.element;
    return below(datum, key.kind === 'number' ? `[${key.value}]` : key.kind === 'string' ? `[${JSON.stringify(key.value)}]` : '[...]');
  }
  if (datum.kind === 'null') return failure('null has no elements');
  if (key.kind === 'unknown') {
    return unknown(key.reason, { refersTo: referentsOf([datum, key]), sensitive: isSensitive([datum, key]) || undefined });
  }
  if (datum.kind === 'sequence') {
    if (datum.type === 'set') return failure('the elements of a set have no index');
    const position = key.kind === 'number' ? key.value : key.kind === 'string' ? parseNumber(key.value) : undefined;
    const item = position === undefined ? undefined : datum.items[toDouble(position)];
    return item === undefined ? failure('there is no element with this index') : marked(item, datum);
  }
  if (datum.kind === 'instance' && key.kind === 'number') return failure(`${datum.of.address} has no instances to choose from`);
  const name = toText(key);
  if (name.kind !== 'string') return failure(`${describe(key)} is no key`);
  if (datum.kind === 'mapping' || datum.kind === 'instance') return getAttribute(datum, name.value);
  return failure(`${describe(datum)} has no elements`);
}

function marked(item: Datum, container: Datum): Datum {
  return container.sensitive === true && item.sensitive !== true ? { ...item, sensitive: true } : item;
}

/** Below an unknown all is unknown; below an attribute of another declaration, it is an attribute of that one. */
function below(datum: Extract<Datum, { kind: 'unknown' }>, step: string): Datum {
  const reference: Referent | undefined = datum.reference && { ...datum.reference, attribute: datum.reference.attribute + step };
  const { reason, place, origin, sensitive } = datum;
  return { kind: 'unknown', reason, place, origin, sensitive, reference, refersTo: reference === undefined ? datum.refersTo : [reference] };
}

/** Key and value of each element; undefined for what cannot be iterated. */
export function iterate(datum: Datum): [Datum, Datum][] | undefined {
  if (datum.kind === 'sequence') {
    return datum.items.map((item, index) => [datum.type === 'set' ? item : number(index), marked(item, datum)]);
  }
  if (datum.kind === 'mapping') return [...datum.entries].map(([key, item]) => [string(key), marked(item, datum)]);
  return undefined;
}
