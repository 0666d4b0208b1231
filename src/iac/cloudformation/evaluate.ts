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
import { isEmpty } from './ast.ts';
import type { Entry, MappingNode, Node, Range, ScalarNode } from './ast.ts';
import { Conditions } from './conditions.ts';
import { callOf, moved, TOP } from './evaluation.ts';
import type { Evaluation, Passed, Place } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { callFunction } from './functions.ts';
import { parameterText, readParameter } from './parameters.ts';
import type { Problems } from './problems.ts';
import { coerce, isTextAnyway } from './scalar.ts';
import { DYNAMIC } from './text.ts';
import type { Shift, Template } from './template.ts';

/** What stands around a template where it is evaluated. */
export interface Surroundings {
  /** Of the root that it is a part of: all its templates together. */
  readonly budget: Budget;
  readonly problems: Problems;
  /** What the addresses of its resources begin with: `Child.`; empty for the root. */
  readonly prefix: string;
  /** What a parameter is given; null when nothing. */
  argument(parameter: string): Passed | null;
  /** An output of one of its nested stacks; null when it is not known what that is. */
  output(logicalId: string, name: string): Passed | null;
}

/** CloudFormation allows 500 resources in a template: loops may make a tenth of what may be evaluated, which is many times that. */
const STEPS_OF_LOOPS = 10;

/** What the templates of one root may cost together. */
export class Budget {
  readonly limits: Limits;
  steps = 0;
  aliased = 0;
  /** Nodes that loops made. */
  grown = 0;
  /** Values that are being passed between templates, one for the sake of another. */
  passing = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }
}

export class Evaluator implements Evaluation {
  readonly template: Template;
  readonly #around: Surroundings;
  readonly #conditions: Conditions;
  readonly #parameters = new Map<string, Passed>();
  #mentioned = new Map<string, Mention>();

  constructor(template: Template, around: Surroundings) {
    this.template = template;
    this.#around = around;
    this.#conditions = new Conditions(template.conditions, {
      operand: (node, facts) => this.value(node, { ...TOP, facts }),
      mayGo: (node, depth) => this.#overLimit(node, { ...TOP, depth }) === null,
    });
  }

  /** Notes that a resource is referred to, and returns its address. */
  refer(logicalId: string, place: Place): string {
    const address = this.#around.prefix + logicalId;
    this.#mention(address, place);
    return address;
  }

  #mention(to: string, { attribute }: Place): void {
    if (attribute !== null) this.#mentioned.set(`${attribute}\u0000${to}`, { attribute, to });
  }

  /** What was referred to since this was last asked. */
  takeMentions(): Mention[] {
    const mentions = [...this.#mentioned.values()];
    this.#mentioned.clear();
    return mentions;
  }

  /** A value for another template, where `facts` hold. */
  pass(node: Node, facts: Facts | null): Passed {
    return this.#passing(node, () => this.value(node, { ...TOP, facts, attribute: '' }));
  }

  #passing(node: Range, evaluate: () => Value): Passed {
    const { budget } = this.#around;
    if (budget.passing > budget.limits.depth)
      return { value: unknown('it goes through too many templates', this.span(node, TOP)), mentions: [] };
    const outer = this.#mentioned;
    this.#mentioned = new Map();
    budget.passing += 1;
    const value = evaluate();
    budget.passing -= 1;
    const mentions = [...new Set([...this.#mentioned.values()].map(({ to }) => to))];
    this.#mentioned = outer;
    return { value, mentions };
  }

  /** Costs as many steps as it has parts and mentions. */
  #receive({ value, mentions }: Passed, span: Span, place: Place): Value {
    this.#around.budget.steps += mentions.length + sizeOf(value);
    for (const address of mentions) this.#mention(address, place);
    return moved(value, span);
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
      return this.value(node.target, { ...place, at: span, aliased: true, depth: place.depth + 1 });
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

  condition(name: string, facts: Facts | null): boolean | undefined {
    return this.#conditions.named(name, facts);
  }

  assuming(name: string, holds: boolean, place: Place): Place {
    return { ...place, facts: this.#conditions.assume(name, holds, place.facts) };
  }

  parameter(name: string, span: Span, place: Place): Value | null {
    const entry = this.template.parameters.get(name);
    if (entry === undefined) return null;
    const passed = this.#parameter(entry);
    const text = passed.value.state === 'unknown' ? place.facts?.text(name) : undefined;
    return text === undefined ? this.#receive(passed, span, place) : parameterText(entry, text, span);
  }

  #parameter(entry: Entry): Passed {
    const before = this.#parameters.get(entry.key);
    if (before !== undefined) return before;
    const given = this.#around.argument(entry.key);
    const { value, notice } = readParameter(entry, given?.value, (range) => this.#written(range, this.template.shift));
    if (notice?.code === 'ambiguous-scalar') this.#around.problems.warningAt(notice.code, notice.message, notice.span);
    else if (notice !== undefined) this.#around.problems.undecidedOnce(notice.code, notice.message, notice.span);
    const passed = { value, mentions: given?.mentions ?? [] };
    this.#parameters.set(entry.key, passed);
    return passed;
  }

  output(logicalId: string, name: string, span: Span, place: Place): Value | null {
    const passed = this.#around.output(logicalId, name);
    return passed === null ? null : this.#receive(passed, span, place);
  }

  /** Counts a node that a loop makes; false when there are too many. */
  mayGrow(node: Range): boolean {
    const { budget, problems } = this.#around;
    const most = Math.ceil(budget.limits.evaluationSteps / STEPS_OF_LOOPS);
    budget.grown += 1;
    if (budget.grown <= most) return true;
    const message = `the loops of the template make more than ${most} values; what they make from here on is not audited`;
    problems.undecidedFirst('limit-loops', message, this.span(node, TOP));
    return false;
  }

  #overLimit(node: Range, place: Place): string | null {
    const { budget, problems } = this.#around;
    const { evaluationSteps, aliasedNodes, depth } = budget.limits;
    budget.steps += 1;
    if (place.aliased) budget.aliased += 1;
    if (budget.steps > evaluationSteps) {
      problems.undecidedFirst(
        'limit-eval',
        `the template takes more than ${evaluationSteps} steps to evaluate; values from here on are not known`,
        this.span(node, place),
      );
      return 'the template takes too many steps to evaluate';
    }
    if (place.aliased && budget.aliased > aliasedNodes) {
      problems.undecidedFirst(
        'limit-aliases',
        `the aliases of the template stand for more than ${aliasedNodes} values; those from here on are not known`,
        this.span(node, place),
      );
      return 'the aliases of the template stand for too many values';
    }
    return place.depth > depth ? `it lies more than ${depth} deep` : null;
  }

  #scalar(node: ScalarNode, span: Span, place: Place): Value {
    if (node.value === null) return absent(span);
    if (node.ambiguity !== undefined && !isTextAnyway(place.property)) {
      this.#around.problems.warningAt(
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

function sizeOf(value: Value): number {
  if (value.state !== 'known' || typeof value.data !== 'object') return 0;
  let size = 0;
  for (const part of value.data.values()) size += 1 + sizeOf(part);
  return size;
}
