/** The steps of an audit as its history has them, which is read without a key. */
import type { WorkflowService } from '@temporalio/client';
import type { AuditStep } from '../domain/audit.ts';

export interface StepStatus {
  readonly step: AuditStep;
  /** Null where there are none: a person decides once. */
  readonly attempt: number | null;
  /** ISO 8601. */
  readonly started: string;
  /** Null: it goes on. */
  readonly ended: string | null;
  readonly state: 'running' | 'done' | 'failed';
}

export const STEPS_OF_ACTIVITIES: ReadonlyMap<string, AuditStep> = new Map<string, AuditStep>([
  ['fetchMetadata', 'fetchMetadata'],
  ['analyzeRisk', 'analyzeRisk'],
  ['verifyApproval', 'approval'],
  ['generateFix', 'generateFix'],
]);

type History = Awaited<ReturnType<WorkflowService['getWorkflowExecutionHistory']>>['history'];
type Event = NonNullable<NonNullable<History>['events']>[number];

/** The one timer of an audit is the deadline of a decision, so it runs from the pause to its end. */
export function stepsOf(events: readonly Event[]): StepStatus[] {
  const steps = new Map<string, StepStatus>();
  let last = '';
  const end = (key: string, event: Event, state: StepStatus['state'], attempt?: number | null): void => {
    const begun = steps.get(key);
    if (begun !== undefined) steps.set(key, { ...begun, state, ended: isoOf(event.eventTime), attempt: attempt ?? begun.attempt });
  };
  for (const event of events) {
    const time = isoOf(event.eventTime) ?? '';
    const local = localActivityOf(event);
    if (local !== null) steps.set(`local ${String(event.eventId)}`, { ...local, started: last, ended: time });
    const scheduled = STEPS_OF_ACTIVITIES.get(event.activityTaskScheduledEventAttributes?.activityType?.name ?? '');
    if (scheduled !== undefined && scheduled !== 'approval')
      steps.set(String(event.eventId), { step: scheduled, attempt: 1, started: time, ended: null, state: 'running' });
    const began = event.activityTaskStartedEventAttributes;
    const open = steps.get(String(began?.scheduledEventId));
    if (open !== undefined) steps.set(String(began?.scheduledEventId), { ...open, attempt: began?.attempt ?? 1 });
    const done = event.activityTaskCompletedEventAttributes;
    if (done) end(String(done.scheduledEventId), event, 'done');
    const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    if (failed) end(String(failed.scheduledEventId), event, 'failed');
    if (event.timerStartedEventAttributes)
      steps.set('approval', { step: 'approval', attempt: null, started: time, ended: null, state: 'running' });
    if (event.timerFiredEventAttributes) end('approval', event, 'failed');
    if (event.timerCanceledEventAttributes) end('approval', event, 'done');
    last = time;
  }
  return [...steps.values()];
}

/** The library records a local activity as JSON in a marker; it began when the event before it was written, or some milliseconds later. */
function localActivityOf({ markerRecordedEventAttributes: marker }: Event): Pick<StepStatus, 'step' | 'attempt' | 'state'> | null {
  if (marker?.markerName !== 'core_local_activity') return null;
  const data = marker.details?.['data']?.payloads?.[0]?.data ?? new Uint8Array();
  try {
    const { activity_type, attempt } = JSON.parse(Buffer.from(data).toString('utf8')) as Record<string, unknown>;
    const step = STEPS_OF_ACTIVITIES.get(String(activity_type));
    if (step === undefined) return null;
    return { step, attempt: Number(attempt), state: marker.failure ? 'failed' : 'done' };
  } catch {
    return null;
  }
}

export function isoOf(time: Event['eventTime']): string | null {
  if (time === null || time === undefined) return null;
  return new Date(Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1e6)).toISOString();
}
