/** The three steps of an audit over a workspace that was read: the port behind the workflow's activities. */
import { anchor, mapFinding, mapPlan } from './anchor.ts';
import type { Anchor } from './anchor.ts';
import type { Approvals } from './approval.ts';
import type { AuditRef, AuditSteps, Metadata, Remediation, Risk } from './audit.ts';
import { Digests } from './digests.ts';
import type { Judgement } from './digests.ts';
import type { RuleSet } from './evaluate.ts';
import type { Finding, RemediationPlan } from './finding.ts';
import { remediate } from './remediation.ts';
import type { Remediations } from './remediation.ts';
import { keyOf } from './resource.ts';
import type { Resource } from './resource.ts';
import type { Scanners } from './scanner.ts';
import type { Span } from './source.ts';
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
      return riskOf(resource, digests.judgement(resource));
    },
    generateFix: async (ref, _metadata, risk) => {
      const resource = find(ref);
      return remediationOf(resource, digests.judgement(resource), risk, rules, workspace);
    },
    verifyApproval: async (id, request) => {
      const answer = await approvals?.verify(id, request);
      return answer !== undefined && 'approval' in answer ? answer.approval : null;
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

function riskOf(resource: Resource, { findings, failure }: Judgement): Risk {
  if (failure !== null) throw ruleFailed(resource, failure);
  const risk = {
    violationFound: findings.some((finding) => finding.outcome === 'fail'),
    severity: findings[0]?.severity ?? null,
    findings: findings.map((finding) => anchored(finding, resource)),
  };
  if (isTooLarge(risk))
    throw new StepFailure(
      'ResultTooLarge',
      `${findings.length} findings on ${resource.address} are more than can be recorded; split the declaration`,
    );
  return risk;
}

function remediationOf(resource: Resource, judgement: Judgement, risk: Risk, rules: RuleSet, workspace: Workspace): Remediation {
  const wanted = new Set(risk.findings.map((finding) => finding.fingerprint));
  const findings = judgement.findings.filter((finding) => wanted.has(finding.fingerprint));
  const { plans, combined } = planned(resource, findings, rules, workspace);
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

function planned(resource: Resource, findings: readonly Finding[], rules: RuleSet, workspace: Workspace): Remediations {
  try {
    return remediate(resource, findings, rules, workspace);
  } catch (error) {
    throw ruleFailed(resource, error);
  }
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
