/** Evaluates what a block holds, attribute by attribute when asked for. Nested blocks are lists of objects. */
import type { SourceText } from '../../domain/source.ts';
import { iterate } from './values/access.ts';
import type { Attribute, Block, Range } from './syntax/ast.ts';
import type { Datum } from './values/datum.ts';
import { isFailure, mapping, placed, placeOf, sequence, unknown } from './values/datum.ts';
import { evaluate } from './evaluate.ts';
import { MAX_INSTANCES } from './limits.ts';
import type { Scope } from './scope.ts';
import { bind } from './scope.ts';

/** What a block costs beside its attributes. */
const STEPS_A_BLOCK = 20;

export interface Layer {
  readonly block: Block;
  readonly source: SourceText;
}

interface Entry {
  readonly source: SourceText;
  readonly attribute?: Attribute;
  readonly blocks: readonly Block[];
}

export class Body {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #scope: Scope;
  readonly #values = new Map<string, Datum>();

  /** Later layers replace attributes, and all blocks of a type, of earlier ones. */
  constructor(layers: readonly Layer[], scope: Scope, skipped: ReadonlySet<string> = new Set()) {
    const entries = new Map<string, Entry>();
    for (const { block, source } of layers) {
      for (const [name, entry] of entriesOf(block, source)) if (!skipped.has(name)) entries.set(name, entry);
    }
    this.#entries = entries;
    this.#scope = scope;
  }

  names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** Undefined when it is not written. */
  get(name: string): Datum | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const done = this.#values.get(name);
    if (done !== undefined) return done;
    const scope = { ...this.#scope, source: entry.source };
    this.#values.set(name, unknown(`${name} refers to itself`));
    const value = entry.attribute === undefined ? blocks(entry.blocks, scope) : evaluate(entry.attribute.value, scope);
    this.#values.set(name, value);
    return value;
  }

  isBlock(name: string): boolean {
    return (this.#entries.get(name)?.blocks.length ?? 0) > 0;
  }
}

function entriesOf(block: Block, source: SourceText): Map<string, Entry> {
  const entries = new Map<string, Entry & { blocks: Block[] }>();
  for (const item of block.body.items) {
    if (item.kind === 'attribute') {
      if (!entries.has(item.name)) entries.set(item.name, { source, attribute: item, blocks: [] });
      continue;
    }
    const name = item.type === 'dynamic' ? (item.labels[0]?.value ?? '') : item.type;
    const same = entries.get(name);
    if (same === undefined) entries.set(name, { source, blocks: [item] });
    else if (same.attribute === undefined) same.blocks.push(item);
  }
  return entries;
}

/** From its type to its last label: what a block is recognised by, and what to blame for what it lacks. */
export function headerOf(block: Block): Range {
  return { start: block.start, end: block.labels.at(-1)?.end ?? block.typeRange.end };
}

function blocks(nodes: readonly Block[], scope: Scope): Datum {
  const items: Datum[] = [];
  for (const node of nodes) {
    if (node.type === 'dynamic') items.push(...dynamic(node, scope));
    else items.push(content(node, scope, node));
  }
  const [first] = items;
  if (nodes.length === 1 && items.length === 1 && first?.kind === 'unknown') return first;
  const list = sequence('list', items);
  return nodes[0] === undefined ? list : placed(list, placeOf(scope.source, headerOf(nodes[0])));
}

function content(node: Block, scope: Scope, header: Block): Datum {
  const place = placeOf(scope.source, headerOf(header));
  const over = scope.names.limits.spend(STEPS_A_BLOCK) ?? scope.names.limits.enter();
  if (over !== undefined) return placed(over, place);
  const body = new Body([{ block: node, source: scope.source }], scope);
  const entries = new Map<string, Datum>();
  for (const name of body.names()) {
    const value = body.get(name);
    if (value === undefined) continue;
    entries.set(name, isFailure(value) ? { ...value, failed: false } : value);
  }
  scope.names.limits.leave();
  return placed(mapping('object', entries), place);
}

function dynamic(node: Block, scope: Scope): Datum[] {
  const place = placeOf(scope.source, headerOf(node));
  const attribute = (name: string): Attribute | undefined =>
    node.body.items.find((item): item is Attribute => item.kind === 'attribute' && item.name === name);
  const template = node.body.items.find((item): item is Block => item.kind === 'block' && item.type === 'content');
  const forEach = attribute('for_each');
  if (template === undefined || forEach === undefined) return [placed(unknown(`a dynamic block needs for_each and content`), place)];
  const iterator = attribute('iterator')?.value;
  const name = iterator?.kind === 'variable' ? iterator.name : (node.labels[0]?.value ?? '');
  const collection = evaluate(forEach.value, scope);
  const elements = collection.kind === 'unknown' ? undefined : iterate(collection);
  if (elements === undefined) {
    const reason = collection.kind === 'unknown' ? collection.reason : 'its for_each is no collection';
    return [{ ...unknown(reason), place, refersTo: collection.refersTo, sensitive: collection.sensitive }];
  }
  if (elements.length > MAX_INSTANCES)
    return [placed(scope.names.limits.over(`${elements.length} blocks of one dynamic block are over the limit`), place)];
  return elements.map(([key, value]) => {
    const iterated = mapping(
      'object',
      new Map([
        ['key', { ...key, place: key.place ?? value.place }],
        ['value', value],
      ]),
    );
    return content(template, bind(scope, name, iterated), node);
  });
}
