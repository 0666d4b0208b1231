/** The three steps of an audit over a workspace that was read: the port behind the workflow's activities. */
import { anchor, locate, mapFinding, mapPlan } from './anchor.ts';
import type { Anchor } from './anchor.ts';
import type { Approvals } from './approval.ts';
import type { AuditRef } from './audit-ref.ts';
import type { AuditSteps, Metadata, Remediation, Risk } from './audit.ts';
import { Digests } from './digests.ts';
import type { Judgement } from './digests.ts';
import { inOrder } from './evaluate.ts';
import type { RuleSet } from './evaluate.ts';
import type { Finding, RemediationPlan } from './finding.ts';
import { Prover } from './proof.ts';
import { remediate } from './remediation.ts';
import type { Remediations } from './remediation.ts';
import { keyOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { scannedOf, withProposals } from './scanned.ts';
import type { Proposal, ScannerAnswer, ScannerFailure, Scanners } from './scanner.ts';
import { compareSeverity } from './severity.ts';
import type { Edit, Span } from './source.ts';
import { isList, isMap } from './value.ts';
import type { Value } from './value.ts';
import type { Workspace } from './workspace.ts';

export type StepFailureType = 'UnknownResource' | 'DigestMismatch' | 'RuleFailed' | 'ResultTooLarge';

/** Characters of JSON; the server refuses 2 MiB and warns at 512 KiB. */
const RESULT_LIMIT = 256 * 1024;

/** A step cannot be done, and trying again would not help. */
export class StepFailure extends Error {
  readonly type: StepFailureType;

  constructor(type: StepFailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StepFailure';
    this.type = type;
  }
}

export interface WorkspaceAudit extends AuditSteps {
  refOf(resource: Resource): AuditRef;
  /** What the rules say of a resource, judged once. */
  judgement(resource: Resource): Judgement;
  /** @throws StepFailure when it is not declared here, or not with this digest. */
  resource(ref: AuditRef): Resource;
}

/** What an audit rests on besides the sources. */
export interface AuditBasis {
  readonly rules: RuleSet;
  /** Digest of the program: a result made by another program is never taken for ours. */
  readonly engine: string;
  /** Null: there are none. */
  readonly scanners: Scanners | null;
  /** Null: nobody can decide, and what waits for a person expires. */
  readonly approvals: Approvals | null;
  /** What a change of which makes every audit another one, as text: the terms of the policy. */
  readonly terms: string;
}

export function auditOf(workspace: Workspace, { rules, engine, scanners, approvals, terms }: AuditBasis): WorkspaceAudit {
  const byKey = new Map(workspace.resources.map((resource) => [keyOf(resource), resource]));
  const digests = new Digests(workspace, rules, [engine, terms, scanners?.digest ?? '']);
  const refOf = (resource: Resource): AuditRef => ({ root: resource.root, address: resource.address, digest: digests.of(resource) });

  const find = (ref: AuditRef): Resource => {
    const resource = byKey.get(keyOf(ref));
    if (resource === undefined) throw new StepFailure('UnknownResource', `${ref.address} is not declared in this checkout`);
    if (digests.of(resource) !== ref.digest) {
      throw new StepFailure(
        'DigestMismatch',
        `${ref.address} or what it depends on differs in this checkout from what the audit was started for`,
      );
    }
    return resource;
  };

  return {
    refOf,
    judgement: (resource) => digests.judgement(resource),
    resource: find,
    fetchMetadata: async (ref) => metadataOf(find(ref), ref.digest),
    analyzeRisk: async (ref) => {
      const resource = find(ref);
      const judgement = digests.judgement(resource);
      if (judgement.failure !== null) throw ruleFailed(resource, judgement.failure);
      return riskOf(resource, judgement.findings, (await scanners?.analyze(resource, workspace)) ?? NOTHING);
    },
    generateFix: async (ref, _metadata, risk) => {
      const resource = find(ref);
      return remediationOf(resource, digests.judgement(resource), risk, { rules, workspace, scanners });
    },
    verifyApproval: async (id, request) => {
      // Another process of the same audit may be able to.
      if (approvals === null) throw new Error('this process cannot check decisions of people');
      const answer = await approvals.verify(id, request);
      return 'approval' in answer ? answer.approval : null;
    },
  };
}

function metadataOf(resource: Resource, ownDigest: string): Metadata {
  return {
    type: resource.type,
    framework: resource.framework,
    file: resource.source.file,
    startLine: resource.source.start.line,
    endLine: resource.source.end.line,
    instances: resource.instances.length,
    related: resource.related.map((link) => link.resource.address),
    unknown: [...new Set(resource.instances.flatMap((instance) => unknownOf(instance.attributes)))],
    digest: ownDigest,
  };
}

/** First-level attributes of which some part is not known. */
function unknownOf(attributes: Value): string[] {
  if (attributes.state === 'unknown') return [attributes.reason];
  if (attributes.state === 'absent' || !isMap(attributes.data)) return [];
  return [...attributes.data].flatMap(([name, value]) => (holdsUnknown(value) ? [name] : []));
}

function holdsUnknown(value: Value): boolean {
  if (value.state !== 'known') return value.state === 'unknown';
  if (isList(value.data)) return value.data.some(holdsUnknown);
  return isMap(value.data) && [...value.data.values()].some(holdsUnknown);
}

const NOTHING: ScannerAnswer = { findings: [], failures: [] };

function riskOf(resource: Resource, ofRules: readonly Finding[], { findings: found, failures }: ScannerAnswer): Risk {
  const { findings, proposals } = scannedOf(resource, found);
  const whole = riskWith(resource, [...ofRules, ...findings], failures, proposals);
  if (!isTooLarge(whole)) return whole;
  const alone = riskWith(resource, ofRules, failures, []);
  if (isTooLarge(alone))
    throw new StepFailure(
      'ResultTooLarge',
      `${ofRules.length} findings on ${resource.address} are more than can be recorded; split the declaration`,
    );
  return cutToSize(resource, ofRules, findings, failures);
}

/** Scanners take no room that the rules need: of their findings the worst are kept, and that others are left out is a failure of theirs. */
function cutToSize(resource: Resource, ofRules: readonly Finding[], found: readonly Finding[], failures: readonly ScannerFailure[]): Risk {
  const worst = found.toSorted((a, b) => compareSeverity(a.severity, b.severity));
  const cut = (kept: number): Risk => {
    const left = [...new Set(worst.slice(kept).map(({ ruleId }) => ruleId.split('/')[1] ?? ruleId))];
    const reason = `${found.length - kept} of ${found.length} findings of scanners are left out: they are more than can be recorded`;
    // Whether or not the policy counts on the scanner, what it found and nobody sees is not decided.
    const more = left.map((scanner) => ({ scanner, required: true, reason }));
    return riskWith(resource, [...ofRules, ...worst.slice(0, kept)], [...failures, ...more], []);
  };
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isTooLarge(cut(middle))) high = middle - 1;
    else low = middle;
  }
  return low === found.length ? riskWith(resource, [...ofRules, ...found], failures, []) : cut(low);
}

