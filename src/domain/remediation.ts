/** From findings of rules to plans, of which the edits are proven (proof.ts). */
import type { Change } from './change.ts';
import type { RuleSet } from './evaluate.ts';
import { MOST_INSTANCES } from './finding.ts';
import type { Finding, RemediationPlan } from './finding.ts';
import { Prover } from './proof.ts';
import type { Proven } from './proof.ts';
import type { Resource } from './resource.ts';
import { keyOf } from './resource.ts';
import type { Rule } from './rule.ts';
import type { Edit } from './source.ts';
import type { Workspace } from './workspace.ts';

export interface Remediations {
  /** By fingerprint of the finding. */
  readonly plans: ReadonlyMap<string, RemediationPlan>;
  /** All of them together, proven together; null when no finding failed. */
  readonly combined: RemediationPlan | null;
}

/** Plans for the failures among a resource's findings; undecided ones need a value, not a fix. */
export function remediate(
  resource: Resource,
  findings: readonly Finding[],
  rules: RuleSet,
  workspace: Workspace,
  prover = new Prover(resource, rules, workspace),
): Remediations {
  const failures = findings.filter((finding) => finding.outcome === 'fail' && rules.byId(finding.ruleId) !== undefined);
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
  return changes.includes(null) ? null : prover.changes(once(changes.flatMap((each) => each ?? [])), findings);
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
