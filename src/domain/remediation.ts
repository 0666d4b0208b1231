/**
 * From findings to plans. An edit is shown only after it was applied to a copy, the copy was read again
 * and judged by every rule: the finding is gone, none is new, and nothing else is declared differently.
 */
import { groupBy } from './group-by.ts';
import type { Change } from './change.ts';
import { evaluate } from './evaluate.ts';
import type { RuleSet } from './evaluate.ts';
import { MOST_INSTANCES } from './finding.ts';
import type { Finding, Proof, RemediationPlan } from './finding.ts';
import type { Resource } from './resource.ts';
import { keyOf } from './resource.ts';
import type { Rule } from './rule.ts';
import { compareSeverity } from './severity.ts';
import { contains } from './source.ts';
import type { Edit } from './source.ts';
import type { Workspace } from './workspace.ts';

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

function combine(
  failures: readonly Finding[],
  plans: ReadonlyMap<string, RemediationPlan>,
  resource: Resource,
  rules: RuleSet,
  prover: Prover,
): RemediationPlan | null {
  const [first] = failures;
  if (first === undefined) return null;
  if (failures.length === 1) return plans.get(first.fingerprint) ?? null;
  const rulesOf = (some: readonly Finding[]): Rule[] =>
    [...new Set(some.map((finding) => finding.ruleId))].flatMap((id) => rules.byId(id) ?? []);
  const all = rulesOf(failures);
  // What only works together is tried first, then what works alone.
  const attempts = [
    failures.filter(({ ruleId }) => changesOf(rules.byId(ruleId)?.fix, resource) !== null),
    failures.filter(({ fingerprint }) => (plans.get(fingerprint)?.edits.length ?? 0) > 0),
  ];
  const fixed = attempts.find((some) => some.length > 0 && plan(rulesOf(some), some, resource, prover).edits.length > 0) ?? [];
  const whole = plan(rulesOf(fixed), fixed, resource, prover);
  return {
    ...whole,
    summary: fixed.length === 0 ? all.map((rule) => rule.title).join('; ') : `One change for: ${whole.summary}`,
    steps: stepsOf(all, resource),
    commands: unique(all.flatMap((rule) => commandsOf(rule, resource))),
  };
}

function plan(some: readonly Rule[], findings: readonly Finding[], resource: Resource, prover: Prover): RemediationPlan {
  const fixes = some.flatMap((rule) => rule.fix ?? []);
  const changes = some.map((rule) => changesOf(rule.fix, resource));
  const proven = changes.includes(null) ? null : prover.prove(once(changes.flatMap((each) => each ?? [])), findings);
  return {
    summary: some.map((rule) => rule.title).join('; '),
    steps: stepsOf(some, resource),
    edits: proven?.edits ?? [],
    safety: proven === null ? null : fixes.every((fix) => fix.safety === 'safe') ? 'safe' : 'needs-review',
    commands: unique(some.flatMap((rule) => commandsOf(rule, resource))),
    proof: proven?.proof ?? null,
  };
}

/** What a fix asks of the instances together; null where a person must choose for one of them, or there is nothing to change. */
function changesOf(fix: Rule['fix'], resource: Resource): Change[] | null {
  const changes = resource.instances.map((instance) => fix?.changes(instance) ?? null);
  if (changes.includes(null)) return null;
  const all = once(changes.flatMap((each) => each ?? []));
  return all.length === 0 ? null : all;
}

/** Instances of one declaration, and rules about one setting, mostly ask the same. */
function once(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [identity(change), change])).values()];
}

/** Resources hold each other, so a change is told apart by their addresses. */
function identity(change: Change): string {
  return JSON.stringify(change, (key, value: unknown) => (key === 'resource' || key === 'beside' ? keyOf(value as Resource) : value));
}

function commandsOf(rule: Rule, resource: Resource): (readonly string[])[] {
  return resource.instances.slice(0, MOST_INSTANCES).flatMap((instance) => rule.script?.(instance) ?? []);
}

