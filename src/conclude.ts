/** From what was audited to the verdict and the report. */
import type { Config } from './config/config.ts';
import { locate, mapFinding, mapPlan } from './domain/anchor.ts';
import type { Approval } from './domain/approval.ts';
import type { Comparison } from './domain/comparison.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import type { RuleSet } from './domain/evaluate.ts';
import type { Finding } from './domain/finding.ts';
import { groupBy } from './domain/group-by.ts';
import { blocksMerge, decide, unresolvedBlocks } from './domain/gate.ts';
import type { GateInput, GatePolicy } from './domain/gate.ts';
import { keyOf } from './domain/resource.ts';
import type { Resource } from './domain/resource.ts';
import type { Found } from './domain/silences.ts';
import type { AppliedSettings } from './domain/rule-settings.ts';
import { failuresAsDiagnostics } from './domain/scanner.ts';
import type { Scanners } from './domain/scanner.ts';
import type { SourceText } from './domain/source.ts';
import type { Silence, WeighedFinding } from './domain/standing.ts';
import type { WorkspaceAudit } from './domain/steps.ts';
import type { Workspace } from './domain/workspace.ts';
import type { BaseReport, FailedAudit, RelatedResource, Report, ResourceReport } from './report/report.ts';
import type { Distribution } from './launch.ts';
import type { Silencing } from './silencing.ts';
import type { AuditOutcome } from './temporal/audits.ts';

export interface Audited {
  readonly config: Config;
  readonly context: { readonly distribution: Distribution } & Pick<Report, 'links' | 'headSha'>;
  readonly ruleSet: RuleSet;
  /** Rules that the policy switches off. */
  readonly rulesOff: AppliedSettings['off'];
  readonly workspace: Workspace;
  readonly audit: WorkspaceAudit;
  readonly selected: readonly Resource[];
  /** Resources that are as the base commit has them: judged, and not audited. */
  readonly unchanged: readonly Resource[];
  readonly outcomes: readonly AuditOutcome[];
  /** By workflow id: approvals that count. */
  readonly approvals: ReadonlyMap<string, Approval>;
  readonly scanners: Pick<Scanners, 'diagnostics'> | null;
  /** Null: there is nothing to compare with. */
  readonly comparison: Comparison | null;
  readonly silencing: Silencing;
  /** What the change does to the gate itself. */
  readonly gateChanges: readonly Diagnostic[];
  readonly base: BaseReport | null;
}

export function conclude(audited: Audited): Report {
  const { config, context, ruleSet, workspace, audit, selected, unchanged, outcomes, approvals, comparison, silencing } = audited;
  const source = (file: string): SourceText | undefined => workspace.source(file);
  const policy: GatePolicy = {
    threshold: config.failOn,
    block: comparison === null ? 'all' : (config.block ?? 'new'),
    undecided: config.policy.undecided,
    unresolved: config.policy.unresolved,
  };
  const found: Found[] = [];
  const weigh = (finding: Finding, resource: Resource, approval: Silence | null): WeighedFinding => {
    found.push({ finding, resource });
    const { silence, refusedSilences } = silencing.silences.of(finding, resource);
    const isNew = comparison?.isNew(finding, resource) ?? true;
    const standing = { isNew, silence: silence ?? approval, refusedSilences };
    return { ...finding, standing, blocks: blocksMerge({ ...finding, standing }, policy) };
  };
  const resources = [
    ...outcomes.map((outcome) => auditedReport(outcome, audit.resource(outcome.ref), approvals, comparison, source, weigh)),
    ...unchanged.map((resource) => unchangedReport(resource, audit, weigh)),
  ];
  const failedAudits = failuresOf(audited);
  const diagnostics = diagnosticsOf(audited, found, failedAudits.length).map((diagnostic) => {
    const isNew = comparison?.isNewDiagnostic(diagnostic) ?? true;
    return { ...diagnostic, isNew, blocks: diagnostic.level === 'undecided' || unresolvedBlocks({ ...diagnostic, isNew }, policy) };
  });
  const verdict = decide({
    findings: resources.flatMap((resource) => resource.findings),
    diagnostics,
    coverage: workspace.coverage,
    failedAudits,
    held: resources.flatMap((resource) => heldBy(resource, policy)),
    resourcesAudited: outcomes.length,
    resourcesUnchanged: unchanged.length,
    policy,
  });
  const reported = new Set(resources.map(keyOf));
  return {
    tool: { name: 'infrastructure-security-agent', version: context.distribution.version },
    verdict,
    threshold: config.failOn,
    block: policy.block,
    base: audited.base,
    resources,
    notCovered: selected
      .filter((resource) => !reported.has(keyOf(resource)))
      .map(({ address, type, source: { file } }) => ({ address, type, file })),
    rules: new Map(ruleSet.rules.map((rule) => [rule.id, rule])),
    coverage: workspace.coverage,
    diagnostics,
    failedAudits,
    source,
    links: context.links,
    headSha: context.headSha,
  };
}

/** Of what was audited, and of what did not change and still could not be judged. */
function failuresOf({ outcomes, unchanged, audit }: Audited): FailedAudit[] {
  const failed = [
    ...outcomes.map(({ ref, failure }) => ({ resource: audit.resource(ref), reason: failure })),
    ...unchanged.map((resource) => ({ resource, reason: audit.judgement(resource).failure?.message ?? null })),
  ];
  return failed.flatMap(({ resource: { root, address, source }, reason }) =>
    reason === null ? [] : [{ root, address, file: source.file, startLine: source.start.line, endLine: source.end.line, reason }],
  );
}

