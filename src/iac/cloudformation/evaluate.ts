/**
 * Values of a template: what its nodes say once parameters' defaults, conditions and functions are put
 * in. A value has the span where the resource writes it, whatever it went through; what it came through
 * is its origin. A map or list that is the value of a key is blamed at that key, an item of a list at itself.
 */
import { absent, isMap, known, unknown } from '../../domain/value.ts';
import type { Data, Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { Mention } from '../links.ts';
import { entryOf, isEmpty } from './ast.ts';
import type { Entry, MappingNode, Node, Range, ScalarNode } from './ast.ts';
import { callOf, TOP } from './evaluation.ts';
import type { Evaluation, Place } from './evaluation.ts';
import { callFunction } from './functions.ts';
import { parameterValue } from './parameters.ts';
import { Problems } from './problems.ts';
import { coerce } from './scalar.ts';
import { DYNAMIC } from './text.ts';
import type { Shift, Template } from './template.ts';

export class Evaluator implements Evaluation {
  readonly template: Template;
  readonly problems: Problems;
  readonly #limits: Limits;
  readonly #conditions = new Map<string, boolean | undefined>();
  readonly #mentioned = new Map<string, Mention>();
  #aliased = 0;
  #steps = 0;

  constructor(template: Template, limits: Limits) {
    this.template = template;
    this.problems = new Problems(template.source);
    this.#limits = limits;
  }

  /** Notes that a resource is referred to. */
  refer(address: string, place: Place): void {
    if (place.attribute !== null) this.#mentioned.set(`${place.attribute}\u0000${address}`, { attribute: place.attribute, to: address });
  }

  /** What was referred to since this was last asked. */
  takeMentions(): Mention[] {
    const mentions = [...this.#mentioned.values()];
    this.#mentioned.clear();
    return mentions;
  }

  span(range: Range, place: Place): Span {
    return place.at ?? this.#written(range, place.shift);
  }

  #written({ start, end }: Range, { from, by }: Shift): Span {
    return this.template.source.span(start < from ? start : start + by, end < from ? end : end + by);
  }

  value(node: Node, place: Place): Value {
    const span = this.span(isEmpty(node) ? (place.key ?? node) : node, place);
    const limit = this.#overLimit(node, place);
    if (limit !== null) return unknown(limit, span);
    if (node.kind === 'alias') {
      if (node.target === null) return unknown('its alias is not followed', span);
      return this.value(node.target, { ...place, at: span, depth: place.depth + 1 });
    }
    const call = callOf(node);
    if (call !== null) return callFunction(this, call, span, place);
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node, span, place);
      case 'sequence':
        return this.#known(this.items(node.items, place), this.#named(node, place), node, place);
      case 'mapping':
        return this.#known(this.#map(node, place), this.#named(node, place), node, place);
      default:
        return node satisfies never;
    }
  }

  /** Items that are `AWS::NoValue` are not there. */
  items(nodes: readonly Node[], place: Place): Value[] {
    const below = { ...place, key: null, depth: place.depth + 1 };
    return nodes.map((item) => this.value(item, below)).filter((item) => item.state !== 'absent');
  }

  /** Whether a named condition holds; undefined when that is not known, or it refers to itself. */
  condition(name: string, depth = 0): boolean | undefined {
    if (this.#conditions.has(name)) return this.#conditions.get(name);
    this.#conditions.set(name, undefined);
    const entry = this.template.conditions.get(name);
    const holds = entry === undefined ? undefined : this.holds(entry.value, depth);
    this.#conditions.set(name, holds);
    return holds;
  }

  /** Three-valued: undefined is not known. */
  holds(node: Node, depth: number): boolean | undefined {
    if (depth > this.#limits.depth) return undefined;
    const named = node.kind === 'mapping' && node.entries.length === 1 ? entryOf(node, 'Condition')?.value : undefined;
    const call = named === undefined ? callOf(node) : { name: 'Condition', argument: named };
    if (call === null) return undefined;
    const { name, argument } = call;
    if (name === 'Condition') return argument.kind === 'scalar' ? this.condition(String(argument.value), depth + 1) : undefined;
    if (argument.kind !== 'sequence') return undefined;
    if (name === 'Fn::Equals') return this.#equals(argument.items);
    const parts = argument.items.map((item) => this.holds(item, depth + 1));
    if (name === 'Fn::Not') return parts.length === 1 && parts[0] !== undefined ? !parts[0] : undefined;
    if (name === 'Fn::And') return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
    if (name === 'Fn::Or') return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
    return undefined;
  }

  /** A parameter's default, or why there is none. */
  parameter(name: string, span: Span): Value | null {
    const entry = this.template.parameters.get(name);
    return entry === undefined ? null : parameterValue(entry, span, (range) => this.#written(range, this.template.shift));
  }

  #equals([left, right, ...more]: readonly Node[]): boolean | undefined {
    if (left === undefined || right === undefined || more.length > 0) return undefined;
    const [a, b] = [this.value(left, TOP), this.value(right, TOP)];
    if (a.state !== 'known' || b.state !== 'known' || typeof a.data === 'object' || typeof b.data === 'object') return undefined;
    return String(a.data) === String(b.data);
  }

  #overLimit(node: Node, place: Place): string | null {
    this.#steps += 1;
    if (place.at !== null) this.#aliased += 1;
    if (this.#steps > this.#limits.evaluationSteps) {
      if (this.#steps === this.#limits.evaluationSteps + 1) {
        this.problems.undecidedAt(
          'limit-eval',
          `the template takes more than ${this.#limits.evaluationSteps} steps to evaluate; values from here on are not known`,
          this.span(node, place),
        );
      }
      return 'the template takes too many steps to evaluate';
    }
    if (place.at !== null && this.#aliased > this.#limits.aliasedNodes) {
      if (this.#aliased === this.#limits.aliasedNodes + 1) {
        this.problems.undecidedAt(
          'limit-aliases',
          `the aliases of the template stand for more than ${this.#limits.aliasedNodes} values; those from here on are not known`,
          place.at,
        );
      }
      return 'the aliases of the template stand for too many values';
    }
    return place.depth > this.#limits.depth ? `it lies more than ${this.#limits.depth} deep` : null;
  }

  #scalar(node: ScalarNode, span: Span, place: Place): Value {
    if (node.value === null) return absent(span);
    if (node.ambiguity !== undefined) {
      this.problems.warningAt(
        'ambiguous-scalar',
        node.ambiguity,
        this.#written(node, place.at === null ? place.shift : this.template.shift),
      );
      return unknown(node.ambiguity, span);
    }
    if (typeof node.value === 'string' && node.value.includes('{{resolve:')) {
      return { ...unknown(DYNAMIC, span), sensitive: true };
    }
    return this.#known(coerce(node.value, place.property), span, node, place);
  }

  #known(data: Data, span: Span, node: Range, place: Place): Value {
    return place.at === null ? known(data, span) : { ...known(data, span), origin: this.#written(node, this.template.shift) };
  }

  #named(node: Range, place: Place): Span {
    return this.span(place.key ?? node, place);
  }

  /** Merge keys give what the map itself does not say; of several, the first. */
  #map(node: MappingNode, place: Place): Map<string, Value> {
    const result = new Map<string, Value>();
    for (const entry of node.entries) if (!entry.merge) result.set(entry.key, this.#entry(entry, place));
    for (const entry of node.entries) if (entry.merge) this.#merge(entry.value, result, place);
    return result;
  }

  #entry(entry: Entry, place: Place): Value {
    return this.value(entry.value, {
      ...place,
      key: entry.keyRange,
      property: entry.key,
      attribute: place.attribute ?? entry.key,
      depth: place.depth + 1,
    });
  }

  #merge(node: Node, result: Map<string, Value>, place: Place): void {
    const sources = node.kind === 'sequence' ? node.items : [node];
    for (const source of sources) {
      const value = this.value(source, { ...place, key: null, depth: place.depth + 1 });
      if (value.state !== 'known' || !isMap(value.data)) continue;
      for (const [key, merged] of value.data) if (!result.has(key)) result.set(key, merged);
    }
  }
}
