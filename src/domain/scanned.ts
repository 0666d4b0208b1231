/** What scanners find, beside what the rules find. A scanner adds findings; it removes none, and what it proposes is proven like everything else. */
import { fingerprint } from './fingerprint.ts';
import type { Finding, RemediationPlan } from './finding.ts';
import { MOST_INSTANCES } from './finding.ts';
import type { Proven, Prover } from './proof.ts';
import type { Remediations } from './remediation.ts';
import type { Resource } from './resource.ts';
import type { Proposal, ScannerFinding, Scanners } from './scanner.ts';
import { applyEdits, SourceText } from './source.ts';
import type { Edit } from './source.ts';
import type { Workspace } from './workspace.ts';

export interface Scanned {
  readonly findings: readonly Finding[];
  readonly proposals: readonly Proposal[];
}

/** What the scanners said of a resource, as findings of it. */
export function scannedOf(resource: Resource, found: readonly ScannerFinding[]): Scanned {
  const ordinals = new Map<string, number>();
  const several = resource.instances.length > 1;
  const proposals: Proposal[] = [];
  const findings = found.map((each): Finding => {
    const { ruleId, severity, span, edits } = each;
    const message = each.title === null ? each.message : `${each.title}: ${each.message}`;
    const words = `${ruleId}\u0000${message}`;
    const ordinal = ordinals.get(words) ?? 0;
    ordinals.set(words, ordinal + 1);
    const own = fingerprint(ruleId, resource.root, resource.address, 'fail', message, ordinal);
    if (edits !== null) proposals.push({ fingerprint: own, edits });
    return {
      ruleId,
      severity,
      outcome: 'fail',
      message,
      address: resource.address,
      instances: several ? each.instances.slice(0, MOST_INSTANCES) : [],
      instanceCount: several ? each.instances.length : 0,
      span,
      fingerprint: own,
      remediationPlan: null,
    };
  });
  return { findings, proposals };
}

interface Asked {
  readonly resource: Resource;
  /** Of scanners, as they were recorded. */
  readonly findings: readonly Finding[];
  readonly proposals: readonly Proposal[];
  readonly prover: Prover;
  readonly scanners: Scanners;
  readonly workspace: Workspace;
}

/**
 * Adds plans of what scanners propose to those of the rules: a proposal is kept when the rules find nothing new in the copy,
 * and the scanner, asked again about it, finds neither what it found nor anything else that it did not find before.
 */
export async function withProposals(ofRules: Remediations, asked: Asked): Promise<Remediations> {
  const plans = new Map(ofRules.plans);
  let { combined } = ofRules;
  for (const { fingerprint: own, edits } of asked.proposals) {
    const finding = asked.findings.find((each) => each.fingerprint === own);
    const proven = asked.prover.edits(edits);
    if (finding === undefined || proven === null || !(await isGone([finding], proven, asked))) continue;
    const plan = planOf(finding, proven);
    plans.set(own, plan);
    combined = await together(combined, plan, finding, asked);
  }
  return { plans, combined };
}

/** The plan for everything that has one so far, with one more if they hold together; else as it was. */
async function together(
  sofar: RemediationPlan | null,
  plan: RemediationPlan,
  finding: Finding,
  asked: Asked,
): Promise<RemediationPlan | null> {
  if (sofar === null) return plan;
  const proven = asked.prover.edits(sofar.edits, plan.edits);
  const closed = new Set([...(sofar.proof?.closes ?? []), finding.fingerprint]);
  const findings = asked.findings.filter((each) => closed.has(each.fingerprint));
  if (proven === null || !(await isGone(findings, proven, asked))) return sofar;
  const closes = new Set([...proven.proof.closes, ...findings.map((each) => each.fingerprint)]);
  if ([...closed].some((each) => !closes.has(each))) return sofar;
  return {
    ...sofar,
    summary: `${sofar.summary}; ${plan.summary}`,
    edits: proven.edits,
    safety: 'needs-review',
    proof: { ...proven.proof, closes: [...closes] },
  };
}

/** Whether the scanners of these findings, asked about the copy, do not find them, nor anything that they did not find before. */
async function isGone(
  gone: readonly Finding[],
  { copy, edits }: Proven,
  { resource, findings, scanners, workspace }: Asked,
): Promise<boolean> {
  const again = copy.resource(resource.root, resource.address);
  if (again === undefined) return false;
  const known = new Set(findings.map((each) => each.fingerprint));
  for (const { fingerprint: own } of gone) known.delete(own);
  for (const ruleId of new Map(gone.map((each) => [scannerOf(each.ruleId), each.ruleId])).values()) {
    const answer = await scanners.analyzeAgain(ruleId, again, edited(workspace, edits));
    if (answer.failures.length > 0) return false;
    if (scannedOf(again, answer.findings).findings.some((each) => !known.has(each.fingerprint))) return false;
  }
  return true;
}

function scannerOf(ruleId: string): string {
  return ruleId.slice(0, ruleId.lastIndexOf('/'));
}

function edited(workspace: Workspace, edits: readonly Edit[]): (file: string) => SourceText | undefined {
  return (file) => {
    const before = workspace.source(file);
    const own = edits.filter(({ span }) => span.file === file);
    return before === undefined ? undefined : new SourceText(file, applyEdits(before.text, own));
  };
}

function planOf({ ruleId, fingerprint: own }: Finding, { edits, proof }: Proven): RemediationPlan {
  return {
    summary: `${ruleId} proposes an edit`,
    steps: ['Read the edit with care: it comes from a scanner outside of this program, and was tried on a copy as the proof says.'],
    edits,
    safety: 'needs-review',
    commands: [],
    proof: { ...proof, closes: [...proof.closes, own] },
  };
}
