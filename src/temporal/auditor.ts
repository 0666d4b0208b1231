/** Runs one workflow per resource through a worker in this process. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { Client, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';
import { GracefulShutdownPeriodExpiredError, Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import type { AuditRef, AuditResult, AuditStep, AuditSteps } from '../domain/audit.ts';
import { digest } from '../domain/fingerprint.ts';
import { createActivities } from './activities.ts';
import { connect, installRuntime } from './connection.ts';
import type { TemporalTarget } from './connection.ts';

export interface AuditorOptions {
  readonly target: TemporalTarget;
  /** Folder that holds `workflow-bundle.js`. */
  readonly home: string;
  readonly steps: AuditSteps;
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

export interface AuditOutcome {
  readonly ref: AuditRef;
  readonly workflowId: string;
  /** Taken from a workflow that was done or running before. */
  readonly reused: boolean;
  readonly result: AuditResult | null;
  /** Why there is no result. */
  readonly failure: string | null;
}

/** Written into every history, where the library would put the name of the machine. */
const IDENTITY = 'infrastructure-security-agent';

/** Shape of the workflow as the client names it. */
type AuditWorkflow = (ref: AuditRef) => Promise<AuditResult>;

/**
 * Audits every ref; the outcomes are in the order of the refs. A resource whose audit fails has an outcome that says why, and the others go on.
 * @throws TemporalUnavailable when the server cannot be reached at the start.
 */
export async function auditAll(refs: readonly AuditRef[], options: AuditorOptions): Promise<AuditOutcome[]> {
  installRuntime(options.log);
  const connection = await connect(options.target, options.signal);
  try {
    return await withWorker(connection, refs, options);
  } finally {
    await connection.close();
  }
}

async function withWorker(connection: NativeConnection, refs: readonly AuditRef[], options: AuditorOptions): Promise<AuditOutcome[]> {
  const { target, steps, onStep, home, maxParallel } = options;
  const taskQueue = taskQueueOf(refs, options);
  const slots = Math.max(40, maxParallel * 2);
  const worker = await Worker.create({
    connection,
    namespace: target.namespace,
    identity: IDENTITY,
    taskQueue,
    workflowBundle: { codePath: path.join(home, 'workflow-bundle.js') },
    activities: createActivities({ steps, onStep }),
    maxConcurrentWorkflowTaskExecutions: slots,
    maxConcurrentLocalActivityExecutions: slots,
    maxConcurrentActivityTaskExecutions: slots,
    maxCachedWorkflows: slots * 2,
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '2s',
    shutdownForceTime: '4s',
  });
  const client = new Client({ connection, namespace: target.namespace, identity: IDENTITY });
  const died = new AbortController();
  const running = worker.run().catch((error: unknown) => {
    // A step that hangs outlives the grace time; its resource has been reported as such.
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) died.abort(error);
  });
  const signal = AbortSignal.any([options.signal, died.signal]);
  try {
    return await new Audits(client, taskQueue, { ...options, signal }).all(refs);
  } finally {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  }
}

/** The same for every process that reads the same bytes with the same program, so that a later one takes over from one that died. */
function taskQueueOf(refs: readonly AuditRef[], { repository, engine }: AuditorOptions): string {
  return `audit-${digest([repository, engine, ...refs.map((ref) => ref.digest).toSorted()]).slice(0, 32)}`;
}

export function workflowIdOf(repository: string, ref: AuditRef): string {
  return `audit-${repository}-${digest([ref.root, ref.address]).slice(0, 16)}-${ref.digest.slice(0, 32)}`;
}

class Audits {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #options: AuditorOptions;
  readonly #stop: AbortSignal;

  constructor(client: Client, taskQueue: string, options: AuditorOptions) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#options = options;
    this.#stop = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMilliseconds)]);
    setMaxListeners(0, this.#stop);
  }

  async all(refs: readonly AuditRef[]): Promise<AuditOutcome[]> {
    const outcomes: AuditOutcome[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < refs.length; index = next++) {
        const ref = refs[index];
        if (ref !== undefined) outcomes[index] = await this.#one(ref);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.maxParallel, refs.length) }, lane));
    return outcomes;
  }

  async #one(ref: AuditRef): Promise<AuditOutcome> {
    const workflowId = workflowIdOf(this.#options.repository, ref);
    try {
      const { handle, reused } = await this.#unlessStopped(this.#start(workflowId, ref));
      const result = await this.#unlessStopped(handle.result());
      this.#options.onStep(ref, 'done');
      return { ref, workflowId, reused, result, failure: null };
    } catch (error) {
      return { ref, workflowId, reused: false, result: null, failure: reasonOf(error) };
    }
  }

  async #start(workflowId: string, ref: AuditRef): Promise<{ handle: WorkflowHandle<AuditWorkflow>; reused: boolean }> {
    const { workflow } = this.#client;
    try {
      const handle = await workflow.start<AuditWorkflow>('infrastructureAuditWorkflow', {
        workflowId,
        taskQueue: this.#taskQueue,
        args: [ref],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'FAIL',
        workflowTaskTimeout: '5s',
        workflowExecutionTimeout: this.#options.timeoutMilliseconds,
        requestEagerStart: true,
      });
      return { handle, reused: false };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const handle = workflow.getHandle<AuditWorkflow>(workflowId);
    if (await this.#isAbandoned(handle)) {
      await handle.terminate('nobody works on its task queue any more');
      return this.#start(workflowId, ref);
    }
    return { handle, reused: true };
  }

  /** Running on a task queue that no worker polls: one of an earlier commit whose process died. */
  async #isAbandoned(handle: WorkflowHandle<AuditWorkflow>): Promise<boolean> {
    try {
      const { status, taskQueue } = await handle.describe();
      if (status.name !== 'RUNNING' || taskQueue === this.#taskQueue) return false;
      const { pollers } = await this.#client.workflowService.describeTaskQueue({
        namespace: this.#options.target.namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: 1,
      });
      return (pollers ?? []).length === 0;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  async #unlessStopped<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    this.#stop.throwIfAborted();
    return new Promise<T>((resolve, reject) => {
      const stopped = (): void => reject(this.#stop.reason instanceof Error ? this.#stop.reason : new Error('stopped'));
      this.#stop.addEventListener('abort', stopped, { once: true });
      work.then(resolve, reject).finally(() => this.#stop.removeEventListener('abort', stopped));
    });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'the time limit (timeout-minutes) was reached';
  if (error instanceof WorkflowFailedError) return rootCause(error.cause);
  return error instanceof Error ? error.message : String(error);
}

function rootCause(failure: unknown): string {
  let cause = failure;
  while (cause instanceof ActivityFailure && cause.cause !== undefined) cause = cause.cause;
  return cause instanceof Error ? cause.message : 'the workflow failed';
}
