/**
 * From findings to plans. An edit is shown only after it was applied to a copy, the copy was read again
 * and judged by every rule: the finding is gone, none is new, and nothing else is declared differently.
 */
import type { Change } from './change.ts';
import { evaluate } from './evaluate.ts';
import type { RuleSet } from './evaluate.ts';
import type { Finding, Proof, RemediationPlan } from './finding.ts';
import type { Resource } from './resource.ts';
import { keyOf } from './resource.ts';
import type { Rule } from './rule.ts';
import { contains } from './source.ts';
import type { Edit } from './source.ts';
import type { Copy, Workspace } from './workspace.ts';

export interface Remediations {
  /** By fingerprint of the finding. */
  readonly plans: ReadonlyMap<string, RemediationPlan>;
  /** All of them together, proven together; null when no finding failed. */
  readonly combined: RemediationPlan | null;
}

/** Plans for the failures among a resource's findings; undecided ones need a value, not a fix. */
export function remediate(resource: Resource, findings: readonly Finding[], rules: RuleSet, workspace: Workspace): Remediations {
  const failures = findings.filter((finding) => finding.outcome === 'fail');
  const prover = new Prover(resource, rules, workspace);
  const plans = new Map<string, RemediationPlan>();
  for (const finding of failures) {
    const rule = rules.byId(finding.ruleId);
    if (rule !== undefined) plans.set(finding.fingerprint, plan([rule], [finding], resource, prover));
  }
  return { plans, combined: combine(failures, plans, resource, rules, prover) };
}

function combine(failures: readonly Finding[], plans: ReadonlyMap<string, RemediationPlan>, resource: Resource, rules: RuleSet, prover: Prover): RemediationPlan | null {
  const [first] = failures;
  if (first === undefined) return null;
  if (failures.length === 1) return plans.get(first.fingerprint) ?? null;
  const fixable = failures.filter((finding) => (plans.get(finding.fingerprint)?.edits.length ?? 0) > 0);
  const rulesOf = (some: readonly Finding[]): Rule[] => [...new Set(some.map((finding) => finding.ruleId))].flatMap((id) => rules.byId(id) ?? []);
  const all = rulesOf(failures);
  const whole = plan(rulesOf(fixable), fixable, resource, prover);
  return {
    ...whole,
    summary: fixable.length === 0 ? all.map((rule) => rule.title).join('; ') : `${whole.edits.length > 0 ? 'One change' : 'Changes'} for: ${rulesOf(fixable).map((rule) => rule.title).join('; ')}`,
    steps: [...new Set(all.flatMap((rule) => rule.remedy))],
    commands: unique(all.flatMap((rule) => commandsOf(rule, resource))),
  };
}

function plan(some: readonly Rule[], findings: readonly Finding[], resource: Resource, prover: Prover): RemediationPlan {
  const fixes = some.flatMap((rule) => rule.fix ?? []);
  const changes = fixes.length === some.length ? changesOf(fixes, resource) : null;
  const proven = changes === null ? null : prover.prove(changes, findings);
  return {
    summary: some.map((rule) => rule.title).join('; '),
    steps: [...new Set(some.flatMap((rule) => rule.remedy))],
    edits: proven?.edits ?? [],
    safety: proven === null ? null : fixes.every((fix) => fix.safety === 'safe') ? 'safe' : 'needs-review',
    commands: unique(some.flatMap((rule) => commandsOf(rule, resource))),
    proof: proven?.proof ?? null,
  };
}

/** What the fixes ask of each instance, once each: instances of one declaration mostly ask the same. */
function changesOf(fixes: readonly NonNullable<Rule['fix']>[], resource: Resource): Change[] | null {
  const changes = new Map<string, Change>();
  for (const fix of fixes) {
    for (const instance of resource.instances) {
      const some = fix.changes(instance);
      if (some === null) return null;
      for (const change of some) changes.set(identity(change), change);
    }
  }
  return changes.size === 0 ? null : [...changes.values()];
}