function riskWith(
  resource: Resource,
  findings: readonly Finding[],
  failures: readonly ScannerFailure[],
  proposed: readonly Proposal[],
): Risk {
  const sorted = inOrder(findings);
  const proposals = proposed.flatMap(({ fingerprint, edits }) => {
    const placed = edits.map(({ span, replacement }) => ({ span: anchor(span, resource), replacement }));
    return placed.every(isPlaced) ? [{ fingerprint, edits: placed }] : [];
  });
  return {
    violationFound: sorted.some((finding) => finding.outcome === 'fail'),
    severity: sorted[0]?.severity ?? null,
    findings: sorted.map((finding) => anchored(finding, resource)),
    ...(failures.length === 0 ? {} : { scannerFailures: failures }),
    ...(proposals.length === 0 ? {} : { proposals }),
  };
}

function isPlaced(edit: Edit<Anchor | null>): edit is Edit<Anchor> {
  return edit.span !== null;
}

async function remediationOf(
  resource: Resource,
  judgement: Judgement,
  risk: Risk,
  { rules, workspace, scanners }: Pick<AuditBasis, 'rules' | 'scanners'> & { readonly workspace: Workspace },
): Promise<Remediation> {
  const wanted = new Set(risk.findings.map((finding) => finding.fingerprint));
  const ofRules = judgement.findings.filter((finding) => wanted.has(finding.fingerprint));
  const prover = new Prover(resource, rules, workspace);
  let planned: Remediations;
  try {
    planned = remediate(resource, ofRules, rules, workspace, prover);
  } catch (error) {
    throw ruleFailed(resource, error);
  }
  if (scanners !== null && risk.proposals !== undefined) {
    const placed = (place: Anchor): Span => locate(place, resource, (file) => workspace.source(file));
    const proposals = risk.proposals.map(({ fingerprint, edits }) => ({
      fingerprint,
      edits: edits.map(({ span, replacement }) => ({ span: placed(span), replacement })),
    }));
    const findings = risk.findings
      .filter(({ ruleId }) => rules.byId(ruleId) === undefined)
      .map((finding) => mapFinding(finding, placed, placed));
    planned = await withProposals(planned, { resource, findings, proposals, prover, scanners, workspace });
  }
  return recorded(planned, resource);
}

function recorded({ plans, combined }: Remediations, resource: Resource): Remediation {
  const anchoredPlan = (plan: RemediationPlan): RemediationPlan<Anchor> => mapPlan(plan, (span) => anchor(span, resource));
  const remediation = {
    plans: [...plans].map(([fingerprint, plan]) => ({ fingerprint, plan: anchoredPlan(plan) })),
    combined: combined === null ? null : anchoredPlan(combined),
  };
  if (!isTooLarge(remediation)) return remediation;
  return { plans: remediation.plans.map(({ fingerprint, plan }) => ({ fingerprint, plan: inWords(plan) })), combined: null };
}

/** A plan whose edits and commands are too long to be recorded. */
function inWords(plan: RemediationPlan<Anchor>): RemediationPlan<Anchor> {
  return { ...plan, steps: [...plan.steps, 'The edit is too long to be shown here.'], edits: [], safety: null, commands: [], proof: null };
}

function isTooLarge(result: Risk | Remediation): boolean {
  return JSON.stringify(result).length > RESULT_LIMIT;
}

function ruleFailed({ address }: Resource, cause: unknown): StepFailure {
  return new StepFailure('RuleFailed', `a rule failed on ${address}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}

/** A place outside the neighbourhood is told by the resource's header: the line is near, and always there. */
function anchored(finding: Finding, resource: Resource): Finding<Anchor> {
  const header: Anchor = { address: resource.address, start: 0, end: resource.header.end.offset - resource.source.start.offset };
  const place = (span: Span): Anchor | null => anchor(span, resource);
  return mapFinding(finding, (span) => place(span) ?? header, place);
}
