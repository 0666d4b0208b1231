/** Runs one workflow per resource through a worker in this process, but for those whose result is recorded. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { GracefulShutdownPeriodExpiredError, Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import type { Approvals } from '../domain/approval.ts';
import type { AuditRef, AuditResult, AuditStep, AuditSteps, AuditTerms } from '../domain/audit.ts';
import { HEARTBEAT_MILLISECONDS, createActivities } from './activities.ts';
import { Audits } from './audits.ts';
import type { AuditOutcome } from './audits.ts';
import { dataConverterOf } from './codec.ts';
import { connect, installRuntime } from './connection.ts';
import type { TemporalTarget } from './connection.ts';
import { taskQueueOf, workflowIdOf } from './names.ts';
import { recordedResults } from './recorded.ts';

export interface AuditorOptions {
  readonly target: TemporalTarget;
  /** Folder that holds `workflow-bundle.js` and `failure-converter.js`. */
  readonly home: string;
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
  /** After this, what is not done is undecided. */
  readonly timeoutMilliseconds: number;
  /** Aborted: starts nothing more and ends what runs. */
  readonly signal: AbortSignal;
  log(line: string): void;
  onStep(ref: AuditRef, step: AuditStep): void;
}

/** Written into every history, where the library would put the name of the machine. */
const IDENTITY = 'infrastructure-security-agent';

const KEY_BYTES = 32;

/**
 * Audits every ref; the outcomes are in the order of the refs. A resource whose audit fails has an outcome that says why, and the others go on.
 * @throws TemporalUnavailable when the server cannot be reached at the start.
 */
export async function auditAll(refs: readonly AuditRef[], options: AuditorOptions): Promise<AuditOutcome[]> {
  const { target, home, repository } = options;
  installRuntime(options.log);
  const connection = await connect(target, options.signal);
  try {
    const key = target.encryptionKey ?? randomBytes(KEY_BYTES);
    const owner = { repository, key: target.shared ? key : new Uint8Array() };
    const dataConverter = dataConverterOf(key, home);
    const client = new Client({ connection, namespace: target.namespace, identity: IDENTITY, dataConverter });
    const named = refs.map((ref) => ({ ref, workflowId: workflowIdOf(owner, ref) }));
    const recorded = target.encryptionKey === null ? new Map<string, AuditResult>() : await recordedResults(client, named, options);
    const missing = named.filter(({ workflowId }) => !recorded.has(workflowId));
    for (const { ref, workflowId } of named) if (recorded.has(workflowId)) options.onStep(ref, 'done');
    const audited = new Map<string, AuditOutcome>();
    if (missing.length > 0) {
      const taskQueue = taskQueueOf(owner, options.engine, refs);
      await withWorker({ connection, dataConverter, taskQueue }, options, async (signal) => {
        const audits = new Audits(client, taskQueue, { ...options, signal });
        for (const outcome of await audits.all(missing)) audited.set(outcome.workflowId, outcome);
      });
    }
    return named.map(({ ref, workflowId }) => {
      const result = recorded.get(workflowId);
      if (result !== undefined) return { ref, workflowId, reused: true, result, failure: null };
      return audited.get(workflowId) ?? { ref, workflowId, reused: false, result: null, failure: 'it was not audited' };
    });
  } finally {
    await connection.close();
  }
}

interface Session {
  readonly connection: NativeConnection;
  readonly dataConverter: DataConverter;
  readonly taskQueue: string;
}

/** `work` is given a signal that is also aborted when the worker dies. */
async function withWorker(
  { connection, dataConverter, taskQueue }: Session,
  { target, steps, onStep, home, maxParallel, signal }: AuditorOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const slots = Math.max(40, maxParallel * 2);
  const worker = await Worker.create({
    connection,
    namespace: target.namespace,
    identity: IDENTITY,
    taskQueue,
    dataConverter,
    workflowBundle: { codePath: path.join(home, 'workflow-bundle.js') },
    activities: createActivities({ steps, onStep }),
    maxConcurrentWorkflowTaskExecutions: slots,
    maxConcurrentLocalActivityExecutions: slots,
    maxConcurrentActivityTaskExecutions: slots,
    maxCachedWorkflows: slots * 2,
    stickyQueueScheduleToStartTimeout: '1s',
    maxHeartbeatThrottleInterval: HEARTBEAT_MILLISECONDS,
    defaultHeartbeatThrottleInterval: HEARTBEAT_MILLISECONDS,
    shutdownGraceTime: '2s',
    shutdownForceTime: '4s',
  });
  const died = new AbortController();
  const running = worker.run().catch((error: unknown) => {
    // A step that hangs outlives the grace time; its resource has been reported as such.
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) died.abort(error);
  });
  try {
    await work(AbortSignal.any([signal, died.signal]));
  } finally {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  }
}
