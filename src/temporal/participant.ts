/** A process that takes part in a run which another one leads: it works on the run's task queue and starts nothing itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditStep, AuditSteps } from '../domain/audit.ts';
import { Explained } from '../domain/explained.ts';
import { isRun, repositoryOf, taskQueueOf, workflowIdOf } from './names.ts';
import type { Owner } from './names.ts';
import { executionsOf } from './status.ts';
import { withSession } from './session.ts';
import type { SessionOptions } from './session.ts';
import { withWorker } from './worker.ts';

export interface ParticipantOptions extends SessionOptions {
  readonly steps: AuditSteps;
  /** The run as its own log calls it; null: the one that audits exactly `refs` for `repository` with `engine`. */
  readonly run: string | null;
  /** Everything that can be audited here. */
  readonly refs: readonly AuditRef[];
  readonly engine: string;
  readonly repository: string;
  readonly maxParallel: number;
  /** After nothing came for this long it ends. */
  readonly idleMilliseconds: number;
  onStep(ref: AuditRef, step: AuditStep): void;
}

const LOOK_MILLISECONDS = 100;

/**
 * Takes part until nothing comes any more or the signal is aborted; what is in hand is then ended first.
 * @throws TemporalUnavailable when the server cannot be reached at the start
 * @throws Explained when the run is of other sources, another policy or another program than this process has
 */
export async function takePart(options: ParticipantOptions): Promise<void> {
  return withSession(options, async (session) => {
    const own = session.owner(options.repository);
    const taskQueue = options.run ?? taskQueueOf(own, options.engine, options.refs);
    if (options.run !== null) await checkSame(session.client, options.run, own.key, options.refs);
    options.log(`temporal: takes part in ${taskQueue}`);
    const work = new Work();
    await withWorker(session, { ...options, taskQueue, steps: work.over(options.steps) }, async (signal) => {
      while (!signal.aborted && work.idleMilliseconds() < options.idleMilliseconds)
        await sleep(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      if (!options.signal.aborted) signal.throwIfAborted();
    });
  });
}

/** An id holds a digest of all that its audit reads: that of an audit of other sources is none of ours. */
async function checkSame(client: Client, run: string, key: Owner['key'], refs: readonly AuditRef[]): Promise<void> {
  if (!isRun(run)) throw new Explained(`"${run}" is no run: give what the log of the audit calls "this run"`);
  const own = new Map<string, ReadonlySet<string>>();
  for await (const { execution } of executionsOf(client, `TaskQueue = '${run}' AND ExecutionStatus = 'Running'`)) {
    const workflowId = execution?.workflowId ?? '';
    const repository = repositoryOf(workflowId);
    const ids = own.get(repository) ?? new Set(refs.map((ref) => workflowIdOf({ repository, key }, ref)));
    own.set(repository, ids);
    if (!ids.has(workflowId))
      throw new Explained(
        `${run} audits something else than what is here: it needs the same commit, policy and variable files, the same version of this program, and the same TEMPORAL_ENCRYPTION_KEY`,
      );
  }
}

/** How long no step was in hand. */
class Work {
  #inHand = 0;
  #since = performance.now();

  idleMilliseconds(): number {
    return this.#inHand > 0 ? 0 : performance.now() - this.#since;
  }

  over({ fetchMetadata, analyzeRisk, generateFix, verifyApproval }: AuditSteps): AuditSteps {
    return {
      fetchMetadata: this.#counted(fetchMetadata),
      analyzeRisk: this.#counted(analyzeRisk),
      generateFix: this.#counted(generateFix),
      verifyApproval: this.#counted(verifyApproval),
    };
  }

  #counted<A extends readonly unknown[], T>(step: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
    return async (...given) => {
      this.#inHand += 1;
      try {
        return await step(...given);
      } finally {
        this.#inHand -= 1;
        this.#since = performance.now();
      }
    };
  }
}
