/** The worker, which runs workflows and their steps in this process. */
import path from 'node:path';
import { GracefulShutdownPeriodExpiredError, Worker } from '@temporalio/worker';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditStep, AuditSteps } from '../domain/audit.ts';
import { HEARTBEAT_MILLISECONDS, createActivities } from './activities.ts';
import type { TemporalTarget } from './connection.ts';
import { IDENTITY } from './session.ts';
import type { Session } from './session.ts';

export interface WorkerOptions {
  readonly target: TemporalTarget;
  /** Folder that holds `workflow-bundle.js`. */
  readonly home: string;
  readonly taskQueue: string;
  readonly steps: AuditSteps;
  readonly maxParallel: number;
  readonly signal: AbortSignal;
  onStep(ref: AuditRef, step: AuditStep): void;
}

/** Works while `work` does, which is given a signal that is also aborted when the worker dies. */
export async function withWorker(
  { connection, dataConverter }: Session,
  { target, home, taskQueue, steps, maxParallel, signal, onStep }: WorkerOptions,
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
