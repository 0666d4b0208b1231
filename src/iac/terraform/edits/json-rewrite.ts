/** Writes wishes for a resource into JSON syntax, where blocks and maps are both objects. */
import type { Node } from 'jsonc-parser';
import type { Literal, LiteralMap } from '../../../domain/change.ts';
import { ReferenceLiteral } from '../../../domain/change.ts';
import { objectsOf, propertiesOf } from '../syntax/json-tree.ts';
import type { Json, JsonPatch } from './json-patch.ts';
import type { Printer } from './print.ts';
import { escapeTemplate, isList } from './print.ts';
import type { Wish } from './rewrite.ts';
import { onlyRemoves, splitKey } from './rewrite.ts';

/** False when the text has no place for one of the wishes. */
export function rewriteJsonObject(object: Node, wishes: ReadonlyMap<string, Wish>, patch: JsonPatch, printer: Printer): boolean {
  const properties = propertiesOf(object);
  const dynamic = properties.filter(({ name }) => name === 'dynamic').flatMap(({ value }) => objectsOf(value) ?? []);
  const made = new Set(dynamic.flatMap(propertiesOf).map(({ name }) => name));
  const missing = new Map<string, Wish[]>();
  for (const [key, wish] of wishes) {
    const { name, index } = splitKey(key);
    const [property, second] = properties.filter((each) => each.name === name);
    if (made.has(name) || second !== undefined) return false;
    if (property === undefined || (property.value.type === 'null' && wish.kind !== 'remove')) {
      if (onlyRemoves(wish)) continue;
      const wanted = missing.get(name) ?? [];
      if ((index ?? 0) !== wanted.length) return false;
      missing.set(name, [...wanted, wish]);
      continue;
    }
    const { value } = property;
    const node = property.key.parent;
    if (wish.kind === 'remove' && index === undefined && node !== undefined) patch.remove(object, node);
    else if (value.type === 'array' && (index !== undefined || wish.kind === 'block')) {
      if (!rewriteItem(value, index ?? 0, wish, patch, printer)) return false;
    } else if (wish.kind === 'remove') {
      if (index === 0 && node !== undefined) patch.remove(object, node);
    } else if (wish.kind === 'value') patch.replace(value, jsonOf(wish.value, printer));
    else if (value.type !== 'object' || (index ?? 0) > 0 || !rewriteJsonObject(value, wish.inner, patch, printer)) return false;
  }
  for (const [name, wanted] of missing) {
    const values = wanted.map((wish) => content(wish, printer));
    const [only, ...more] = values;
    if (only === undefined) continue;
    const written = more.length === 0 ? only : values;
    const existing = properties.find((each) => each.name === name);
    if (existing === undefined) patch.add(object, name, written);
    else patch.replace(existing.value, written);
  }
  return true;
}

function rewriteItem(array: Node, index: number, wish: Wish, patch: JsonPatch, printer: Printer): boolean {
  const children = array.children ?? [];
  const item = children[index];
  if (item === undefined) {
    if (onlyRemoves(wish)) return true;
    if (index !== children.length) return false;
    patch.append(array, content(wish, printer));
    return true;
  }
  if (wish.kind === 'remove') patch.remove(array, item);
  else if (wish.kind === 'value') patch.replace(item, jsonOf(wish.value, printer));
  else return item.type === 'object' && rewriteJsonObject(item, wish.inner, patch, printer);
  return true;
}

/** What is written for a wish where nothing is. */
function content(wish: Wish, printer: Printer): Json {
  if (wish.kind === 'value') return jsonOf(wish.value, printer);
  const values = new Map<string, Json>();
  if (wish.kind === 'remove') return values;
  const groups = new Map<string, Json[]>();
  for (const [key, inner] of wish.inner) {
    if (onlyRemoves(inner)) continue;
    const { name } = splitKey(key);
    groups.set(name, [...(groups.get(name) ?? []), content(inner, printer)]);
  }
  for (const [name, [only, ...more]] of groups) if (only !== undefined) values.set(name, more.length === 0 ? only : [only, ...more]);
  return values;
}

/** The object of a whole declaration; `json` names attributes that hold a document as text. */
export function jsonDeclaration(attributes: LiteralMap, json: readonly string[], printer: Printer): Map<string, Json> {
  return new Map(
    Object.entries(attributes).map(([name, value]) => [
      name,
      json.includes(name) ? `\${jsonencode(${printer.inline(value)})}` : jsonOf(value, printer),
    ]),
  );
}

function jsonOf(value: Literal, printer: Printer): Json {
  if (typeof value === 'string') return escapeTemplate(value);
  if (typeof value !== 'object') return value;
  if (value instanceof ReferenceLiteral) return `\${${printer.reference(value)}}${escapeTemplate(value.suffix)}`;
  if (isList(value)) return value.map((item) => jsonOf(item, printer));
  return new Map(Object.entries(value).map(([name, item]) => [escapeTemplate(name), jsonOf(item, printer)]));
}
