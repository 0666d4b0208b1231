/** Collects changes of one file in JSON and gives the edits that make them, in the file's own layout. */
import type { Node } from 'jsonc-parser';
import type { Edit, SourceText } from '../../../domain/source.ts';
import type { JsonTree } from '../syntax/json-tree.ts';
import { parseJsonTree, propertiesOf, rangeOf } from '../syntax/json-tree.ts';

/** A value to be written, its texts as they stand between the quotes but for JSON's own escapes. */
export type Json = string | number | boolean | readonly Json[] | ReadonlyMap<string, Json>;

interface Change {
  /** With their names, in an object. */
  readonly added: { readonly name: string | undefined; value: Json }[];
  readonly removed: Set<Node>;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const trees = new WeakMap<SourceText, JsonTree>();

export class JsonPatch {
  readonly #source: SourceText;
  readonly #changes = new Map<Node, Change>();
  readonly #replaced: Splice[] = [];
  /** One step of indentation. */
  readonly #unit: string;
  readonly #lineBreak: string;
  readonly #colon: string;

  constructor(source: SourceText) {
    this.#source = source;
    const { text } = source;
    this.#unit = /\n([ \t]+)\S/u.exec(text)?.[1] ?? '  ';
    this.#lineBreak = /\r\n/u.test(text.slice(0, source.lineStarts[1] ?? 0)) ? '\r\n' : '\n';
    this.#colon = /^[^:]*":\S/u.test(text) ? ':' : ': ';
  }

  /** The object or list that starts at an offset; undefined in a file that is no valid JSON, which is not changed. */
  nodeAt(offset: number): Node | undefined {
    let tree = trees.get(this.#source);
    if (tree === undefined) trees.set(this.#source, (tree = parseJsonTree(this.#source.text)));
    let node = tree.errors.length === 0 ? tree.root : undefined;
    while (node !== undefined && (node.offset !== offset || node.type === 'property')) {
      node = node.children?.find((child) => child.offset <= offset && offset < child.offset + child.length);
    }
    return node;
  }

  replace(node: Node, value: Json): void {
    if (JSON.stringify(plainNode(node)) === JSON.stringify(plain(value))) return;
    const range = rangeOf(node);
    const text = this.#print(value, this.#indentOf(range.start), this.#isInline(node.parent?.parent ?? node));
    this.#replaced.push({ ...range, text });
  }

  /** Adds a property to an object. What is added to it under one name several times becomes one object. */
  add(object: Node, name: string, value: Json): void {
    const { added } = this.#change(object);
    const same = added.find((each) => each.name === name);
    if (same === undefined) added.push({ name, value });
    else if (isMap(same.value) && isMap(value)) same.value = new Map([...same.value, ...value]);
    else same.value = value;
  }

  append(array: Node, value: Json): void {
    this.#change(array).added.push({ name: undefined, value });
  }

  /** `child`: a property of an object, or an item of a list. */
  remove(container: Node, child: Node): void {
    this.#change(container).removed.add(child);
  }

  edits(): Edit[] {
    const splices = [...this.#replaced, ...[...this.#changes].flatMap(([container, change]) => this.#splices(container, change))];
    return splices.map(({ start, end, text }) => ({ span: this.#source.span(start, end), replacement: text }));
  }

  #change(container: Node): Change {
    const change = this.#changes.get(container) ?? { added: [], removed: new Set() };
    this.#changes.set(container, change);
    return change;
  }

  #splices(container: Node, { added, removed }: Change): Splice[] {
    const children = container.children ?? [];
    const inline = this.#isInline(container);
    const outer = this.#indentOf(container.offset);
    const [first] = children;
    const indent = inline || first === undefined ? outer + this.#unit : this.#indentOf(first.offset);
    const items = added.map(({ name, value }) => {
      const text = this.#print(value, indent, inline);
      return name === undefined ? text : `${JSON.stringify(name)}${this.#colon}${text}`;
    });
    const separator = inline ? `,${this.#colon.slice(1)}` : `,${this.#lineBreak}${indent}`;
    const last = children.findLast((child) => !removed.has(child));
    if (last === undefined) {
      const inner = items.join(separator);
      const text = inner === '' || inline ? inner : `${this.#lineBreak}${indent}${inner}${this.#lineBreak}${outer}`;
      const { start, end } = rangeOf(container);
      return [{ start: start + 1, end: end - 1, text }];
    }
    const splices: Splice[] = [];
    if (items.length > 0) {
      const { end } = rangeOf(last);
      splices.push({ start: end, end, text: items.map((item) => separator + item).join('') });
    }
    const kept = children.findIndex((child) => !removed.has(child));
    for (const [index, child] of children.entries()) {
      if (!removed.has(child)) continue;
      const [before, after] = [children[index - 1], children[index + 1]];
      // With its comma: the one before it, unless it is the first that is left.
      if (index > kept && before !== undefined) splices.push({ start: rangeOf(before).end, end: rangeOf(child).end, text: '' });
      else if (after !== undefined) splices.push({ start: child.offset, end: after.offset, text: '' });
    }
    return splices;
  }

  #print(value: Json, indent: string, inline: boolean): string {
    if (typeof value !== 'object') return JSON.stringify(value);
    const inner = indent + this.#unit;
    const map = isMap(value);
    const items = map
      ? [...value].map(([name, item]) => `${JSON.stringify(name)}${this.#colon}${this.#print(item, inner, inline)}`)
      : value.map((item) => this.#print(item, inner, inline));
    const [open, close] = map ? ['{', '}'] : ['[', ']'];
    const flat = inline || items.length === 0 || (!map && value.every((item) => typeof item !== 'object'));
    if (flat) return `${open}${items.join(`,${this.#colon.slice(1)}`)}${close}`;
    return `${open}${this.#lineBreak}${inner}${items.join(`,${this.#lineBreak}${inner}`)}${this.#lineBreak}${indent}${close}`;
  }

  /** What it holds stands on its own line; something empty is as what it lies in. */
  #isInline(container: Node): boolean {
    let node = container;
    while (node.parent !== undefined && (node.type === 'property' || (node.children ?? []).length === 0)) node = node.parent;
    const [first] = node.children ?? [];
    return first !== undefined && !this.#source.text.slice(node.offset, first.offset).includes('\n');
  }

  #indentOf(offset: number): string {
    const start = this.#source.text.lastIndexOf('\n', offset - 1) + 1;
    return /^[ \t]*/u.exec(this.#source.text.slice(start, offset))?.[0] ?? '';
  }
}

function isMap(value: Json): value is ReadonlyMap<string, Json> {
  return value instanceof Map;
}

/** In a form that compares by its text. */
function plain(value: Json): unknown {
  if (typeof value !== 'object') return value;
  return isMap(value) ? { entries: [...value].map(([name, item]) => [name, plain(item)]) } : value.map(plain);
}

function plainNode(node: Node): unknown {
  if (node.type === 'object') return { entries: propertiesOf(node).map(({ name, value }) => [name, plainNode(value)]) };
  return node.type === 'array' ? (node.children ?? []).map(plainNode) : node.value;
}
