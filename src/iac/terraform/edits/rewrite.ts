/** Writes wishes for a block into its text: what is there is replaced, what is not is added. */
import type { Literal } from '../../../domain/change.ts';
import type { Attribute, Block, Expression, ObjectItem } from '../syntax/ast.ts';
import type { Patch } from './patch.ts';
import type { Content, Printer } from './print.ts';

/** Wishes lie in maps by {@link keyOf}. */
export type Wish =
  | { readonly kind: 'value'; readonly value: Literal }
  | { readonly kind: 'remove' }
  | { readonly kind: 'block'; readonly inner: Map<string, Wish> };

/** A name, or which of several blocks of that type or items of that list. */
interface Key {
  readonly name: string;
  readonly index: number | undefined;
}

const BEFORE_INDEX = '\u0000';

export function keyOf(name: string, index?: number): string {
  return index === undefined ? name : `${name}${BEFORE_INDEX}${index}`;
}

export function splitKey(key: string): Key {
  const [name = '', index] = key.split(BEFORE_INDEX);
  return { name, index: index === undefined ? undefined : Number(index) };
}

/** Nothing is to be there: where there is nothing, nothing is to be done. */
export function onlyRemoves(wish: Wish): boolean {
  return wish.kind === 'remove' || (wish.kind === 'block' && wish.inner.size > 0 && [...wish.inner.values()].every(onlyRemoves));
}

/** False when the text has no place for one of the wishes. */
export function rewriteBlock(block: Block, wishes: ReadonlyMap<string, Wish>, patch: Patch, printer: Printer): boolean {
  const indent = patch.indentOf(block.start);
  const inner = patch.innerIndent(block, printer.unit);
  const attributes = new Map<string, string>();
  const blocks: [string, Content][] = [];
  const removed: (Attribute | Block)[] = [];
  for (const [key, wish] of wishes) {
    const { name, index } = splitKey(key);
    const attribute = block.body.items.find((item): item is Attribute => item.kind === 'attribute' && item.name === name);
    const same = block.body.items.filter((item): item is Block => item.kind === 'block' && item.type === name);
    if (block.body.items.some((item) => item.kind === 'block' && item.type === 'dynamic' && item.labels[0]?.value === name)) return false;
    const nested = same[index ?? 0];
    if (attribute !== undefined && (wish.kind === 'block' || index !== undefined)) {
      if (!rewriteValue(attribute.value, index, wish, patch, printer)) return false;
    } else if (wish.kind === 'remove') {
      const target = attribute ?? nested;
      if (target !== undefined) removed.push(target);
    } else if (wish.kind === 'value') {
      if (nested !== undefined) return false;
      const text = printer.value(wish.value, inner);
      if (attribute === undefined) attributes.set(name, text);
      else patch.replace(attribute.value, text);
    } else if (nested !== undefined) {
      if (!rewriteBlock(nested, wish.inner, patch, printer)) return false;
    } else if (!onlyRemoves(wish)) {
      if ((index ?? 0) > same.length + blocks.filter(([type]) => type === name).length) return false;
      const content = contentOf(wish.inner, inner + printer.unit, printer);
      if (content === undefined) return false;
      blocks.push([name, content]);
    }
  }
  patch.remove(block, removed);
  if (attributes.size > 0 || blocks.length > 0) patch.extend(block, { attributes, blocks, removed }, { indent, inner, printer });
  return true;
}

/** Wishes for a block that is not there; undefined when one of them cannot be met without it. */
function contentOf(wishes: ReadonlyMap<string, Wish>, indent: string, printer: Printer): Content | undefined {
  const attributes = new Map<string, string>();
  const blocks: [string, Content][] = [];
  for (const [key, wish] of wishes) {
    const { name } = splitKey(key);
    if (wish.kind === 'value') attributes.set(name, printer.value(wish.value, indent));
    if (wish.kind !== 'block' || onlyRemoves(wish)) continue;
    const content = contentOf(wish.inner, indent + printer.unit, printer);
    if (content === undefined) return undefined;
    blocks.push([name, content]);
  }
  return { attributes, blocks };
}

/** An item of a list that is written out, or an object. */
function rewriteValue(value: Expression, index: number | undefined, wish: Wish, patch: Patch, printer: Printer): boolean {
  const item = value.kind === 'tuple' ? value.items[index ?? 0] : index === undefined ? value : undefined;
  if (item === undefined || wish.kind === 'remove') return false;
  if (wish.kind === 'block') return rewriteObject(item, wish.inner, patch, printer);
  patch.replace(item, printer.value(wish.value, patch.indentOf(item.start)));
  return true;
}

/** Only where the object is written out; what a call or reference gives has no place here. */
function rewriteObject(expression: Expression, wishes: ReadonlyMap<string, Wish>, patch: Patch, printer: Printer): boolean {
  if (expression.kind !== 'object') return false;
  const missing: string[] = [];
  for (const [key, wish] of wishes) {
    const item = expression.items.find((each) => nameOf(each) === key);
    if (wish.kind === 'block') {
      if (item === undefined || !rewriteObject(item.value, wish.inner, patch, printer)) return false;
    } else if (wish.kind === 'remove') {
      if (item !== undefined) return false;
    } else if (item !== undefined) {
      patch.replace(item.value, printer.value(wish.value, patch.indentOf(item.value.start)));
    } else {
      missing.push(printer.inline({ [key]: wish.value }).slice(2, -2));
    }
  }
  patch.extendObject(expression, missing, printer.unit);
  return true;
}

function nameOf({ key }: ObjectItem): string | undefined {
  if (key.kind === 'name' || key.kind === 'variable') return key.name;
  if (key.kind !== 'template') return undefined;
  const [part, ...more] = key.parts;
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}
