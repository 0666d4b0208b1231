/** The way through the house: read, audit, judge, report. Delivering the report is the caller's part. */
import type { Config } from './config/config.ts';
import { locate, mapFinding, mapPlan } from './domain/anchor.ts';
import type { AuditStep } from './domain/audit.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import { RuleSet } from './domain/evaluate.ts';
import type { Finding } from './domain/finding.ts';
import { Explained } from './domain/explained.ts';
import { decide } from './domain/gate.ts';
import type { Verdict } from './domain/gate.ts';
import type { Resource } from './domain/resource.ts';
import { selects } from './domain/selection.ts';
import type { SourceText } from './domain/source.ts';
import { auditOf } from './domain/steps.ts';
import type { WorkspaceAudit } from './domain/steps.ts';
import type { Workspace } from './domain/workspace.ts';
import { readWorkspace } from './iac/workspace.ts';
import type { Distribution } from './launch.ts';
import type { RelatedResource, Report, ResourceReport } from './report/report.ts';
import { rules } from './rules/index.ts';
import type { AuditOutcome } from './temporal/audits.ts';
import type { EmbeddedServer } from './temporal/server.ts';

/** Exit codes; a run that does not come to an end has {@link TOOL_ERROR}. */
export const EXIT_CODES = { pass: 0, fail: 1, undecided: 1 } as const satisfies Record<Verdict['outcome'], number>;
export const TOOL_ERROR = 2;

export class Cancelled extends Explained {
  constructor() {
    super('The run was cancelled.');
  }
}

