/** The client's side of audits: starts workflows, attaches to those that are there, and waits for results. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';
import type { WorkflowIdReusePolicy } from '@temporalio/common';
import type { Approvals } from '../domain/approval.ts';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditApproval, AuditResult, AuditStep, AuditTerms } from '../domain/audit.ts';
import { isBusy, pauseOf, waitingTask } from './description.ts';
import { freeSilentStep } from './silent.ts';
import { DECIDE } from './workflow-messages.ts';
import type { AuditMemo, Hint } from './workflow-messages.ts';

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
type AuditWorkflow = (ref: AuditRef, terms: AuditTerms) => Promise<AuditResult>;

type Handle = WorkflowHandle<AuditWorkflow>;

interface Attached {
  readonly handle: Handle;
  readonly reused: boolean;
}

export interface NamedRef {
  readonly ref: AuditRef;
  readonly workflowId: string;
}

export interface AuditsOptions {
  readonly terms: AuditTerms;
  /** Null: nobody can decide what waits for a person. */
  readonly approvals: Approvals | null;
  /** Whether other processes may work on the task queue too. */
  readonly joinable: boolean;
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

/** How long an audit that somebody decides on is waited for, until it is taken to wait on. */
const DECISION_MILLISECONDS = 20_000;

/** After this, and then twice as late each time, it is looked whether an audit waits for a person. */
const FIRST_LOOK_MILLISECONDS = 250;
const LAST_LOOK_MILLISECONDS = 2000;

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
      const result = await this.#wait(first, ref);
      // An earlier run's audit that a scanner did not answer.
      if (!first.reused || result.scannerFailures === undefined) return { result, reused: first.reused };
    } catch (error) {
      // An earlier run's audit that came to no result, such as one that nobody worked on until its time was up.
      if (!first.reused || !(error instanceof WorkflowFailedError)) throw error;
    }
    const second = await this.#ask(() => this.#attach(workflowId, ref, 'ALLOW_DUPLICATE'));
    return { result: await this.#wait(second, ref), reused: second.reused };
  }

  async #wait(attached: Attached, ref: AuditRef): Promise<AuditResult> {
    const result = await this.#settled(attached);
    if (result.approval?.state !== 'waiting') return result;
    this.#options.onStep(ref, 'approval');
    return this.#decided(attached, ref, result, result.approval);
  }

  /** The result, or what an audit has that waits for a person. */
  async #settled({ handle, reused }: Attached): Promise<AuditResult> {
    const done = new AbortController();
    const ends = this.#options.terms.approval === null ? () => handle.result() : () => this.#resultOrPause(handle);
    const [result] = await Promise.all([
      this.#ask(ends).finally(() => done.abort()),
      reused ? freeSilentStep(this.#client, handle.workflowId, AbortSignal.any([done.signal, this.#stop])) : undefined,
    ]);
    return result;
  }

  async #resultOrPause(handle: Handle): Promise<AuditResult> {
    const since = performance.now();
    for (let look = FIRST_LOOK_MILLISECONDS; ; look = Math.min(look * 2, LAST_LOOK_MILLISECONDS)) {
      try {
        return await this.#client.withDeadline(Date.now() + look, () => handle.result());
      } catch (error) {
        if (!isLate(error)) throw error;
      }
      this.#stop.throwIfAborted();
      const description = await handle.describe();
      const paused = pauseOf(description);
      if (paused !== null && (!isBusy(description) || performance.now() - since > DECISION_MILLISECONDS)) return paused;
    }
  }

  /** Hands on who may have decided, and what the audit makes of it. */
  async #decided(attached: Attached, ref: AuditRef, result: AuditResult, { fingerprints }: AuditApproval): Promise<AuditResult> {
    const { handle } = attached;
    const ids = this.#options.approvals?.candidates({ ref, fingerprints }) ?? [];
    if (ids.length === 0) return result;
    for (const id of ids) await this.#ask(() => handle.signal<[Hint]>(DECIDE, { id }).catch(unlessGone));
    if (!(await this.#ask(() => this.#isAbandoned(handle)))) return this.#settled(attached);
    return this.#wait(await this.#ask(() => this.#again(handle, ref)), ref);
  }

  /** Starts the audit, or finds the one that runs or is done. */
  async #attach(
    workflowId: string,
    ref: AuditRef,
    workflowIdReusePolicy: WorkflowIdReusePolicy = 'ALLOW_DUPLICATE_FAILED_ONLY',
  ): Promise<Attached> {
    const { workflow } = this.#client;
    try {
      const handle = await workflow.start<AuditWorkflow>('infrastructureAuditWorkflow', {
        workflowId,
        taskQueue: this.#taskQueue,
        args: [ref, this.#options.terms],
        memo: { address: ref.address } satisfies AuditMemo,
        workflowIdReusePolicy,
        workflowIdConflictPolicy: 'FAIL',
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        workflowExecutionTimeout: this.#options.timeoutMilliseconds + (this.#options.terms.approval?.deadlineMilliseconds ?? 0),
        requestEagerStart: !this.#options.joinable,
      });
      return { handle, reused: false };
    } catch (error) {
      if (isOutage(error)) this.#mayHaveStarted.add(workflowId);
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const handle = workflow.getHandle<AuditWorkflow>(workflowId);
    if (!(await this.#isAbandoned(handle))) return { handle, reused: !this.#mayHaveStarted.has(workflowId) };
    return this.#again(handle, ref);
  }

  async #again(handle: Handle, ref: AuditRef): Promise<Attached> {
    await handle.terminate('nobody works on its task queue any more').catch(unlessGone);
    return this.#attach(handle.workflowId, ref);
  }

  /** Running on another task queue, and a task of it waits there: the process that started it, for another commit, died. */
  async #isAbandoned(handle: Handle): Promise<boolean> {
    const until = performance.now() + OBSERVED_MILLISECONDS;
    let waiting = '';
    let since = 0;
    while (performance.now() < until && !this.#stop.aborted) {
      const description = await handle.describe();
      if (description.status.name !== 'RUNNING' || description.taskQueue === this.#taskQueue) return false;
      const task = waitingTask(description);
      if (pauseOf(description) !== null && !isBusy(description)) return false;
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

/** gRPC codes for which asking again may help: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const OUTAGES: ReadonlySet<unknown> = new Set([1, 2, 4, 8, 10, 13, 14]);

function isOutage(error: unknown): boolean {
  if (!(error instanceof ServiceError) || error.cause === undefined) return false;
  return 'code' in error.cause && OUTAGES.has(error.cause.code);
}

/** gRPC's DEADLINE_EXCEEDED. */
function isLate(error: unknown): boolean {
  return error instanceof ServiceError && error.cause !== undefined && 'code' in error.cause && error.cause.code === 4;
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
