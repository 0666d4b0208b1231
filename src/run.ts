/** The way through the house: read, compare, audit, judge, report. Delivering the report is the caller's part. */
import path from 'node:path';
import { catalogueUnder, readPolicy } from './catalogue.ts';
import { conclude } from './conclude.ts';
import { pathsUnder } from './config/config.ts';
import type { Config } from './config/config.ts';
import { NO_POLICY } from './config/policy/policy.ts';
import { policyDifference } from './config/policy/difference.ts';
import { ConfigurationError } from './config/problem.ts';
import type { Approval, Approvals } from './domain/approval.ts';
import type { AuditStep, AuditTerms } from './domain/audit.ts';
import { Comparison } from './domain/comparison.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import { Explained } from './domain/explained.ts';
import { gateChanges } from './domain/gate-changes.ts';
import type { GateFile } from './domain/gate-changes.ts';
import type { AppliedSettings } from './domain/rule-settings.ts';
import type { Scanners } from './domain/scanner.ts';
import type { Verdict } from './domain/gate.ts';
import type { Resource } from './domain/resource.ts';
import { selects } from './domain/selection.ts';
import { auditOf } from './domain/steps.ts';
import type { AuditBasis, WorkspaceAudit } from './domain/steps.ts';
import type { Workspace } from './domain/workspace.ts';
import { readSuppressions } from './iac/suppressions/index.ts';
import { readWorkspace } from './iac/workspace.ts';
import type { Asked } from './iac/workspace.ts';
import type { Distribution } from './launch.ts';
import type { BaseReport, Report } from './report/report.ts';
import { silencing } from './silencing.ts';
import type { Silencing } from './silencing.ts';
import type { AuditOutcome } from './temporal/audits.ts';
import type { EmbeddedServer } from './temporal/server.ts';

/** Exit codes; a run that does not come to an end has {@link TOOL_ERROR}. */
export const EXIT_CODES = { pass: 0, fail: 1, undecided: 1 } as const satisfies Record<Verdict['outcome'], number>;
export const TOOL_ERROR = 2;
/** What a process that SIGINT ended would have. */
export const CANCELLED = 130;

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
  /** Reads what is audited where it is not in the folder; by default it is. */
  readonly read?: (asked: Asked) => Promise<Workspace>;
  readonly distribution: Distribution;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells repositories on one server apart: a number or a digest, never a name. */
  readonly repository: string;
  readonly links: Report['links'];
  /** The commit that is audited; null where it has no name. */
  readonly headSha: string | null;
  /** The commit that a change is compared with; null: there is none. */
  readonly base: Base | null;
  /** Files of a change that have a part in whether and how it is audited. */
  readonly gateFiles: readonly GateFile[];
  /** Null: nobody can decide what waits for a person. */
  readonly approvals: Approvals | null;
  /** The day it is, `YYYY-MM-DD`, by a clock that the change has no hand in. */
  readonly today: string;
  /** Aborted with {@link Cancelled}: starts nothing more and ends what runs. */
  readonly signal: AbortSignal;
  log(line: string): void;
  onProgress(progress: Progress): void;
}

export interface Base {
  readonly commit: string;
  /** Reads the same of the commit's files as of those that are audited; a sentence when they cannot be had. */
  read(asked: Asked): Promise<Workspace | { readonly unavailable: string }>;
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
  const { policy } = config;
  const server = config.temporal === null ? startEmbedded(context) : null;
  server?.catch(() => undefined); // It is awaited below, after reading.
  const { off, terms, basis } = await basisOf(config, context);
  const { rules: ruleSet, scanners } = basis;
  try {
    const { workspace, audit, base, suppressions } = await read(config, context, basis);
    const comparison =
      base === null || 'unavailable' in base
        ? null
        : new Comparison({ workspace, audit }, { workspace: base, audit: auditOf(base, basis) });
    const isCovered = ({ type }: Resource): boolean => scanners !== null || ruleSet.for(type).length > 0;
    const selected = workspace.resources.filter((resource) => selects(config, resource, ruleSet));
    const [unchanged, changed]: [Resource[], Resource[]] = [[], []];
    for (const resource of selected.filter(isCovered))
      (comparison === null || config.scope === 'all' || comparison.isChanged(resource) ? changed : unchanged).push(resource);
    declare(context.approvals, changed, audit);
    const outcomes = changed.length === 0 ? [] : await auditChanged(changed, audit, terms, config, await server, context);
    context.signal.throwIfAborted();
    const compared = context.base === null ? null : base === null || 'unavailable' in base ? 'unavailable' : base;
    const silences = silencing(policy, ruleSet.rules, suppressions, compared, context.today);
    return conclude({
      config,
      context,
      ruleSet,
      rulesOff: off,
      workspace,
      audit,
      selected,
      unchanged,
      outcomes,
      approvals: await acceptedApprovals(outcomes, context.approvals),
      scanners,
      comparison,
      silencing: silences,
      gateChanges: context.base === null ? [] : changesOfTheGate(config, context, silences),
      base: baseReport(base, context, changed.length, unchanged.length),
    });
  } finally {
    await scanners?.close();
    await server?.then(
      (started) => started.stop(),
      () => undefined,
    );
  }
}

/** What the audits rest on: the same for every process that takes part in them, which closes the scanners at its end. */
export async function basisOf(config: Config, context: BasisContext): Promise<Basis> {
  const { policy } = config;
  const { ruleSet, off } = catalogueUnder(policy);
  const terms: AuditTerms = { scanners: policy.scanners.length > 0, approval: policy.approval };
  const { distribution, approvals } = context;
  return {
    off,
    terms,
    basis: {
      rules: ruleSet,
      engine: distribution.engine,
      scanners: terms.scanners ? await startScanners(config, context) : null,
      approvals,
      terms: JSON.stringify([terms, approvals?.scope ?? null]),
    },
  };
}

