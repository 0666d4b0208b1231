/**
 * `Fn::ForEach` of the transform AWS::LanguageExtensions: writes out what loops make, before anything is
 * evaluated. What a loop makes stands where the loop's own text stands, once for each of its items.
 */
import { isList } from '../../domain/value.ts';
import type { Value } from '../../domain/value.ts';
import type { Entry, Node, ScalarNode } from './ast.ts';
import { callOf } from './evaluation.ts';
import { shorten } from './problems.ts';
import type { Problems } from './problems.ts';
import { declarations, IN_PLACE, isLoop } from './template.ts';
import type { Declaration, Template } from './template.ts';

/** What a loop asks of the evaluation that it is a part of. */
export interface LoopEvaluation {
  readonly problems: Problems;
  /** The collection of a loop. */
  collection(node: Node): Value;
  /** Counts a node that is made; false when there are too many. */
  mayGrow(node: Node): boolean;
}

/** The template without loops; those whose collection is not known are told when they make resources. */
export function expandLoops(template: Template, evaluation: LoopEvaluation): Template {
  const looping = template.transforms.has('AWS::LanguageExtensions');
  if (!looping || (template.loops.length === 0 && !template.source.text.includes('Fn::ForEach'))) return template;
  const loops = new Loops(evaluation);
  const resources = new Map<string, Declaration>();
  for (const [name, declaration] of template.resources) {
    const body = holdsLoop(declaration.body) ? loops.node(declaration.body, NO_ITEMS) : declaration.body;
    resources.set(name, body.kind === 'mapping' ? { ...declaration, body, entry: { ...declaration.entry, value: body } } : declaration);
  }
  const made = loops.entries(template.loops, NO_ITEMS);
  const { problems } = evaluation;
  for (const { key, keyRange } of made.filter(isLoop)) {
    problems.undecidedOnce(
      'unsupported-function',
      `the resources that ${shorten(key)} makes are not known here, so they are not audited: ${loops.reasons.get(key) ?? 'it is not written out'}`,
      template.source.span(keyRange.start, keyRange.end),
    );
  }
  const declared = declarations(
    made.filter((entry) => !isLoop(entry)),
    IN_PLACE,
    problems,
  );
  for (const [name, declaration] of declared) {
    if (resources.has(name))
      problems.undecided(
        'duplicate-key',
        `the resource ${shorten(name)} that a loop makes is there already; rename one of them`,
        declaration.entry.keyRange,
      );
    else resources.set(name, declaration);
  }
  return { ...template, resources, loops: [], conditions: loops.section(template.conditions), outputs: loops.section(template.outputs) };
}

function holdsLoop(node: Node): boolean {
  if (node.kind === 'sequence') return node.items.some(holdsLoop);
  return node.kind === 'mapping' && node.entries.some((entry) => isLoop(entry) || holdsLoop(entry.value));
}

/** Text that each identifier stands for. */
type Items = ReadonlyMap<string, string>;

const NO_ITEMS: Items = new Map();

class Loops {
  /** Why a loop, by its key, is not written out. */
  readonly reasons = new Map<string, string>();
  readonly #evaluation: LoopEvaluation;

  constructor(evaluation: LoopEvaluation) {
    this.#evaluation = evaluation;
  }

  section(section: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
    return new Map(this.entries([...section.values()], NO_ITEMS).map((entry) => [entry.key, entry]));
  }

  /** A loop that cannot be written out stays as it is. */
  entries(entries: readonly Entry[], items: Items): Entry[] {
    return entries.flatMap((entry) =>
      isLoop(entry) ? this.#loop(entry, items) : [{ ...entry, key: replaced(entry.key, items), value: this.node(entry.value, items) }],
    );
  }

  node(node: Node, items: Items): Node {
    if (!this.#evaluation.mayGrow(node)) return node;
    switch (node.kind) {
      case 'alias': {
        if (node.target === null) return node;
        const target = this.node(node.target, items);
        return target.kind === 'alias' ? target : { ...node, target };
      }
      case 'scalar':
        return scalar(node, items);
      case 'sequence':
        return { ...node, items: node.items.map((item) => this.node(item, items)) };
      case 'mapping': {
        const call = callOf(node);
        const name = call?.name === 'Ref' && call.argument.kind === 'scalar' ? items.get(String(call.argument.value)) : undefined;
        return name === undefined ? { ...node, entries: this.entries(node.entries, items) } : text(node, name);
      }
      default:
        return node satisfies never;
    }
  }

  #loop(entry: Entry, items: Items): Entry[] {
    const [identifier, collection, fragment, ...more] = entry.value.kind === 'sequence' ? entry.value.items : [];
    if (identifier?.kind !== 'scalar' || collection === undefined || fragment?.kind !== 'mapping' || more.length > 0)
      return this.#stays(entry, 'it is no list of an identifier, a collection and what to make');
    const values = this.#evaluation.collection(this.node(collection, items));
    if (values.state === 'unknown') return this.#stays(entry, `in its collection, ${values.reason}`);
    if (values.state === 'absent' || !isList(values.data)) return this.#stays(entry, 'its collection is no list');
    const texts: string[] = [];
    for (const each of values.data) {
      if (each.state === 'unknown') return this.#stays(entry, `in its collection, ${each.reason}`);
      const item = each.state === 'known' && typeof each.data !== 'object' ? String(each.data) : undefined;
      if (item === undefined) return this.#stays(entry, 'its collection is no list of texts');
      texts.push(item);
    }
    const name = String(identifier.value);
    const made = [...new Set(texts)].flatMap((item) =>
      this.#evaluation.mayGrow(fragment) ? this.entries(fragment.entries, new Map([...items, [name, item]])) : [],
    );
    return made.map((each) => ({ ...each, looped: true }));
  }

  #stays(entry: Entry, reason: string): Entry[] {
    this.reasons.set(entry.key, reason);
    return [entry];
  }
}

/** `${Item}` is the item, `&{Item}` its letters and digits. */
function replaced(text: string, items: Items): string {
  if (items.size === 0 || !text.includes('{')) return text;
  return text.replaceAll(/([$&])\{([^{}!]*)\}/gu, (whole, sign: string, name: string) => {
    const item = items.get(name);
    if (item === undefined) return whole;
    return sign === '$' ? item : item.replaceAll(/[^A-Za-z0-9]/gu, '');
  });
}

function scalar(node: ScalarNode, items: Items): ScalarNode {
  if (typeof node.value !== 'string' || items.size === 0) return node;
  const item = node.tag === '!Ref' ? items.get(node.value) : undefined;
  return item === undefined ? { ...node, value: replaced(node.value, items) } : text(node, item);
}

function text({ start, end, content, anchored }: Exclude<Node, { kind: 'alias' }>, value: string): ScalarNode {
  return { kind: 'scalar', value, style: 'double', tag: null, anchored, start, end, content };
}
