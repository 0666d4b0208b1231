/** Texts that a plan marks as sensitive somewhere, which must not be shown where it leaves the mark out. */
import { element, isObject, member } from './json-reader.ts';

/** Shorter texts (`true`, `tcp`, `22`) stand everywhere for other reasons. */
const MIN_LENGTH = 6;
const MAX_DEPTH = 200;

/** Adds the texts of `json` where `mask` is true: a mask has the shape of what it is for, or is true for all of it. */
export function collectSecrets(json: unknown, mask: unknown, into: Set<string>, depth = 0): void {
  if (mask === undefined || mask === false || mask === null || depth > MAX_DEPTH) return;
  if (typeof json === 'string') {
    if (mask === true && json.length >= MIN_LENGTH) into.add(json);
  } else if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) collectSecrets(item, mask === true || element(mask, index), into, depth + 1);
  } else if (isObject(json)) {
    for (const [key, item] of Object.entries(json)) collectSecrets(item, mask === true || member(mask, key), into, depth + 1);
  }
}
