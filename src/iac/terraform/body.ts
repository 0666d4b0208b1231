/** Evaluates what a block holds, attribute by attribute when asked for. Nested blocks are lists of objects. */
import type { SourceText } from '../../domain/source.ts';
import type { Refuse } from './modules/session.ts';
import { refuseFailure } from './modules/session.ts';
import { iterate } from './values/access.ts';
import type { Attribute, Block, Range } from './syntax/ast.ts';
import type { Datum, Place } from './values/datum.ts';
import { isFailure, mapping, placed, placeOf, referentsOf, sequence, unknown } from './values/datum.ts';
import { evaluate } from './evaluate.ts';
import { MAX_INSTANCES } from './limits.ts';
import type { Scope } from './scope.ts';
import { bind } from './scope.ts';
import { describe } from './values/type.ts';

/** What a block costs beside its attributes. */
const STEPS_A_BLOCK = 20;

export interface Reading {
  /** Names that are no attributes. */
  readonly skipped?: ReadonlySet<string>;
  /** Hears of errors of the language; undefined where the block may turn out not to exist. */
  readonly refuse?: Refuse | undefined;
}

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
  readonly #refuse: Refuse | undefined;
  readonly #values = new Map<string, Datum>();

  /** Later layers replace attributes, and all blocks of a type, of earlier ones. */
  constructor(layers: readonly Layer[], scope: Scope, { skipped, refuse }: Reading = {}) {
    const entries = new Map<string, Entry>();
    for (const { block, source } of layers) {
      for (const [name, entry] of entriesOf(block, source)) if (skipped?.has(name) !== true) entries.set(name, entry);
    }
    this.#entries = entries;
    this.#scope = scope;
    this.#refuse = refuse;
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
    const value = entry.attribute === undefined ? blocks(entry.blocks, scope, this.#refuse) : evaluate(entry.attribute.value, scope);
    if (entry.attribute !== undefined) refuseFailure(value, this.#refuse);
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

function blocks(nodes: readonly Block[], scope: Scope, refuse: Refuse | undefined): Datum {
  const items: Datum[] = [];
  for (const node of nodes) {
    if (node.type === 'dynamic') items.push(...dynamic(node, scope, refuse));
    else items.push(content(node, scope, { header: node, refuse }));
  }
  const [first] = items;
  if (nodes.length === 1 && items.length === 1 && first?.kind === 'unknown') return first;
  const list = sequence('list', items);
  return nodes[0] === undefined ? list : placed(list, placeOf(scope.source, headerOf(nodes[0])));
}

function content(node: Block, scope: Scope, { header, refuse }: { header: Block; refuse: Refuse | undefined }): Datum {
  const place = placeOf(scope.source, headerOf(header));
  const over = scope.names.limits.spend(STEPS_A_BLOCK) ?? scope.names.limits.enter();
  if (over !== undefined) return placed(over, place);
  const body = new Body([{ block: node, source: scope.source }], scope, { refuse });
  const entries = new Map<string, Datum>();
  for (const name of body.names()) {
    const value = body.get(name);
    if (value === undefined) continue;
    entries.set(name, isFailure(value) ? { ...value, failed: false } : value);
  }
  scope.names.limits.leave();
  return placed(mapping('object', entries), place);
}

interface Dynamic {
  readonly node: Block;
  readonly content: Block;
  /** What its content calls the element it is made for. */
  readonly iterator: string;
  readonly scope: Scope;
}

function dynamic(node: Block, scope: Scope, refuse: Refuse | undefined): Datum[] {
  const place = placeOf(scope.source, headerOf(node));
  const attribute = (name: string): Attribute | undefined =>
    node.body.items.find((item): item is Attribute => item.kind === 'attribute' && item.name === name);
  const template = node.body.items.find((item): item is Block => item.kind === 'block' && item.type === 'content');
  const forEach = attribute('for_each')?.value;
  const refused = (at: Place, what: string): Datum[] => {
    refuse?.(at, what);
    return [placed(unknown(what), place)];
  };
  if (template === undefined || forEach === undefined) return refused(place, 'a dynamic block needs for_each and content');
  const iterator = attribute('iterator')?.value;
  const name = iterator?.kind === 'variable' ? iterator.name : (node.labels[0]?.value ?? '');
  const collection = evaluate(forEach, scope);
  refuseFailure(collection, refuse);
  const block: Dynamic = { node, content: template, iterator: name, scope };
  if (collection.kind === 'unknown' || collection.kind === 'instance') return [uncounted(block, collection)];
  const elements = iterate(collection);
  if (elements === undefined)
    return refused(placeOf(scope.source, forEach), `the for_each of a dynamic block is ${describe(collection)}, but must be a collection`);
  if (elements.length > MAX_INSTANCES)
    return [placed(scope.names.limits.over(`${elements.length} blocks of one dynamic block are over the limit`), place)];
  return elements.map(([key, value]) => element(block, { key, value, refuse }));
}

/** The block that is made for an element. */
function element(
  { node, content: template, iterator, scope }: Dynamic,
  { key, value, refuse }: { key: Datum; value: Datum; refuse: Refuse | undefined },
): Datum {
  const entries = new Map([
    ['key', { ...key, place: key.place ?? value.place }],
    ['value', value],
  ]);
  return content(template, bind(scope, iterator, mapping('object', entries)), { header: node, refuse });
}

/** How many there are is not known; what each of them holds may be. */
function uncounted(block: Dynamic, collection: Extract<Datum, { kind: 'unknown' | 'instance' }>): Datum {
  const { refersTo, sensitive } = collection;
  const reason = collection.kind === 'unknown' ? collection.reason : `${collection.of.address} is known only after creation`;
  const open = unknown(reason, { refersTo, sensitive });
  const value = (collection.kind === 'unknown' ? collection.element : undefined) ?? open;
  const each = element(block, { key: open, value, refuse: undefined });
  return { ...open, place: placeOf(block.scope.source, headerOf(block.node)), refersTo: referentsOf([open, each]), content: each };
}
