/** From what was audited to the verdict and the report. */
import type { Config } from './config/config.ts';
import { locate, mapFinding, mapPlan } from './domain/anchor.ts';
import type { Comparison } from './domain/comparison.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import type { RuleSet } from './domain/evaluate.ts';
import type { Finding } from './domain/finding.ts';
import { blocksMerge, decide, unresolvedBlocks } from './domain/gate.ts';
import type { GatePolicy } from './domain/gate.ts';
import type { Resource } from './domain/resource.ts';
import type { Found } from './domain/silences.ts';
import type { SourceText } from './domain/source.ts';
import type { WeighedFinding } from './domain/standing.ts';
import type { WorkspaceAudit } from './domain/steps.ts';
import type { Workspace } from './domain/workspace.ts';
import type { BaseReport, RelatedResource, Report, ResourceReport } from './report/report.ts';
import type { Distribution } from './launch.ts';
import type { Silencing } from './silencing.ts';
import type { AuditOutcome } from './temporal/audits.ts';

export interface Audited {
  readonly config: Config;
  readonly context: { readonly distribution: Distribution; readonly links: Report['links']; readonly today: string };
  readonly ruleSet: RuleSet;
  readonly workspace: Workspace;
  readonly audit: WorkspaceAudit;
  readonly selected: readonly Resource[];
  /** Resources that are as the base commit has them: judged, and not audited. */
  readonly unchanged: readonly Resource[];
  readonly outcomes: readonly AuditOutcome[];
  /** Null: there is nothing to compare with. */
  readonly comparison: Comparison | null;
  readonly silencing: Silencing;
  readonly base: BaseReport | null;
}

export function conclude(audited: Audited): Report {
  const { config, context, ruleSet, workspace, audit, selected, unchanged, outcomes, comparison, silencing, base } = audited;
  const source = (file: string): SourceText | undefined => workspace.source(file);
  const policy: GatePolicy = {
    threshold: config.failOn,
    block: comparison === null ? 'all' : (config.block ?? 'new'),
    undecided: config.policy.undecided,
    unresolved: config.policy.unresolved,
  };
  const found: Found[] = [];
  const weigh = (finding: Finding, resource: Resource): WeighedFinding => {
    found.push({ finding, resource });
    const standing = { isNew: comparison?.isNew(finding, resource) ?? true, ...silencing.silences.of(finding, resource) };
    return { ...finding, standing, blocks: blocksMerge({ ...finding, standing }, policy) };
  };
  const resources = [
    ...outcomes.map((outcome) => auditedReport(outcome, audit.resource(outcome.ref), comparison, source, weigh)),
    ...unchanged.map((resource) => unchangedReport(resource, audit, weigh)),
  ];
  const failedAudits = outcomes.flatMap(({ ref, failure }) => {
    if (failure === null) return [];
    const { root, address, source: span } = audit.resource(ref);
    return [{ root, address, file: span.file, startLine: span.start.line, endLine: span.end.line, reason: failure }];
  });
  // What was left out may be what an exception is for.
  const isWhole = config.resourceId === null && config.resourceType === 'all' && failedAudits.length === 0;
  const leftovers = isWhole ? silencing.silences.leftovers(found) : [];
  const diagnostics = [...workspace.diagnostics, ...silencing.diagnostics, ...leftovers, ...notFound(audited)].map((diagnostic) => {
    const isNew = comparison?.isNewDiagnostic(diagnostic) ?? true;
    return { ...diagnostic, isNew, blocks: diagnostic.level === 'undecided' || unresolvedBlocks({ ...diagnostic, isNew }, policy) };
  });
  const verdict = decide({
    findings: resources.flatMap((resource) => resource.findings),
    diagnostics,
    coverage: workspace.coverage,
    failedAudits,
    resourcesAudited: outcomes.length,
    resourcesUnchanged: unchanged.length,
    policy,
  });
  return {
    tool: { name: 'infrastructure-security-agent', version: context.distribution.version },
    verdict,
    threshold: config.failOn,
    block: policy.block,
    base,
    resources,
    notCovered: selected
      .filter((resource) => ruleSet.for(resource.type).length === 0)
      .map(({ address, type, source: { file } }) => ({ address, type, file })),
    rules: new Map(ruleSet.rules.map((rule) => [rule.id, rule])),
    coverage: workspace.coverage,
    diagnostics,
    failedAudits,
    source,
    links: context.links,
    headSha: null,
  };
}

type Weigh = (finding: Finding, resource: Resource) => WeighedFinding;

function auditedReport(
  { workflowId, reused, result }: AuditOutcome,
  resource: Resource,
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
    findings: found.map((finding) => weigh(finding, resource)),
    remediationPlan: plan === null ? null : mapPlan(plan, (place) => locate(place, resource, source)),
    approval: result?.approval ?? null,
  };
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
    findings: findings.map((finding) => weigh(finding, resource)),
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