function stepsOf(some: readonly Rule[], resource: Resource): string[] {
  const total = resource.instances.length;
  const cut = total > MOST_INSTANCES && some.some((rule) => commandsOf(rule, resource).length > 0);
  const steps = [...new Set(some.flatMap((rule) => rule.remedy))];
  return cut ? [...steps, `The commands are for the first ${MOST_INSTANCES} of ${total} instances; do likewise for the others.`] : steps;
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
  readonly #proofs = new Map<string, Proof | null>();
  #before: Judgement | undefined;

  constructor(resource: Resource, rules: RuleSet, workspace: Workspace) {
    this.#resource = resource;
    this.#rules = rules;
    this.#workspace = workspace;
    this.#affected = affectedBy(resource, workspace);
  }

  /** The edits when they close all of `findings`, open none and leave everything else as it is; null otherwise. */
  prove(changes: readonly Change[], findings: readonly Finding[]): { edits: readonly Edit[]; proof: Proof } | null {
    if (changes.length === 0) return null;
    const edits = this.#workspace.edits(changes);
    if (edits === null || edits.length === 0 || !this.#staysInside(edits)) return null;
    const key = JSON.stringify(edits);
    const proof = this.#proofs.has(key) ? (this.#proofs.get(key) ?? null) : this.#try(edits, changes);
    this.#proofs.set(key, proof);
    return proof !== null && findings.every(({ fingerprint }) => proof.closes.includes(fingerprint)) ? { edits, proof } : null;
  }

  #try(edits: readonly Edit[], changes: readonly Change[]): Proof | null {
    const copy = this.#workspace.reread(edits);
    const asked = changes.flatMap((change) => (change.kind === 'add' ? change.type : []));
    const expected = copy.added.every((resource) => asked.includes(resource.type));
    if (copy.diagnostics.length > 0 || copy.removed.length > 0 || !expected) return null;
    const again = [...copy.added];
    for (const { root, address } of this.#affected) {
      const resource = copy.resource(root, address);
      if (resource === undefined) return null;
      again.push(resource);
    }
    this.#before ??= judge(this.#affected, this.#rules);
    const closes = closedBetween(this.#before, judge(again, this.#rules));
    return closes === null ? null : { closes, resourcesAudited: again.length };
  }

  /** Edits lie within the resource's own declarations (itself and what refers to it) or directly after them. */
  #staysInside(edits: readonly Edit[]): boolean {
    const own = [
      this.#resource,
      ...this.#resource.related.filter((link) => link.direction === 'from' && link.certain).map((link) => link.resource),
    ];
    return edits.every(({ span }) => own.some((resource) => contains(resource.source, span)));
  }
}

/** Findings by what they are about: rule, resource and outcome. */
type Judgement = ReadonlyMap<string, readonly Finding[]>;

function judge(resources: readonly Resource[], rules: RuleSet): Judgement {
  const findings = resources.flatMap((resource) => evaluate(resource, rules).map((finding) => ({ finding, root: resource.root })));
  const grouped = groupBy(findings, ({ finding: { ruleId, address, outcome }, root }) => [ruleId, root, address, outcome].join('\u0000'));
  return new Map([...grouped].map(([about, members]) => [about, members.map(({ finding }) => finding)]));
}

/**
 * Fingerprints of what is gone; null when something is new or worse. A finding that only changed its words (a public ACL
 * that a setting now overrides) is neither gone nor new.
 */
function closedBetween(before: Judgement, after: Judgement): string[] | null {
  for (const [about, now] of after) {
    const then = before.get(about) ?? [];
    const known = new Set(then.map(({ fingerprint }) => fingerprint));
    if (now.length > then.length) return null;
    if (
      now.some((finding) => !known.has(finding.fingerprint) && then.every((each) => compareSeverity(finding.severity, each.severity) < 0))
    )
      return null;
  }
  return [...before].flatMap(([about, then]) => {
    const now = new Set((after.get(about) ?? []).map(({ fingerprint }) => fingerprint));
    const gone = then.filter(({ fingerprint }) => !now.has(fingerprint)).map(({ fingerprint }) => fingerprint);
    return now.size === then.length - gone.length ? gone : [];
  });
}

/** The resource, what it is linked to, and every other address that the same declaration stands for. */
function affectedBy(resource: Resource, workspace: Workspace): Resource[] {
  const affected = new Map<string, Resource>([[keyOf(resource), resource]]);
  for (const { resource: other } of resource.related) affected.set(keyOf(other), other);
  for (const other of workspace.sharing(resource.source)) affected.set(keyOf(other), other);
  return [...affected.values()];
}
