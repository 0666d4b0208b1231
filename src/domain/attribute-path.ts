/**
 * Paths to attributes as a policy writes them: `tags.Owner`, `ingress[*].cidr_blocks[*]` for each item on its own,
 * `Tags[Key=Owner].Value` for the item that is told by one of its attributes, `tags["cost centre"]` for any name.
 */
import type { Unknown, Value } from './value.ts';
import { absent, at, document, isList, isMap, unknown } from './value.ts';
import { textOf } from './wording.ts';

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'each' }
  | { readonly kind: 'item'; readonly key: string; readonly value: string };

export interface AttributePath {
  /** As it was written. */
  readonly text: string;
  readonly steps: readonly Step[];
}

const STEP = /(?:^|\.)(?<name>[A-Za-z0-9_:/-]+)|\[(?:(?<each>\*)|"(?<quoted>[^"\\]+)"|(?<key>[A-Za-z0-9_-]+)=(?<value>[^\]"]+))\]/uy;

/** Null when it is not written as a path; `''` is none. */
export function parsePath(text: string): AttributePath | null {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const groups = STEP.exec(text)?.groups;
    if (groups === undefined) return null;
    const name = groups['name'] ?? groups['quoted'];
    if (name !== undefined) steps.push({ kind: 'name', name });
    else if (groups['each'] !== undefined) steps.push({ kind: 'each' });
    else steps.push({ kind: 'item', key: groups['key'] ?? '', value: groups['value'] ?? '' });
  }
  return steps[0]?.kind === 'name' ? { text, steps } : null;
}

export interface Place {
  readonly value: Value;
  /** As a change takes it; null where none can be written, such as inside a JSON text. */
  readonly path: readonly (string | number)[] | null;
  /** What stands after no step, after the first, and so on: another path with the same beginning goes on from there. */
  readonly trail: readonly Place[];
  /** Blocks on the way of which it is not known whether there is any, and what it means when there is none. */
  readonly open: { readonly blocks: Unknown; readonly otherwise: 'nothing' | 'absent' } | null;
}

/** Every place at a path. Lists that a name is asked of give each of their items; absent lists have no `[*]`. */
export function placesAt(root: Value, { steps }: AttributePath): Place[] {
  return onward({ value: root, path: [], trail: [], open: null }, steps);
}

/** The places of `other` that belong to one of `path`: the same items of the lists that both go through. */
export function beside(place: Place, path: AttributePath, other: AttributePath, root: Value): Place[] {
  let shared = 0;
  while (shared < place.trail.length && isSameStep(path.steps[shared], other.steps[shared])) shared += 1;
  const from = place.trail[shared - 1];
  return from === undefined ? placesAt(root, other) : onward(from, other.steps.slice(shared));
}

function isSameStep(a: Step | undefined, b: Step | undefined): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function onward(start: Place, steps: readonly Step[]): Place[] {
  let places: Place[] = [start];
  for (const step of steps)
    places = places.flatMap((place) => taken(place, step).map((next) => ({ ...next, trail: [...place.trail, { ...next, trail: [] }] })));
  return places;
}

function taken(place: Place, step: Step): Place[] {
  switch (step.kind) {
    case 'name':
      return named(opened(place, 'absent'), step.name);
    case 'each':
      return items(opened(place, 'nothing'));
    case 'item':
      return told(place, step.key, step.value);
    default:
      return step satisfies never;
  }
}

/** Blocks whose number is not known, taken for one of them; a JSON text, for its document. */
function opened(place: Place, otherwise: 'nothing' | 'absent'): Place {
  const { value } = place;
  if (value.state === 'unknown' && value.content !== undefined)
    return { ...place, value: value.content, open: place.open ?? { blocks: value, otherwise } };
  const isText = value.state === 'known' ? typeof value.data === 'string' : value.state === 'unknown' && value.shape !== undefined;
  return isText ? { ...place, value: document(value), path: null } : place;
}

function named(place: Place, name: string): Place[] {
  const { value, path } = place;
  const inside = path === null ? null : [...path, name];
  if (value.state !== 'known') return [{ ...place, path: inside }];
  if (isList(value.data) && value.data.length > 0) return items(place).flatMap((item) => named(opened(item, 'absent'), name));
  const found = isMap(value.data) ? value.data.get(name) : undefined;
  return [{ ...place, value: found ?? absent(value.span), path: inside }];
}

function items(place: Place): Place[] {
  const { value, path } = place;
  if (value.state === 'absent') return [];
  if (value.state === 'unknown' || !isList(value.data)) return [place];
  return value.data
    .map((item, index): Place => ({ ...place, value: item, path: path === null ? null : [...path, index] }))
    .filter((item) => item.value.state !== 'absent');
}

/** The items whose attribute has the value; where none has, something absent, or unknown when one of them might. */
function told(place: Place, key: string, wanted: string): Place[] {
  const candidates = items(opened(place, 'absent')).map((item) => ({ item, told: at(item.value, key) }));
  const found = candidates.filter((candidate) => textOf(candidate.told) === wanted);
  if (found.length > 0) return found.map(({ item }) => item);
  const perhaps = candidates.find((candidate) => candidate.told.state === 'unknown')?.told;
  const value =
    perhaps?.state === 'unknown'
      ? unknown(`${key} of an item, which may be ${JSON.stringify(wanted)}, is not known: ${perhaps.reason}`, perhaps.span)
      : absent(place.value.span);
  return [{ ...place, value, path: null }];
}
