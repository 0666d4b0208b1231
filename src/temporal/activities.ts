import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Approval } from '../domain/approval.ts';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditStep, AuditSteps } from '../domain/audit.ts';
import { StepFailure } from '../domain/steps.ts';

export interface ActivityPorts {
  readonly steps: AuditSteps;
  /** Told whenever a step of a resource begins in this process. */
  onStep(ref: AuditRef, step: AuditStep): void;
}

/** Well below what a process that takes over waits for (silent.ts), and below the heartbeat timeout of the workflow's regular activities. */
export const HEARTBEAT_MILLISECONDS = 400;

/** Characters of a reason, which a person wrote at any length. */
const LONGEST_REASON = 2000;

/** Characters of JSON of an approval. */
const APPROVAL_LIMIT = 8 * 1024;

/** The workflow's activities over ports; a failure that trying again cannot mend is typed, so that the workflow does not retry it. */
export function createActivities({ steps, onStep }: ActivityPorts): AuditSteps {
  return {
    fetchMetadata: (ref) => {
      onStep(ref, 'fetchMetadata');
      return attempted(() => steps.fetchMetadata(ref));
    },
    analyzeRisk: (ref, metadata) => {
      onStep(ref, 'analyzeRisk');
      return attempted(() => steps.analyzeRisk(ref, metadata));
    },
    generateFix: (ref, metadata, risk) => {
      onStep(ref, 'generateFix');
      return attempted(() => steps.generateFix(ref, metadata, risk));
    },
    verifyApproval: (id, request) =>
      attempted(async () => {
        const approval = await steps.verifyApproval(id, request);
        return approval === null ? null : bounded(approval);
      }),
  };
}

/** Beats while it works, but for local activities, of which the server knows nothing. */
async function attempted<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = context.info.isLocal ? undefined : setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
  try {
    return await work();
  } catch (error) {
    if (error instanceof StepFailure) throw ApplicationFailure.nonRetryable(error.message, error.type);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/** @throws StepFailure when it is too long even with a shorter reason. */
function bounded(approval: Approval): Approval {
  const { reason } = approval;
  const short = { ...approval, reason: reason !== null && reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason };
  if (JSON.stringify(short).length > APPROVAL_LIMIT) throw new StepFailure('ResultTooLarge', 'an approval is longer than can be recorded');
  return short;
}