/** What to tell of an error that ended a run. */
export function messageOf(error: unknown): string {
  if (error instanceof Explained) return error.message;
  return `A defect of this program: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

export interface RunContext {
  /** Absolute path of the folder that is audited. */
  readonly root: string;
  readonly distribution: Distribution;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells repositories on one server apart: a number or a digest, never a name. */
  readonly repository: string;
  readonly links: Report['links'];
  /** Aborted with {@link Cancelled}: starts nothing more and ends what runs. */
  readonly signal: AbortSignal;
  log(line: string): void;
  onProgress(progress: Progress): void;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly address: string;
  readonly step: AuditStep;
}

/**
 * @throws TemporalUnavailable when there is no server to run on
 * @throws Cancelled
 */
export async function run(config: Config, context: RunContext): Promise<Report> {
  const ruleSet = new RuleSet(rules);
  const server = config.temporal === null ? startEmbedded(context) : null;
  server?.catch(() => undefined); // It is awaited below, after reading.
  try {
    const workspace = await readWorkspace({
      root: context.root,
      paths: [...config.paths, ...config.exclude.map((glob) => `!${glob}`)],
      variableFiles: config.variableFiles,
      parameterFiles: config.parameterFiles,
      planFiles: config.planFiles,
    });
    const audit = auditOf(workspace, ruleSet, context.distribution.engine);
    const selected = workspace.resources.filter((resource) => selects(config, resource, ruleSet));
    const covered = selected.filter((resource) => ruleSet.for(resource.type).length > 0);
    const outcomes = covered.length === 0 ? [] : await auditCovered(covered, audit, config, await server, context);
    context.signal.throwIfAborted();
    return reportOf({ config, context, ruleSet, workspace, audit, selected, covered, outcomes });
  } finally {
    await server?.then(
      (started) => started.stop(),
      () => undefined,
    );
  }
}

/** Temporal's library is loaded when it is needed, and the server starts while files are read. */
async function startEmbedded({ environment, root, log }: RunContext): Promise<EmbeddedServer> {
  const { startServer } = await import('./temporal/server.ts');
  return startServer({ environment, workspace: root, log });
}

async function auditCovered(
  covered: readonly Resource[],
  audit: WorkspaceAudit,
  config: Config,
  server: EmbeddedServer | null,
  context: RunContext,
): Promise<AuditOutcome[]> {
  const { auditAll } = await import('./temporal/auditor.ts');
  const target = server ?? (config.temporal === null ? null : { ...config.temporal, shared: true });
  if (target === null) throw new Error('there is neither an embedded server nor one that was named');
  let done = 0;
  return auditAll(covered.map(audit.refOf), {
    target,
    home: context.distribution.home,
    steps: audit,
    engine: context.distribution.engine,
    repository: context.repository,
    maxParallel: config.maxParallel,
    timeoutMilliseconds: config.timeoutMinutes * 60_000,
    signal: server === null ? context.signal : AbortSignal.any([context.signal, server.lost]),
    log: context.log,
    onStep: ({ address }, step) => {
      if (step === 'done') done += 1;
      context.onProgress({ done, total: covered.length, address, step });
    },
  });
}

interface Audited {
  readonly config: Config;
  readonly context: RunContext;
  readonly ruleSet: RuleSet;
  readonly workspace: Workspace;
  readonly audit: WorkspaceAudit;
  readonly selected: readonly Resource[];
  readonly covered: readonly Resource[];
  readonly outcomes: readonly AuditOutcome[];
}

function reportOf({ config, context, ruleSet, workspace, audit, selected, covered, outcomes }: Audited): Report {
  const source = (file: string): SourceText | undefined => workspace.source(file);
  const resources = outcomes.map((outcome) => resourceReport(outcome, audit.resource(outcome.ref), source));
  const failedAudits = outcomes.flatMap(({ ref, failure }) => {
    if (failure === null) return [];
    const { root, address, source: span } = audit.resource(ref);
    return [{ root, address, file: span.file, startLine: span.start.line, endLine: span.end.line, reason: failure }];
  });
  const diagnostics = [...workspace.diagnostics, ...notFound(config, covered, workspace, ruleSet)];
  const verdict = decide({
    findings: resources.flatMap((resource) => resource.findings),
    diagnostics,
    coverage: workspace.coverage,
    failedAudits,
    resourcesAudited: resources.length,
    threshold: config.failOn,
  });
  return {
    tool: { name: 'infrastructure-security-agent', version: context.distribution.version },
    verdict,
    threshold: config.failOn,
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
  };
}

function resourceReport(
  { ref, workflowId, reused, result }: AuditOutcome,
  resource: Resource,
  source: (file: string) => SourceText | undefined,
): ResourceReport {
  const findings = (result?.findings ?? []).map((finding): Finding =>
    mapFinding(
      finding,
      (place) => locate(place, resource, source),
      (place) => locate(place, resource, source),
    ),
  );
  const plan = result?.remediationPlan ?? null;
  const violationFound = result?.violationFound ?? false;
  return {
    root: ref.root,
    address: ref.address,
    path: resource.path ?? null,
    type: resource.type,
    framework: resource.framework,
    file: resource.source.file,
    startLine: resource.source.start.line,
    endLine: resource.source.end.line,
    instances: resource.instances.map((instance) => instance.address),
    related: relatedOf(resource),
    outcome: violationFound ? 'fail' : result === null || findings.length > 0 ? 'undecided' : 'pass',
    severity: result?.severity ?? null,
    violationFound,
    workflowId,
    reused,
    findings,
    remediationPlan: plan === null ? null : mapPlan(plan, (place) => locate(place, resource, source)),
  };
}

/** Two declarations may refer to each other by several attributes. */
function relatedOf({ related }: Resource): RelatedResource[] {
  const links = related.filter(({ certain }) => certain).map(({ resource: { address }, direction }) => ({ address, direction }));
  return [...new Map(links.map((link) => [`${link.direction} ${link.address}`, link])).values()];
}

/** A manual run for a resource that is not there must not look like a clean one. */
function notFound(
  { resourceId, resourceType }: Config,
  covered: readonly Resource[],
  workspace: Workspace,
  ruleSet: RuleSet,
): Diagnostic[] {
  if (resourceId === null || covered.length > 0) return [];
  const kind = resourceType === 'all' ? 'resource that a rule looks at' : `resource of ${resourceType}`;
  const audited = workspace.resources.filter(({ type }) => ruleSet.for(type).length > 0);
  const near = audited
    .map(({ address }) => address)
    .filter((address) => address.endsWith(resourceId) || address.includes(`.${resourceId}`));
  const hint =
    near.length === 0
      ? 'give a Terraform address, a CloudFormation logical id or the physical name'
      : `did you mean ${near.slice(0, 3).join(' or ')}?`;
  return [{ level: 'undecided', code: 'no-such-resource', message: `no ${kind} is called "${resourceId}": ${hint}` }];
}
