import type { Datum } from '../terraform/values/datum.ts';
import { mapping, NULL, number, sequence, string } from '../terraform/values/datum.ts';
import { isObject } from './json-reader.ts';

/** Deeper values of variables are left out. */
const MAX_DEPTH = 100;

/** What a plan gave to the variables of its root module, for the evaluation of the source. */
export function variablesOf(values: ReadonlyMap<string, unknown>): ReadonlyMap<string, Datum> {
  return new Map([...values].map(([name, json]) => [name, datumOf(json, 0)]));
}

function datumOf(json: unknown, depth: number): Datum {
  if (typeof json === 'string') return string(json);
  if (typeof json === 'number') return number(json);
  if (typeof json === 'boolean') return { kind: 'bool', value: json };
  if (depth > MAX_DEPTH) return NULL;
  if (Array.isArray(json))
    return sequence(
      'tuple',
      json.map((item) => datumOf(item, depth + 1)),
    );
  if (!isObject(json)) return NULL;
  return mapping('object', new Map(Object.entries(json).map(([key, item]) => [key, datumOf(item, depth + 1)])));
}
