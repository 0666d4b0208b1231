/** Changes of one declaration as one tree, so that what several of them make anew is written once. */
import { ReferenceLiteral } from '../../../domain/change.ts';
import type { Change, Literal } from '../../../domain/change.ts';
import { isLiteralList, isLiteralMap } from './print.ts';

export type Patch = { readonly kind: 'set'; readonly value: Literal } | { readonly kind: 'remove' } | Within;

export interface Within {
  readonly kind: 'within';
  readonly steps: ReadonlyMap<string | number, Patch>;
}

/** Null when changes contradict each other. */
export function patchOf(changes: readonly Exclude<Change, { kind: 'add' }>[]): Patch | null {
  let patch: Patch | null = { kind: 'within', steps: new Map() };
  for (const change of changes) {
    const leaf: Patch = change.kind === 'set' ? { kind: 'set', value: change.value } : { kind: 'remove' };
    const single = change.path.reduceRight<Patch>((below, step) => ({ kind: 'within', steps: new Map([[step, below]]) }), leaf);
    patch = patch === null ? null : merge(patch, single);
  }
  return patch;
}

function merge(a: Patch, b: Patch): Patch | null {
  if (a.kind === 'remove' || b.kind === 'remove') return a.kind === b.kind ? a : null;
  if (a.kind === 'set' && b.kind === 'set') {
    if (sameLiteral(a.value, b.value)) return a;
    if (!isLiteralMap(a.value) || !isLiteralMap(b.value)) return null;
  }
  const [left, right] = [stepsOf(a), stepsOf(b)];
  if (left === null || right === null) return null;
  const steps = new Map(left);
  for (const [step, patch] of right) {
    const present = steps.get(step);
    const merged = present === undefined ? patch : merge(present, patch);
    if (merged === null) return null;
    steps.set(step, merged);
  }
  if (a.kind === 'within' && b.kind === 'within') return { kind: 'within', steps };
  const value = literalOf({ kind: 'within', steps });
  return value === null ? null : { kind: 'set', value };
}

function stepsOf(patch: Exclude<Patch, { kind: 'remove' }>): ReadonlyMap<string | number, Patch> | null {
  if (patch.kind === 'within') return patch.steps;
  const { value } = patch;
  if (isLiteralList(value)) return new Map(value.map((item, index): [number, Patch] => [index, { kind: 'set', value: item }]));
  return isLiteralMap(value)
    ? new Map(Object.entries(value).map(([key, item]): [string, Patch] => [key, { kind: 'set', value: item }]))
    : null;
}

/** False when it only removes, which leaves nothing as it is. */
export function makesSomething(patch: Patch): boolean {
  return patch.kind === 'set' || (patch.kind === 'within' && [...patch.steps.values()].some(makesSomething));
}

/** What a patch makes where nothing is yet; null when its list would have gaps. */
export function literalOf(patch: Exclude<Patch, { kind: 'remove' }>): Literal | null {
  if (patch.kind === 'set') return patch.value;
  const made: [string | number, Literal][] = [];
  for (const [step, below] of patch.steps) {
    if (below.kind === 'remove' || !makesSomething(below)) continue;
    const value = literalOf(below);
    if (value === null) return null;
    made.push([step, value]);
  }
  if (made.every(([step]) => typeof step === 'string')) return Object.fromEntries(made);
  const items = made.toSorted(([a], [b]) => Number(a) - Number(b));
  return items.every(([step], index) => step === index) ? items.map(([, value]) => value) : null;
}

function sameLiteral(a: Literal, b: Literal): boolean {
  if (a instanceof ReferenceLiteral || b instanceof ReferenceLiteral) {
    return (
      a instanceof ReferenceLiteral &&
      b instanceof ReferenceLiteral &&
      a.resource.address === b.resource.address &&
      a.attribute === b.attribute &&
      a.suffix === b.suffix
    );
  }
  if (isLiteralList(a)) return isLiteralList(b) && a.length === b.length && a.every((item, index) => sameLiteral(item, b[index] ?? ''));
  if (isLiteralMap(a) && isLiteralMap(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameLiteral(a[key] ?? '', b[key] ?? ''));
  }
  return a === b;
}
