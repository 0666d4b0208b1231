/**
 * Which element of a list in the source is which of the plan: a set's elements stand sorted by value in a plan,
 * so their order says nothing, but what is known of them does.
 */
import type { Value } from '../../domain/value.ts';
import { isList, isMap } from '../../domain/value.ts';
import { isObject, member } from './json-reader.ts';

/** More pairs than this are not compared; texts and numbers are then found by their value alone. */
const MAX_PAIRS = 10_000;
/** Longer lists within the elements are not compared. */
const MAX_ITEMS = 1_000;
const MAX_DEPTH = 5;

/** For each element of the plan's list the index of its counterpart in the source, each at most once. */
export function pair(planned: readonly unknown[], written: readonly Value[]): (number | undefined)[] {
  const pairs: (number | undefined)[] = planned.map(() => undefined);
  if (planned.length * written.length > MAX_PAIRS) return pairByText(planned, written, pairs);
  const candidates: { from: number; to: number; score: number }[] = [];
  for (const [from, json] of planned.entries()) {
    for (const [to, value] of written.entries()) {
      const score = agreement(json, value);
      if (score > 0 || (score === 0 && (from === to || planned.length === 1))) candidates.push({ from, to, score });
    }
  }
  const away = ({ from, to }: { from: number; to: number }): number => Number(from !== to);
  candidates.sort((a, b) => b.score - a.score || away(a) - away(b) || a.from - b.from || a.to - b.to);
  const taken = new Set<number>();
  for (const { from, to } of candidates) {
    if (pairs[from] !== undefined || taken.has(to)) continue;
    pairs[from] = to;
    taken.add(to);
  }
  return pairs;
}

function pairByText(planned: readonly unknown[], written: readonly Value[], pairs: (number | undefined)[]): (number | undefined)[] {
  const places = new Map<string, number[]>();
  for (const [index, value] of written.entries()) {
    if (value.state !== 'known' || isList(value.data) || isMap(value.data)) continue;
    const text = String(value.data);
    const same = places.get(text);
    if (same === undefined) places.set(text, [index]);
    else same.push(index);
  }
  for (const same of places.values()) same.reverse();
  for (const [from, json] of planned.entries()) pairs[from] = isScalar(json) ? places.get(String(json))?.pop() : undefined;
  return pairs;
}

/** How many known parts are the same; -1 when one is not. What is unknown or not written could be anything. */
function agreement(json: unknown, value: Value, depth = 0): number {
  if (value.state !== 'known' || depth > MAX_DEPTH || json === null || json === undefined) return 0;
  const { data } = value;
  if (isMap(data)) {
    if (!isObject(json)) return -1;
    return sum([...data].map(([key, item]) => agreement(member(json, key), item, depth + 1)));
  }
  if (isList(data)) {
    if (!Array.isArray(json)) return -1;
    if (Math.max(data.length, json.length) > MAX_ITEMS) return 0;
    const texts = new Set(json.filter(isScalar).map(String));
    return sum(data.map((item, index) => inList(json, texts, item, index, depth)));
  }
  return isScalar(json) && String(json) === String(data) ? 1 : -1;
}

function inList(json: readonly unknown[], texts: ReadonlySet<string>, item: Value, index: number, depth: number): number {
  const scalar = item.state === 'known' && !isList(item.data) && !isMap(item.data) ? String(item.data) : undefined;
  if (scalar !== undefined) return texts.has(scalar) ? 1 : -1;
  return Math.max(0, agreement(json[index], item, depth + 1));
}

function sum(scores: readonly number[]): number {
  return scores.includes(-1) ? -1 : scores.reduce((total, score) => total + score, 0);
}

function isScalar(json: unknown): json is string | number | boolean {
  return typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean';
}
