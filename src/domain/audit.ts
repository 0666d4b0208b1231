/** What travels between the steps of an audit, and what an audit needs from outside. Payloads hold no attribute values and no files. */
import type { Anchor } from './anchor.ts';
import type { Approval, ApprovalRequest, ApprovalTerms } from './approval.ts';
import type { AuditRef } from './audit-ref.ts';
import type { Finding, RemediationPlan } from './finding.ts';
import type { Framework } from './resource.ts';
import type { Proposal, ScannerFailure } from './scanner.ts';
import type { Severity } from './severity.ts';

/** What the policy asks of every audit of a run. */
export interface AuditTerms {
  /** Whether scanners are asked too: analyzing then calls out and may take long. */
  readonly scanners: boolean;
  /** Null: nothing waits for a person. */
  readonly approval: ApprovalTerms | null;
}

export interface Metadata {
  readonly type: string;
  readonly framework: Framework;
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly instances: number;
  /** Addresses of directly related declarations. */
  readonly related: readonly string[];
  /** First-level attributes of which some part is not known. */
  readonly unknown: readonly string[];
  readonly digest: string;
}

export interface Risk {
  readonly violationFound: boolean;
  readonly severity: Severity | null;
  readonly findings: readonly Finding<Anchor>[];
  /** Absent where no scanner failed. */
  readonly scannerFailures?: readonly ScannerFailure[];
  /** What scanners propose, not proven yet; absent where they propose nothing. */
  readonly proposals?: readonly Proposal<Anchor>[];
}

/** The plan of each finding by its fingerprint, and the one for all of them together. */
export interface Remediation {
  readonly plans: readonly { readonly fingerprint: string; readonly plan: RemediationPlan<Anchor> }[];
  readonly combined: RemediationPlan<Anchor> | null;
}

/** What a workflow returns for a resource. */
export interface AuditResult {
  readonly address: string;
  readonly violationFound: boolean;
  /** Of the worst finding; null without findings. */
  readonly severity: Severity | null;
  readonly findings: readonly Finding<Anchor>[];
  /** All proven edits of the resource together, proven together. */
  readonly remediationPlan: RemediationPlan<Anchor> | null;
  /** As in {@link Risk}. */
  readonly scannerFailures?: readonly ScannerFailure[];
  /** Absent where nothing had to wait for a person. */
  readonly approval?: AuditApproval;
}

export type AuditApproval =
  | { readonly state: 'waiting' | 'expired'; readonly fingerprints: readonly string[]; readonly deadline: string }
  | { readonly state: 'approved' | 'rejected'; readonly fingerprints: readonly string[]; readonly approval: Approval };

export type AuditStep = 'fetchMetadata' | 'analyzeRisk' | 'approval' | 'generateFix' | 'done';

/** The steps; each may be run again with the same answer. */
export interface AuditSteps {
  fetchMetadata(ref: AuditRef): Promise<Metadata>;
  analyzeRisk(ref: AuditRef, metadata: Metadata): Promise<Risk>;
  generateFix(ref: AuditRef, metadata: Metadata, risk: Risk): Promise<Remediation>;
  /** Whether a decision counts, checked at the moment of effect; null when it does not. */
  verifyApproval(id: string, request: ApprovalRequest): Promise<Approval | null>;
}
