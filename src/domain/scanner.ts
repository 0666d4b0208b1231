/** The port behind which plug-in scanners are. What they say is validated data and still nothing to be trusted: it is added to the rules' findings and removes none. */
import type { Resource } from './resource.ts';
import type { Severity } from './severity.ts';
import type { Edit, Span } from './source.ts';
import type { Workspace } from './workspace.ts';

export interface ScannerFinding {
  /** `scanner/<name>/<id>` */
  readonly ruleId: string;
  readonly title: string | null;
  readonly severity: Severity;
  readonly message: string;
  /** In the resource's declaration, or in one that it is related to. */
  readonly span: Span;
  /** Proposed, not proven. */
  readonly edits: readonly Edit[] | null;
}

/** A scanner gave no answer that can be used. */
export interface ScannerFailure {
  readonly scanner: string;
  /** Whether the policy counts on its answer: then what it did not look at is not decided. */
  readonly required: boolean;
  readonly reason: string;
}

export interface ScannerAnswer {
  readonly findings: readonly ScannerFinding[];
  readonly failures: readonly ScannerFailure[];
}

export interface Scanners {
  /** Digest of everything that is configured: what another configuration found is never taken for ours. */
  readonly digest: string;
  /** Asks every scanner; never throws for what a scanner does. */
  analyze(resource: Resource, workspace: Workspace): Promise<ScannerAnswer>;
  close(): Promise<void>;
}
