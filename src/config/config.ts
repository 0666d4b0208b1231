import type { Threshold } from '../domain/gate.ts';
import { blocks } from '../domain/gate.ts';
import { NO_POLICY } from './policy/policy.ts';
import type { Policy } from './policy/policy.ts';
import type { TemporalConnection } from './temporal.ts';

/** Everything a run is told, whether by action inputs or on the command line. */
export interface Settings {
  /** Action: globs relative to the workspace. Local command: files and folders as they were typed. */
  readonly paths: readonly string[];
  /** Files that were named, as the paths are: values of Terraform variables, parameters of templates, plans as JSON. */
  readonly variableFiles: readonly string[];
  readonly parameterFiles: readonly string[];
  readonly planFiles: readonly string[];
  readonly failOn: Threshold;
  /** Whether findings count that the base commit has too; null: they do, except on a pull request. */
  readonly block: 'new' | 'all' | null;
  /** Which resources are audited: those that differ from the base commit's, or all; null: all, except on a pull request. */
  readonly scope: 'changed' | 'all' | null;
  /** Where the policy is, relative to the workspace; absence of the file means: no policy. */
  readonly configFile: string;
  readonly comment: 'always' | 'on-failure' | 'never';
  readonly suggestions: boolean;
  /** Null: no check run. */
  readonly checkName: string | null;
  readonly annotations: boolean;
  readonly jobSummary: boolean;
  /** Relative to the workspace and inside it; null: not written. */
  readonly sarifFile: string | null;
  readonly reportFile: string | null;
  readonly htmlFile: string | null;
  readonly patchFile: string | null;
  readonly scriptFile: string | null;
  /** Terraform address, logical id or physical name of the only resource to audit; null: all. */
  readonly resourceId: string | null;
  readonly resourceType: 's3' | 'ec2' | 'all';
  /** Null: the embedded server. */
  readonly temporal: TemporalConnection | null;
  /** Audits in flight at a time. */
  readonly maxParallel: number;
  readonly timeoutMinutes: number;
  /** Null where nothing is delivered to GitHub. */
  readonly githubToken: string | null;
}

export interface Config extends Settings {
  /** Of the base commit; one that says nothing where there is none. */
  readonly policy: Policy;
}

/**
 * Settings under a policy. The stricter of the two applies: the policy comes from the base commit, and a
 * workflow file that a pull request changes cannot loosen it.
 */
export function underPolicy(settings: Settings, found: Policy | null): Config {
  const policy = found ?? NO_POLICY;
  return {
    ...settings,
    failOn: stricter(settings.failOn, policy.failOn ?? 'none'),
    block: policy.block === 'all' ? 'all' : (settings.block ?? policy.block),
    policy,
  };
}

/** The paths, with what the policy leaves out taken out again. */
export function pathsUnder(policy: Policy, paths: readonly string[]): string[] {
  return [...paths, ...policy.exclude.map((glob) => `!${glob}`)];
}

function stricter(a: Threshold, b: Threshold): Threshold {
  return a === 'none' || blocks(a, b) ? b : a;
}
