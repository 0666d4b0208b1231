import { ApplicationFailure, Context } from '@temporalio/activity';
import type { AuditRef, AuditStep, AuditSteps } from '../domain/audit.ts';
import { StepFailure } from '../domain/steps.ts';

export interface ActivityPorts {
  readonly steps: AuditSteps;
  /** Told whenever a step of a resource begins in this process. */
  onStep(ref: AuditRef, step: AuditStep): void;
}

/** Well below what a process that takes over waits for (silent.ts), and below the heartbeat timeout of the workflow's regular activity. */
export const HEARTBEAT_MILLISECONDS = 400;

/** The workflow's activities over ports; a failure that trying again cannot mend is typed, so that the workflow does not retry it. */
export function createActivities({ steps, onStep }: ActivityPorts): AuditSteps {
  return {
    fetchMetadata: async (ref) => {
      onStep(ref, 'fetchMetadata');
      return typed(steps.fetchMetadata(ref));
    },
    analyzeRisk: async (ref, metadata) => {
      onStep(ref, 'analyzeRisk');
      return typed(steps.analyzeRisk(ref, metadata));
    },
    generateFix: async (ref, metadata, risk) => {
      onStep(ref, 'generateFix');
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
      try {
        return await typed(steps.generateFix(ref, metadata, risk));
      } finally {
        clearInterval(beat);
      }
    },
    verifyApproval: (id, request) => steps.verifyApproval(id, request),
  };
}

async function typed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StepFailure) throw ApplicationFailure.nonRetryable(error.message, error.type);
    throw error;
  }
}
