/** The rules that apply in a repository: the catalogue, and what its policy makes of it. */
import { parsePolicy } from './config/policy/parse.ts';
import { pathFilter } from './config/policy/paths.ts';
import type { Policy } from './config/policy/policy.ts';
import { RuleSet } from './domain/evaluate.ts';
import { applySettings } from './domain/rule-settings.ts';
import type { AppliedSettings } from './domain/rule-settings.ts';
import { rules } from './rules/index.ts';

const KNOWN_RULES: ReadonlySet<string> = new Set(rules.map(({ id }) => id));

/**
 * @param file how messages call it
 * @param today `YYYY-MM-DD`
 * @throws ConfigurationError with every problem and its line
 */
export function readPolicy(text: string, file: string, today: string): Policy {
  return parsePolicy(text, file, { knownRules: KNOWN_RULES, today });
}

/** The rules under a policy, those it declares itself included; and those that it switches off. */
export function catalogueUnder(policy: Policy): { readonly ruleSet: RuleSet; readonly off: AppliedSettings['off'] } {
  const { rules: applied, off } = applySettings([...rules, ...policy.customRules], policy.rules, pathFilter);
  return { ruleSet: new RuleSet(applied), off };
}
