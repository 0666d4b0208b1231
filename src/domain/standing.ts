/** How what was found counts against the gate. It is no part of a finding, which an audit records whatever it is compared with. */
import type { Diagnostic } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import type { Span } from './source.ts';

export interface Standing {
  /** Whether the base commit does not have it; true for all where there is nothing to compare with. */
  readonly isNew: boolean;
  /** What keeps it from counting; null: nothing does. */
  readonly silence: Silence | null;
  /** Silences that were meant for it and do not apply, each as a sentence: `the exception of team-web expired on 2026-01-31`. */
  readonly refusedSilences: readonly string[];
}

export interface Silence {
  /** `exception`: in the policy; `suppression`: beside the declaration; `approval`: a person accepted it for this commit. */
  readonly by: 'exception' | 'suppression' | 'approval';
  readonly reason: string;
  /** Who answers for it; null for a suppression, which its author owns. */
  readonly owner: string | null;
  /** The last day it applies, `YYYY-MM-DD`; null: it does not expire. */
  readonly until: string | null;
  /** Where it is written: `.github/infra-audit.yml:12`, or file and line at the base commit, or the address of a comment. */
  readonly place: string;
}

export type WeighedFinding<S = Span> = Finding<S> & {
  readonly standing: Standing;
  /** Whether it keeps the change from being merged. */
  readonly blocks: boolean;
};

export type WeighedDiagnostic = Diagnostic & {
  /** Whether the base commit does not have it; true for all where there is nothing to compare with. */
  readonly isNew: boolean;
  readonly blocks: boolean;
};
