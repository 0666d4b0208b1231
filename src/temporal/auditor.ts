/** Runs one workflow per resource through a worker in this process, but for those whose result is recorded. */
import type { Approvals } from '../domain/approval.ts';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditResult, AuditStep, AuditSteps, AuditTerms } from '../domain/audit.ts';
import { Audits } from './audits.ts';
import type { AuditOutcome } from './audits.ts';
import { taskQueueOf, workflowIdOf } from './names.ts';
import { recordedResults } from './recorded.ts';
import { withSession } from './session.ts';
import type { SessionOptions } from './session.ts';
import { withWorker } from './worker.ts';

export interface AuditorOptions extends SessionOptions {
  readonly steps: AuditSteps;
  readonly terms: AuditTerms;
  /** Null: nobody can decide what waits for a person. */
  readonly approvals: Approvals | null;
  /** Digest of the program: processes of another program never share a task queue with this one. */
  readonly engine: string;
  /** Tells repositories on one server apart: a number or a digest, never a name. */
  readonly repository: string;
  /** Workflows in flight at once; the server's tail latency suffers beyond 20. */
  readonly maxParallel: number;
  /** After this, what is not done is undecided; the time that a person is waited for does not count. */
  readonly timeoutMilliseconds: number;
  /** Aborted: starts nothing more and ends what runs. */
  readonly signal: AbortSignal;
  onStep(ref: AuditRef, step: AuditStep): void;
}

/**
 * Audits every ref; the outcomes are in the order of the refs. A resource whose audit fails has an outcome that says why,
 * and the others go on. An audit that waits for a person has what was found, and is not waited for.
 * @throws TemporalUnavailable when the server cannot be reached at the start.
 */
export async function auditAll(refs: readonly AuditRef[], options: AuditorOptions): Promise<AuditOutcome[]> {
  const { target, repository } = options;
  return withSession(options, async (session) => {
    const { client } = session;
    const owner = session.owner(repository);
    const taskQueue = taskQueueOf(owner, options.engine, refs);
    if (target.shared) options.log(`temporal: this run is ${taskQueue}; \`infra-audit status --run ${taskQueue}\` tells how far it is`);
    // A worker finds the queue by the key, and whoever works there takes part.
    const joinable = target.shared && target.encryptionKey !== null;
    const named = refs.map((ref) => ({ ref, workflowId: workflowIdOf(owner, ref) }));
    const recorded = target.encryptionKey === null ? new Map<string, AuditResult>() : await recordedResults(client, named, options);
    const missing = named.filter(({ workflowId }) => !recorded.has(workflowId));
    for (const { ref, workflowId } of named) if (recorded.has(workflowId)) options.onStep(ref, 'done');
    const audited = new Map<string, AuditOutcome>();
    if (missing.length > 0) {
      await withWorker(session, { ...options, taskQueue }, async (signal) => {
        const audits = new Audits(client, taskQueue, { ...options, joinable, signal });
        for (const outcome of await audits.all(missing)) audited.set(outcome.workflowId, outcome);
      });
    }
    return named.map(({ ref, workflowId }) => {
      const result = recorded.get(workflowId);
      if (result !== undefined) return { ref, workflowId, reused: true, result, failure: null };
      return audited.get(workflowId) ?? { ref, workflowId, reused: false, result: null, failure: 'it was not audited' };
    });
  });
}
