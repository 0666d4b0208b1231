/** Workflow code: how an audit waits for a person. */
import { CancellationScope, condition, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { ApprovalRequest } from '../domain/approval.ts';
import type { AuditApproval, AuditSteps } from '../domain/audit.ts';

/** Asks outside, so it is recorded and not repeated when the process dies. */
const { verifyApproval } = proxyActivities<AuditSteps>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 3, initialInterval: '200ms' },
});

/** Each costs a look at where it was decided, and some events of a history that may have 51,200. */
const MOST_HINTS = 200;

/** Characters; an id of a comment has some twenty. */
const LONGEST_ID = 200;

/** Ids of decisions that may have been taken, each once, in the order in which they came. */
export class Hints {
  readonly #heard = new Set<string>();
  readonly #waiting: string[] = [];

  /** Takes what is a hint; anybody may have sent it. */
  hear(hint: unknown): void {
    if (typeof hint !== 'object' || hint === null || !('id' in hint)) return;
    const { id } = hint;
    if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) return;
    if (this.#heard.has(id) || this.#heard.size >= MOST_HINTS) return;
    this.#heard.add(id);
    this.#waiting.push(id);
  }

  async next(): Promise<string> {
    await condition(() => this.#waiting.length > 0);
    return this.#waiting.shift() ?? '';
  }

  /** It was not looked at after all, and may come again. */
  forget(id: string): void {
    this.#heard.delete(id);
  }
}

/**
 * Waits until a hint proves to be a decision, or the deadline is over. A decision that is confirmed after the deadline
 * came too late; a hint that cannot be looked at has no effect, and may be given again.
 * @param deadline ISO 8601
 */
export async function decision(request: ApprovalRequest, deadline: string, hints: Hints): Promise<AuditApproval> {
  const { fingerprints } = request;
  const waiting = new CancellationScope({ cancellable: true, timeout: Date.parse(deadline) - Date.now() });
  try {
    return await waiting.run(async () => {
      for (;;) {
        const approval = await verified(await hints.next(), request, hints);
        if (approval === null) continue;
        return { state: approval.decision === 'approve' ? 'approved' : 'rejected', fingerprints, approval };
      }
    });
  } catch (error) {
    if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    return { state: 'expired', fingerprints, deadline };
  }
}

async function verified(id: string, request: ApprovalRequest, hints: Hints): ReturnType<AuditSteps['verifyApproval']> {
  try {
    return await verifyApproval(id, request);
  } catch (error) {
    if (isCancellation(error)) throw error;
    hints.forget(id);
    return null;
  }
}
