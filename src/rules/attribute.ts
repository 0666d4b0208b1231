/**
 * The most common kind of rule: an attribute must have one of some values. Such a rule is a
 * declaration and its examples; {@link judge} serves the rules that find their values in another way.
 */
import type { Change } from '../domain/change.ts';
import type { Fix, Rule, Violation } from '../domain/rule.ts';
import type { Instance } from '../domain/resource.ts';
import type { Unknown, Value } from '../domain/value.ts';
import { at, isList } from '../domain/value.ts';
import type { Scalar } from '../domain/wording.ts';
import { isSame, leftOpen, seen, show, textOf } from '../domain/wording.ts';
import { defineRule } from '../domain/rule.ts';

export interface Requirement {
  /** How the attribute is called in the message: `metadata_options.http_tokens`. */
  readonly name: string;
  /** Values that satisfy; the first is the one a fix writes. Compared as text, as both frameworks turn `"true"` into `true`. */
  readonly oneOf: readonly [Scalar, ...Scalar[]];
  /** What AWS takes when nothing is written; that is then judged. Without it, nothing written is a failure. */
  readonly default?: Scalar;
}

/** Where a type of resource keeps the attribute, and what it must be. */
export interface Setting extends Omit<Requirement, 'name'> {
  readonly path: readonly (string | number)[];
  /**
   * Judge each block or list item found at this path on its own, `path` being inside it:
   * `each: ['BlockDeviceMappings', 'Ebs'], path: ['Encrypted']`. Without any there is nothing to judge.
   */
  readonly each?: readonly string[];
}

/** A {@link Rule} without what follows from its settings. */
export interface AttributeRule extends Omit<Rule, 'targets' | 'check' | 'fix'> {
  /** By type of resource. */
  readonly terraform?: Readonly<Record<string, Setting>>;
  readonly cloudformation?: Readonly<Record<string, Setting>>;
  readonly safety: Fix['safety'];
}

/**
 * Makes a rule whose check is {@link judge} on the attribute and whose fix writes its first accepted
 * value. A value that is not known is undecided and has no fix: whoever owns the value must choose.
 */
export function attributeRule(definition: AttributeRule): Rule {
  const { terraform = {}, cloudformation = {}, safety, ...rest } = definition;
  const settings = new Map([...Object.entries(terraform), ...Object.entries(cloudformation)]);
  return defineRule({
    ...rest,
    targets: {
      ...(definition.terraform && { terraform: Object.keys(terraform) }),
      ...(definition.cloudformation && { cloudformation: Object.keys(cloudformation) }),
    },
    *check(instance) {
      for (const { violations } of places(instance, settings)) yield* violations;
    },
    fix: {
      safety,
      changes(instance) {
        return places(instance, settings)
          .filter(({ violations }) => violations.some(({ outcome }) => outcome === 'fail'))
          .map(({ path, setting }): Change => ({ kind: 'set', resource: instance.resource, path, value: setting.oneOf[0] }));
      },
    },
  });
}

interface Place {
  readonly setting: Setting;
  readonly path: readonly (string | number)[];
  readonly violations: readonly Violation[];
}

function places(instance: Instance, settings: ReadonlyMap<string, Setting>): Place[] {
  const setting = settings.get(instance.resource.type);
  if (setting === undefined) return [];
  const { each = [], path } = setting;
  const name = nameOf([...each, ...path]);
  return elements(instance.attributes, each).map((element) => {
    const violations = [...judge(at(element.value, ...path), { ...setting, name })];
    return { setting, path: [...element.path, ...path], violations: perhaps(element.value, violations) };
  });
}

/** What is said of a block of which it is not known whether there is any: nothing of it is wrong for certain. */
export function perhaps(block: Value, violations: readonly Violation[]): readonly Violation[] {
  return block.state === 'unknown' ? violations.map((each) => leftOpen(each, 'there is such a block', block)) : violations;
}

export interface Inside {
  readonly value: Value;
  /** Blocks on the way of which it is not known whether there is any; the value is then that of each of them. */
  readonly perhaps?: Unknown;
}

/** The one value at a path, also inside blocks whose number is not known. */
export function inside(value: Value, path: readonly (string | number)[]): Inside {
  let current = value;
  let open: Unknown | undefined;
  for (const step of path) {
    if (current.state === 'unknown' && current.content !== undefined) open ??= current;
    current = at(current, step);
  }
  return open === undefined ? { value: current } : { value: current, perhaps: open };
}

/** How an attribute at a path is called; which of several blocks or items it is in does not matter. */
export function nameOf(path: readonly (string | number)[]): string {
  return path.filter((step) => typeof step === 'string').join('.');
}

export interface Element {
  readonly value: Value;
  /** With the number of each item on the way, as a change takes it. */
  readonly path: readonly (string | number)[];
}

/** Like `all` of the domain, but with the path of each value found; what is absent is left out, what is not known is in. */
export function elements(value: Value, names: readonly string[]): Element[] {
  let found: Element[] = [{ value, path: [] }];
  for (const name of names) {
    found = found.flatMap((each) => items({ value: at(each.value, name), path: [...each.path, name] }));
  }
  return found;
}

function items({ value, path }: Element): Element[] {
  if (value.state === 'absent') return [];
  if (value.state === 'unknown' || !isList(value.data)) return [{ value, path }];
  return value.data.map((item, index) => ({ value: item, path: [...path, index] })).filter((item) => item.value.state !== 'absent');
}

/** Yields a failure when the value is another or missing, undecided when it is not known, nothing when it satisfies. */
export function* judge(value: Value, { name, oneOf, default: fallback }: Requirement): Iterable<Violation> {
  const required = `it must be ${oneOf.map(show).join(' or ')}`;
  switch (value.state) {
    case 'unknown':
      yield { outcome: 'undecided', message: `${name} is not known: ${value.reason}; ${required}.`, span: value.span };
      return;
    case 'absent':
      if (fallback === undefined) yield { outcome: 'fail', message: `${name} is not set; ${required}.`, span: value.span };
      else if (!oneOf.includes(fallback))
        yield { outcome: 'fail', message: `${name} is not set, which means ${show(fallback)}; ${required}.`, span: value.span };
      return;
    case 'known':
      if (!oneOf.some((accepted) => isSame(accepted, textOf(value))))
        yield { outcome: 'fail', message: `${name} is ${seen(value)}; ${required}.`, span: value.span };
      return;
    default:
      value satisfies never;
  }
}
