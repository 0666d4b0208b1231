/** `propose_fix`: the change that was proven on a copy, or why there is none. */
import type { z } from 'zod';
import { locate, mapPlan } from '../domain/anchor.ts';
import { Explained } from '../domain/explained.ts';
import type { Finding, RemediationPlan } from '../domain/finding.ts';
import type { Resource } from '../domain/resource.ts';
import { StepFailure } from '../domain/steps.ts';
import { unifiedDiff } from '../report/diff.ts';
import { fence, prose } from '../report/encode/markdown.ts';
import { proofWords, safetyWords } from '../report/words.ts';
import type { Answer } from './audit.ts';
import type { fixOutput } from './contracts.ts';
import { DIFF_CHARACTERS } from './limits.ts';
import type { Opened } from './port.ts';

type Proposal = z.infer<typeof fixOutput>;

/** One finding by its fingerprint, or all findings of one resource. */
export interface Wanted {
  readonly fingerprint?: string | undefined;
  readonly address?: string | undefined;
}

/** @throws Explained when there is no such finding or resource, or a rule failed on it */
export async function proposeFix(opened: Opened, wanted: Wanted): Promise<Answer<Proposal>> {
  const { resource, findings } = find(opened, wanted);
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  const plan = failed.length === 0 ? null : await planFor(opened, resource, wanted.fingerprint ?? null);
  const structured = proposal(opened, resource, findings, plan);
  return { structured, text: textOf(structured) };
}

function find({ workspace, rules, audit }: Opened, { fingerprint, address }: Wanted): { resource: Resource; findings: readonly Finding[] } {
  const covered = workspace.resources.filter(({ type }) => rules.for(type).length > 0);
  if (fingerprint !== undefined) {
    for (const resource of covered) {
      const finding = audit.judgement(resource).findings.find((each) => each.fingerprint === fingerprint);
      if (finding !== undefined) return { resource, findings: [finding] };
    }
    throw new Explained(
      `no finding here has the fingerprint ${JSON.stringify(fingerprint)}: give the same paths or files as to audit, or audit again`,
    );
  }
  const named = workspace.resources.filter((each) => each.address === address);
  const [resource] = named;
  if (resource === undefined) throw new Explained(`no resource here has the address ${JSON.stringify(address)}: list_resources names them`);
  if (named.length > 1) {
    const roots = named.map(({ root }) => root).join(', ');
    throw new Explained(
      `${resource.address} is declared in several places: ${roots}; give the fingerprint of a finding, or name one in paths`,
    );
  }
  return { resource, findings: audit.judgement(resource).findings };
}

/** By fingerprint the plan of one finding, else the one for all together. */
async function planFor({ audit, workspace }: Opened, resource: Resource, fingerprint: string | null): Promise<RemediationPlan | null> {
  const ref = audit.refOf(resource);
  try {
    const metadata = await audit.fetchMetadata(ref);
    const { plans, combined } = await audit.generateFix(ref, metadata, await audit.analyzeRisk(ref, metadata));
    const plan = fingerprint === null ? combined : (plans.find((each) => each.fingerprint === fingerprint)?.plan ?? null);
    return plan === null ? null : mapPlan(plan, (place) => locate(place, resource, (file) => workspace.source(file)));
  } catch (error) {
    if (error instanceof StepFailure) throw new Explained(error.message, { cause: error });
    throw error;
  }
}

function proposal({ workspace, rules }: Opened, resource: Resource, findings: readonly Finding[], plan: RemediationPlan | null): Proposal {
  const diff = unifiedDiff(plan?.edits ?? [], (file) => workspace.source(file));
  const isShown = diff !== '' && diff.length <= DIFF_CHARACTERS;
  const { safety = null, proof = null } = plan ?? {};
  const fix =
    isShown && safety !== null && proof !== null
      ? { diff, safety, proof: { closes: [...proof.closes], resourcesAudited: proof.resourcesAudited } }
      : null;
  const closed = new Set(fix?.proof.closes);
  return {
    fix,
    reason: fix === null ? whyNot(findings, diff, (id) => rules.byId(id)?.fix !== undefined) : null,
    address: resource.address,
    summary: plan?.summary ?? '',
    remaining: findings.map(({ fingerprint }) => fingerprint).filter((fingerprint) => !closed.has(fingerprint)),
    advice: [...(plan?.steps ?? [])],
  };
}

function whyNot(findings: readonly Finding[], diff: string, hasFix: (ruleId: string) => boolean): string {
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  if (findings.length === 0) return 'Nothing was found here, so there is nothing to fix.';
  if (failed.length === 0) return 'What was found could not be decided: it needs a value that can be known, not a fix.';
  if (diff !== '') return `The change is longer than ${DIFF_CHARACTERS} characters.`;
  if (!failed.some(({ ruleId }) => hasFix(ruleId))) return 'A person must choose what to do here; the advice says what there is to choose.';
  return 'No change could be proven on a copy: it would not close the finding, would open another, or depends on a value that is not known.';
}

function textOf({ fix, reason, address, summary, remaining, advice }: Proposal): string {
  const open = remaining.length === 0 ? [] : [`Findings that stay: ${remaining.length}.`];
  const found =
    fix === null ? [prose(reason ?? '')] : [`${proofWords(fix.proof)}; ${safetyWords(fix.safety)}. Not applied.`, fence(fix.diff, 'diff')];
  const what = summary === '' ? prose(address) : `${prose(address)}: ${prose(summary)}`;
  return [what, ...found, ...open, ...advice.map((step) => `- ${prose(step)}`)].join('\n');
}
