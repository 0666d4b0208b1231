/** A person's decision on a paused audit, and the port that checks it. */
import type { AuditRef } from './audit-ref.ts';
import type { Severity } from './severity.ts';

/** When an audit waits for a person, as the policy has it. */
export interface ApprovalTerms {
  /** Findings of this severity or worse wait. */
  readonly severity: Severity;
  /** After this nobody answered, and the finding stands. */
  readonly deadlineMilliseconds: number;
}

/** What is to be decided. */
export interface ApprovalRequest {
  readonly ref: AuditRef;
  /** Fingerprints of the findings that wait. */
  readonly fingerprints: readonly string[];
}

export interface Approval {
  /** Tells it from every other, such as the id of a comment; the same id twice counts once. */
  readonly id: string;
  readonly decision: 'approve' | 'reject';
  /** Who decided. */
  readonly by: string;
  readonly reason: string | null;
  /** The last moment it holds, ISO 8601. */
  readonly until: string;
  /** Where it can be read. */
  readonly place: string;
}

/** Where decisions come from. Ids are hints from anywhere: whether one counts is for `verify` alone to say. */
export interface Approvals {
  /** What decisions are about, such as a commit: an audit that waits for one is not that of another. Absent: they are about the declaration alone. */
  readonly scope?: string;
  /** Tells all that can be decided, before anything is asked: what is short for one thing of it must not be short for two. */
  declare?(all: readonly ApprovalRequest[]): void;
  /** Ids of decisions that may be about this request. */
  candidates(request: ApprovalRequest): readonly string[];
  /** Checks everything again at the moment of effect; a refusal is a sentence. */
  verify(id: string, request: ApprovalRequest): Promise<{ readonly approval: Approval } | { readonly refusal: string }>;
}
