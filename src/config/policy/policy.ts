/** What a policy says, read and checked. The format of the file is in schema.ts. */
import type { ApprovalTerms } from '../../domain/approval.ts';
import type { Threshold } from '../../domain/gate.ts';
import type { CustomRule } from '../../domain/custom-rule.ts';
import type { RuleSetting } from '../../domain/rule-settings.ts';
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
  readonly customRules: readonly CustomRule[];
  readonly exceptions: readonly Exception[];
  /** How many days ahead an exception may end. */
  readonly maxExceptionDays: number;
  readonly suppressions: SuppressionTerms;
  readonly scanners: readonly ScannerSetting[];
  /** Null: nothing waits for a person. */
  readonly approval: ApprovalSetting | null;
  /** Limits of reading that are lower here than the program's own. */
  readonly limits: PolicyLimits;
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
  // Each is looked at once a year.
  maxExceptionDays: 365,
  suppressions: { critical: false, foreign: false },
  scanners: [],
  approval: null,
  limits: {},
};

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

/** Named as the reader has them; a policy can lower each, and raise none. */
export const LIMITS = [
  { key: 'file-bytes', name: 'fileBytes', most: 5 * 1024 * 1024, what: 'Bytes of one file' },
  { key: 'yaml-bytes', name: 'yamlBytes', most: 3 * 1024 * 1024, what: 'Bytes of one YAML file' },
  { key: 'plan-bytes', name: 'planBytes', most: 64 * 1024 * 1024, what: 'Bytes of a plan' },
  { key: 'files', name: 'files', most: 20_000, what: 'Files that are opened' },
  { key: 'depth', name: 'depth', most: 200, what: 'Brackets, maps and lists within each other' },
  { key: 'resources', name: 'resources', most: 100_000, what: 'Resources' },
  { key: 'evaluation-steps', name: 'evaluationSteps', most: 1_000_000, what: 'Values that are looked at to evaluate one template' },
] as const;

export type PolicyLimits = Readonly<Partial<Record<(typeof LIMITS)[number]['name'], number>>>;
