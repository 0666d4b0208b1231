/** The client's side of audits: starts workflows, attaches to those that are there, and waits for results. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';
import type { AuditRef, AuditResult, AuditStep } from '../domain/audit.ts';
import { freeSilentStep } from './silent.ts';

export interface AuditOutcome {
  readonly ref: AuditRef;
  readonly workflowId: string;
  /** Taken from a workflow that was done or running before. */
  readonly reused: boolean;
  readonly result: AuditResult | null;
  /** Why there is no result. */
  readonly failure: string | null;
}

/** Shape of the workflow as the client names it. */
type AuditWorkflow = (ref: AuditRef) => Promise<AuditResult>;

interface Attached {
  readonly handle: WorkflowHandle<AuditWorkflow>;
  readonly reused: boolean;
}

export interface NamedRef {
  readonly ref: AuditRef;
  readonly workflowId: string;
}

export interface AuditsOptions {
  readonly maxParallel: number;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
  onStep(ref: AuditRef, step: AuditStep): void;
}

/** A worker that lives takes a task at once; the server gives back what a dead one had within its time limits, at most 10 s. */
const STARVED_MILLISECONDS = 3000;
const OBSERVED_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 500;

/** How long a server that is away is left in peace. */
const AWAY_MILLISECONDS = 500;

/**
 * How long the server waits for a process that died amid a workflow task. One that lives and is late does the task again,
 * which costs no more than that.
 */
const WORKFLOW_TASK_TIMEOUT = '2s';

export class Audits {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #options: AuditsOptions;
  readonly #stop: AbortSignal;
  /** Started by this run as far as it knows: the server went before it answered. */
  readonly #mayHaveStarted = new Set<string>();

  constructor(client: Client, taskQueue: string, options: AuditsOptions) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#options = options;
    this.#stop = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMilliseconds)]);
    setMaxListeners(0, this.#stop);
  }

  async all(refs: readonly NamedRef[]): Promise<AuditOutcome[]> {
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

  async #one({ ref, workflowId }: NamedRef): Promise<AuditOutcome> {
    try {
      const { result, reused } = await this.#resultOf(workflowId, ref);
      this.#options.onStep(ref, 'done');
      return { ref, workflowId, reused, result, failure: null };
    } catch (error) {
      return { ref, workflowId, reused: false, result: null, failure: reasonOf(error) };
    }
  }

  async #resultOf(workflowId: string, ref: AuditRef): Promise<{ result: AuditResult; reused: boolean }> {
    const first = await this.#ask(() => this.#attach(workflowId, ref));
    try {
      return { result: await this.#wait(first), reused: first.reused };
    } catch (error) {
      // An earlier run's audit that came to no result, such as one that nobody worked on until its time was up.
      if (!first.reused || !(error instanceof WorkflowFailedError)) throw error;
    }
    const second = await this.#ask(() => this.#attach(workflowId, ref));
    return { result: await this.#wait(second), reused: second.reused };
  }

  async #wait({ handle, reused }: Attached): Promise<AuditResult> {
    const done = new AbortController();
    const [result] = await Promise.all([
      this.#ask(() => handle.result()).finally(() => done.abort()),
      reused ? freeSilentStep(this.#client, handle.workflowId, AbortSignal.any([done.signal, this.#stop])) : undefined,
    ]);
    return result;
  }

  /** Starts the audit, or finds the one that runs or is done. */
  async #attach(workflowId: string, ref: AuditRef): Promise<Attached> {
    const { workflow } = this.#client;
    try {
      const handle = await workflow.start<AuditWorkflow>('infrastructureAuditWorkflow', {
        workflowId,
        taskQueue: this.#taskQueue,
        args: [ref],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'FAIL',
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        workflowExecutionTimeout: this.#options.timeoutMilliseconds,
        requestEagerStart: true,
      });
      return { handle, reused: false };
    } catch (error) {
      if (isOutage(error)) this.#mayHaveStarted.add(workflowId);
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const handle = workflow.getHandle<AuditWorkflow>(workflowId);
    if (!(await this.#isAbandoned(handle))) return { handle, reused: !this.#mayHaveStarted.has(workflowId) };
    await handle.terminate('nobody works on its task queue any more').catch(unlessGone);
    return this.#attach(workflowId, ref);
  }

  /** Running on another task queue, and a task of it waits there: the process that started it, for another commit, died. */
  async #isAbandoned(handle: WorkflowHandle<AuditWorkflow>): Promise<boolean> {
    const until = performance.now() + OBSERVED_MILLISECONDS;
    let waiting = '';
    let since = 0;
    while (performance.now() < until && !this.#stop.aborted) {
      const description = await handle.describe();
      if (description.status.name !== 'RUNNING' || description.taskQueue === this.#taskQueue) return false;
      const task = waitingTask(description);
      if (task !== waiting) [waiting, since] = [task, performance.now()];
      else if (task !== '' && performance.now() - since > STARVED_MILLISECONDS) return true;
      await sleep(LOOK_MILLISECONDS);
    }
    return false;
  }

  /** Asks again while the server is away, until the run is stopped. */
  async #ask<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#unlessStopped(call());
      } catch (error) {
        if (!isOutage(error)) throw error;
        await this.#unlessStopped(sleep(AWAY_MILLISECONDS));
      }
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

/** Temporal's number for pending tasks and activities that no worker has taken. */
const SCHEDULED = 1;

/** Which task waits for a worker; empty when none does. */
function waitingTask({ raw: { pendingWorkflowTask, pendingActivities } }: WorkflowExecutionDescription): string {
  const activity = pendingActivities?.find(({ state }) => Number(state) === SCHEDULED);
  if (activity !== undefined) return `activity ${activity.activityId} ${activity.attempt}`;
  if (Number(pendingWorkflowTask?.state) !== SCHEDULED) return '';
  return `workflow task ${String(pendingWorkflowTask?.originalScheduledTime?.seconds)}`;
}

/** gRPC codes for which asking again may help: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const OUTAGES: ReadonlySet<unknown> = new Set([1, 2, 4, 8, 10, 13, 14]);

function isOutage(error: unknown): boolean {
  if (!(error instanceof ServiceError) || error.cause === undefined) return false;
  return 'code' in error.cause && OUTAGES.has(error.cause.code);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
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
