import { MOST_INSTANCES } from './finding.ts';
import type { Finding } from './finding.ts';
import { fingerprint } from './fingerprint.ts';
import type { Resource } from './resource.ts';
import type { Rule, Violation } from './rule.ts';
import { targetsOf } from './rule.ts';
import { compareSeverity } from './severity.ts';

/** The rules of one run, found by resource type. */
export class RuleSet {
  readonly rules: readonly Rule[];
  readonly #byType = new Map<string, Rule[]>();
  readonly #byId: ReadonlyMap<string, Rule>;

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    this.#byId = new Map(rules.map((rule) => [rule.id, rule]));
    for (const rule of rules) {
      for (const type of [...targetsOf(rule, 'terraform'), ...targetsOf(rule, 'cloudformation')]) {
        const list = this.#byType.get(type);
        if (list === undefined) this.#byType.set(type, [rule]);
        else list.push(rule);
      }
    }
  }

  /** Rules that look at resources of this type; empty means: not covered. */
  for(type: string): readonly Rule[] {
    return this.#byType.get(type) ?? [];
  }

  byId(id: string): Rule | undefined {
    return this.#byId.get(id);
  }
}

/**
 * Judges one resource by every rule that looks at its type; findings are sorted worst first and have no plan yet.
 * What a rule says of several instances in the same place and words is one finding that names them.
 */
export function evaluate(resource: Resource, rules: RuleSet): Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules.for(resource.type)) findings.push(...judge(resource, rule));
  return inOrder(findings);
}

/** Worst first, then from the top of the file. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      compareSeverity(a.severity, b.severity) ||
      a.span.start.offset - b.span.start.offset ||
      (a.ruleId < b.ruleId ? -1 : Number(a.ruleId > b.ruleId)),
  );
}

function judge(resource: Resource, rule: Rule): Finding[] {
  const merged = new Map<string, { violation: Violation; instances: Set<string> }>();
  for (const instance of resource.instances) {
    for (const violation of rule.check(instance)) {
      const { outcome, message, span } = violation;
      const key = `${outcome}\u0000${message}\u0000${span.file}\u0000${span.start.offset}\u0000${span.end.offset}`;
      const same = merged.get(key);
      if (same === undefined) merged.set(key, { violation, instances: new Set([instance.address]) });
      else same.instances.add(instance.address);
    }
  }
  const ordinals = new Map<string, number>();
  return [...merged.values()].map(({ violation, instances }) => {
    const { outcome, message, span, severity = rule.severity } = violation;
    const words = `${outcome}\u0000${message}`;
    const ordinal = ordinals.get(words) ?? 0;
    ordinals.set(words, ordinal + 1);
    return {
      ruleId: rule.id,
      severity,
      outcome,
      message,
      address: resource.address,
      instances: resource.instances.length > 1 ? [...instances].slice(0, MOST_INSTANCES) : [],
      instanceCount: resource.instances.length > 1 ? instances.size : 0,
      span,
      fingerprint: fingerprint(rule.id, resource.root, resource.address, outcome, message, ordinal),
      remediationPlan: null,
    };
  });
}
