/** What the server needs from outside: reading and judging, and the state of runs elsewhere. */
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditResult } from '../domain/audit.ts';
import type { RuleSet } from '../domain/evaluate.ts';
import type { ScannerFailure } from '../domain/scanner.ts';
import type { SourceText } from '../domain/source.ts';
import type { WorkspaceAudit } from '../domain/steps.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { Report } from '../report/report.ts';

/** What a client asks about. */
export type Asked =
  /** Paths are relative to the root, which is absolute and no link; `.` for all. */
  | { readonly kind: 'folder'; readonly root: string; readonly paths: readonly string[] }
  /** Texts as they are in an editor, under the policy of the root; null: under none. */
  | { readonly kind: 'texts'; readonly root: string | null; readonly files: readonly SourceText[] };

export interface Auditor {
  /**
   * The rules under the policy of a root; null: the catalogue as it is.
   * @throws Explained when the policy cannot be used
   */
  rules(root: string | null): RuleSet;
  /** @throws Explained when the policy cannot be used */
  open(asked: Asked): Promise<Opened>;
}

/** What was read, ready to be judged. */
export interface Opened {
  readonly workspace: Workspace;
  readonly rules: RuleSet;
  readonly audit: WorkspaceAudit;
  /** Scanners of the policy: none is asked here. */
  readonly scannersNotAsked: readonly ScannerFailure[];
  report(judged: readonly Judged[]): Report;
}

/** The audit of one resource in this process. */
export interface Judged {
  readonly ref: AuditRef;
  readonly result: AuditResult | null;
  /** Why there is no result. */
  readonly failure: string | null;
}

/** One run by its id, or one audit by the id of its workflow. */
export type StatusQuery = { readonly run: string } | { readonly workflowId: string };

export interface AuditStatus {
  readonly workflowId: string;
  /** Null where it is encrypted with a key that is not ours. */
  readonly address: string | null;
  /** As the server calls it. */
  readonly state: string;
  /** Null where no worker answers. */
  readonly step: string | null;
  readonly attempt: number | null;
  /** ISO 8601. */
  readonly started: string | null;
  readonly tookMilliseconds: number | null;
}

/**
 * Asks the Temporal server that the command line names.
 * @throws Explained when it does not answer or has no such run
 */
export type Status = (query: StatusQuery) => Promise<readonly AuditStatus[]>;
