/** What a policy says, read and checked. The format of the file is in schema.ts. */
import type { ApprovalTerms } from '../../domain/approval.ts';
import type { Threshold } from '../../domain/gate.ts';
import type { Rule } from '../../domain/rule.ts';
import type { Severity } from '../../domain/severity.ts';

export interface Policy {
  /** Null: it says nothing about the threshold. */
  readonly failOn: Threshold | null;
  /** Null: it says nothing about what counts. */
  readonly block: 'new' | 'all' | null;
  /** Globs of files that are not audited, relative to the workspace. */
  readonly exclude: readonly string[];
  /** Whether a requirement that could not be decided counts by its severity, or is only reported. */
  readonly undecided: 'block' | 'report';
  /** How severe code outside of the repository is, by the code of its diagnostic. */
  readonly unresolved: ReadonlyMap<string, Severity | 'report'>;
  /** By id of the rule. */
  readonly rules: ReadonlyMap<string, RuleSetting>;
  /** Rules that the policy declares; their ids begin with `custom-`. */
  readonly customRules: readonly Rule[];
  readonly exceptions: readonly Exception[];
  readonly suppressions: SuppressionTerms;
  readonly scanners: readonly ScannerSetting[];
  /** Null: nothing waits for a person. */
  readonly approval: ApprovalSetting | null;
}

/** A policy that says nothing, which is what applies where there is none. */
export const NO_POLICY: Policy = {
  failOn: null,
  block: null,
  exclude: [],
  undecided: 'block',
  unresolved: new Map(),
  rules: new Map(),
  customRules: [],
  exceptions: [],
  suppressions: { critical: false, foreign: false },
  scanners: [],
  approval: null,
};

export interface RuleSetting {
  /** Takes the place of the rule's own, whatever the facts; null: as the rule has it. */
  readonly severity: Severity | null;
  /** Why the rule does not apply in this repository; null: it does. */
  readonly off: string | null;
  /** Globs of files it applies to, of which the last that matches decides; empty: all. */
  readonly paths: readonly string[];
}

export interface Exception {
  /** Id of a rule; `*` at its end stands for any rest. */
  readonly rule: string;
  /** Address of a resource, or null for every one. */
  readonly resource: string | null;
  /** Glob of files, or null for every one. */
  readonly path: string | null;
  /** Fingerprint of one finding, or null. */
  readonly fingerprint: string | null;
  readonly reason: string;
  readonly owner: string;
  /** The last day it applies, `YYYY-MM-DD`. */
  readonly until: string;
  /** File and line. */
  readonly place: string;
}

export interface SuppressionTerms {
  /** Whether a suppression beside a declaration may silence what is CRITICAL. */
  readonly critical: boolean;
  /** Whether comments for other scanners count. */
  readonly foreign: boolean;
}

export interface ScannerSetting {
  readonly name: string;
  /** How it is reached: a program, argument by argument, or an address. */
  readonly server: { readonly command: readonly string[]; readonly sha256: string | null } | { readonly url: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly required: boolean;
  /** For all calls of one run together. */
  readonly timeoutMilliseconds: number;
  /** Names of its tools where they are not the contract's. */
  readonly tools: { readonly analyzeResource: string | null; readonly analyzeRepository: string | null };
  /** sha256 of its tools' names and schemas; null: not pinned. */
  readonly toolsSha256: string | null;
}

export interface ApprovalSetting extends ApprovalTerms {
  /** `ORG/TEAM`s whose members may decide beside those who may write. */
  readonly teams: readonly string[];
  /** How many different people must approve. */
  readonly people: number;
}
