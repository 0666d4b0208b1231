import type { Edit, Span } from './source.ts';
import type { Severity } from './severity.ts';

export type Outcome = 'fail' | 'undecided';

/** A declaration may make 10,000 instances: what is recorded and shown names this many of them and counts the others. */
export const MOST_INSTANCES = 20;

/**
 * What a rule says against a resource, as plain data. `S` is how places are told: a span of the source
 * that was read, or an anchor (see anchor.ts) where the finding must outlive that source.
 */
export interface Finding<S = Span> {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly message: string;
  readonly address: string;
  /** Addresses of the instances concerned, when the declaration makes several: the first {@link MOST_INSTANCES}. */
  readonly instances: readonly string[];
  /** How many instances are concerned; 0 when the declaration makes only one. */
  readonly instanceCount: number;
  readonly span: S;
  /** 32 hex digits; the same for the same thing wrong with the same resource, wherever it moves in its root. */
  readonly fingerprint: string;
  readonly remediationPlan: RemediationPlan<S> | null;
}

export interface RemediationPlan<S = Span> {
  readonly summary: string;
  readonly steps: readonly string[];
  /** Edits that were proven, of one or more files; empty when there is only advice. */
  readonly edits: readonly Edit<S>[];
  /** `safe`: applying it cannot break what works today; `needs-review`: a person must know the consequence. Null without edits. */
  readonly safety: 'safe' | 'needs-review' | null;
  /** Command lines for the live resource, argument by argument; empty when its name is not known. */
  readonly commands: readonly (readonly string[])[];
  readonly proof: Proof | null;
}

/** What was seen when the edits were applied to a copy, read again and audited with every rule. */
export interface Proof {
  /** Fingerprints of the findings that are gone. */
  readonly closes: readonly string[];
  /** Resources that were judged again in the copy. */
  readonly resourcesAudited: number;
  /** Values of these resources that are as before, besides those that the edits were to change. */
  readonly valuesUnchanged?: number;
}
