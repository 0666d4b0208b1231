import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** Some heartbeats of a step (see activities.ts). */
const SILENCE_MILLISECONDS = 1000;
const LOOK_MILLISECONDS = 200;

/** Temporal's number for a pending activity that a worker has taken. */
const STARTED = 2;

interface Attempt {
  /** Which attempt of which step, and its last heartbeat. */
  readonly sign: string;
  readonly activityId: string;
  readonly runId: string;
}

/**
 * Watches an audit that another process began, until `ended`. Its next task is for any worker at once, not first for that
 * process, which costs one that lives a replay. A step that beats no more is that of a process that died, and is failed,
 * so that its next attempt begins now and not when the heartbeat timeout is over, which has to be long enough for a
 * process that is only busy. That happens once: an attempt of one that is busy after all is lost, its audit is not.
 */
export async function freeSilentStep(client: Client, workflowId: string, ended: AbortSignal): Promise<void> {
  await forgetItsWorker(client, workflowId);
  let [seen, since] = ['', 0];
  while (!ended.aborted) {
    const attempt = await startedAttempt(client, workflowId).catch(() => null);
    if (attempt?.sign !== seen) [seen, since] = [attempt?.sign ?? '', performance.now()];
    else if (attempt !== null && performance.now() - since > SILENCE_MILLISECONDS) return fail(client, workflowId, attempt);
    await sleep(LOOK_MILLISECONDS, undefined, { signal: ended }).catch(() => undefined);
  }
}

async function forgetItsWorker({ workflowService, options: { namespace } }: Client, workflowId: string): Promise<void> {
  await workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId } }).catch(() => undefined);
}

async function startedAttempt(client: Client, workflowId: string): Promise<Attempt | null> {
  const { raw, runId } = await client.workflow.getHandle(workflowId).describe();
  const started = raw.pendingActivities?.find(({ state }) => Number(state) === STARTED);
  if (started === undefined) return null;
  const { activityId = '', attempt, lastHeartbeatTime } = started;
  const beat = `${String(lastHeartbeatTime?.seconds)}.${String(lastHeartbeatTime?.nanos)}`;
  return { sign: `${activityId} ${attempt} ${beat}`, activityId: activityId ?? '', runId };
}

/** It may have ended in between, which the server then says and which changes nothing. */
async function fail(client: Client, workflowId: string, { runId, activityId }: Attempt): Promise<void> {
  const failure = { message: 'its process is gone', source: 'TypeScriptSDK', applicationFailureInfo: { type: 'ProcessGone' } };
  await client.workflowService
    .respondActivityTaskFailedById({ namespace: client.options.namespace, workflowId, runId, activityId, failure })
    .catch(() => undefined);
}
