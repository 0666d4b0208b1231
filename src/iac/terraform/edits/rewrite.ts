/** Writes wishes for a block into its text: what is there is replaced, what is not is added. */
import type { Literal } from '../../../domain/change.ts';
import type { Attribute, Block, Expression, ObjectItem } from '../syntax/ast.ts';
import type { Patch } from './patch.ts';
import type { Content, Printer } from './print.ts';

/** By name, or `name#2` for the third block of that type. */
export type Wish =
  | { readonly kind: 'value'; readonly value: Literal }
  | { readonly kind: 'remove' }
  | { readonly kind: 'block'; readonly inner: Map<string, Wish> };

/** False when the text has no place for one of the wishes. */
export function rewriteBlock(block: Block, wishes: ReadonlyMap<string, Wish>, patch: Patch, printer: Printer): boolean {
  const indent = patch.indentOf(block.start);
  const inner = patch.innerIndent(block, printer.unit);
  const attributes = new Map<string, string>();
  const blocks: [string, Content][] = [];
  const removed: (Attribute | Block)[] = [];
  for (const [key, wish] of wishes) {
    const [name = '', index = '0'] = key.split('#');
    const attribute = block.body.items.find((item): item is Attribute => item.kind === 'attribute' && item.name === name);
    const same = block.body.items.filter((item): item is Block => item.kind === 'block' && item.type === name);
    if (block.body.items.some((item) => item.kind === 'block' && item.type === 'dynamic' && item.labels[0]?.value === name)) return false;
    const nested = same[Number(index)];
    if (wish.kind === 'remove') {
      const target = attribute ?? nested;
      if (target !== undefined) removed.push(target);
    } else if (wish.kind === 'value') {
      if (nested !== undefined) return false;
      const text = printer.value(wish.value, inner);
      if (attribute === undefined) attributes.set(name, text);
      else patch.replace(attribute.value, text);
    } else if (attribute !== undefined) {
      if (!rewriteObject(attribute.value, wish.inner, patch, printer)) return false;
    } else if (nested !== undefined) {
      if (!rewriteBlock(nested, wish.inner, patch, printer)) return false;
    } else {
      if (Number(index) > same.length + blocks.filter(([type]) => type === name).length) return false;
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
    const [name = ''] = key.split('#');
    if (wish.kind === 'value') attributes.set(name, printer.value(wish.value, indent));
    if (wish.kind !== 'block') continue;
    const content = contentOf(wish.inner, indent + printer.unit, printer);
    if (content === undefined) return undefined;
    blocks.push([name, content]);
  }
  return { attributes, blocks };
}

/** Only where the object is written out; what a call or reference gives has no place here. */
function rewriteObject(expression: Expression, wishes: ReadonlyMap<string, Wish>, patch: Patch, printer: Printer): boolean {
  if (expression.kind !== 'object') return false;
  const missing: string[] = [];
  for (const [key, wish] of wishes) {
    const item = expression.items.find((each) => keyOf(each) === key);
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

function keyOf({ key }: ObjectItem): string | undefined {
  if (key.kind === 'name' || key.kind === 'variable') return key.name;
  if (key.kind !== 'template') return undefined;
  const [part, ...more] = key.parts;
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}
