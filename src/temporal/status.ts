/** How far audits are, from what the server says: it answers without a worker, and is asked nothing that needs one for long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowService } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { Explained } from '../domain/explained.ts';
import type { AuditStep } from '../domain/audit.ts';
import { EncryptionCodec } from './codec.ts';
import { isRun } from './names.ts';
import { withSession } from './session.ts';
import { STEPS_OF_ACTIVITIES, isoOf, stepsOf } from './steps-of.ts';
import type { StepStatus } from './steps-of.ts';
import type { SessionOptions } from './session.ts';
import { PROGRESS } from './workflow-messages.ts';
import type { AuditMemo, AuditProgress } from './workflow-messages.ts';

export interface AuditStatus {
  readonly workflowId: string;
  /** Null where it cannot be read: without the key, or of a workflow that does not say. */
  readonly address: string | null;
  readonly state: 'running' | 'waiting' | 'done' | 'failed' | 'timed out' | 'ended';
  /** Null: only a worker knows, and none answers. */
  readonly step: AuditStep | null;
  /** Of the step; null where the server does not count it. */
  readonly attempt: number | null;
  /** ISO 8601. */
  readonly started: string;
  /** Null: it has not ended. */
  readonly ended: string | null;
}

/** The server is given this many milliseconds for each list. */
const LIST_MILLISECONDS = 10_000;
/** A worker that lives answers in some; without one no answer comes. */
const QUERY_MILLISECONDS = 1500;
/** Memos of audits that wait are long. */
const PAGE = 100;

/** gRPC's code. */
const NOT_FOUND = 5;

type Execution = NonNullable<Awaited<ReturnType<WorkflowService['listWorkflowExecutions']>>['executions']>[number];

/**
 * The audits that a run started, in the order in which it did.
 * @throws Explained when there is no such run, or its key is another one
 * @throws TemporalUnavailable when the server cannot be reached
 */
export async function statusOfRun(run: string, options: SessionOptions): Promise<AuditStatus[]> {
  if (!isRun(run)) throw new Explained(`"${run}" is no run: give what the log of the audit calls "this run"`);
  return withSession(options, async ({ client }) => {
    const latest = new Map<string, Execution>();
    for await (const execution of executionsOf(client, `TaskQueue = '${run}'`)) {
      const id = execution.execution?.workflowId ?? '';
      if (!latest.has(id)) latest.set(id, execution);
    }
    if (latest.size === 0) throw new Explained(`the server knows no audit of ${run}: it was another server or namespace, or long ago`);
    const readMemo = memoReader(options);
    const asked = { isAnswered: true };
    const statuses: AuditStatus[] = [];
    for (const execution of latest.values()) statuses.push(await statusOf(client, execution, await readMemo(execution), asked));
    return statuses.toSorted((a, b) => (a.started < b.started ? -1 : 1));
  });
}

/** Newest first, as the server lists them. */
export async function* executionsOf(client: Client, query: string): AsyncGenerator<Execution> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const asked = { namespace, query, pageSize: PAGE, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
    const page = await client.withDeadline(Date.now() + LIST_MILLISECONDS, () => client.workflowService.listWorkflowExecutions(asked));
    yield* page.executions ?? [];
    nextPageToken = (page.nextPageToken?.length ?? 0) > 0 ? (page.nextPageToken ?? undefined) : undefined;
  } while (nextPageToken !== undefined);
}

type MemoReader = (execution: Execution) => Promise<AuditMemo>;

/** Without a key nothing can be read; what was written with another one is told, since what else would be shown is a guess. */
function memoReader({ target: { encryptionKey } }: SessionOptions): MemoReader {
  if (encryptionKey === null) return async () => ({});
  const codec = new EncryptionCodec(encryptionKey);
  return async ({ execution, memo }) => {
    const workflowId = execution?.workflowId ?? '';
    const entries = Object.entries(memo?.fields ?? {});
    try {
      const payloads = await codec.decode(
        entries.map(([, payload]) => payload),
        { type: 'workflow', namespace: '', workflowId },
      );
      return Object.fromEntries(entries.map(([name], index) => [name, defaultPayloadConverter.fromPayload(payloads[index] ?? {})]));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Explained(
        `What ${workflowId} has left cannot be read: ${why}. Without TEMPORAL_ENCRYPTION_KEY, ids and states are shown alone.`,
        {
          cause: error,
        },
      );
    }
  };
}

async function statusOf(
  client: Client,
  { execution, status, startTime, closeTime }: Execution,
  memo: AuditMemo,
  asked: { isAnswered: boolean },
): Promise<AuditStatus> {
  const workflowId = execution?.workflowId ?? '';
  const state = stateOf(Number(status), memo.result);
  const common = { workflowId, address: memo.address ?? null, state, started: isoOf(startTime) ?? '', ended: isoOf(closeTime) };
  if (state === 'done') return { ...common, step: 'done', attempt: null };
  if (state !== 'running' && state !== 'waiting') return { ...common, step: null, attempt: null };
  const activity = await pendingOf(client, workflowId);
  if (activity !== null) return { ...common, ...activity };
  if (state === 'waiting') return { ...common, step: 'approval', attempt: null };
  const progress = asked.isAnswered ? await progressOf(client, workflowId) : null;
  asked.isAnswered = progress !== null;
  return { ...common, step: progress?.step ?? null, attempt: null };
}

/** Temporal's numbers for how a workflow is. */
function stateOf(status: number, result: AuditMemo['result']): AuditStatus['state'] {
  if (status === 1) return result?.approval?.state === 'waiting' ? 'waiting' : 'running';
  if (status === 2) return 'done';
  if (status === 3) return 'failed';
  return status === 7 ? 'timed out' : 'ended';
}

/** The activity that the server waits for, which it counts the attempts of. */
async function pendingOf(
  { workflowService, options: { namespace } }: Client,
  workflowId: string,
): Promise<Pick<AuditStatus, 'step' | 'attempt'> | null> {
  const description = await workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }).catch(() => null);
  const [pending] = description?.pendingActivities ?? [];
  const step = STEPS_OF_ACTIVITIES.get(pending?.activityType?.name ?? '');
  return step === undefined ? null : { step, attempt: pending?.attempt ?? 1 };
}

async function progressOf(client: Client, workflowId: string): Promise<AuditProgress | null> {
  const ended = new AbortController();
  const late = sleep(QUERY_MILLISECONDS, null, { signal: ended.signal }).catch(() => null);
  const asked = client
    .withDeadline(Date.now() + QUERY_MILLISECONDS, () => client.workflow.getHandle(workflowId).query<AuditProgress>(PROGRESS))
    .catch(() => null);
  return Promise.race([asked, late]).finally(() => ended.abort());
}

/**
 * One audit and its steps.
 * @throws Explained when there is no such workflow, or its key is another one
 * @throws TemporalUnavailable when the server cannot be reached
 */
export async function statusOfAudit(workflowId: string, options: SessionOptions): Promise<{ audit: AuditStatus; steps: StepStatus[] }> {
  return withSession(options, async ({ client }) => {
    const { workflowService } = client;
    const { namespace } = client.options;
    const execution = { workflowId };
    const described = await workflowService.describeWorkflowExecution({ namespace, execution }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return null;
      throw error;
    });
    const info = described?.workflowExecutionInfo ?? null;
    if (info === null) throw new Explained(`the server knows no audit "${workflowId}": it was another server or namespace, or long ago`);
    const audit = await statusOf(client, info, await memoReader(options)(info), { isAnswered: true });
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    return { audit, steps: stepsOf(events ?? []) };
  });
}
