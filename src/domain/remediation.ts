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
  const advice = new Map<string, Advice>();
  const plans = new Map<string, RemediationPlan>();
  for (const finding of failures) {
    const rule = rules.byId(finding.ruleId);
    if (rule === undefined) continue;
    const own = advice.get(rule.id) ?? adviceOf(rule, resource);
    advice.set(rule.id, own);
    plans.set(finding.fingerprint, planOf([own], prove([own], [finding], prover), resource));
  }
  return { plans, combined: combine(failures, plans, advice, resource, prover) };
}

/** What one rule has to say about the resource: asked once, used for its own plan and for the one of all rules. */
interface Advice {
  readonly rule: Rule;
  /** Null where a person must choose, or there is nothing to change. */
  readonly changes: readonly Change[] | null;
  readonly commands: readonly (readonly string[])[];
}

function adviceOf(rule: Rule, resource: Resource): Advice {
  const changes = resource.instances.map((instance) => rule.fix?.changes(instance) ?? null);
  const all = changes.includes(null) ? [] : once(changes.flatMap((each) => each ?? []));
  const commands = resource.instances.slice(0, MOST_INSTANCES).flatMap((instance) => rule.script?.(instance) ?? []);
  return { rule, changes: all.length === 0 ? null : all, commands };
}

function combine(
  failures: readonly Finding[],
  plans: ReadonlyMap<string, RemediationPlan>,
  advice: ReadonlyMap<string, Advice>,
  resource: Resource,
  prover: Prover,
): RemediationPlan | null {
  const [first] = failures;
  if (first === undefined) return null;
  if (failures.length === 1) return plans.get(first.fingerprint) ?? null;
  const all = [...advice.values()];
  // What only works together is tried first, then what works alone.
  const attempts = [
    failures.filter(({ ruleId }) => advice.get(ruleId)?.changes),
    failures.filter(({ fingerprint }) => (plans.get(fingerprint)?.edits.length ?? 0) > 0),
  ];
  for (const some of attempts) {
    const fixed = all.filter(({ rule }) => some.some(({ ruleId }) => ruleId === rule.id));
    const proven = prove(fixed, some, prover);
    if (proven !== null) return { ...planOf(all, proven, resource), summary: `One change for: ${titles(fixed)}`, safety: safetyOf(fixed) };
  }
  return planOf(all, null, resource);
}

function prove(some: readonly Advice[], findings: readonly Finding[], prover: Prover): Proven | null {
  const changes = some.map((each) => each.changes);
  return changes.includes(null) ? null : prover.prove(once(changes.flatMap((each) => each ?? [])), findings);
}

function planOf(some: readonly Advice[], proven: Proven | null, resource: Resource): RemediationPlan {
  const commands = some.flatMap((each) => each.commands);
  const total = resource.instances.length;
  const cut = total > MOST_INSTANCES && commands.length > 0;
  return {
    summary: titles(some),
    steps: [
      ...new Set(some.flatMap(({ rule }) => rule.remedy)),
      ...(cut ? [`The commands are for the first ${MOST_INSTANCES} of ${total} instances; do likewise for the others.`] : []),
    ],
    edits: proven?.edits ?? [],
    safety: proven === null ? null : safetyOf(some),
    commands: [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()],
    proof: proven?.proof ?? null,
  };
}

function titles(some: readonly Advice[]): string {
  return some.map(({ rule }) => rule.title).join('; ');
}

function safetyOf(some: readonly Advice[]): 'safe' | 'needs-review' {
  return some.every(({ rule }) => rule.fix?.safety === 'safe') ? 'safe' : 'needs-review';
}

/** Instances of one declaration, and rules about one setting, mostly ask the same. */
function once(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [identity(change), change])).values()];
}

/** Resources hold each other, so a change is told apart by their addresses. */
function identity(change: Change): string {
  return JSON.stringify(change, (key, value: unknown) => (key === 'resource' || key === 'beside' ? keyOf(value as Resource) : value));
}

/** What the rules of failed findings ask for, before anything of it is proven; a rule's edits are null where it asks for none. */
export function proposals(
  resource: Resource,
  failures: readonly Finding[],
  rules: RuleSet,
  workspace: Workspace,
): { readonly rule: Rule; readonly commands: Advice['commands']; readonly edits: readonly Edit[] | null }[] {
  const failed = new Set(failures.flatMap(({ ruleId }) => rules.byId(ruleId) ?? []));
  return [...failed].map((rule) => {
    const { changes, commands } = adviceOf(rule, resource);
    return { rule, commands, edits: changes === null ? null : workspace.edits(changes) };
  });
}

interface Proven {
  readonly edits: readonly Edit[];
  readonly proof: Proof;
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
  prove(changes: readonly Change[], findings: readonly Finding[]): Proven | null {
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

/** Findings by what they are about: rule or what it has in view, resource and outcome. */
type Judgement = ReadonlyMap<string, readonly Finding[]>;

function judge(resources: readonly Resource[], rules: RuleSet): Judgement {
  const findings = resources.flatMap((resource) => evaluate(resource, rules).map((finding) => ({ finding, root: resource.root })));
  const grouped = groupBy(findings, ({ finding: { ruleId, address, outcome }, root }) =>
    [rules.byId(ruleId)?.concern ?? ruleId, root, address, outcome].join('\u0000'),
  );
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
export function affectedBy(resource: Resource, workspace: Workspace): Resource[] {
  const affected = new Map<string, Resource>([[keyOf(resource), resource]]);
  for (const { resource: other } of resource.related) affected.set(keyOf(other), other);
  for (const other of workspace.sharing(resource.source)) affected.set(keyOf(other), other);
  return [...affected.values()];
}
