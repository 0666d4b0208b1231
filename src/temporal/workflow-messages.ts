/** What is said to an audit's workflow and what it tells: shared by both sides, so it holds names and shapes only. */
import type { AuditResult, AuditStep } from '../domain/audit.ts';

/** Query; answers an {@link AuditProgress} while a worker lives. */
export const PROGRESS = 'progress';

/** Signal with a {@link Hint}. What is decided is not for the signal to say. */
export const DECIDE = 'decide';

/** The same under names that say what the sender believes was decided. */
export const OTHER_HINTS = ['approve', 'reject'] as const;

/** Somebody may have decided; `id` as in the domain's Approval. */
export interface Hint {
  readonly id: string;
}

export interface AuditProgress {
  readonly step: AuditStep;
  /** Which attempt of the whole audit it is; those of a step are the server's to count. */
  readonly attempt: number;
  /** When the step began, ISO 8601. */
  readonly since: string;
}

/** What lists and descriptions of workflows carry, encrypted as everything is. */
export interface AuditMemo {
  readonly address?: string;
  /** Of an audit that waits for a person: what it has so far. Null as soon as it goes on. Of one that is done: its result, unless that is long. */
  readonly result?: AuditResult | null;
}
