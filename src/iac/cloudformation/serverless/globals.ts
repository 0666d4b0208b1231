/** What `Globals` says for every resource of a kind. */
import { entryOf } from '../ast.ts';
import type { Entry, MappingNode, Node } from '../ast.ts';
import { shorten } from '../problems.ts';
import type { Problems } from '../problems.ts';
import { flattened, isFunction, itemsOf, mapOf, textOf } from './made.ts';

/** Sections of `Globals` that the transform takes. */
const SECTIONS: ReadonlySet<string> = new Set([
  'Function',
  'Api',
  'HttpApi',
  'SimpleTable',
  'StateMachine',
  'LayerVersion',
  'CapacityProvider',
  'WebSocketApi',
]);

/** By kind: `Function` for `AWS::Serverless::Function`. */
export type Globals = ReadonlyMap<string, Global>;

export interface Global {
  readonly properties: ReadonlyMap<string, Entry>;
  /** How many nodes they are, those behind aliases as often as they are reached. */
  readonly size: number;
}

export const NO_GLOBAL: Global = { properties: new Map(), size: 0 };

export function globalsOf(tree: MappingNode, problems: Problems): Globals {
  const written = entryOf(tree, 'Globals');
  const result = new Map<string, Global>();
  if (written === undefined) return result;
  const sizes = new Map<Node, number>();
  const sections = mapOf(written.value);
  if (sections === null) {
    problems.undecided(
      'invalid-section',
      'Globals is a map of kinds of resources; this is not, so what it sets is not known',
      written.keyRange,
    );
    return result;
  }
  for (const { key, keyRange, value } of sections.entries) {
    const properties = mapOf(value);
    if (SECTIONS.has(key) && properties !== null) result.set(key, { properties: flattened(properties), size: sizeOf(value, sizes) });
    else
      problems.undecided(
        'invalid-section',
        `${shorten(key)} of Globals is not a map for a kind of resource that AWS::Serverless knows, so what it sets is not known`,
        keyRange,
      );
  }
  return result;
}

/**
 * A resource's own properties over the global ones: maps are merged, lists follow each other, the global
 * one first, and of anything else the resource's own counts. Aliases are taken as they are.
 */
export function withGlobals(own: ReadonlyMap<string, Entry>, global: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const result = new Map(own);
  for (const [key, each] of global) {
    const local = own.get(key);
    result.set(key, local === undefined ? each : { ...local, value: merged(each.value, local.value) });
  }
  return result;
}

function merged(global: Node, local: Node): Node {
  if (isFunction(global) || isFunction(local)) return local;
  if (global.kind === 'sequence' && local.kind === 'sequence') return { ...local, items: [...global.items, ...local.items] };
  if (global.kind !== 'mapping' || local.kind !== 'mapping') return local;
  const [a, b] = [global, local].map((map) => new Map(map.entries.map((each) => [each.key, each])));
  return a === undefined || b === undefined ? local : { ...local, entries: [...withGlobals(b, a).values()] };
}

/** The global properties that a resource does not ask to be spared. */
export function globalsFor(ignored: Node | undefined, { properties }: Global): ReadonlyMap<string, Entry> {
  if (ignored === undefined) return properties;
  const spared = new Set(itemsOf(ignored).map(textOf));
  return spared.has('*') ? NO_GLOBAL.properties : new Map([...properties].filter(([key]) => !spared.has(key)));
}

/** Depth is bounded by that of the template, an alias by what stands before it. */
function sizeOf(node: Node, sizes: Map<Node, number>): number {
  const known = sizes.get(node);
  if (known !== undefined) return known;
  const below =
    node.kind === 'mapping'
      ? node.entries.map(({ value }) => value)
      : node.kind === 'sequence'
        ? node.items
        : node.kind === 'alias' && node.target !== null
          ? [node.target]
          : [];
  const size = below.reduce((sum, each) => sum + sizeOf(each, sizes), 1);
  sizes.set(node, size);
  return size;
}