type BasisContext = Pick<RunContext, 'root' | 'distribution' | 'environment' | 'approvals' | 'today' | 'log'>;

interface Basis {
  /** Rules that the policy switches off. */
  readonly off: AppliedSettings['off'];
  readonly terms: AuditTerms;
  readonly basis: AuditBasis;
}

interface Read {
  readonly workspace: Workspace;
  readonly audit: WorkspaceAudit;
  /** Null where nothing is to be compared. */
  readonly base: Workspace | { readonly unavailable: string } | null;
  readonly suppressions: ReturnType<typeof readSuppressions>;
}

/** The base is not read where nothing depends on it: everything is audited, every finding counts, and nothing is suppressed. */
async function read({ policy, ...config }: Config, context: RunContext, basis: AuditBasis): Promise<Read> {
  const asked: Asked = {
    paths: pathsUnder(policy, config.paths),
    variableFiles: config.variableFiles,
    parameterFiles: config.parameterFiles,
    limits: policy.limits,
  };
  const readHead = context.read ?? ((all: Asked) => readWorkspace({ root: context.root, ...all }));
  const workspace = await readHead({ ...asked, planFiles: config.planFiles });
  const suppressions = readSuppressions(workspace, basis.rules.rules);
  const isWhole = config.scope === 'all' && config.block === 'all' && suppressions.suppressions.length === 0;
  const base = context.base === null || isWhole ? null : await context.base.read(asked);
  return { workspace, audit: auditOf(workspace, basis), base, suppressions };
}

function baseReport(read: Read['base'], { base }: RunContext, changed: number, unchanged: number): BaseReport | null {
  if (read === null || base === null) return null;
  const { commit } = base;
  return 'unavailable' in read ? { commit, unavailable: read.unavailable } : { commit, changed, unchanged };
}

/** What a change does to the gate itself: told, and not applied. */
function changesOfTheGate({ policy, configFile }: Config, { gateFiles, today }: RunContext, { suppressions }: Silencing): Diagnostic[] {
  return gateChanges({
    changed: gateFiles,
    policyFile: configFile,
    comparePolicies: (_, after) => {
      try {
        return { differences: policyDifference(policy, after === null ? NO_POLICY : readPolicy(after, configFile, today)) };
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        return { problems: error.problems.map(({ where, message }) => `${where}: ${message}`) };
      }
    },
    suppressions: { here: suppressions.here, base: suppressions.base ?? [] },
  });
}

/** Decisions may name a resource by its address, or a finding by the beginning of its fingerprint: only within what is there. */
function declare(approvals: Approvals | null, changed: readonly Resource[], audit: WorkspaceAudit): void {
  approvals?.declare?.(
    changed.map((resource) => ({
      ref: audit.refOf(resource),
      fingerprints: audit.judgement(resource).findings.map(({ fingerprint }) => fingerprint),
    })),
  );
}

/** By the workflow that was approved: what a history says is checked once more before it has an effect on the verdict. */
async function acceptedApprovals(outcomes: readonly AuditOutcome[], approvals: Approvals | null): Promise<ReadonlyMap<string, Approval>> {
  const accepted = new Map<string, Approval>();
  for (const { ref, workflowId, result } of outcomes) {
    const recorded = result?.approval;
    if (approvals === null || recorded?.state !== 'approved') continue;
    const answer = await approvals.verify(recorded.approval.id, { ref, fingerprints: recorded.fingerprints });
    if ('approval' in answer && answer.approval.decision === 'approve') accepted.set(workflowId, answer.approval);
  }
  return accepted;
}

async function startScanners({ policy }: Config, { root, distribution, environment, today, log }: BasisContext): Promise<Scanners> {
  const { createScanners } = await import('./scanners/scanners.ts');
  const program = [process.execPath, path.join(distribution.home, 'cli.js')];
  return createScanners(policy.scanners, { root, program, environment, version: distribution.version, today, log });
}

/** Temporal's library is loaded when it is needed, and the server starts while files are read. */
async function startEmbedded({ environment, root, log }: RunContext): Promise<EmbeddedServer> {
  const { startServer } = await import('./temporal/server.ts');
  return startServer({ environment, workspace: root, log });
}

async function auditChanged(
  changed: readonly Resource[],
  audit: WorkspaceAudit,
  terms: AuditTerms,
  config: Config,
  server: EmbeddedServer | null,
  context: RunContext,
): Promise<AuditOutcome[]> {
  const { auditAll } = await import('./temporal/auditor.ts');
  const target = server ?? (config.temporal === null ? null : { ...config.temporal, shared: true });
  if (target === null) throw new Error('there is neither an embedded server nor one that was named');
  let done = 0;
  return auditAll(changed.map(audit.refOf), {
    target,
    home: context.distribution.home,
    steps: audit,
    terms,
    approvals: context.approvals,
    engine: context.distribution.engine,
    repository: context.repository,
    maxParallel: config.maxParallel,
    timeoutMilliseconds: config.timeoutMinutes * 60_000,
    signal: server === null ? context.signal : AbortSignal.any([context.signal, server.lost]),
    log: context.log,
    onStep: ({ address }, step) => {
      if (step === 'done') done += 1;
      context.onProgress({ done, total: changed.length, address, step });
    },
  });
}
