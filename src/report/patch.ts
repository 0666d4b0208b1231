/** All proven changes of a report as one patch that `git apply` takes. */
import { groupBy } from '../domain/group-by.ts';
import type { RemediationPlan } from '../domain/finding.ts';
import { keyOf } from '../domain/resource.ts';
import type { Edit } from '../domain/source.ts';
import { unifiedDiff } from './diff.ts';
import { shorten, visible } from './encode/visible.ts';
import type { Report, ReportedFinding, ResourceReport } from './report.ts';
import { offered, worstFirst } from './report.ts';
import { plural } from './words.ts';

/** Findings that the head names for one reason, and characters of a name. */
const NAMES = 20;
const NAME_LIMIT = 200;

/**
 * Lines that begin with `#` say what is in the patch and what was left out, and why; `git apply` passes over them. All
 * changes of a resource together where they were proven together, worst first; a change that meets one before it is left out.
 */
export function renderPatch(report: Report): string {
  const findings = worstFirst(report);
  const taken = new Taken();
  const closed = new Set<string>();
  const byResource = groupBy(findings, ({ resource }) => keyOf(resource));
  for (const own of byResource.values()) for (const plan of plansOf(own)) takePlan(plan, taken, closed);
  const fixed = findings.filter(({ finding }) => closed.has(finding.fingerprint));
  return `${head(report, fixed, findings).join('\n')}\n${unifiedDiff(taken.edits(), report.source)}`;
}

/** The plan for all findings of a resource, then those of each. */
function plansOf(own: readonly ReportedFinding[]): RemediationPlan[] {
  const findings = own.map(({ finding }) => finding);
  const combined = own[0]?.resource.remediationPlan ?? null;
  const plans = [combined, ...findings.map(({ remediationPlan }) => remediationPlan)];
  return plans.map((plan) => offered(plan, findings)).filter((plan) => plan !== null);
}

function takePlan({ edits, proof }: RemediationPlan, taken: Taken, closed: Set<string>): void {
  const closes = proof?.closes ?? [];
  if (closes.every((each) => closed.has(each)) || !taken.take(edits)) return;
  for (const each of closes) closed.add(each);
}

/** Edits of which those of different plans do not meet, by file and in order; those that a plan has for one place stay in its order. */
class Taken {
  readonly #files = new Map<string, Edit[]>();

  edits(): Edit[] {
    return [...this.#files.values()].flat();
  }

  /** All of them, or none when one meets another edit; one that is there already is there once. */
  take(edits: readonly Edit[]): boolean {
    const added = edits.filter((edit) => !this.#has(edit));
    if (added.some((edit) => this.#meets(edit))) return false;
    for (const edit of added) {
      const file = this.#files.get(edit.span.file) ?? [];
      file.splice(countBefore(file, edit.span.start.offset + 1), 0, edit);
      this.#files.set(edit.span.file, file);
    }
    return true;
  }

  #has({ span: { file, start, end }, replacement }: Edit): boolean {
    const edits = this.#files.get(file) ?? [];
    return edits
      .slice(countBefore(edits, start.offset), countBefore(edits, start.offset + 1))
      .some((each) => each.span.end.offset === end.offset && each.replacement === replacement);
  }

  /** Two that begin at one place meet too: which comes first is not for us to say. */
  #meets({ span: { file, start, end } }: Edit): boolean {
    const edits = this.#files.get(file) ?? [];
    const place = countBefore(edits, start.offset);
    const [before, next] = [edits[place - 1], edits[place]];
    if (before !== undefined && before.span.end.offset > start.offset) return true;
    return next !== undefined && (next.span.start.offset === start.offset || next.span.start.offset < end.offset);
  }
}

/** How many of the edits, which are in order, begin before this offset. */
function countBefore(edits: readonly Edit[], offset: number): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle]?.span.start.offset ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function head({ tool }: Report, fixed: readonly ReportedFinding[], findings: readonly ReportedFinding[]): string[] {
  const inPatch = new Set(fixed);
  const left = groupBy(
    findings.filter((each) => !inPatch.has(each)),
    whyLeftOut,
  );
  const resources = new Set(fixed.map(({ resource }) => resource)).size;
  return [
    fixed.length === 0
      ? `No proven fix, by ${tool.name} ${tool.version}.`
      : `Proven fixes of ${plural(fixed.length, 'finding')} in ${plural(resources, 'resource')}, by ${tool.name} ${tool.version}.`,
    ...(fixed.length === 0
      ? []
      : [
          'Apply it in the folder that was audited: git apply infra-audit.patch',
          'What is changed for a resource was applied to a copy and audited again: its findings gone, none new.',
        ]),
    ...[...left].flatMap(([why, own]) => [
      `Left out, because ${why}: ${plural(own.length, 'finding')}`,
      ...own.slice(0, NAMES).map(({ finding, resource }) => `  ${finding.ruleId} ${nameOf(resource)}`),
      ...(own.length > NAMES ? [`  and ${own.length - NAMES} more: the JSON report has them all`] : []),
    ]),
  ].map((line) => `# ${shorten(visible(line), 4 * NAME_LIMIT)}`);
}

function nameOf({ address, file, startLine }: ResourceReport): string {
  return `${shorten(address, NAME_LIMIT)} (${shorten(file, NAME_LIMIT)}:${startLine})`;
}

function whyLeftOut({ finding, resource }: ReportedFinding): string {
  const plan = finding.remediationPlan;
  if (finding.standing.silence !== null) return 'it is silenced';
  if (finding.outcome === 'undecided') return 'a value is not known';
  if (resource.changed === false && plan === null) return 'the resource did not change, and is not fixed here';
  if (plan === null || plan.edits.length === 0) return 'a person must choose';
  return 'it meets another change: audit again after this patch';
}
