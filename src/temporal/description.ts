/** What the server's description of a workflow says of it without a worker. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { AuditResult } from '../domain/audit.ts';
import type { AuditMemo } from './workflow-messages.ts';

/** Temporal's number for pending tasks and activities that no worker has taken. */
const SCHEDULED = 1;

/** Which task waits for a worker; empty when none does. */
export function waitingTask({ raw: { pendingWorkflowTask, pendingActivities } }: WorkflowExecutionDescription): string {
  const activity = pendingActivities?.find(({ state }) => Number(state) === SCHEDULED);
  if (activity !== undefined) return `activity ${activity.activityId} ${activity.attempt}`;
  if (Number(pendingWorkflowTask?.state) !== SCHEDULED) return '';
  return `workflow task ${String(pendingWorkflowTask?.originalScheduledTime?.seconds)}`;
}

/** Whether a worker has a task to do, or has one in hand. */
export function isBusy({ raw: { pendingWorkflowTask, pendingActivities } }: WorkflowExecutionDescription): boolean {
  return (pendingWorkflowTask ?? null) !== null || (pendingActivities ?? []).length > 0;
}

/** What an audit has that waits for a person; null when it does not wait. */
export function pauseOf({ status, memo }: WorkflowExecutionDescription): AuditResult | null {
  const { result = null } = (memo ?? {}) as AuditMemo;
  return status.name === 'RUNNING' && result?.approval?.state === 'waiting' ? result : null;
}
