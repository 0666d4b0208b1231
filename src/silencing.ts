/** What silences findings in a run: the policy's exceptions, and the suppressions of the sources and of the base commit. */
import type { Policy } from './config/policy/policy.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import type { Rule } from './domain/rule.ts';
import { Silences } from './domain/silences.ts';
import type { SilencesInput } from './domain/silences.ts';
import type { Workspace } from './domain/workspace.ts';
import { selection } from './iac/discovery.ts';
import { readSuppressions } from './iac/suppressions/index.ts';

export interface Silencing {
  readonly silences: Silences;
  readonly suppressions: SilencesInput['suppressions'];
  /** Of suppressions that stand beside no resource. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * @param here suppressions of the workspace
 * @param base null where there is no change; `unavailable` where there is one and its base cannot be had, so that no suppression counts
 */
export function silencing(
  { exceptions, suppressions: terms }: Pick<Policy, 'exceptions' | 'suppressions'>,
  rules: readonly Rule[],
  { suppressions: here, diagnostics }: ReturnType<typeof readSuppressions>,
  base: Workspace | 'unavailable' | null,
  today: string,
): Silencing {
  const suppressions = { here, base: base === null ? null : base === 'unavailable' ? [] : readSuppressions(base, rules).suppressions };
  return { silences: new Silences({ exceptions, suppressions, terms, today, matchesPath: pathMatcher() }), suppressions, diagnostics };
}

/** Globs as they are understood elsewhere in a policy, each made ready once. */
function pathMatcher(): SilencesInput['matchesPath'] {
  const matchers = new Map<string, (file: string) => boolean>();
  return (glob, file) => {
    const matches = matchers.get(glob) ?? selection([glob]);
    matchers.set(glob, matches);
    return matches(file);
  };
}
