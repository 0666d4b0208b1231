import type { Change } from './change.ts';
import type { Outcome } from './finding.ts';
import type { Framework, Instance } from './resource.ts';
import type { Severity } from './severity.ts';
import type { Span } from './source.ts';

/** One requirement, for all frameworks. `id` equals the path of its file and is never used again once released. */
export interface Rule {
  readonly id: string;
  /** The requirement as a sentence: `S3 bucket must block public ACLs`. */
  readonly title: string;
  readonly severity: Severity;
  /** Globs of the files to which the policy limits it; absent: it applies everywhere. */
  readonly paths?: readonly string[];
  readonly targets: Readonly<Partial<Record<Framework, readonly string[]>>>;
  /** Ids of the catalogue's topics that this rule decides. */
  readonly topics: readonly string[];
  /**
   * What several rules have in view, of which at most one speaks of a thing at a time, as the facts are: a public ACL that
   * is in force, or one that a setting overrides. A fix after which another of them speaks, less severely, opens nothing.
   */
  readonly concern?: string;
  /** Why it matters: the consequence, in a sentence or two. */
  readonly why: string;
  /** What to do, in words, for a person who does it by hand; one sentence a step. */
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  readonly controls: Readonly<Record<string, readonly string[]>>;
  readonly equivalents: Readonly<Record<string, readonly string[]>>;
  /** Yields what is wrong or cannot be decided; yielding nothing is a pass. */
  check(instance: Instance): Iterable<Violation>;
  readonly fix?: Fix;
  /** AWS CLI command lines, argument by argument, that put the live resource right; null when its name is not known. */
  script?(instance: Instance): readonly (readonly string[])[] | null;
  readonly examples: Readonly<Partial<Record<Framework, Examples>>>;
}

export interface Violation {
  readonly outcome: Outcome;
  /** What is wrong here (the value seen), what is required. */
  readonly message: string;
  /** The tight range to blame; for something missing, where it is missing. */
  readonly span: Span;
  /** Where the facts make it better or worse than the rule's severity says. */
  readonly severity?: Severity;
}

export interface Fix {
  /** `safe` only where applying it cannot break what works today. */
  readonly safety: 'safe' | 'needs-review';
  /** What to change for this instance's declaration; null where a person must choose. */
  changes(instance: Instance): readonly Change[] | null;
}

/** Sources are whole files: HCL, or a template in YAML or JSON (told by the first character `{`). */
export interface Examples {
  readonly bad: readonly BadExample[];
  readonly good: readonly GoodExample[];
  readonly undecided: readonly UndecidedExample[];
}

export interface BadExample {
  /** What this case is: `access block turns it off`. */
  readonly name: string;
  readonly source: string;
  /** The exact text that the finding must point at. */
  readonly at: string;
  /** The whole file after the fix; absent where the rule gives no edit for this case. */
  readonly fixed?: string;
}

export interface GoodExample {
  readonly name: string;
  readonly source: string;
}

export interface UndecidedExample {
  readonly name: string;
  readonly source: string;
  readonly at: string;
}

export function defineRule(rule: Rule): Rule {
  return rule;
}

export function targetsOf(rule: Rule, framework: Framework): readonly string[] {
  return rule.targets[framework] ?? [];
}