/** Resources hold each other, so a change is told apart by their addresses. */
function identity(change: Change): string {
  return JSON.stringify(change, (key, value: unknown) => (key === 'resource' || key === 'beside' ? keyOf(value as Resource) : value));
}

function commandsOf(rule: Rule, resource: Resource): (readonly string[])[] {
  return resource.instances.flatMap((instance) => rule.script?.(instance) ?? []);
}

function unique(commands: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()];
}

/** Proves changes for one resource; the state before is judged once, and equal edits are proven once. */
class Prover {
  readonly #resource: Resource;
  readonly #rules: RuleSet;
  readonly #workspace: Workspace;
  readonly #affected: readonly Resource[];
  readonly #proofs = new Map<string, Outcome>();
  #before: ReadonlySet<string> | undefined;

  constructor(resource: Resource, rules: RuleSet, workspace: Workspace) {
    this.#resource = resource;
    this.#rules = rules;
    this.#workspace = workspace;
    this.#affected = affectedBy(resource, workspace);
  }

  /** The edits when they close all of `findings`, open none and leave everything else as it is; null otherwise. */
  prove(changes: readonly Change[], findings: readonly Finding[]): { edits: readonly Edit[]; proof: Proof } | null {
    const edits = this.#workspace.edits(changes);
    if (edits === null || edits.length === 0 || !this.#staysInside(edits)) return null;
    const key = JSON.stringify(edits);
    const outcome = this.#proofs.get(key) ?? this.#try(edits, changes);
    this.#proofs.set(key, outcome);
    if (outcome === null || !findings.every((finding) => outcome.closes.includes(finding.fingerprint))) return null;
    return { edits, proof: outcome };
  }

  #try(edits: readonly Edit[], changes: readonly Change[]): Outcome {
    const copy = this.#workspace.reread(edits);
    const asked = changes.flatMap((change) => (change.kind === 'add' ? change.type : []));
    const expected = copy.added.every((resource) => asked.includes(resource.type));
    if (copy.diagnostics.length > 0 || copy.removed.length > 0 || !expected) return null;
    const after = this.#judge(copy);
    if (after === null) return null;
    this.#before ??= new Set(this.#affected.flatMap((resource) => evaluate(resource, this.#rules)).map((finding) => finding.fingerprint));
    const before = this.#before;
    if ([...after.found].some((fingerprint) => !before.has(fingerprint))) return null;
    return { closes: [...before].filter((fingerprint) => !after.found.has(fingerprint)), resourcesAudited: after.resources };
  }

  #judge(copy: Copy): { found: ReadonlySet<string>; resources: number } | null {
    const found = new Set<string>();
    const again = [...copy.added];
    for (const { root, address } of this.#affected) {
      const resource = copy.resource(root, address);
      if (resource === undefined) return null;
      again.push(resource);
    }
    for (const resource of again) for (const { fingerprint } of evaluate(resource, this.#rules)) found.add(fingerprint);
    return { found, resources: again.length };
  }

  /** Edits lie within the resource's own declarations (itself and what refers to it) or directly after them. */
  #staysInside(edits: readonly Edit[]): boolean {
    const own = [this.#resource, ...this.#resource.related.filter((link) => link.direction === 'from' && link.certain).map((link) => link.resource)];
    return edits.every(({ span }) => own.some((resource) => contains(resource.source, span)));
  }
}

type Outcome = Proof | null;

/** The resource, what it is linked to, and every other address that the same declaration stands for. */
function affectedBy(resource: Resource, workspace: Workspace): Resource[] {
  const affected = new Map<string, Resource>([[keyOf(resource), resource]]);
  for (const { resource: other } of resource.related) affected.set(keyOf(other), other);
  for (const other of workspace.sharing(resource.source)) affected.set(keyOf(other), other);
  return [...affected.values()];
}
