/**
 * An edit is shown only after it was applied to a copy, the copy was read again and judged by every rule: the finding
 * is gone, none is new, and nothing else is declared differently.
 */
import { groupBy } from './group-by.ts';
import type { Change } from './change.ts';
import { evaluate } from './evaluate.ts';
import type { RuleSet } from './evaluate.ts';
import type { Finding, Proof } from './finding.ts';
import type { Resource } from './resource.ts';
import { keyOf } from './resource.ts';
import { compareSeverity } from './severity.ts';
import { contains } from './source.ts';
import type { Edit } from './source.ts';
import { unchangedValues } from './unchanged.ts';
import type { Pair } from './unchanged.ts';
import type { Copy, Workspace } from './workspace.ts';

export interface Proven {
  readonly edits: readonly Edit[];
  readonly proof: Proof;
  /** The copy that the proof was read from. */
  readonly copy: Copy;
}

/** Proves edits for one resource; the state before is judged once, and equal edits are proven once. */
export class Prover {
  readonly #resource: Resource;
  readonly #rules: RuleSet;
  readonly #workspace: Workspace;
  readonly #affected: readonly Resource[];
  readonly #tried = new Map<string, Proven | null>();
  /** Types of what edits declare anew, by the edits. */
  readonly #declared = new Map<string, readonly string[]>();
  #before: Judgement | undefined;

  constructor(resource: Resource, rules: RuleSet, workspace: Workspace) {
    this.#resource = resource;
    this.#rules = rules;
    this.#workspace = workspace;
    this.#affected = affectedBy(resource, workspace);
  }

  /** The edits of what rules ask for, when they close all of `findings`, open none and leave everything else as it is; null otherwise. */
  changes(changes: readonly Change[], findings: readonly Finding[]): Proven | null {
    if (changes.length === 0) return null;
    const edits = this.#workspace.edits(changes);
    if (edits === null) return null;
    const declared = changes.flatMap((change) => (change.kind === 'add' ? change.type : []));
    const proven = this.#prove(edits, declared);
    return proven !== null && findings.every(({ fingerprint }) => proven.proof.closes.includes(fingerprint)) ? proven : null;
  }

  /** Edits of any origin, several lots of them together, when they open no finding and leave everything else as it is; null otherwise. */
  edits(...lots: readonly (readonly Edit[])[]): Proven | null {
    const all = [...new Map(lots.flat().map((edit) => [JSON.stringify(edit), edit])).values()];
    return overlap(all)
      ? null
      : this.#prove(
          all,
          lots.flatMap((lot) => this.#declared.get(JSON.stringify(lot)) ?? []),
        );
  }

  #prove(edits: readonly Edit[], declared: readonly string[]): Proven | null {
    if (edits.length === 0 || !this.#staysInside(edits)) return null;
    const key = JSON.stringify(edits);
    this.#declared.set(key, declared);
    let proven = this.#tried.get(key);
    if (proven === undefined) {
      proven = this.#try(edits, declared);
      this.#tried.set(key, proven);
    }
    return proven;
  }

  #try(edits: readonly Edit[], declared: readonly string[]): Proven | null {
    const copy = this.#workspace.reread(edits);
    const expected = copy.added.every((resource) => declared.includes(resource.type));
    if (copy.diagnostics.length > 0 || copy.removed.length > 0 || !expected) return null;
    const pairs: Pair[] = [];
    for (const before of this.#affected) {
      const after = copy.resource(before.root, before.address);
      if (after === undefined) return null;
      pairs.push({ before, after });
    }
    const again = [...copy.added, ...pairs.map(({ after }) => after)];
    this.#before ??= judge(this.#affected, this.#rules);
    const closes = closedBetween(this.#before, judge(again, this.#rules));
    if (closes === null) return null;
    const valuesUnchanged = unchangedValues(pairs, edits);
    return valuesUnchanged === null ? null : { edits, proof: { closes, resourcesAudited: again.length, valuesUnchanged }, copy };
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

function overlap(edits: readonly Edit[]): boolean {
  return edits.some((edit, index) =>
    edits
      .slice(index + 1)
      .some(
        ({ span }) => span.file === edit.span.file && span.start.offset < edit.span.end.offset && edit.span.start.offset < span.end.offset,
      ),
  );
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
