/** The way through the house: read, compare, audit, judge, report. Delivering the report is the caller's part. */
import { conclude } from './conclude.ts';
import type { Config } from './config/config.ts';
import type { Approvals } from './domain/approval.ts';
import type { AuditStep, AuditTerms } from './domain/audit.ts';
import { Comparison } from './domain/comparison.ts';
import { RuleSet } from './domain/evaluate.ts';
import { Explained } from './domain/explained.ts';
import type { Verdict } from './domain/gate.ts';
import type { Resource } from './domain/resource.ts';
import { selects } from './domain/selection.ts';
import { auditOf } from './domain/steps.ts';
import type { AuditBasis, WorkspaceAudit } from './domain/steps.ts';
import type { Workspace } from './domain/workspace.ts';
import { readWorkspace } from './iac/workspace.ts';
import type { Folder } from './iac/workspace.ts';
import type { Distribution } from './launch.ts';
import type { BaseReport, Report } from './report/report.ts';
import { rules } from './rules/index.ts';
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
  readonly distribution: Distribution;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells repositories on one server apart: a number or a digest, never a name. */
  readonly repository: string;
  readonly links: Report['links'];
  /** The commit that a change is compared with; null: there is none. */
  readonly base: Base | null;
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
  read(asked: Omit<Folder, 'root'>): Promise<Workspace | { readonly unavailable: string }>;
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
  const { ruleSet, terms, basis } = basisOf(config, context);
  const server = config.temporal === null ? startEmbedded(context) : null;
  server?.catch(() => undefined); // It is awaited below, after reading.
  try {
    const asked = {
      paths: [...config.paths, ...policy.exclude.map((glob) => `!${glob}`)],
      variableFiles: config.variableFiles,
      parameterFiles: config.parameterFiles,
    };
    const workspace = await readWorkspace({ root: context.root, ...asked, planFiles: config.planFiles });
    const audit = auditOf(workspace, basis);
    const base = await readBase(config, context, asked);
    const comparison =
      base === null || 'unavailable' in base
        ? null
        : new Comparison({ workspace, audit }, { workspace: base, audit: auditOf(base, basis) });
    const selected = workspace.resources.filter((resource) => selects(config, resource, ruleSet));
    const covered = selected.filter((resource) => ruleSet.for(resource.type).length > 0);
    const unchanged = new Set(
      comparison === null || config.scope === 'all' ? [] : covered.filter((resource) => !comparison.isChanged(resource)),
    );
    const changed = covered.filter((resource) => !unchanged.has(resource));
    const outcomes = changed.length === 0 ? [] : await auditChanged(changed, audit, terms, config, await server, context);
    context.signal.throwIfAborted();
    return conclude({
      config,
      context,
      ruleSet,
      workspace,
      audit,
      selected,
      unchanged: [...unchanged],
      outcomes,
      comparison,
      base: baseReport(base, context, changed.length, unchanged.size),
    });
  } finally {
    await server?.then(
      (started) => started.stop(),
      () => undefined,
    );
  }
}

/** What the audits rest on: the same for every process that takes part in them. */
export function basisOf(
  { policy }: Config,
  { distribution, approvals }: Pick<RunContext, 'distribution' | 'approvals'>,
): { ruleSet: RuleSet; terms: AuditTerms; basis: AuditBasis } {
  const ruleSet = new RuleSet([...rules, ...policy.customRules]);
  const terms: AuditTerms = { scanners: policy.scanners.length > 0, approval: policy.approval };
  return {
    ruleSet,
    terms,
    basis: { rules: ruleSet, engine: distribution.engine, scanners: null, approvals, terms: JSON.stringify(terms) },
  };
}

/** Null where nothing is to be compared. */
async function readBase(
  { scope, block }: Config,
  { base }: RunContext,
  asked: Omit<Folder, 'root'>,
): Promise<Workspace | { readonly unavailable: string } | null> {
  return base === null || (scope === 'all' && block === 'all') ? null : base.read(asked);
}

function baseReport(
  read: Awaited<ReturnType<typeof readBase>>,
  { base }: RunContext,
  changed: number,
  unchanged: number,
): BaseReport | null {
  if (read === null || base === null) return null;
  const { commit } = base;
  return 'unavailable' in read ? { commit, unavailable: read.unavailable } : { commit, changed, unchanged };
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