function diagnosticsOf(audited: Audited, found: readonly Found[], failures: number): Diagnostic[] {
  const { config, workspace, silencing, outcomes, scanners, rulesOff, gateChanges } = audited;
  // What was left out may be what an exception is for.
  const isWhole =
    config.resourceId === null && config.resourceType === 'all' && config.paths.every((path) => path === '.') && failures === 0;
  return [
    ...workspace.diagnostics,
    ...gateChanges,
    ...silencing.diagnostics,
    ...(isWhole ? silencing.silences.leftovers(found) : []),
    ...[...groupBy(rulesOff, ({ reason }) => reason)].map(([reason, rules]): Diagnostic => {
      const message = `the policy switches off ${rules.map(({ id }) => id).join(', ')}: ${reason}`;
      return { level: 'warning', code: 'rule-off', message };
    }),
    ...failuresAsDiagnostics(outcomes.map(({ ref, result }) => ({ address: ref.address, failures: result?.scannerFailures ?? [] }))),
    ...(scanners?.diagnostics() ?? []),
    ...notFound(audited),
  ];
}

/** Whether a resource waits for a person, or was rejected by one, for something that counts. */
function heldBy({ address, approval, findings }: ResourceReport, { block }: GatePolicy): GateInput['held'] {
  if (approval?.state !== 'waiting' && approval?.state !== 'rejected') return [];
  const counts = findings.some(
    ({ fingerprint, standing }) =>
      approval.fingerprints.includes(fingerprint) && standing.silence === null && (block === 'all' || standing.isNew),
  );
  return counts ? [{ address, state: approval.state }] : [];
}

type Weigh = (finding: Finding, resource: Resource, approval: Silence | null) => WeighedFinding;

function auditedReport(
  { workflowId, reused, result }: AuditOutcome,
  resource: Resource,
  approvals: ReadonlyMap<string, Approval>,
  comparison: Comparison | null,
  source: (file: string) => SourceText | undefined,
  weigh: Weigh,
): ResourceReport {
  const found = (result?.findings ?? []).map((finding): Finding =>
    mapFinding(
      finding,
      (place) => locate(place, resource, source),
      (place) => locate(place, resource, source),
    ),
  );
  const approval = approvals.get(workflowId);
  const approves = ({ fingerprint }: Finding): boolean => result?.approval?.fingerprints.includes(fingerprint) === true;
  const plan = result?.remediationPlan ?? null;
  const violationFound = result?.violationFound ?? false;
  return {
    ...describe(resource),
    outcome: violationFound ? 'fail' : result === null || found.length > 0 ? 'undecided' : 'pass',
    severity: result?.severity ?? null,
    violationFound,
    workflowId,
    reused,
    changed: comparison === null ? null : comparison.isChanged(resource),
    findings: found.map((finding) => weigh(finding, resource, approves(finding) ? silenceOf(approval) : null)),
    remediationPlan: plan === null ? null : mapPlan(plan, (place) => locate(place, resource, source)),
    approval: result?.approval ?? null,
  };
}

function silenceOf(approval: Approval | undefined): Silence | null {
  if (approval === undefined) return null;
  const { by, reason, until, place } = approval;
  return { by: 'approval', reason: reason ?? 'no reason was given', owner: by, until: until.slice(0, 10), place };
}

function unchangedReport(resource: Resource, audit: WorkspaceAudit, weigh: Weigh): ResourceReport {
  const { findings, failure } = audit.judgement(resource);
  const violationFound = findings.some(({ outcome }) => outcome === 'fail');
  return {
    ...describe(resource),
    outcome: violationFound ? 'fail' : failure !== null || findings.length > 0 ? 'undecided' : 'pass',
    severity: findings[0]?.severity ?? null,
    violationFound,
    workflowId: null,
    reused: false,
    changed: false,
    findings: findings.map((finding) => weigh(finding, resource, null)),
    remediationPlan: null,
    approval: null,
  };
}

function describe(resource: Resource) {
  const { root, address, path = null, type, framework, source } = resource;
  return {
    root,
    address,
    path,
    type,
    framework,
    file: source.file,
    startLine: source.start.line,
    endLine: source.end.line,
    instances: resource.instances.map((instance) => instance.address),
    related: relatedOf(resource),
  };
}

/** Two declarations may refer to each other by several attributes. */
function relatedOf({ related }: Resource): RelatedResource[] {
  const links = related.filter(({ certain }) => certain).map(({ resource: { address }, direction }) => ({ address, direction }));
  return [...new Map(links.map((link) => [`${link.direction} ${link.address}`, link])).values()];
}

/** A manual run for a resource that is not there must not look like a clean one. */
function notFound({ config: { resourceId, resourceType }, selected, workspace, ruleSet }: Audited): Diagnostic[] {
  const isCovered = ({ type }: Resource): boolean => ruleSet.for(type).length > 0;
  if (resourceId === null || selected.some(isCovered)) return [];
  const kind = resourceType === 'all' ? 'resource that a rule looks at' : `resource of ${resourceType}`;
  const near = workspace.resources
    .filter(isCovered)
    .map(({ address }) => address)
    .filter((address) => address.endsWith(resourceId) || address.includes(`.${resourceId}`));
  const hint =
    near.length === 0
      ? 'give a Terraform address, a CloudFormation logical id or the physical name'
      : `did you mean ${near.slice(0, 3).join(' or ')}?`;
  return [{ level: 'undecided', code: 'no-such-resource', message: `no ${kind} is called "${resourceId}": ${hint}` }];
}
